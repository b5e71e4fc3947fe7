// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_T_CLOSENESS_HIERARCHICAL_H_
#define ANON_MODEL_T_CLOSENESS_HIERARCHICAL_H_

#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// As TClosenessEqual, but two values are as far apart as the level of the
// hierarchy of `attribute` where they first share a label, over its height. The
// context must have that hierarchy, with every value and with one label on top.
// 0 <= t < 1.
std::shared_ptr<const PrivacyModel> TClosenessHierarchical(
    std::string_view attribute, const Ratio& t);

}  // namespace anon

#endif  // ANON_MODEL_T_CLOSENESS_HIERARCHICAL_H_
