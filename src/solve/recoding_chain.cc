// SPDX-License-Identifier: Apache-2.0
#include "solve/recoding_chain.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "solve/within_table.h"

namespace anon::internal {

ChainMaker::Labels ChainMaker::LabelsOf(const SearchAttribute& a) {
  Labels labels;
  if (a.hierarchy == nullptr) return labels;
  absl::flat_hash_map<std::string_view, std::uint32_t> numbers;
  const std::size_t most = a.most.value_or(a.hierarchy->height());
  for (std::size_t level = a.counted_level; level <= most; ++level) {
    Codes& codes = labels.of.emplace_back();
    for (std::uint32_t c = 0; c < a.hierarchy->size(a.counted_level); ++c) {
      const std::string_view text = a.hierarchy->label(
          level, a.hierarchy->Generalize(c, a.counted_level, level));
      const auto [at, fresh] = numbers.try_emplace(
          text, static_cast<std::uint32_t>(labels.texts.size()));
      if (fresh) labels.texts.push_back(text);
      codes.push_back(at->second);
    }
  }
  return labels;
}

ChainMaker::Codes ChainMaker::TupleOf(const Classes& classes, std::size_t i) {
  Codes tuple(classes.quasi_identifiers().size());
  for (std::size_t q = 0; q < tuple.size(); ++q) tuple[q] = classes.code(i, q);
  return tuple;
}

absl::StatusOr<std::unique_ptr<ChainMaker>> ChainMaker::Create(
    const Classes& classes, const Goal& goal) {
  if (goal.attributes.size() != classes.quasi_identifiers().size()) {
    return PolicyError("a search needs one attribute per quasi-identifier");
  }
  std::vector<ObjectiveAttribute> attributes;
  for (const SearchAttribute& a : goal.attributes) {
    attributes.push_back({a.hierarchy, a.counted_level, a.weight});
  }
  ANON_ASSIGN_OR_RETURN(
      RecodedCost cost,
      RecodedCost::Create(goal.objective, classes, attributes));
  std::unique_ptr<ChainMaker> made(
      new ChainMaker(classes, goal, std::move(cost)));
  ANON_ASSIGN_OR_RETURN(made->within_,
                        WithinTable(goal.models, classes, goal.context));
  for (const SearchAttribute& a : goal.attributes) {
    made->labels_.push_back(LabelsOf(a));
  }
  return made;
}

Chain ChainMaker::Nothing() const {
  Chain chain;
  chain.round_of.assign(classes_.size(), Chain::kNone);
  chain.suppressed = classes_.total_principals();
  return chain;
}

TupleNumbers ChainMaker::TuplesAt(const Levels& levels) {
  TupleNumbers& known = tuples_[levels];
  if (known) return known;
  std::vector<std::uint32_t> tuples(classes_.size());
  Codes tuple(levels.size());
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    for (std::size_t q = 0; q < levels.size(); ++q) {
      const SearchAttribute& a = goal_.attributes[q];
      const std::uint32_t code = classes_.code(i, q);
      tuple[q] = a.hierarchy == nullptr
                     ? code
                     : labels_[q].of[levels[q] - a.counted_level][code];
    }
    tuples[i] =
        numbers_.try_emplace(tuple, static_cast<std::uint32_t>(numbers_.size()))
            .first->second;
  }
  known = std::make_shared<const std::vector<std::uint32_t>>(std::move(tuples));
  return known;
}

void ChainMaker::Assign(Chain& chain) const {
  chain.suppressed = 0;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    std::uint32_t r = 0;
    while (r < chain.rounds.size() && !chain.rounds[r].Lists(i)) ++r;
    chain.round_of[i] = r < chain.rounds.size() ? r : Chain::kNone;
    if (r == chain.rounds.size()) chain.suppressed += classes_.principals(i);
  }
}

absl::StatusOr<Classes> ChainMaker::Rest(const Chain& chain) const {
  std::vector<bool> left(classes_.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    left[i] = chain.round_of[i] == Chain::kNone;
  }
  return classes_.Select(left);
}

absl::StatusOr<Classes> ChainMaker::ReleasedBy(const Chain& chain,
                                               std::size_t r) const {
  std::vector<bool> own(classes_.size());
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = chain.round_of[i] == r;
  ANON_ASSIGN_OR_RETURN(const Classes part, classes_.Select(own));
  std::vector<Codes> maps(goal_.attributes.size());
  for (std::size_t q = 0; q < maps.size(); ++q) {
    const SearchAttribute& a = goal_.attributes[q];
    if (a.hierarchy == nullptr) continue;
    maps[q] = labels_[q].of[chain.rounds[r].levels[q] - a.counted_level];
  }
  return part.RollUp(maps);
}

absl::StatusOr<std::shared_ptr<const Classes>> ChainMaker::Union(
    const Chain& chain) const {
  std::vector<Classes> parts;
  parts.reserve(chain.rounds.size());
  for (std::size_t r = 0; r < chain.rounds.size(); ++r) {
    ANON_ASSIGN_OR_RETURN(Classes part, ReleasedBy(chain, r));
    parts.push_back(std::move(part));
  }
  std::vector<const Classes*> pointers;
  pointers.reserve(parts.size());
  for (const Classes& part : parts) pointers.push_back(&part);
  ANON_ASSIGN_OR_RETURN(Classes all, Classes::Merge(pointers));
  return std::make_shared<const Classes>(std::move(all));
}

// Numbers of the released tuples whose class fails one of `models`.
absl::StatusOr<std::vector<std::uint32_t>> ChainMaker::Failing(
    const Classes& released, const PrivacyModels& models) const {
  std::vector<std::unique_ptr<const BoundModel>> bound;
  for (const auto& model : models) {
    if (!model->class_by_class()) continue;
    ANON_ASSIGN_OR_RETURN(bound.emplace_back(),
                          model->On(released, goal_.context));
  }
  std::vector<std::uint32_t> failing;
  for (std::size_t i = 0; i < released.size(); ++i) {
    const auto holds = [i](const auto& model) { return model->Holds(i); };
    if (std::ranges::all_of(bound, holds)) continue;
    failing.push_back(numbers_.at(TupleOf(released, i)));
  }
  return failing;
}

// Takes off the list of the last round what fails against the whole table, by
// itself or in one class with what is released already.
absl::Status ChainMaker::SettleLast(const Chain& before, Chain& chain) const {
  std::vector<bool>& listed = chain.rounds.back().listed;
  for (bool changed = true; changed;) {
    Assign(chain);
    ANON_ASSIGN_OR_RETURN(Classes all,
                          ReleasedBy(chain, chain.rounds.size() - 1));
    if (before.released) {
      const std::vector<const Classes*> parts = {before.released.get(), &all};
      ANON_ASSIGN_OR_RETURN(all, Classes::Merge(parts));
    }
    ANON_ASSIGN_OR_RETURN(const auto failing, Failing(all, within_));
    chain.released = std::make_shared<const Classes>(std::move(all));
    changed = false;
    for (const std::uint32_t tuple : failing) {
      if (tuple >= listed.size() || !listed[tuple]) continue;
      listed[tuple] = false;
      changed = true;
    }
  }
  return absl::OkStatus();
}

// Takes off all lists what fails, until nothing does that suppression mends.
absl::Status ChainMaker::SettleAll(Chain& chain) const {
  const PrivacyModels& models = goal_.against_release ? goal_.models : within_;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const auto failing, Failing(*chain.released, models));
    if (failing.empty()) break;
    for (const std::uint32_t tuple : failing) {
      for (ChainRound& round : chain.rounds) {
        if (tuple < round.listed.size()) round.listed[tuple] = false;
      }
    }
    Assign(chain);
    ANON_ASSIGN_OR_RETURN(chain.released, Union(chain));
  }
  chain.holds = true;
  for (const auto& model : models) {
    ANON_ASSIGN_OR_RETURN(const Verdict verdict,
                          model->Judge(*chain.released, goal_.context));
    chain.holds = chain.holds && verdict.satisfied;
  }
  return absl::OkStatus();
}

absl::StatusOr<Chain> ChainMaker::Extend(const Chain& chain,
                                         const Levels& levels, bool optimal) {
  Chain longer = chain;
  ChainRound& round = longer.rounds.emplace_back();
  round.levels = levels;
  round.optimal = optimal;
  round.tuple_of = TuplesAt(levels);
  round.listed.resize(numbers_.size());
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    if (chain.round_of[i] != Chain::kNone) continue;
    round.listed[(*round.tuple_of)[i]] = true;
  }
  ANON_RETURN_IF_ERROR(SettleLast(chain, longer));
  ANON_RETURN_IF_ERROR(SettleAll(longer));
  longer.cost = CostAfter(longer, longer.rounds.size());
  return longer;
}

double ChainMaker::CostAfter(const Chain& chain, std::size_t rounds) const {
  std::vector<Levels> levels;
  for (const ChainRound& round : chain.rounds) levels.push_back(round.levels);
  std::vector<std::uint32_t> round_of = chain.round_of;
  for (std::uint32_t& r : round_of) {
    if (r >= rounds) r = Chain::kNone;
  }
  return cost_.Measure(round_of, levels);
}

absl::StatusOr<Recoding> ChainMaker::Regions(const Chain& chain) const {
  Recoding recoding;
  const Classes& released = *chain.released;
  const std::size_t width = goal_.attributes.size();
  std::vector<std::map<std::uint32_t, std::uint32_t>> places(width);
  recoding.attributes.resize(width,
                             {.kind = "rounds", .labels = {}, .covers = {}});
  std::vector<std::uint32_t> region_of(numbers_.size(), Recoding::kSuppressed);
  for (std::size_t i = 0; i < released.size(); ++i) {
    const Codes tuple = TupleOf(released, i);
    for (std::size_t q = 0; q < width; ++q) {
      std::vector<std::string>& labels = recoding.attributes[q].labels;
      const auto [at, fresh] = places[q].emplace(
          tuple[q], static_cast<std::uint32_t>(labels.size()));
      recoding.regions.push_back(at->second);
      if (!fresh) continue;
      if (goal_.attributes[q].hierarchy != nullptr) {
        labels.emplace_back(labels_[q].texts[tuple[q]]);
      } else if (goal_.context.quasi_label) {
        labels.emplace_back(goal_.context.quasi_label(q, tuple[q]));
      } else {
        labels.push_back(std::to_string(tuple[q]));
      }
    }
    recoding.principals.push_back(released.principals(i));
    region_of[numbers_.at(tuple)] = static_cast<std::uint32_t>(i);
  }
  recoding.region_of.assign(classes_.size(), Recoding::kSuppressed);
  for (const ChainRound& round : chain.rounds) {
    recoding.rounds.push_back({.levels = round.levels, .regions = {}});
  }
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const std::uint32_t r = chain.round_of[i];
    if (r == Chain::kNone) continue;
    recoding.region_of[i] = region_of[(*chain.rounds[r].tuple_of)[i]];
    recoding.rounds[r].regions.push_back(recoding.region_of[i]);
  }
  for (Recoding::Round& round : recoding.rounds) {
    std::ranges::sort(round.regions);
    const auto rest = std::unique(round.regions.begin(), round.regions.end());
    round.regions.erase(rest, round.regions.end());
  }
  return recoding;
}

}  // namespace anon::internal
