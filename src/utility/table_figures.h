// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what objectives know of a table before any search, level
// by level.
#ifndef ANON_SRC_UTILITY_TABLE_FIGURES_H_
#define ANON_SRC_UTILITY_TABLE_FIGURES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/utility/objective.h"

namespace anon::internal {

// The labels of one level.
struct LevelFigures {
  std::vector<std::int64_t> leaves;   // [code] values below it
  std::vector<std::int64_t> records;  // [code] in the whole table
  // Of all records, as if none were suppressed.
  double entropy = 0;  // bits lost from the counted level to this one
};

struct AttributeFigures {
  bool generalized = false;  // whether it has a hierarchy
  double weight = 1;
  std::size_t base = 0;              // the counted level
  std::size_t height = 0;            // the highest level
  std::int64_t domain = 1;           // values
  std::vector<LevelFigures> levels;  // [level - base]

  const LevelFigures& At(std::size_t level) const {
    return levels[level - base];
  }
};

struct TableFigures {
  std::vector<AttributeFigures> attributes;
  std::int64_t records = 0;
};

TableFigures Describe(const Classes& classes,
                      std::span<const ObjectiveAttribute> attributes);
// The sum over counted tuples of p log2(p / the values below the tuple).
double TupleEntropy(const Classes& classes, const TableFigures& figures);

// As ARX: what is beyond ten decimals is rounding, and dropped.
double Floor10(double value);
// A sum to twelve places: costs that are equal are so in whatever order they
// were added up.
double Rounded12(double value);

// Calls visit(class) for the classes that are released, or for the others.
template <typename Visit>
void ForEach(const GeneralizedClasses& table, bool released,
             const Visit& visit) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.stands(i) == released) visit(i);
  }
}

using Figures = std::shared_ptr<const TableFigures>;
using ObjectivePtr = std::shared_ptr<const Objective>;
struct Factors {  // on what generalization and suppression cost
  double generalization = 1;
  double suppression = 1;
};

ObjectivePtr LossObjective(Figures figures, Factors factors, bool geometric);
ObjectivePtr PrecisionObjective(Figures figures, Factors factors);
ObjectivePtr HeightObjective();
ObjectivePtr AverageClassSize(Figures figures);
ObjectivePtr Discernibility(Figures figures);
ObjectivePtr NonUniformEntropy(Figures figures);
ObjectivePtr KlDivergence(Figures figures, double tuple_entropy);
ObjectivePtr Ambiguity(Figures figures);
ObjectivePtr ClassificationMetric(Figures figures, std::size_t sensitive);

}  // namespace anon::internal

#endif  // ANON_SRC_UTILITY_TABLE_FIGURES_H_
