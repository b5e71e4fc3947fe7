// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_PRIVACY_MODEL_H_
#define ANON_MODEL_PRIVACY_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"

namespace anon {

// A model as a policy writes it: {model: k_anonymity, k: 5}.
struct ModelSpec {
  std::string model;
  std::string attribute;  // the sensitive attribute; empty if none
  std::map<std::string, std::string> parameters;
};

// What a model says about one table. A No is a value, not an error.
struct Verdict {
  std::string model;
  std::string attribute;
  std::string asked;     // "5"
  std::string achieved;  // the worst class's figure; "none" for no classes
  bool satisfied = false;
  std::int64_t failing_classes = 0;
  std::int64_t failing_records = 0;
  // The failing classes with the worst figures first, at most ten. Indices into
  // the judged Classes: for internal eyes.
  std::vector<std::size_t> worst;
};

// A privacy model: which equivalence classes may stand in a release. Immutable
// and safe to share between threads. To add one: a header with its factory, a
// source with the class in an anonymous namespace, a test, and a line in
// src/model/registry.cc.
class PrivacyModel {
 public:
  virtual ~PrivacyModel() = default;

  virtual std::string_view name() const = 0;       // "k_anonymity"
  virtual std::string_view attribute() const = 0;  // "" if none
  virtual std::string asked() const = 0;           // "5"

  // Fails if `classes` lack what the model needs (its sensitive attribute).
  virtual absl::Status CheckNeeds(const Classes& classes) const;

  // Whether class `i` satisfies the model. Requires CheckNeeds(classes) is OK.
  virtual bool Holds(const Classes& classes, std::size_t i) const = 0;

  // The figure of class `i` that Holds compares; larger is more private.
  virtual std::int64_t Figure(const Classes& classes, std::size_t i) const = 0;

  // Fails as CheckNeeds does. A table without classes satisfies every model: it
  // says nothing about anybody.
  absl::StatusOr<Verdict> Judge(const Classes& classes) const;
};

using PrivacyModels = std::vector<std::shared_ptr<const PrivacyModel>>;

// The model `spec` describes. Fails on an unknown name (and says which are
// known), a missing or extra parameter, or a value out of range.
absl::StatusOr<std::shared_ptr<const PrivacyModel>> MakeModel(
    const ModelSpec& spec);

// Names of all models MakeModel knows, sorted.
std::vector<std::string> KnownModels();

}  // namespace anon

#endif  // ANON_MODEL_PRIVACY_MODEL_H_
