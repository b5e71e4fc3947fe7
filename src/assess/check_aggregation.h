// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: a table to check, made one record of each principal.
#ifndef ANON_SRC_ASSESS_CHECK_AGGREGATION_H_
#define ANON_SRC_ASSESS_CHECK_AGGREGATION_H_

#include <memory>

#include "anon/assess/check.h"
#include "anon/transform/aggregated_source.h"

namespace anon::internal {

// By the rules of `request`; null if it has none. Columns that the check does
// not look at are left out. Fails unless exactly the others have a rule, each
// but the principal's.
absl::StatusOr<std::unique_ptr<AggregatedSource>> AggregateForCheck(
    RecordSource& table, const CheckRequest& request);

}  // namespace anon::internal

#endif  // ANON_SRC_ASSESS_CHECK_AGGREGATION_H_
