// SPDX-License-Identifier: Apache-2.0
//
// Minimality attack (Wong, Fu, Wang and Pei, VLDB 2007). Example, l = 2: of the
// women of 41 both have HIV, of the five women of 43 nobody; a release by
// decade holds seven women, two with HIV. Who knows everybody's age, and that
// single years would have been released had they been diverse, knows that some
// year was not, and may know which.
//
// The attacker assumed here knows the release, the policy, everybody's
// quasi-identifiers (also of the suppressed), the distribution of sensitive
// values in the input, and that a search chose the levels. He does not know who
// has which value: all ways to give the people of a released class its values
// are equally likely to him (worlds), independently in each class and of what
// the suppressed have. His confidence that somebody has a value is the share of
// the worlds that agree with what he knows. Without the search that is the
// frequency f of the value in the class.
//
// 1. By sizes. The search is run again with the models that look at sizes only.
//    If it ends at the same levels and suppresses the same classes, no world is
//    excluded: a node that were better in some world would satisfy more models
//    there than those of sizes, so suppress no more by sizes, cost no more (for
//    the objectives named below), and have been found. Confidence is f, against
//    the whole knowledge of the search.
// 2. Otherwise only this is used: that each node one level finer in one
//    attribute was not better. Many are ruled out by sizes alone, in all worlds
//    (too much suppressed, or dearer with what sizes suppress). Of an open
//    node, some classes must have failed by their values. E: all open nodes are
//    ruled out. P(E) is bounded from below: of a part D of a released class C
//    it is known how likely it fails, as its values are drawn from those of C
//    (all histograms of |D| values are gone through, or D counts as never
//    failing); different C are independent, so from one D of each the chance
//    that more people fail than the limit allows is summed up exactly; several
//    open nodes share the classes out, and their chances multiply. Let a be the
//    chance that some part of C fails at an open node. Where none does, E is
//    decided by the other classes. E only becomes likelier if more fails, so
//    P(value, E) <= f P(E) + min(f, a), and the confidence is at most f +
//    min(f, a) / P(E). One class of many that may be to blame gives little
//    away; the only one gives all away, and the bound is 1.
//
// Limits. Of levels that are not proven best there is no bound, unless no model
// looks at values. The bound is 1 where suppression may lower the cost (the
// other objectives, a factor below 1/2; not at a limit of 0), and with a model
// that is not decided class by class. Case 2 does not look at nodes that are
// not finer (a search excludes them too), nor at knowledge of the world beyond
// the above. Where a model compares with the release and people may be
// suppressed, parts of all classes decide together, and a counts as 1. Rounds
// of local recoding are chosen along several paths: case 2 says nothing of
// them, and case 1 only if no model looks at values.
//
// Cost: a second search, and for case 2 two roll-ups an attribute and at most
// kHistograms judgements a part. Tested in tests/solve/minimality_test.cc
// against an attacker who lists all worlds.
#include "anon/solve/minimality.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "anon/solve/solution.h"
#include "base/log_factorial.h"
#include "base/status_macros.h"
#include "solve/downcoding.h"
#include "solve/lattice.h"
#include "solve/least_size.h"
#include "solve/within_table.h"

namespace anon {
namespace {

using internal::Levels;
using Histogram = std::vector<ValueCount>;

constexpr double kHistograms = 10'000;   // of one part
constexpr double kJudgements = 500'000;  // of one node

bool LooksAtSizes(const PrivacyModel& model) {
  return model.attribute().empty() && !model.needs().population;
}

bool AllBySizes(const PrivacyModels& models) {
  return std::ranges::all_of(
      models, [](const auto& model) { return LooksAtSizes(*model); });
}

// Whether suppressing more never costs less, whatever stands.
bool RisesWithSuppression(const ObjectiveSpec& spec) {
  static constexpr std::string_view kRise[] = {
      "ambiguity", "average_class_size",   "discernibility", "height",
      "loss",      "loss_arithmetic_mean", "precision"};
  return std::ranges::find(kRise, spec.name) != std::end(kRise) &&
         spec.suppression_factor >= *Ratio::Create(1, 2);
}

// How many histograms `size` people drawn from `whole` can have, or more.
double CountDraws(std::span<const ValueCount> whole, std::int64_t size) {
  constexpr std::int64_t kFew = 32;
  if (size > kFew) {
    double most = 1;
    for (std::size_t v = 1; v < whole.size(); ++v) {
      most *= static_cast<double>(std::min(whole[v].principals, size)) + 1;
    }
    return most;
  }
  std::vector<double> ways(static_cast<std::size_t>(size) + 1);
  ways[0] = 1;
  for (const ValueCount& value : whole) {
    for (std::size_t n = ways.size(); n-- > 1;) {
      const auto most =
          std::min<std::size_t>(n, static_cast<std::size_t>(value.principals));
      for (std::size_t j = 1; j <= most; ++j) ways[n] += ways[n - j];
    }
  }
  return ways.back();
}

// Calls visit(histogram, how likely) for all histograms that `size` people
// drawn from `whole` can have.
template <typename Visit>
class Draws {
 public:
  Draws(std::span<const ValueCount> whole, std::int64_t size, Visit visit)
      : whole_(whole), visit_(std::move(visit)), log_all_(0) {
    for (const ValueCount& value : whole) after_.push_back(value.principals);
    for (std::size_t v = after_.size(); v-- > 1;) after_[v - 1] += after_[v];
    log_all_ = LogChoose(after_.front(), size);
  }
  void Run(std::int64_t size) { From(0, size, -log_all_); }

 private:
  static double LogChoose(std::int64_t n, std::int64_t k) {
    using internal::LogFactorial;
    return LogFactorial(static_cast<double>(n)) -
           LogFactorial(static_cast<double>(k)) -
           LogFactorial(static_cast<double>(n - k));
  }
  void From(std::size_t v, std::int64_t left, double log_chance) {
    if (left == 0) {
      visit_(drawn_, std::exp(log_chance));
      return;
    }
    const std::int64_t beyond = v + 1 < after_.size() ? after_[v + 1] : 0;
    const std::int64_t most = std::min(whole_[v].principals, left);
    for (std::int64_t n = std::max<std::int64_t>(0, left - beyond); n <= most;
         ++n) {
      if (n > 0) drawn_.push_back({whole_[v].code, n});
      From(v + 1, left - n, log_chance + LogChoose(whole_[v].principals, n));
      if (n > 0) drawn_.pop_back();
    }
  }

  const std::span<const ValueCount> whole_;
  Visit visit_;
  std::vector<std::int64_t> after_;  // people from this value on
  double log_all_;
  Histogram drawn_;
};

struct Chance {
  double least = 0;
  double most = 1;
};

class Attack {
 public:
  Attack(const Classes& classes, const Goal& goal, const SearchResult& found)
      : classes_(classes),
        goal_(goal),
        found_(found),
        limit_(goal.suppression_limit.FloorOf(classes.total_principals())) {}
  absl::StatusOr<Minimality> Run(const SearchBudget& budget);

 private:
  // A released class: how surely its open parts fail.
  struct Blame {
    double least = 0;         // of the part that fails the most surely
    std::int64_t people = 0;  // of that part
    double some = 0;          // at most: that any part fails
  };
  absl::Status Prepare();
  absl::StatusOr<bool> BySizes(const SearchBudget& budget) const;
  absl::StatusOr<bool> RuledOutBySizes(const Levels& levels,
                                       const Classes& finer) const;
  absl::Status LookAt(std::size_t q);
  Chance FailsBy(std::span<const ValueCount> whole, std::size_t sensitive,
                 std::int64_t people);
  Chance Fails(std::size_t of, std::int64_t people);
  double RuledOut(std::size_t node, std::size_t nodes) const;
  void Guess(Minimality& told) const;

  const Classes& classes_;
  const Goal& goal_;
  const SearchResult& found_;
  const std::int64_t limit_;
  std::optional<Classes> own_;  // at the levels that were found
  std::vector<bool> kept_;      // of these
  PrivacyModels by_size_;
  std::int64_t least_size_ = 0;
  // [sensitive attribute] models of it, bound to the input.
  std::vector<std::vector<std::unique_ptr<const BoundModel>>> by_value_;
  bool apart_ = true;      // each class fails or not whatever the others do
  bool bounded_ = true;    // more that fails never makes a node better
  double judgements_ = 0;  // left of kJudgements
  std::map<std::pair<std::size_t, std::int64_t>, Chance> known_;
  std::vector<std::vector<Blame>> open_;       // [open node][class of own_]
  std::vector<std::int64_t> failing_by_size_;  // [open node] people
};

absl::Status Attack::Prepare() {
  ANON_ASSIGN_OR_RETURN(
      own_, AtLevels(classes_, goal_.attributes, found_.best.levels));
  PrivacyModels models = goal_.models;
  if (!goal_.against_release) {
    ANON_ASSIGN_OR_RETURN(
        models, internal::WithinTable(models, classes_, goal_.context));
  }
  ANON_ASSIGN_OR_RETURN(const Solution solution,
                        SolveFixedLevels(*own_, models, goal_.context));
  kept_ = solution.kept;
  bounded_ = limit_ == 0 || RisesWithSuppression(goal_.objective);
  by_value_.resize(classes_.sensitive_attributes().size());
  for (const auto& model : goal_.models) {
    ANON_ASSIGN_OR_RETURN(auto bound, model->On(classes_, goal_.context));
    bounded_ = bounded_ && model->class_by_class();
    if (LooksAtSizes(*model)) {
      if (!model->absorbing() || !model->class_by_class()) continue;
      by_size_.push_back(model);
      least_size_ =
          std::max(least_size_,
                   internal::LeastSize(*bound, classes_.total_principals()));
      continue;
    }
    const auto s = classes_.SensitiveIndex(model->attribute());
    if (!s) return PolicyError("minimality looks at no model of a population");
    if (model->needs().distribution && goal_.against_release && limit_ > 0) {
      apart_ = false;
    }
    by_value_[*s].push_back(std::move(bound));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Attack::BySizes(const SearchBudget& budget) const {
  if (goal_.objective.name == "classification") return false;
  if (AllBySizes(goal_.models)) return true;
  if (!found_.optimal || !RisesWithSuppression(goal_.objective)) return false;
  Goal sizes = goal_;
  sizes.models = by_size_;
  ANON_ASSIGN_OR_RETURN(const SearchResult again,
                        Solve(classes_, sizes, budget));
  if (!again.optimal || again.best.levels != found_.best.levels) return false;
  ANON_ASSIGN_OR_RETURN(const Solution same,
                        SolveFixedLevels(*own_, by_size_, goal_.context));
  return same.kept == kept_;
}

// Whether a finer node suppresses too much, or costs more, by sizes alone.
absl::StatusOr<bool> Attack::RuledOutBySizes(const Levels& levels,
                                             const Classes& finer) const {
  if (!RisesWithSuppression(goal_.objective)) {
    std::int64_t failing = 0;
    for (std::size_t i = 0; i < finer.size(); ++i) {
      if (finer.principals(i) < least_size_) failing += finer.principals(i);
    }
    return failing > limit_;
  }
  Goal one = goal_;
  one.models = by_size_;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    if (one.attributes[q].hierarchy == nullptr) continue;
    one.attributes[q].counted_level = levels[q];
    one.attributes[q].most = levels[q];
  }
  ANON_ASSIGN_OR_RETURN(const SearchResult alone, Solve(finer, one));
  return !alone.satisfied || alone.best.cost > found_.best.cost;
}

// How likely `people` drawn from a class fail a model of one attribute.
Chance Attack::FailsBy(std::span<const ValueCount> whole, std::size_t sensitive,
                       std::int64_t people) {
  std::vector<std::span<const ValueCount>> histograms(by_value_.size());
  double fails = 0;
  bool unknown = false;  // the model looks at more than figures
  const auto judge = [&](const Histogram& drawn, double chance) {
    histograms[sensitive] = drawn;
    for (const auto& model : by_value_[sensitive]) {
      const auto outcome =
          model->Of({.principals = people, .histograms = histograms});
      unknown = unknown || !outcome;
      if (!outcome || outcome->holds) continue;
      fails += chance;
      return;
    }
  };
  const double histograms_drawn = CountDraws(whole, people);
  if (histograms_drawn > std::min(kHistograms, judgements_)) return {0, 1};
  judgements_ -= histograms_drawn;
  Draws(whole, people, judge).Run(people);
  return unknown ? Chance{0, 1} : Chance{fails, fails};
}

Chance Attack::Fails(std::size_t of, std::int64_t people) {
  const auto [at, fresh] = known_.try_emplace({of, people}, Chance{0, 0});
  Chance& chance = at->second;
  if (!fresh) return chance;
  for (std::size_t s = 0; s < by_value_.size(); ++s) {
    if (by_value_[s].empty()) continue;
    const Chance one = FailsBy(own_->histogram(of, s), s, people);
    chance.least = std::max(chance.least, one.least);
    chance.most = std::min(1.0, chance.most + one.most);
  }
  return chance;
}

// The node one level finer in attribute `q`.
absl::Status Attack::LookAt(std::size_t q) {
  const SearchAttribute& a = goal_.attributes[q];
  Levels levels = found_.best.levels;
  --levels[q];
  ANON_ASSIGN_OR_RETURN(const Classes finer,
                        AtLevels(classes_, goal_.attributes, levels));
  ANON_ASSIGN_OR_RETURN(const bool out, RuledOutBySizes(levels, finer));
  if (out) return absl::OkStatus();
  judgements_ = kJudgements;
  std::vector<Blame>& blames = open_.emplace_back(own_->size());
  std::int64_t& failing = failing_by_size_.emplace_back(0);
  std::vector<std::uint32_t> tuple(levels.size());
  for (std::size_t i = 0; i < finer.size(); ++i) {
    for (std::size_t p = 0; p < tuple.size(); ++p) tuple[p] = finer.code(i, p);
    tuple[q] = a.hierarchy->Generalize(tuple[q], levels[q], levels[q] + 1);
    const std::size_t of = *own_->Find(tuple);
    const std::int64_t people = finer.principals(i);
    if (people < least_size_) {
      failing += people;
      continue;
    }
    // A class that stays whole holds as it is, and of the suppressed nothing is
    // known.
    if (!kept_[of] || people == own_->principals(of)) continue;
    const Chance chance = Fails(of, people);
    Blame& blame = blames[of];
    blame.some = std::min(1.0, blame.some + (apart_ ? chance.most : 1));
    if (chance.least * static_cast<double>(people) >
        blame.least * static_cast<double>(blame.people)) {
      blame.least = chance.least;
      blame.people = people;
    }
  }
  return absl::OkStatus();
}

// The chance that an open node suppresses too much, by its share of the
// classes: at least.
double Attack::RuledOut(std::size_t node, std::size_t nodes) const {
  const std::int64_t room = limit_ - failing_by_size_[node];
  if (room < 0) return 1;
  std::vector<Blame> parts;
  for (std::size_t i = node; i < own_->size(); i += nodes) {
    if (open_[node][i].least > 0) parts.push_back(open_[node][i]);
  }
  std::ranges::stable_sort(parts, [](const Blame& a, const Blame& b) {
    return a.least * static_cast<double>(a.people) >
           b.least * static_cast<double>(b.people);
  });
  // chances[n]: that n people fail; more than `room` are not told apart. All
  // that is rounded is far below what is told of it.
  constexpr std::size_t kMostWork = 100'000'000;
  const auto width = static_cast<std::size_t>(room) + 1;
  parts.resize(std::min(parts.size(), kMostWork / width));
  std::vector<double> chances(width);
  chances[0] = 1;
  double too_many = 0;
  for (const Blame& part : parts) {
    const auto people = static_cast<std::size_t>(part.people);
    for (std::size_t n = width; n-- > 0;) {
      const double fails = chances[n] * part.least;
      chances[n] -= fails;
      if (n + people < width) {
        chances[n + people] += fails;
      } else {
        too_many += fails;
      }
    }
  }
  return std::min(1.0, too_many);
}

void Attack::Guess(Minimality& told) const {
  for (std::size_t s = 0; s < by_value_.size(); ++s) {
    Minimality::Guess guess;
    guess.attribute = classes_.sensitive_attributes()[s];
    for (std::size_t i = 0; i < own_->size(); ++i) {
      if (!kept_[i]) continue;
      std::int64_t most = 0;
      for (const ValueCount& value : own_->histogram(i, s)) {
        most = std::max(most, value.principals);
      }
      const double f =
          static_cast<double>(most) / static_cast<double>(own_->principals(i));
      double some = 0;
      for (const auto& node : open_) some += bounded_ ? node[i].some : 1;
      const double gain = std::min(f, some);
      const double sure = gain == 0 ? f
                          : told.chance == 0
                              ? 1
                              : std::min(1.0, f + gain / told.chance);
      guess.frequency = std::max(guess.frequency, f);
      guess.confidence = std::max(guess.confidence, sure);
    }
    told.guesses.push_back(guess);
  }
}

absl::StatusOr<Minimality> Attack::Run(const SearchBudget& budget) {
  ANON_RETURN_IF_ERROR(Prepare());
  Minimality told;
  ANON_ASSIGN_OR_RETURN(told.by_sizes, BySizes(budget));
  for (std::size_t q = 0; q < goal_.attributes.size(); ++q) {
    const SearchAttribute& a = goal_.attributes[q];
    if (a.hierarchy == nullptr || found_.best.levels[q] == a.counted_level) {
      continue;
    }
    ++told.finer_nodes;
    if (!told.by_sizes) ANON_RETURN_IF_ERROR(LookAt(q));
  }
  told.open_nodes = std::ssize(open_);
  for (std::size_t node = 0; node < open_.size(); ++node) {
    told.chance *= bounded_ ? RuledOut(node, open_.size()) : 0;
  }
  // Whether finer nodes were not better is known of an optimum only.
  if (told.by_sizes || found_.optimal) Guess(told);
  internal::CountDowncoded(*own_, kept_, goal_, found_.best.levels, least_size_,
                           limit_, told);
  return told;
}

// Of rounds that no sensitive value had a say in.
void GuessByFrequency(const Classes& classes, const LocalRecoding& found,
                      Minimality& told) {
  const Recoding& recoding = found.recoding;
  for (std::size_t s = 0; s < classes.sensitive_attributes().size(); ++s) {
    std::vector<std::map<std::uint32_t, std::int64_t>> counts(recoding.size());
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (recoding.region_of[i] == Recoding::kSuppressed) continue;
      for (const ValueCount& value : classes.histogram(i, s)) {
        counts[recoding.region_of[i]][value.code] += value.principals;
      }
    }
    Minimality::Guess guess;
    guess.attribute = classes.sensitive_attributes()[s];
    for (std::size_t r = 0; r < counts.size(); ++r) {
      for (const auto& [code, people] : counts[r]) {
        guess.frequency = std::max(
            guess.frequency, static_cast<double>(people) /
                                 static_cast<double>(recoding.principals[r]));
      }
    }
    guess.confidence = guess.frequency;
    told.guesses.push_back(guess);
  }
}

}  // namespace

absl::StatusOr<Minimality> CheckMinimality(const Classes& classes,
                                           const Goal& goal,
                                           const SearchResult& found,
                                           const SearchBudget& budget) {
  if (!classes.one_row_per_principal() || classes.has_groups()) {
    return PolicyError(
        "minimality looks at one record per principal, and at no groups");
  }
  return Attack(classes, goal, found).Run(budget);
}

absl::StatusOr<Minimality> CheckMinimality(const Classes& classes,
                                           const Goal& goal,
                                           const LocalRecoding& found) {
  Minimality told;
  told.by_sizes = AllBySizes(goal.models);
  if (told.by_sizes) {
    GuessByFrequency(classes, found, told);
  }
  internal::CountDowncoded(classes, goal, found, told);
  return told;
}

}  // namespace anon
