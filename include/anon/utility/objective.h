// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_UTILITY_OBJECTIVE_H_
#define ANON_UTILITY_OBJECTIVE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/hierarchy/hierarchy.h"
#include "anon/utility/generalized_classes.h"

namespace anon {

// What a search makes least: what generalization and suppression cost the
// records of a table. Bound to one table. Immutable; safe to share between
// threads. To add one: a source with the class in an anonymous namespace, a
// test, and a line in src/utility/objective.cc. Definitions: docs/solve.md.
//
// Promise that pruning rests on, with all classes standing: coarser levels
// never cost less, and nor does suppressing some of the records afterwards
// (unless LevelBound says what does).
class Objective {
 public:
  virtual ~Objective() = default;

  virtual std::string_view name() const = 0;  // "loss"

  // The cost of a table; not negative.
  virtual double Measure(const GeneralizedClasses& table) const = 0;

  // A cost that no table at `levels` with at least `suppressed` records
  // suppressed goes below. With 0 suppressed, none at coarser levels does
  // either. Nothing if levels alone say too little: then Measure of the table
  // with all its classes standing is such a bound for coarser levels.
  virtual std::optional<double> LevelBound(
      std::span<const std::size_t> /*levels*/,
      std::int64_t /*suppressed*/) const {
    return std::nullopt;
  }
};

// One quasi-identifier of the counted classes.
struct ObjectiveAttribute {
  const Hierarchy* hierarchy = nullptr;  // null: its values are kept
  // The level its codes belong to. Entropy and divergence count from there, and
  // so differ from those of the values by a constant.
  std::size_t level = 0;
  double weight = 1;  // of its share of the cost; >= 0
};

struct ObjectiveSpec {
  std::string name = "loss";
  // From 0 (suppression costs nothing) to 1 (generalization costs nothing); at
  // 1/2 both count in full. Only of loss and precision.
  Ratio suppression_factor = *Ratio::Create(1, 2);
  std::string attribute = {};  // of classification: the sensitive attribute
};

// Fails on an unknown name (and says which are known), a factor or an attribute
// that does not belong to it, and on classification unless
// one_row_per_principal(). `attributes` are in the order of
// classes.quasi_identifiers(); hierarchies must outlive the call only.
absl::StatusOr<std::shared_ptr<const Objective>> MakeObjective(
    const ObjectiveSpec& spec, const Classes& classes,
    std::span<const ObjectiveAttribute> attributes);

// Names of all objectives, sorted.
std::vector<std::string> KnownObjectives();

}  // namespace anon

#endif  // ANON_UTILITY_OBJECTIVE_H_
