// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/hierarchy.h"

#include <fmt/format.h>

#include <limits>
#include <utility>
#include <vector>

#include "anon/data/dictionary.h"
#include "base/status_macros.h"

namespace anon {
namespace {

constexpr std::size_t kNamedFaults = 10;

// Faults of one table, so that they can be mended in one go. Counts them all
// and keeps the first `limit`.
class Faults {
 public:
  Faults(const std::string& file, std::size_t limit)
      : file_(file), limit_(limit) {}

  void Add(HierarchyFault::Kind kind, std::int64_t line, std::size_t column,
           std::string message) {
    const auto ordinal = static_cast<std::int64_t>(column);
    Add({kind,
         {.file = file_, .line = line, .column = ordinal},
         std::move(message)});
  }

  void Add(HierarchyFault fault) {
    if (++count_ <= limit_) list_.push_back(std::move(fault));
  }

  absl::Status status() const {
    if (count_ == 0) return absl::OkStatus();
    std::string text = file_;
    std::string_view between = ": ";
    for (const HierarchyFault& fault : list_) {
      const Place& place = fault.place;
      text += fmt::format(
          "{}{}: {}", between,
          fault.kind == HierarchyFault::Kind::kMissing
              ? ToString(place)
              : fmt::format("line {}, column {}", place.line, place.column),
          fault.message);
      between = "; ";
    }
    if (count_ > list_.size()) {
      text += fmt::format("; and {} more", count_ - list_.size());
    }
    return InputError(text);
  }

  std::vector<HierarchyFault> Take() { return std::move(list_); }

 private:
  const std::string& file_;
  std::size_t limit_;
  std::size_t count_ = 0;
  std::vector<HierarchyFault> list_;
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

// One field as RFC 4180 wants it.
void AppendField(std::string_view field, char delimiter, std::string& text) {
  const char special[] = {delimiter, '"', '\n', '\r'};
  if (field.find_first_of({special, sizeof(special)}) == field.npos) {
    text += field;
    return;
  }
  text += '"';
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  text += '"';
}

}  // namespace

struct Hierarchy::State {
  std::vector<Level> levels;
  Digest digest{};

  // Adds one record; `code` and `above` of neighbouring levels are linked.
  void Add(const Batch& batch, std::size_t row, Faults& faults);
  // Reads all records; values of `domain` that are not among them are faults.
  absl::Status Read(RecordSource& records, const ValueDomain* domain,
                    Faults& faults);
};

void Hierarchy::State::Add(const Batch& batch, std::size_t row,
                           Faults& faults) {
  const std::int64_t line = batch.lines[row];
  const std::uint32_t value = levels[0].labels.Intern(batch.columns[0][row]);
  if (value < levels[0].leaves.size()) {
    return faults.Add(
        HierarchyFault::Kind::kDuplicate, line, 1,
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
        faults.Add(HierarchyFault::Kind::kNoFunction, line, l + 1,
                   fmt::format("the label left of it has another label "
                               "above it in line {}",
                               levels[l - 1].first_line[below]));
      }
    }
    below = code;
  }
}

absl::Status Hierarchy::State::Read(RecordSource& records,
                                    const ValueDomain* domain, Faults& faults) {
  levels.resize(records.attributes().size());
  Hasher hasher;
  Digested(hasher, fmt::format("{}", levels.size()));
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, records.Next(batch));
    if (!more) break;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      for (const auto& column : batch.columns) Digested(hasher, column[row]);
      Add(batch, row, faults);
    }
  }
  digest = hasher.Finish();
  if (levels[0].leaves.empty()) {
    return InputErrorAt({.file = records.name(), .line = 1, .column = 1},
                        "a hierarchy needs at least one value");
  }
  for (std::size_t i = 0; domain != nullptr && i < domain->size(); ++i) {
    if (levels[0].labels.Find(domain->value(i))) continue;
    faults.Add({HierarchyFault::Kind::kMissing, domain->place(i),
                domain->value(i).empty()
                    ? "the hierarchy has no line for the missing value"
                    : "the hierarchy lacks the value"});
  }
  return absl::OkStatus();
}

Hierarchy::Hierarchy(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}
Hierarchy::~Hierarchy() = default;
Hierarchy::Hierarchy(Hierarchy&&) noexcept = default;
Hierarchy& Hierarchy::operator=(Hierarchy&&) noexcept = default;

absl::StatusOr<Hierarchy> Hierarchy::FromRecords(RecordSource& records,
                                                 const ValueDomain* domain) {
  auto state = std::make_unique<State>();
  Faults faults(records.name(), kNamedFaults);
  ANON_RETURN_IF_ERROR(state->Read(records, domain, faults));
  ANON_RETURN_IF_ERROR(faults.status());
  return Hierarchy(std::move(state));
}

absl::StatusOr<std::vector<HierarchyFault>> Hierarchy::FindFaults(
    RecordSource& records, const ValueDomain* domain) {
  State state;
  Faults faults(records.name(), std::numeric_limits<std::size_t>::max());
  ANON_RETURN_IF_ERROR(state.Read(records, domain, faults));
  return faults.Take();
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

std::string Hierarchy::ToCsv(char delimiter) const {
  std::string text;
  for (std::uint32_t code = 0; code < domain_size(); ++code) {
    for (std::size_t level = 0; level <= height(); ++level) {
      if (level > 0) text += delimiter;
      AppendField(label(level, Generalize(code, 0, level)), delimiter, text);
    }
    // A line of nothing would be read as no record.
    if (height() == 0 && label(0, code).empty()) text += "\"\"";
    text += '\n';
  }
  return text;
}

}  // namespace anon
