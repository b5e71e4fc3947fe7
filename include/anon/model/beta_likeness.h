// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_BETA_LIKENESS_H_
#define ANON_MODEL_BETA_LIKENESS_H_

#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// No value of the sensitive `attribute` gains too much in an equivalence class:
// where its share q in the class is above its share p in the whole table,
// (q - p)/p <= beta. `beta` is above 0.
std::shared_ptr<const PrivacyModel> BasicBetaLikeness(
    std::string_view attribute, const Ratio& beta);

// The same with the bound min(beta, -ln p), which keeps frequent values from
// gaining as much as rare ones may. A class that breaks -ln p has an infinite
// figure: no beta admits it.
std::shared_ptr<const PrivacyModel> EnhancedBetaLikeness(
    std::string_view attribute, const Ratio& beta);

}  // namespace anon

#endif  // ANON_MODEL_BETA_LIKENESS_H_
