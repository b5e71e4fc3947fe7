// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what one node of the lattice is worth. Classes of
// evaluated nodes are kept, and the next node is rolled up from the smallest
// that is finer: rows, and mostly the counted classes too, are never touched.
#ifndef ANON_SRC_SOLVE_NODE_EVALUATOR_H_
#define ANON_SRC_SOLVE_NODE_EVALUATOR_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "anon/base/status.h"
#include "anon/solve/solve.h"
#include "solve/class_arrays.h"
#include "solve/class_judge.h"
#include "solve/class_roller.h"
#include "solve/lattice.h"

namespace anon::internal {

struct Evaluation {
  // Principals of classes that fail.
  std::int64_t suppressed = 0;
  // No finer node suppresses fewer.
  std::int64_t least_finer = 0;
  // Nothing else stands in the way, and suppression is within the limit.
  bool admissible = false;
  // False: admissible at first sight only, or not admissible, and `suppressed`
  // is only a lower bound.
  bool last_word = true;
  double cost = 0;           // if admissible
  std::int64_t classes = 0;  // that stand
  // No coarser node costs less; only for objectives without a LevelBound.
  double least_coarser = 0;
};

class NodeEvaluator {
 public:
  // `classes` and `goal` must outlive it.
  static absl::StatusOr<std::unique_ptr<NodeEvaluator>> Create(
      const Classes& classes, const Goal& goal, const SearchBudget& budget);

  // `beats(cost)`: whether a node that costs this much is of interest;
  // `nears(suppressed)`: whether one that suppresses so many is, though it is
  // not admissible. The last word on a node may take long; it is only asked for
  // such nodes.
  template <typename Beats, typename Nears>
  absl::StatusOr<Evaluation> Evaluate(const Levels& levels, const Beats& beats,
                                      const Nears& nears) {
    // As long as nothing is found, the nearest node is of interest too.
    const bool whole = beats(std::numeric_limits<double>::infinity());
    Evaluation found = Look(levels, whole);
    const bool asks =
        found.admissible ? NeedsConfirmation(found) : judge_->suppresses_more();
    if (!asks || !found.last_word) return found;
    if (found.admissible ? beats(found.cost) || cheap_suppression_
                         : whole && nears(found.suppressed)) {
      return Confirm(levels, found);
    }
    found.last_word = false;
    return found;
  }

  // Makes the next node be evaluated from `classes`, which are its own, and
  // without a look at who stands out elsewhere.
  void Give(std::shared_ptr<const ClassArrays> classes) {
    given_ = std::move(classes);
  }
  // The classes of the finest node, and of a node at `levels` one level up.
  std::shared_ptr<const ClassArrays> counted() const {
    return snapshots_.back().classes;
  }
  std::shared_ptr<const ClassArrays> OneUp(const ClassArrays& classes,
                                           const Levels& levels, std::size_t q);
  // Attributes, those of most values first.
  const std::vector<std::size_t>& order() const { return order_; }

  const Objective& objective() const { return *objective_; }
  const Lattice& lattice() const { return lattice_; }
  bool level_bound() const { return level_bound_; }
  std::int64_t limit() const { return limit_; }
  std::int64_t evaluated() const { return evaluated_; }
  // Why a node, the nearest of those evaluated, does not satisfy: how much it
  // suppresses, to the last word, and the model that most of them fail. `all`:
  // whether no other node can.
  struct No {
    std::int64_t suppressed = 0;
    std::string reason;
  };
  absl::StatusOr<No> WhyNot(const Levels& levels, bool all) const;

 private:
  struct Snapshot {
    PackedLevels packed;
    Levels levels;
    std::shared_ptr<const ClassArrays> classes;
  };

  NodeEvaluator(const Classes& classes, const Goal& goal, Lattice lattice,
                int threads)
      : classes_(classes),
        goal_(goal),
        lattice_(std::move(lattice)),
        maps_(goal.attributes, classes),
        roller_(threads) {}

  ModelContext ContextAt(const Levels& levels) const {
    return goal_.context_at ? goal_.context_at(levels) : goal_.context;
  }
  absl::Status BindObjective();
  const Snapshot& Source(const PackedLevels& packed) const;
  struct Rolled {
    std::shared_ptr<const ClassArrays> classes;
    std::int64_t small = 0;  // see ClassRoller::RollUp
  };
  Rolled Arrays(const Levels& levels, bool whole);
  void Remember(const Levels& levels, std::size_t classes);
  bool MayShrink(const PackedLevels& to, std::size_t from) const;
  std::uint64_t MostClasses(const Levels& levels) const;
  void Keep(const Levels& levels, std::shared_ptr<const ClassArrays> arrays);
  Evaluation Look(const Levels& levels, bool whole);
  // Whether class i has a code, after a step up.
  struct CodeTest {
    const std::uint64_t* words = nullptr;
    TupleField field;
    const std::uint32_t* map = nullptr;
    std::uint32_t code = 0;
    bool Holds(std::size_t i) const {
      return map[field.Code(words[i])] == code;
    }
  };
  static bool AllHold(const std::vector<CodeTest>& tests, std::size_t i) {
    return std::ranges::all_of(
        tests, [i](const CodeTest& test) { return test.Holds(i); });
  }
  std::vector<CodeTest> TestsOf(const Snapshot& source, const Levels& levels,
                                const std::vector<std::uint32_t>& codes) const;
  std::vector<std::uint32_t> CodesOf(const ClassArrays& arrays,
                                     std::size_t i) const {
    std::vector<std::uint32_t> codes;
    for (const TupleField& f : fields_) codes.push_back(arrays.Code(i, f));
    return codes;
  }
  std::int64_t CountAlike(const Snapshot& source, const Levels& levels,
                          std::vector<std::uint32_t> codes,
                          std::int64_t enough) const;
  std::int64_t Witnessed(const Levels& levels);
  void AddWitness(const Levels& levels, const ClassArrays& arrays);
  GeneralizedClasses View(const Levels& levels, const ClassArrays& arrays);
  bool NeedsConfirmation(const Evaluation& found) const {
    return judge_->whole_table() ||
           (judge_->compares() && found.suppressed > 0);
  }
  absl::StatusOr<Evaluation> Confirm(const Levels& levels, Evaluation found);

  const Classes& classes_;
  const Goal& goal_;
  const Lattice lattice_;
  const LevelMaps maps_;
  std::vector<TupleField> fields_;
  std::vector<std::size_t> order_;
  std::optional<ClassJudge> judge_;
  // For a node's own classes; they compare with the table the goal names.
  PrivacyModels own_models_;
  std::shared_ptr<const Objective> objective_;
  bool level_bound_ = false;
  std::vector<bool> wanted_;  // see ArraysOf
  bool one_row_each_ = true;  // see ClassJudge
  // Suppressing more may cost less.
  bool cheap_suppression_ = false;
  std::int64_t people_ = 0;
  std::int64_t limit_ = 0;

  ClassRoller roller_;
  std::vector<Snapshot> snapshots_;  // by size
  std::int64_t memory_ = 0;          // left
  // How many classes nodes have, of those rolled up whole that have many.
  std::vector<std::pair<PackedLevels, std::size_t>> sizes_;
  // Counted codes of people who stood out somewhere; the last that was of use
  // first. Only where nobody may be suppressed.
  std::vector<std::vector<std::uint32_t>> witnesses_;
  std::int64_t evaluated_ = 0;
  std::shared_ptr<const ClassArrays> given_;
  std::vector<std::span<const std::uint64_t>> words_;
  std::vector<HistogramView> views_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_NODE_EVALUATOR_H_
