// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: one reading of a table for a check.
#ifndef ANON_SRC_ASSESS_CHECK_SCAN_H_
#define ANON_SRC_ASSESS_CHECK_SCAN_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "anon/assess/check.h"
#include "anon/data/classes.h"
#include "anon/model/km_anonymity.h"
#include "anon/transform/row_coder.h"
#include "assess/derived_columns.h"

namespace anon::internal {

// The classes of one sensitive attribute where others count as
// quasi-identifiers.
struct JointClasses {
  std::vector<std::string> known;  // those others
  Classes classes;
};

struct CheckScan {
  std::int64_t rows = 0;
  std::map<std::string, std::int64_t> missing;  // rows, by column
  RowCoder coder;  // its labels name the codes of all classes
  // Guard sensitive_attributes, then combined_attributes.
  Classes classes;
  std::vector<JointClasses> joint;  // [sensitive attribute], if asked for
  std::vector<SetColumn> sets;      // [set-valued column]
};

// Reads `table` from its beginning. `request` has been looked at.
absl::StatusOr<CheckScan> ScanTable(RecordSource& table,
                                    const CheckRequest& request,
                                    RandomSource& random);

// "a+b"
std::string CombinedName(const std::vector<std::string>& attributes);

}  // namespace anon::internal

#endif  // ANON_SRC_ASSESS_CHECK_SCAN_H_
