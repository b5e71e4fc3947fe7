// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_SUPPRESSION_H_
#define ANON_TRANSFORM_SUPPRESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/decimal.h"
#include "anon/transform/cell_operator.h"

namespace anon {

// Which values are meant: those listed, those below or above a bound (both
// exclusive), missing ones. At least one of these; a value is meant if any of
// them says so. With a bound, every value must be a decimal number or missing.
struct ValueCondition {
  std::vector<std::string> values = {};
  std::optional<Decimal> below = {};
  std::optional<Decimal> above = {};
  bool missing = false;
};

// Cell suppression (セル削除): the values meant become missing.
std::shared_ptr<const CellOperator> SuppressCell(ValueCondition condition);

// Record suppression (レコード削除): the records with the values meant go.
std::shared_ptr<const CellOperator> SuppressRecord(ValueCondition condition);

}  // namespace anon

#endif  // ANON_TRANSFORM_SUPPRESSION_H_
