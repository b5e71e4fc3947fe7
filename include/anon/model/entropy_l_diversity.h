// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_ENTROPY_L_DIVERSITY_H_
#define ANON_MODEL_ENTROPY_L_DIVERSITY_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// The entropy of the sensitive `attribute` in every equivalence class is at
// least ln l, so the class hides a value as well as l equally frequent values
// would. The figure is exp(entropy). `l` is above 1 and need not be whole.
std::shared_ptr<const PrivacyModel> EntropyLDiversity(
    std::string_view attribute, const Ratio& l);
std::shared_ptr<const PrivacyModel> EntropyLDiversity(
    std::string_view attribute, std::int64_t l);

}  // namespace anon

#endif  // ANON_MODEL_ENTROPY_L_DIVERSITY_H_
