// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_ALPHA_K_ANONYMITY_H_
#define ANON_MODEL_ALPHA_K_ANONYMITY_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// Every equivalence class holds at least `k` distinct data principals, and at
// most the share `alpha` of them has any one value of the sensitive
// `attribute`. 0 < alpha < 1; `k` is 2 or more.
std::shared_ptr<const PrivacyModel> AlphaKAnonymity(std::string_view attribute,
                                                    const Ratio& alpha,
                                                    std::int64_t k);

}  // namespace anon

#endif  // ANON_MODEL_ALPHA_K_ANONYMITY_H_
