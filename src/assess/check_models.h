// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the models of a check.
#ifndef ANON_SRC_ASSESS_CHECK_MODELS_H_
#define ANON_SRC_ASSESS_CHECK_MODELS_H_

#include <memory>
#include <vector>

#include "anon/assess/check.h"
#include "anon/data/classes.h"
#include "anon/model/model_context.h"
#include "anon/model/privacy_model.h"

namespace anon::internal {

// A model to be judged.
struct PlannedModel {
  ModelSpec spec;  // see CheckedModel
  bool asked = false;
  std::shared_ptr<const PrivacyModel> model;
};

// What is asked for; if nothing is, every model that the request has the means
// for, with thresholds that do not matter; that of k-anonymity is above every
// class, so that its verdict has the smallest classes.
absl::StatusOr<std::vector<PlannedModel>> PlanModels(
    const CheckRequest& request);

// The verdicts of all of them, in one reading of the classes. Where nothing was
// asked, a model that has no figure on these classes says why.
absl::StatusOr<std::vector<CheckedModel>> JudgeModels(
    const std::vector<PlannedModel>& planned, const Classes& classes,
    const ModelContext& context);

}  // namespace anon::internal

#endif  // ANON_SRC_ASSESS_CHECK_MODELS_H_
