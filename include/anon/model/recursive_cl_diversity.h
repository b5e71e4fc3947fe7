// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_RECURSIVE_CL_DIVERSITY_H_
#define ANON_MODEL_RECURSIVE_CL_DIVERSITY_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// In every equivalence class the most frequent value of the sensitive
// `attribute` is less than `c` times as frequent as the l-th and all rarer ones
// together: r1 < c (rl + ... + rm). `c` is above 0, `l` is 2 or more. The
// figure is r1 / (rl + ... + rm): the class holds for every c above it.
std::shared_ptr<const PrivacyModel> RecursiveClDiversity(
    std::string_view attribute, const Ratio& c, std::int64_t l);

}  // namespace anon

#endif  // ANON_MODEL_RECURSIVE_CL_DIVERSITY_H_
