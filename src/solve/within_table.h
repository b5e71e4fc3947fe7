// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: models on part of a table, or on another coding of it,
// that compare with the whole table and not with that part.
#ifndef ANON_SRC_SOLVE_WITHIN_TABLE_H_
#define ANON_SRC_SOLVE_WITHIN_TABLE_H_

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/model/model_context.h"
#include "anon/model/privacy_model.h"

namespace anon::internal {

// `models`, those that compare a class with the whole table replaced by ones
// that compare it with `table` (and with the reference of `context`), whatever
// classes they are bound to. Codes of sensitive values must mean the same
// there. `table` and `context` must outlive the result.
absl::StatusOr<PrivacyModels> WithinTable(const PrivacyModels& models,
                                          const Classes& table,
                                          const ModelContext& context);

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_WITHIN_TABLE_H_
