// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_T_CLOSENESS_EQUAL_H_
#define ANON_MODEL_T_CLOSENESS_EQUAL_H_

#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// The distribution of the sensitive `attribute` in every equivalence class is
// within distance `t` of that in the whole table, where all values are equally
// far from each other: half the sum of |q - p|. 0 <= t < 1.
std::shared_ptr<const PrivacyModel> TClosenessEqual(std::string_view attribute,
                                                    const Ratio& t);

}  // namespace anon

#endif  // ANON_MODEL_T_CLOSENESS_EQUAL_H_
