// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_REDACTION_H_
#define ANON_TRANSFORM_REDACTION_H_

#include <memory>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/transform/cell_operator.h"

namespace anon {

struct RedactOptions {
  // Which residue is replaced (names of residue/rule.h); empty: all.
  std::vector<std::string> rules = {};
  // Stands for what was found; "{}" in it becomes the name of the rule.
  std::string replacement = "[{}]";
  // Whether what merely may be residue goes too: an order number that passes
  // the check of a card number by chance. Free text needs no order numbers.
  bool possible = true;
};

// Redaction of free text (自由記述の削除): card numbers, phone numbers,
// addresses of e-mail and whatever else residue rules find in it are replaced.
// Names of people are not found: where they may stand, suppress the column.
// Missing values stay missing. Fails on the name of a rule that does not exist.
absl::StatusOr<std::shared_ptr<const CellOperator>> RedactText(
    RedactOptions options);

}  // namespace anon

#endif  // ANON_TRANSFORM_REDACTION_H_
