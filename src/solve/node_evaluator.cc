// SPDX-License-Identifier: Apache-2.0
#include "solve/node_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "anon/solve/solution.h"
#include "base/status_macros.h"
#include "solve/within_table.h"

namespace anon::internal {
namespace {

Lattice MakeLattice(const std::vector<SearchAttribute>& attributes) {
  Levels least;
  Levels most;
  for (const SearchAttribute& a : attributes) {
    const bool flat = a.hierarchy == nullptr;
    least.push_back(flat ? 0 : a.counted_level);
    most.push_back(flat ? 0 : a.most.value_or(a.hierarchy->height()));
  }
  return Lattice(std::move(least), std::move(most));
}

// By how much sums that should be equal may differ.
constexpr double kRounding = 1e-12;

// Classes that are worth rolling up in steps.
constexpr std::size_t kLarge = 1000;

// What `classes` have to fall below to be fewer by a fifth.
std::size_t Shrunk(std::size_t classes) { return classes - classes / 5; }

// The people who lose a record.
absl::StatusOr<std::int64_t> SuppressedBy(const Solution& solution,
                                          const Classes& classes) {
  std::vector<bool> dropped = solution.kept;
  dropped.flip();
  return classes.PrincipalsOf(dropped);
}

absl::Status CheckGoal(const Classes& classes, const Goal& goal) {
  if (goal.attributes.size() != classes.quasi_identifiers().size()) {
    return PolicyError("a search needs one attribute per quasi-identifier");
  }
  if (goal.attributes.size() > PackedLevels::kMost) {
    return PolicyError("a search takes at most 32 quasi-identifiers");
  }
  if ((!classes.one_row_per_principal() || classes.has_groups()) &&
      classes.membership() == nullptr) {
    return PolicyError(
        "a search of principals with several records, or of groups, needs to "
        "know who is in which class: count with keep_membership");
  }
  for (std::size_t q = 0; q < goal.attributes.size(); ++q) {
    const SearchAttribute& a = goal.attributes[q];
    if (a.hierarchy == nullptr) continue;
    const std::size_t most = a.most.value_or(a.hierarchy->height());
    if (a.counted_level > most || most > a.hierarchy->height() || most > 127) {
      return PolicyError(fmt::format(
          "column {}: levels {} to {} are not in its hierarchy, which has "
          "levels 0 to {}",
          classes.quasi_identifiers()[q], a.counted_level, most,
          a.hierarchy->height()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<NodeEvaluator>> NodeEvaluator::Create(
    const Classes& classes, const Goal& goal, const SearchBudget& budget) {
  ANON_RETURN_IF_ERROR(CheckGoal(classes, goal));
  std::unique_ptr<NodeEvaluator> made(new NodeEvaluator(
      classes, goal, MakeLattice(goal.attributes), budget.threads));
  made->people_ = classes.total_principals();
  made->one_row_each_ = classes.one_row_per_principal();
  made->limit_ = goal.suppression_limit.FloorOf(made->people_);
  made->memory_ = budget.memory;
  ANON_ASSIGN_OR_RETURN(made->fields_, PackFields(made->maps_, goal.attributes,
                                                  classes.quasi_identifiers()));
  for (std::size_t q = 0; q < goal.attributes.size(); ++q) {
    made->order_.push_back(q);
  }
  std::ranges::stable_sort(made->order_, [&](std::size_t a, std::size_t b) {
    const Levels& least = made->lattice_.least();
    return made->maps_.size(a, least[a]) > made->maps_.size(b, least[b]);
  });
  ANON_ASSIGN_OR_RETURN(made->judge_, ClassJudge::Create(classes, goal));
  made->own_models_ = goal.models;
  if (!goal.against_release) {
    ANON_ASSIGN_OR_RETURN(made->own_models_,
                          WithinTable(goal.models, classes, goal.context));
  }
  ANON_RETURN_IF_ERROR(made->BindObjective());
  ANON_ASSIGN_OR_RETURN(ClassArrays base,
                        ArraysOf(classes, made->fields_, made->wanted_));
  made->snapshots_.push_back(
      {PackedLevels(made->lattice_.least()), made->lattice_.least(),
       std::make_shared<const ClassArrays>(std::move(base))});
  return made;
}

absl::Status NodeEvaluator::BindObjective() {
  std::vector<ObjectiveAttribute> attributes;
  for (const SearchAttribute& a : goal_.attributes) {
    attributes.push_back({a.hierarchy, a.counted_level, a.weight});
  }
  ANON_ASSIGN_OR_RETURN(objective_,
                        MakeObjective(goal_.objective, classes_, attributes));
  level_bound_ = objective_->LevelBound(lattice_.most(), 0).has_value();
  wanted_ = judge_->guarded();
  const auto measured = classes_.SensitiveIndex(goal_.objective.attribute);
  if (measured) wanted_[*measured] = true;
  if (std::ranges::find(wanted_, true) == wanted_.end()) wanted_.clear();
  cheap_suppression_ =
      goal_.objective.suppression_factor < *Ratio::Create(1, 2);
  return absl::OkStatus();
}

const NodeEvaluator::Snapshot& NodeEvaluator::Source(
    const PackedLevels& packed) const {
  const std::size_t words = (lattice_.width() + 7) / 8;
  for (const Snapshot& snapshot : snapshots_) {
    if (snapshot.packed.FinerOrSame(packed, words)) return snapshot;
  }
  return snapshots_.back();  // the counted classes are finer than any
}

// Whether nothing says that a node at `to` has nearly as many classes as one
// finer that has `from`: coarser nodes have no more.
bool NodeEvaluator::MayShrink(const PackedLevels& to, std::size_t from) const {
  const std::size_t words = (lattice_.width() + 7) / 8;
  return std::ranges::none_of(sizes_, [&](const auto& known) {
    return known.second >= Shrunk(from) && to.FinerOrSame(known.first, words);
  });
}

void NodeEvaluator::Remember(const Levels& levels, std::size_t classes) {
  if (classes >= Shrunk(kLarge)) sizes_.emplace_back(levels, classes);
}

// From large sources attribute by attribute, those of most values first: what
// is on the way is small soon, and the next nodes can start from it. If not
// `whole`, it stops where too many are in classes that are too small.
NodeEvaluator::Rolled NodeEvaluator::Arrays(const Levels& levels, bool whole) {
  constexpr double kShrinks = 60;  // tuples there can be, each time
  double shrinks = 1;
  const Snapshot& source = Source(PackedLevels(levels));
  std::shared_ptr<const ClassArrays> from = source.classes;
  Levels at = source.levels;
  auto made = std::make_shared<ClassArrays>();
  std::vector<ClassRoller::Step> steps;
  for (const std::size_t q : order_) {
    if (at[q] != levels[q]) {
      shrinks *= static_cast<double>(maps_.size(q, at[q])) /
                 static_cast<double>(maps_.size(q, levels[q]));
      steps.push_back(
          {.field = fields_[q], .map = maps_.At(q, at[q], levels[q]).data()});
      at[q] = levels[q];
    }
    if (at == levels) break;
    if (steps.empty() || from->size() < kLarge || shrinks < kShrinks ||
        !MayShrink(PackedLevels(at), from->size())) {
      continue;
    }
    roller_.RollUp(*from, steps, MostClasses(at), *made);
    Remember(at, made->size());
    steps.clear();
    shrinks = 1;
    const bool shrunk = made->size() < Shrunk(from->size());
    from = made;
    if (shrunk) Keep(at, from);
    made = std::make_shared<ClassArrays>();
  }
  Enough enough;
  if (!whole && level_bound_ && one_row_each_)
    enough = {judge_->least_size(), limit_};
  const std::int64_t small =
      roller_.RollUp(*from, steps, MostClasses(levels), *made, enough);
  if (small == 0) Remember(levels, made->size());
  return {std::move(made), small};
}

std::shared_ptr<const ClassArrays> NodeEvaluator::OneUp(
    const ClassArrays& classes, const Levels& levels, std::size_t q) {
  Levels up = levels;
  ++up[q];
  const ClassRoller::Step step{.field = fields_[q],
                               .map = maps_.At(q, levels[q], up[q]).data()};
  auto made = std::make_shared<ClassArrays>();
  roller_.RollUpSorted(classes, step, maps_.size(q, levels[q]), MostClasses(up),
                       *made);
  return made;
}

// The tuples that `levels` have room for, up to 2^31.
std::uint64_t NodeEvaluator::MostClasses(const Levels& levels) const {
  constexpr std::uint64_t kMany = std::uint64_t{1} << 31;
  std::uint64_t most = 1;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    const std::uint64_t codes = maps_.size(q, levels[q]);
    most = std::min(most * std::min(codes, kMany), kMany);
  }
  return most;
}

void NodeEvaluator::Keep(const Levels& levels,
                         std::shared_ptr<const ClassArrays> arrays) {
  const auto bytes = static_cast<std::int64_t>(arrays->bytes());
  if (bytes > memory_) return;
  memory_ -= bytes;
  const auto at = std::ranges::upper_bound(
      snapshots_, arrays->size(), {},
      [](const Snapshot& s) { return s.classes->size(); });
  // The counted classes stay last: they are the source of last resort.
  snapshots_.insert(std::min(at, snapshots_.end() - 1),
                    {PackedLevels(levels), levels, std::move(arrays)});
}

GeneralizedClasses NodeEvaluator::View(const Levels& levels,
                                       const ClassArrays& arrays) {
  words_.assign(arrays.tuples.begin(),
                arrays.tuples.begin() + static_cast<int>(arrays.words));
  views_.clear();
  for (const HistogramArrays& histogram : arrays.histograms) {
    views_.push_back({histogram.starts, histogram.cells});
  }
  return {.levels = levels,
          .fields = fields_,
          .tuples = words_,
          .records = arrays.records,
          .kept = {},
          .histograms = views_,
          .suppressed = 0};
}

// Tests that classes of `source` have the given codes at `levels`, the most
// telling first.
std::vector<NodeEvaluator::CodeTest> NodeEvaluator::TestsOf(
    const Snapshot& source, const Levels& levels,
    const std::vector<std::uint32_t>& codes) const {
  std::vector<CodeTest> tests;
  for (const std::size_t q : order_) {
    if (maps_.size(q, levels[q]) == 1) continue;
    tests.push_back({.words = source.classes->tuples[fields_[q].word].data(),
                     .field = fields_[q],
                     .map = maps_.At(q, source.levels[q], levels[q]).data(),
                     .code = codes[q]});
  }
  return tests;
}

// How many people have the tuple of someone with counted `codes` at `levels`,
// or some number not below `enough`.
std::int64_t NodeEvaluator::CountAlike(const Snapshot& source,
                                       const Levels& levels,
                                       std::vector<std::uint32_t> codes,
                                       std::int64_t enough) const {
  for (std::size_t q = 0; q < codes.size(); ++q) {
    codes[q] = maps_.At(q, lattice_.least()[q], levels[q])[codes[q]];
  }
  const std::vector<CodeTest> tests = TestsOf(source, levels, codes);
  const ClassArrays& classes = *source.classes;
  std::int64_t people = 0;
  for (std::size_t i = 0; i < classes.size() && people < enough; ++i) {
    if (AllHold(tests, i)) people += classes.records[i];
  }
  return people;
}

// The people of a class at `levels` that is too small, if a witness is in one;
// else 0. Where nobody may be suppressed, that settles the node without its
// classes: who stands out at one node mostly does at the next.
std::int64_t NodeEvaluator::Witnessed(const Levels& levels) {
  if (witnesses_.empty()) return 0;
  const Snapshot& source = Source(PackedLevels(levels));
  for (std::size_t w = 0; w < witnesses_.size(); ++w) {
    const std::int64_t people =
        CountAlike(source, levels, witnesses_[w], judge_->least_size());
    if (people >= judge_->least_size()) continue;
    const auto at = witnesses_.begin() + static_cast<std::ptrdiff_t>(w);
    std::rotate(witnesses_.begin(), at, at + 1);
    return people;
  }
  return 0;
}

// Somebody in the smallest class.
void NodeEvaluator::AddWitness(const Levels& levels,
                               const ClassArrays& arrays) {
  constexpr std::size_t kMost = 6;
  if (!one_row_each_) return;
  const auto least = std::ranges::min_element(arrays.records);
  if (*least >= judge_->least_size()) return;
  const auto smallest =
      static_cast<std::size_t>(least - arrays.records.begin());
  const std::vector<CodeTest> tests =
      TestsOf(snapshots_.back(), levels, CodesOf(arrays, smallest));
  const ClassArrays& counted = *snapshots_.back().classes;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (!AllHold(tests, i)) continue;
    witnesses_.insert(witnesses_.begin(), CodesOf(counted, i));
    if (witnesses_.size() > kMost) witnesses_.pop_back();
    return;
  }
}

Evaluation NodeEvaluator::Look(const Levels& levels, bool whole) {
  ++evaluated_;
  const bool given = given_ != nullptr;
  const std::int64_t people = given || whole ? 0 : Witnessed(levels);
  if (people > 0) {
    return {.suppressed = people, .least_finer = people, .last_word = false};
  }
  const auto [arrays, small] =
      given ? Rolled{std::exchange(given_, nullptr)} : Arrays(levels, whole);
  if (small > 0) {
    if (limit_ == 0) AddWitness(levels, *arrays);
    return {.suppressed = small, .least_finer = small, .last_word = false};
  }
  Evaluation found;
  GeneralizedClasses view = View(levels, *arrays);
  const Judgement judgement = judge_->Judge(*arrays);
  found.suppressed = judgement.suppressed;
  found.least_finer = judgement.least_finer;
  found.classes = judgement.classes;
  if (!level_bound_) {
    const double cost = objective_->Measure(view);
    found.least_coarser = cost - kRounding * (1 + std::abs(cost));
  }
  found.admissible = found.suppressed <= limit_ && judgement.whole_holds;
  if (limit_ == 0 && !found.admissible && !given) AddWitness(levels, *arrays);
  if (found.admissible) {
    view.kept = judge_->kept();
    view.suppressed = judgement.suppressed_records;
    found.cost = objective_->Measure(view);
  }
  if (!given) Keep(levels, arrays);
  return found;
}

// Drops classes from the node's own table until all models hold on what is
// left. Suppresses no fewer than Look.
absl::StatusOr<Evaluation> NodeEvaluator::Confirm(const Levels& levels,
                                                  Evaluation found) {
  ANON_ASSIGN_OR_RETURN(const Classes own,
                        AtLevels(classes_, goal_.attributes, levels));
  ModelContext context = ContextAt(levels);
  ANON_ASSIGN_OR_RETURN(const Solution solution,
                        SolveFixedLevels(own, own_models_, context));
  context.standing = &solution.kept;
  ANON_ASSIGN_OR_RETURN(found.suppressed, SuppressedBy(solution, own));
  found.classes = solution.classes_kept;
  found.admissible = found.suppressed <= limit_;
  for (const auto& model : own_models_) {
    if (!found.admissible) return found;
    ANON_ASSIGN_OR_RETURN(const Verdict verdict, model->Judge(own, context));
    found.admissible = verdict.satisfied;
  }
  if (!found.admissible) return found;
  ANON_ASSIGN_OR_RETURN(const ClassArrays arrays,
                        ArraysOf(own, fields_, wanted_));
  const std::vector<std::uint8_t> kept(solution.kept.begin(),
                                       solution.kept.end());
  GeneralizedClasses view = View(levels, arrays);
  view.kept = kept;
  view.suppressed = solution.records_suppressed;
  found.cost = objective_->Measure(view);
  return found;
}

absl::StatusOr<NodeEvaluator::No> NodeEvaluator::WhyNot(const Levels& levels,
                                                        bool all) const {
  ANON_ASSIGN_OR_RETURN(const Classes own,
                        AtLevels(classes_, goal_.attributes, levels));
  const ModelContext context = ContextAt(levels);
  ANON_ASSIGN_OR_RETURN(const Solution solution,
                        SolveFixedLevels(own, own_models_, context));
  const Verdict* worst = nullptr;
  for (const Verdict& verdict : solution.before) {
    if (verdict.satisfied) continue;
    if (worst == nullptr || verdict.failing_records > worst->failing_records) {
      worst = &verdict;
    }
  }
  No no;
  ANON_ASSIGN_OR_RETURN(no.suppressed, SuppressedBy(solution, own));
  no.reason = fmt::format(
      "{} satisfy models and suppression limit; the nearest suppress {} of {} "
      "principals where {} are allowed",
      all ? "no levels"
          : fmt::format("none of the {} levels that were looked at",
                        evaluated_),
      no.suppressed, people_, limit_);
  if (worst == nullptr) return no;
  no.reason += no.suppressed > limit_ ? ", and most of them fail "
                                      : ", but what is left then fails ";
  no.reason += worst->model;
  if (!worst->attribute.empty()) no.reason += " of '" + worst->attribute + "'";
  return no;
}

}  // namespace anon::internal
