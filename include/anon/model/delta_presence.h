// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_DELTA_PRESENCE_H_
#define ANON_MODEL_DELTA_PRESENCE_H_

#include <memory>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// Whoever knows a person of the population cannot tell well whether the table
// has that person: the share of the people with given quasi-identifiers who are
// in the table is at least `least` and at most `most`, for every combination
// that the population has. With a `least` above 0, a combination that nobody of
// the table has violates it. 0 <= least <= most <= 1, and not 0 and 1. Needs
// ModelContext::population.
std::shared_ptr<const PrivacyModel> DeltaPresence(const Ratio& least,
                                                  const Ratio& most);

}  // namespace anon

#endif  // ANON_MODEL_DELTA_PRESENCE_H_
