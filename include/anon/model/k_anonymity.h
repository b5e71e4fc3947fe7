// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_K_ANONYMITY_H_
#define ANON_MODEL_K_ANONYMITY_H_

#include <cstdint>
#include <memory>

#include "anon/model/privacy_model.h"

namespace anon {

// Every equivalence class holds at least `k` distinct data principals. `k` is
// 2 or more; with less, On (and so Judge) fails.
std::shared_ptr<const PrivacyModel> KAnonymity(std::int64_t k);

}  // namespace anon

#endif  // ANON_MODEL_K_ANONYMITY_H_
