// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_PRIVACY_MODEL_H_
#define ANON_MODEL_PRIVACY_MODEL_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/model/bound_model.h"
#include "anon/model/model_context.h"

namespace anon {

// A model as a policy writes it: {model: k_anonymity, k: 5}.
struct ModelSpec {
  std::string model;
  std::string attribute;  // the sensitive attribute; empty if none
  std::map<std::string, std::string> parameters;
};

// What a model looks at besides the sizes of classes and the histogram of its
// attribute, so that one scan can serve all models of a table.
struct ModelNeeds {
  // The distribution of its attribute in the whole table. Dropping one class
  // then changes the figures of the others.
  bool distribution = false;
  bool order = false;       // of the values of its attribute
  bool hierarchy = false;   // of its attribute
  bool population = false;  // the sizes of classes in the population
  bool groups = false;      // how many households or contracts a class has
};

// A privacy model: which equivalence classes may stand in a release. An
// immutable description, safe to share between threads. To add one: a header
// with its factory, a source with the classes in an anonymous namespace, a
// test, and a line in src/model/registry.cc.
class PrivacyModel {
 public:
  virtual ~PrivacyModel() = default;

  virtual std::string_view name() const = 0;  // "k_anonymity"
  virtual std::string_view attribute() const { return ""; }
  virtual std::string asked() const = 0;  // "5"
  virtual ModelNeeds needs() const { return {}; }

  // Whether a table that satisfies the model still does when generalized
  // further, if each record is a principal of its own.
  virtual bool monotone() const { return true; }
  // Whether a class that holds still does after any other class, which need not
  // hold, becomes part of it. Generalizing further then never suppresses more.
  virtual bool absorbing() const { return false; }
  // Whether a table satisfies it if and only if every class holds. Otherwise a
  // class that holds is only one that does not add to the trouble.
  virtual bool class_by_class() const { return true; }

  // The model on one table. `classes` and `context` must outlive the result.
  // Fails if its parameters are out of range, and if `classes` or `context`
  // lack what it needs.
  absl::StatusOr<std::unique_ptr<const BoundModel>> On(
      const Classes& classes, const ModelContext& context = {}) const;

  // On(classes, context)->Judge().
  absl::StatusOr<Verdict> Judge(const Classes& classes,
                                const ModelContext& context = {}) const;

 private:
  // `classes` have attribute(); the population, where needed, is there.
  virtual absl::StatusOr<std::unique_ptr<BoundModel>> Bind(
      const Classes& classes, const ModelContext& context) const = 0;
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
