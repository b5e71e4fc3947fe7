// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_REIDENTIFICATION_RISK_H_
#define ANON_MODEL_REIDENTIFICATION_RISK_H_

#include <memory>

#include "anon/base/ratio.h"
#include "anon/model/privacy_model.h"

namespace anon {

// Whoever knows that somebody is in the table and knows the quasi-identifiers
// finds the right record with probability 1/n in a class of n people. No class
// exceeds `risk`. 0 < risk < 1.
std::shared_ptr<const PrivacyModel> HighestReidentificationRisk(
    const Ratio& risk);

// The average of that probability over the people of the table, which is the
// number of classes over the number of people, is at most `risk`. Decided on
// the table as a whole. 0 < risk < 1.
std::shared_ptr<const PrivacyModel> AverageReidentificationRisk(
    const Ratio& risk);

}  // namespace anon

#endif  // ANON_MODEL_REIDENTIFICATION_RISK_H_
