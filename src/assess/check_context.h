// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what the models of a check need beyond its classes.
#ifndef ANON_SRC_ASSESS_CHECK_CONTEXT_H_
#define ANON_SRC_ASSESS_CHECK_CONTEXT_H_

#include <memory>

#include "anon/assess/check.h"
#include "anon/data/wildcard.h"
#include "anon/model/model_context.h"
#include "assess/check_scan.h"

namespace anon::internal {

struct CheckContext {
  ModelContext models;
  std::unique_ptr<const WildcardSizes> wildcards;  // models points to it
};

// Labels, hierarchies, the population and sizes with wildcards, as far as the
// request has them. `scan` must outlive the result.
absl::StatusOr<CheckContext> GatherContext(const CheckRequest& request,
                                           const CheckScan& scan,
                                           RandomSource& random);

}  // namespace anon::internal

#endif  // ANON_SRC_ASSESS_CHECK_CONTEXT_H_
