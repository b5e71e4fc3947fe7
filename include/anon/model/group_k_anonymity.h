// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_GROUP_K_ANONYMITY_H_
#define ANON_MODEL_GROUP_K_ANONYMITY_H_

#include <cstdint>
#include <memory>

#include "anon/model/privacy_model.h"

namespace anon {

// Every equivalence class has people of at least `k` different groups:
// households or contracts. `k` is 2 or more. Needs classes that were counted
// with groups (CodedRows::groups). It goes with k-anonymity and does not
// replace it.
std::shared_ptr<const PrivacyModel> GroupKAnonymity(std::int64_t k);

}  // namespace anon

#endif  // ANON_MODEL_GROUP_K_ANONYMITY_H_
