// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_K_MAP_H_
#define ANON_MODEL_K_MAP_H_

#include <cstdint>
#include <memory>

#include "anon/model/privacy_model.h"

namespace anon {

// Every equivalence class matches at least `k` people of the population that
// the table was drawn from. Weaker than k-anonymity, for those who cannot know
// who is in the table. `k` is 2 or more. Needs ModelContext::population.
std::shared_ptr<const PrivacyModel> KMap(std::int64_t k);

}  // namespace anon

#endif  // ANON_MODEL_K_MAP_H_
