// SPDX-License-Identifier: Apache-2.0
//
// Placing a record: the labels that cover each of its values are looked up once
// per distinct value; then the tuples that have one of those of the rarest
// attribute are gone through, in their order. With levels every value has one
// label, and few tuples are gone through; with Mondrian, those that overlap in
// one attribute. With rounds, the labels of each round in turn are looked up
// until a round lists their tuple. Of who is not listed, it tells apart values
// that the hierarchy does not have, or the cuts of a line do not cover. Without
// a hierarchy a value is its own label, and there is none that is unknown.
// Tested in tests/policy/apply_test.cc against runs.
#include "anon/solve/saved_solution.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anon/base/decimal.h"
#include "base/json.h"
#include "base/status_macros.h"

namespace anon {
namespace {

using internal::Json;

enum class Kind { kLevel, kNumbers, kOrder, kTree, kRounds };
bool IsDivided(Kind kind) {
  return kind != Kind::kLevel && kind != Kind::kRounds;
}

// The labels that cover a value, ascending, and whether it is known even if
// there are none.
struct Covering {
  std::vector<std::uint32_t> labels;
  bool known = false;
};

struct Attribute {
  std::string name;
  Kind kind = Kind::kLevel;
  std::string kind_name;
  std::size_t level = 0;
  std::string hierarchy_sha256;
  const Hierarchy* hierarchy = nullptr;
  std::vector<std::string> labels;
  std::vector<std::vector<std::string>> covers;
  std::vector<std::vector<std::uint32_t>> tuples;    // [label] that have it
  absl::flat_hash_map<std::string, Covering> known;  // by value
  absl::flat_hash_map<std::string, std::uint32_t> number_of;  // kRounds: label

  // The label at `level`; above the hierarchy there is one for all.
  std::optional<std::string_view> At(std::string_view value,
                                     std::size_t at) const {
    if (hierarchy == nullptr) return value;
    const auto code = hierarchy->Find(value);
    if (!code) return std::nullopt;
    if (at > hierarchy->height()) return "*";
    return hierarchy->label(at, hierarchy->Generalize(*code, 0, at));
  }
  // Of a tree: the level of label `l`.
  std::size_t LevelOf(std::size_t l) const {
    return std::stoul(covers[l].front());
  }
  // Whether the hierarchy has it; without one every value is its own label.
  bool HasLabel(std::string_view value) const {
    return hierarchy == nullptr || hierarchy->Find(value).has_value();
  }
  bool Covers(std::uint32_t l, std::string_view value) const {
    switch (kind) {
      case Kind::kRounds:
        return false;  // see InRounds
      case Kind::kLevel:
        return At(value, level) == labels[l];
      case Kind::kTree:
        return At(value, LevelOf(l)) == labels[l];
      case Kind::kOrder:
        return std::ranges::find(covers[l], value) != covers[l].end();
      case Kind::kNumbers: {
        const auto number = Decimal::Parse(value);
        return number && *Decimal::Parse(covers[l].front()) <= *number &&
               *number <= *Decimal::Parse(covers[l].back());
      }
    }
    return false;
  }
  const Covering& Of(std::string_view value) {
    const auto at = known.find(std::string(value));
    if (at != known.end()) return at->second;
    Covering covering;
    for (std::uint32_t l = 0; l < labels.size(); ++l) {
      if (Covers(l, value)) covering.labels.push_back(l);
    }
    const bool line = kind == Kind::kNumbers || kind == Kind::kOrder;
    covering.known = line ? !covering.labels.empty() : HasLabel(value);
    return known.emplace(value, std::move(covering)).first->second;
  }
};

// The tuples of labels that a round lists, and what they are released as.
struct Round {
  std::vector<std::size_t> levels;
  absl::flat_hash_map<std::vector<std::uint32_t>, std::uint32_t> listed;
};

struct Quota {
  std::uint32_t tuple = 0;
  std::int64_t records = 0;
};

bool IsNumber(const std::string& text) {
  return Decimal::Parse(text).has_value();
}

// A whole number as a file of ours has it; get() would make one of -1 or 0.5.
std::uint64_t Whole(const Json& json) {
  return json.get_ref<const Json::number_unsigned_t&>();
}

std::vector<std::size_t> WholeList(const Json& json) {
  std::vector<std::size_t> numbers;
  for (const Json& number : json) numbers.push_back(Whole(number));
  return numbers;
}

// Everything that Covers relies on; throws what nlohmann throws.
bool ReadAttribute(const Json& json, Attribute& a) {
  static const absl::flat_hash_map<std::string, Kind> kKinds = {
      {"level", Kind::kLevel},
      {"numbers", Kind::kNumbers},
      {"order", Kind::kOrder},
      {"tree", Kind::kTree},
      {"rounds", Kind::kRounds}};
  a.name = json.at("name").get<std::string>();
  const auto kind = kKinds.find(json.at("kind").get<std::string>());
  if (kind == kKinds.end()) return false;
  a.kind = kind->second;
  a.kind_name = kind->first;
  a.level = Whole(json.at("level"));
  a.hierarchy_sha256 = json.at("hierarchy_sha256").get<std::string>();
  a.labels = json.at("labels").get<std::vector<std::string>>();
  a.tuples.resize(a.labels.size());
  for (std::uint32_t l = 0; l < a.labels.size(); ++l) {
    if (a.kind == Kind::kRounds) a.number_of.emplace(a.labels[l], l);
  }
  if (a.kind == Kind::kLevel || a.kind == Kind::kRounds) return true;
  a.covers = json.at("covers").get<std::vector<std::vector<std::string>>>();
  if (a.covers.size() != a.labels.size()) return false;
  for (const auto& covers : a.covers) {
    if (covers.empty()) return false;
    if (a.kind == Kind::kOrder) continue;
    if (!std::ranges::all_of(covers, IsNumber)) return false;
    const auto first = *Decimal::Parse(covers.front());
    if (a.kind == Kind::kTree &&
        (first.scale() != 0 || first.units() < 0 || first.units() > 1000)) {
      return false;
    }
  }
  return true;
}

}  // namespace

struct SavedSolution::State {
  std::string solver;
  std::string policy_file;
  std::string policy_sha256;
  std::vector<Attribute> attributes;
  std::vector<std::uint32_t> tuples;  // row by row, labels
  std::size_t size = 0;               // tuples
  absl::flat_hash_map<std::string, std::vector<Quota>> placed;
  std::vector<Round> rounds;
  std::vector<const Covering*> covering;

  bool Read(const Json& json);
  bool ReadRounds(const Json& json);
  Placed InRounds(const std::vector<std::string_view>& values) const;
  std::string Key(const std::vector<std::string_view>& values) const;
  std::optional<std::uint32_t> Listed(
      const std::vector<std::string_view>& values);
};

bool SavedSolution::State::Read(const Json& json) {
  if (json.at("solution") != 1) return false;
  solver = json.at("solver").get<std::string>();
  policy_file = json.at("policy").at("file").get<std::string>();
  policy_sha256 = json.at("policy").at("sha256").get<std::string>();
  for (const Json& attribute : json.at("attributes")) {
    if (!ReadAttribute(attribute, attributes.emplace_back())) return false;
  }
  for (const Json& tuple : json.at("kept")) {
    if (tuple.size() != attributes.size()) return false;
    for (std::size_t q = 0; q < attributes.size(); ++q) {
      const std::uint64_t label = Whole(tuple.at(q));
      if (label >= attributes[q].labels.size()) return false;
      attributes[q].tuples[label].push_back(static_cast<std::uint32_t>(size));
      tuples.push_back(static_cast<std::uint32_t>(label));
    }
    ++size;
  }
  if (!ReadRounds(json)) return false;
  if (!json.contains("placed")) return true;
  if (!std::ranges::all_of(attributes, IsDivided, &Attribute::kind)) {
    return false;
  }
  for (const Json& one : json.at("placed")) {
    const auto values = one.at("tuple").get<std::vector<std::string>>();
    auto& quotas = placed[Key({values.begin(), values.end()})];
    for (const Json& quota : one.at("regions")) {
      const std::uint64_t tuple = Whole(quota.at(0));
      if (tuple >= size || values.size() != attributes.size()) return false;
      quotas.push_back(
          {static_cast<std::uint32_t>(tuple), quota.at(1).get<std::int64_t>()});
    }
    std::ranges::reverse(quotas);  // used from the back
  }
  return true;
}

// Either all attributes go by rounds, and there are some, or none does.
bool SavedSolution::State::ReadRounds(const Json& json) {
  const auto by_rounds = [](const Attribute& a) {
    return a.kind == Kind::kRounds;
  };
  const bool expected = std::ranges::any_of(attributes, by_rounds);
  if (expected != json.contains("rounds")) return false;
  if (!expected) return true;
  if (!std::ranges::all_of(attributes, by_rounds)) return false;
  const std::size_t width = attributes.size();
  for (const Json& one : json.at("rounds")) {
    Round& round = rounds.emplace_back();
    round.levels = WholeList(one.at("levels"));
    if (round.levels.size() != width) return false;
    for (const Json& kept : one.at("kept")) {
      const std::uint64_t tuple = Whole(kept);
      if (tuple >= size) return false;
      const auto labels =
          tuples.begin() + static_cast<std::ptrdiff_t>(tuple * width);
      round.listed.emplace(
          std::vector<std::uint32_t>(
              labels, labels + static_cast<std::ptrdiff_t>(width)),
          static_cast<std::uint32_t>(tuple));
    }
  }
  return !rounds.empty();
}

std::string SavedSolution::State::Key(
    const std::vector<std::string_view>& values) const {
  std::string key;
  for (const std::string_view value : values) {
    key += fmt::format("{}:{}", value.size(), value);
  }
  return key;
}

// Where `placed` sends it, as long as there is room.
std::optional<std::uint32_t> SavedSolution::State::Listed(
    const std::vector<std::string_view>& values) {
  if (placed.empty()) return std::nullopt;
  std::vector<std::string_view> counted;
  for (std::size_t q = 0; q < values.size(); ++q) {
    const auto label = attributes[q].At(values[q], attributes[q].level);
    if (!label) return std::nullopt;
    counted.push_back(*label);
  }
  const auto at = placed.find(Key(counted));
  if (at == placed.end()) return std::nullopt;
  std::vector<Quota>& quotas = at->second;
  while (!quotas.empty() && quotas.back().records <= 0) quotas.pop_back();
  if (quotas.empty()) return std::nullopt;
  --quotas.back().records;
  return quotas.back().tuple;
}

absl::StatusOr<SavedSolution> SavedSolution::Parse(std::string_view json,
                                                   const std::string& name) {
  auto state = std::make_unique<State>();
  bool read = false;
  try {
    read = state->Read(Json::parse(json));
  } catch (const Json::exception&) {
    // What it says may quote labels.
  }
  if (!read) {
    return InputError(fmt::format(
        "{}: not a solution of this version: name the solution.json that a "
        "run left in its internal directory",
        name));
  }
  return SavedSolution(std::move(state));
}

SavedSolution::SavedSolution(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
SavedSolution::~SavedSolution() = default;
SavedSolution::SavedSolution(SavedSolution&&) noexcept = default;

const std::string& SavedSolution::solver() const { return state_->solver; }
const std::string& SavedSolution::policy_file() const {
  return state_->policy_file;
}
const std::string& SavedSolution::policy_sha256() const {
  return state_->policy_sha256;
}
std::vector<std::string> SavedSolution::attributes() const {
  std::vector<std::string> names;
  for (const Attribute& a : state_->attributes) names.push_back(a.name);
  return names;
}
const std::string& SavedSolution::hierarchy_sha256(std::size_t q) const {
  return state_->attributes[q].hierarchy_sha256;
}
const std::string& SavedSolution::kind(std::size_t q) const {
  return state_->attributes[q].kind_name;
}
std::vector<std::size_t> SavedSolution::levels(std::size_t q) const {
  const Attribute& a = state_->attributes[q];
  std::vector<std::size_t> levels;
  if (a.kind == Kind::kLevel) levels.push_back(a.level);
  for (const Round& round : state_->rounds) levels.push_back(round.levels[q]);
  for (std::size_t l = 0; a.kind == Kind::kTree && l < a.covers.size(); ++l) {
    levels.push_back(a.LevelOf(l));
  }
  return levels;
}
std::size_t SavedSolution::counted_level(std::size_t q) const {
  return state_->attributes[q].level;
}
void SavedSolution::SetHierarchy(std::size_t q, const Hierarchy* hierarchy) {
  state_->attributes[q].hierarchy = hierarchy;
}
// As the first round says that lists the labels at its levels.
SavedSolution::Placed SavedSolution::State::InRounds(
    const std::vector<std::string_view>& values) const {
  std::vector<std::uint32_t> tuple(values.size());
  for (const Round& round : rounds) {
    bool labelled = true;
    for (std::size_t q = 0; q < values.size(); ++q) {
      const Attribute& a = attributes[q];
      const auto label = a.At(values[q], round.levels[q]);
      const auto number =
          label ? a.number_of.find(std::string(*label)) : a.number_of.end();
      if (number == a.number_of.end()) {
        labelled = false;
        continue;
      }
      tuple[q] = number->second;
    }
    if (!labelled) continue;
    const auto listed = round.listed.find(tuple);
    if (listed != round.listed.end()) return {Fate::kReleased, listed->second};
  }
  bool known = true;
  for (std::size_t q = 0; q < values.size() && known; ++q) {
    known = attributes[q].HasLabel(values[q]);
  }
  return {known ? Fate::kSuppressed : Fate::kUnknown, 0};
}

std::string_view SavedSolution::Counted(std::size_t q,
                                        std::string_view value) const {
  const Attribute& a = state_->attributes[q];
  return a.At(value, a.level).value_or(value);
}
std::string_view SavedSolution::label(std::uint32_t tuple,
                                      std::size_t q) const {
  const Attribute& a = state_->attributes[q];
  return a.labels[state_->tuples[tuple * state_->attributes.size() + q]];
}

SavedSolution::Placed SavedSolution::Place(
    const std::vector<std::string_view>& values) {
  State& s = *state_;
  const std::size_t width = s.attributes.size();
  if (width == 0) {
    return {s.size > 0 ? Fate::kReleased : Fate::kSuppressed, 0};
  }
  if (!s.rounds.empty()) return s.InRounds(values);
  if (const auto listed = s.Listed(values)) return {Fate::kReleased, *listed};
  s.covering.clear();
  std::size_t rarest = 0;
  std::size_t fewest = s.size + 1;
  for (std::size_t q = 0; q < width; ++q) {
    const Covering& covering = s.attributes[q].Of(values[q]);
    if (!covering.known) return {Fate::kUnknown, 0};
    std::size_t tuples = 0;
    for (const std::uint32_t l : covering.labels) {
      tuples += s.attributes[q].tuples[l].size();
    }
    if (tuples < fewest) rarest = q;
    fewest = std::min(fewest, tuples);
    s.covering.push_back(&covering);
  }
  std::optional<std::uint32_t> first;
  for (const std::uint32_t l : s.covering[rarest]->labels) {
    for (const std::uint32_t tuple : s.attributes[rarest].tuples[l]) {
      if (first && tuple >= *first) break;
      bool covers = true;
      for (std::size_t q = 0; q < width && covers; ++q) {
        covers = std::ranges::binary_search(s.covering[q]->labels,
                                            s.tuples[tuple * width + q]);
      }
      if (covers) first = tuple;
    }
  }
  if (!first) return {Fate::kSuppressed, 0};
  return {Fate::kReleased, *first};
}

}  // namespace anon
