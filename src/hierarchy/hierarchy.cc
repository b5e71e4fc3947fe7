// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/hierarchy.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "anon/data/dictionary.h"
#include "base/status_macros.h"

namespace anon {
namespace {

constexpr std::size_t kMaxComplaints = 10;

// Faults of one file, collected so that they can be mended in one go.
class Complaints {
 public:
  explicit Complaints(const std::string& file) : file_(file) {}

  void Add(std::int64_t line, std::size_t column, std::string_view what) {
    if (++count_ > kMaxComplaints) return;
    text_ += fmt::format("{}line {}, column {}: {}", count_ == 1 ? "" : "; ",
                         line, column, what);
  }

  absl::Status status() const {
    if (count_ == 0) return absl::OkStatus();
    return InputError(
        fmt::format("{}: {}{}", file_, text_,
                    count_ > kMaxComplaints
                        ? fmt::format("; and {} more", count_ - kMaxComplaints)
                        : ""));
  }

 private:
  const std::string& file_;
  std::string text_;
  std::size_t count_ = 0;
};

struct Level {
  Dictionary labels;
  std::vector<std::int64_t> leaves;      // [code]
  std::vector<std::uint32_t> above;      // [code] at the next level
  std::vector<std::int64_t> first_line;  // [code]
};

// Feeds one field into the digest so that no two tables look alike.
void Digested(Hasher& hasher, std::string_view field) {
  const std::uint64_t size = field.size();
  char length[8];
  for (std::size_t i = 0; i < sizeof(length); ++i) {
    length[i] = static_cast<char>(size >> (8 * i));
  }
  hasher.Update({length, sizeof(length)});
  hasher.Update(field);
}

}  // namespace

struct Hierarchy::State {
  std::vector<Level> levels;
  Digest digest{};

  // Adds one record; `code` and `above` of neighbouring levels are linked.
  void Add(const Batch& batch, std::size_t row, Complaints& complaints);
};

void Hierarchy::State::Add(const Batch& batch, std::size_t row,
                           Complaints& complaints) {
  const std::int64_t line = batch.lines[row];
  const std::uint32_t value = levels[0].labels.Intern(batch.columns[0][row]);
  if (value < levels[0].leaves.size()) {
    return complaints.Add(
        line, 1,
        fmt::format("the value of line {} again", levels[0].first_line[value]));
  }
  std::uint32_t below = value;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    Level& level = levels[l];
    const std::uint32_t code = level.labels.Intern(batch.columns[l][row]);
    const bool fresh = code == level.leaves.size();
    if (fresh) {
      level.leaves.push_back(0);
      level.first_line.push_back(line);
    }
    ++level.leaves[code];
    if (l > 0) {
      std::vector<std::uint32_t>& above = levels[l - 1].above;
      if (below == above.size()) {
        above.push_back(code);
      } else if (above[below] != code) {
        complaints.Add(line, l + 1,
                       fmt::format("the label left of it has another label "
                                   "above it in line {}",
                                   levels[l - 1].first_line[below]));
      }
    }
    below = code;
  }
}

Hierarchy::Hierarchy(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}
Hierarchy::~Hierarchy() = default;
Hierarchy::Hierarchy(Hierarchy&&) noexcept = default;
Hierarchy& Hierarchy::operator=(Hierarchy&&) noexcept = default;

absl::StatusOr<Hierarchy> Hierarchy::FromRecords(RecordSource& records) {
  auto state = std::make_unique<State>();
  state->levels.resize(records.attributes().size());
  Complaints complaints(records.name());
  Hasher hasher;
  Digested(hasher, fmt::format("{}", state->levels.size()));
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, records.Next(batch));
    if (!more) break;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      for (const auto& column : batch.columns) Digested(hasher, column[row]);
      state->Add(batch, row, complaints);
    }
  }
  ANON_RETURN_IF_ERROR(complaints.status());
  if (state->levels[0].leaves.empty()) {
    return InputErrorAt({.file = records.name(), .line = 1, .column = 1},
                        "a hierarchy needs at least one value");
  }
  state->digest = hasher.Finish();
  return Hierarchy(std::move(state));
}

std::size_t Hierarchy::height() const { return state_->levels.size() - 1; }

std::size_t Hierarchy::domain_size() const { return size(0); }

std::optional<std::uint32_t> Hierarchy::Find(std::string_view value) const {
  return state_->levels[0].labels.Find(value);
}

void Hierarchy::Find(std::span<const std::string_view> values,
                     std::uint32_t* codes, std::size_t slack) const {
  static_assert(kNone == Dictionary::kNone);
  state_->levels[0].labels.Find(values, codes, slack);
}

std::size_t Hierarchy::size(std::size_t level) const {
  return state_->levels[level].leaves.size();
}

std::string_view Hierarchy::label(std::size_t level, std::uint32_t code) const {
  return state_->levels[level].labels.value(code);
}

std::int64_t Hierarchy::leaves(std::size_t level, std::uint32_t code) const {
  return state_->levels[level].leaves[code];
}

std::uint32_t Hierarchy::Generalize(std::uint32_t code, std::size_t from,
                                    std::size_t to) const {
  for (std::size_t level = from; level < to; ++level) {
    code = state_->levels[level].above[code];
  }
  return code;
}

const Digest& Hierarchy::digest() const { return state_->digest; }

}  // namespace anon
