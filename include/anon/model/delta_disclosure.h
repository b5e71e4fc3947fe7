// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_DELTA_DISCLOSURE_H_
#define ANON_MODEL_DELTA_DISCLOSURE_H_

#include <memory>
#include <string_view>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// For every value of the sensitive `attribute` in the table, its shares q in an
// equivalence class and p in the whole table satisfy |ln(q/p)| < delta,
// strictly. A value that a class lacks (q = 0) violates it: that somebody does
// not have it is disclosed. `delta` is above 0.
std::shared_ptr<const PrivacyModel> DeltaDisclosure(std::string_view attribute,
                                                    const Ratio& delta);

// The weaker form that some tools call delta-disclosure: only of the values
// that a class has. Not monotone. ARX takes the binary logarithm: its delta is
// this one over ln 2.
std::shared_ptr<const PrivacyModel> DeltaDisclosurePresent(
    std::string_view attribute, const Ratio& delta);

}  // namespace anon

#endif  // ANON_MODEL_DELTA_DISCLOSURE_H_
