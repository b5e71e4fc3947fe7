// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the hierarchies of a policy, from files and from rules.
#ifndef ANON_SRC_POLICY_HIERARCHIES_H_
#define ANON_SRC_POLICY_HIERARCHIES_H_

#include <map>
#include <memory>
#include <string>

#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/hierarchy/hierarchy.h"
#include "anon/policy/policy.h"
#include "anon/transform/generalization.h"

namespace anon::internal {

using Hierarchies = std::map<std::string, std::shared_ptr<const Hierarchy>>;

// By column, for the columns of `records` that are generalized. Rules need the
// values: if there are any, `records` is read once more, from its beginning,
// and rewound.
absl::StatusOr<Hierarchies> MakeHierarchies(const Policy& policy,
                                            RecordSource& records);

// The generalization of a quasi-identifier that is not suppressed.
absl::StatusOr<Generalization> MakeGeneralization(
    const ColumnPolicy& column, const Hierarchies& hierarchies);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_HIERARCHIES_H_
