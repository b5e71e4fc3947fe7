// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_DISTINCT_L_DIVERSITY_H_
#define ANON_MODEL_DISTINCT_L_DIVERSITY_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "anon/model/privacy_model.h"

namespace anon {

// Every equivalence class holds at least `l` different values of the sensitive
// `attribute`. `l` is 2 or more; with less, On (and so Judge) fails.
std::shared_ptr<const PrivacyModel> DistinctLDiversity(
    std::string_view attribute, std::int64_t l);

}  // namespace anon

#endif  // ANON_MODEL_DISTINCT_L_DIVERSITY_H_
