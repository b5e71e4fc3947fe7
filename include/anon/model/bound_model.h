// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_MODEL_BOUND_MODEL_H_
#define ANON_MODEL_BOUND_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "anon/data/classes.h"

namespace anon {

namespace internal {
class ClassBlocks;
}

// One equivalence class by its figures: all that most models look at.
struct ClassFigures {
  std::int64_t principals = 0;
  // Of the sensitive attributes in the order of the classes: see
  // Classes::histogram.
  std::span<const std::span<const ValueCount>> histograms;
  std::int64_t groups = 0;  // 0 if nobody counted them
};

// What a model says about one table. A No is a value, not an error.
struct Verdict {
  std::string model;
  std::string attribute;
  std::string asked;          // "5"
  std::string achieved;       // the worst class's figure; "none" for no classes
  double achieved_value = 0;  // the same as a number, for display; 0 for none
  bool satisfied = false;
  std::int64_t failing_classes = 0;
  std::int64_t failing_records = 0;
  // The failing classes with the worst figures first, at most ten. Indices into
  // the judged Classes: for internal eyes.
  std::vector<std::size_t> worst;
};

// A privacy model on one table: see PrivacyModel::On. Immutable; safe to share
// between threads.
class BoundModel {
 public:
  // What the model says about one class.
  struct Outcome {
    bool holds = false;
    // In the unit of the threshold. Rounded: `holds` is decided exactly.
    double figure = 0;
    // Orders classes, the worst highest.
    double exposure = 0;
  };

  virtual ~BoundModel() = default;
  BoundModel(const BoundModel&) = delete;
  BoundModel& operator=(const BoundModel&) = delete;

  virtual Outcome At(std::size_t i) const = 0;
  // The same of a class that is none of the bound ones, but of a table with the
  // same people at other levels: a search asks it of classes it rolls up.
  // Nothing if the model looks at more than the figures.
  virtual std::optional<Outcome> Of(const ClassFigures& /*figures*/) const {
    return std::nullopt;
  }
  // Of a model that is not decided class by class: whether a table holds in
  // which so many classes stand, of so many people added up. Nothing if it
  // looks at more.
  virtual std::optional<bool> HoldsForTable(std::int64_t /*classes*/,
                                            std::int64_t /*people*/) const {
    return std::nullopt;
  }
  // Of a monotone model, and a class that fails with `outcome`: however the
  // class is split, no fewer of its people are in parts that fail. A lower
  // bound; one part always fails, so at least 1.
  virtual std::int64_t LeastFailing(const ClassFigures& /*figures*/,
                                    const Outcome& /*outcome*/) const {
    return 1;
  }
  bool Holds(std::size_t i) const { return At(i).holds; }
  double Figure(std::size_t i) const { return At(i).figure; }

  // Judges every class that stands. A table without classes satisfies every
  // model: it says nothing about anybody.
  Verdict Judge() const;
  // All of them in one reading of the classes, which must be the same for all:
  // much faster where histograms do not fit the caches.
  static std::vector<Verdict> JudgeAll(
      std::span<const std::unique_ptr<const BoundModel>> models);

 protected:
  explicit BoundModel(const Classes& classes) : classes_(classes) {}

  const Classes& classes() const { return classes_; }
  bool stands(std::size_t i) const {
    return standing_ == nullptr || (*standing_)[i];
  }

  // A figure as it is shown: never on the wrong side of the threshold.
  virtual std::string Text(const Outcome& outcome) const = 0;
  // A quick look at a block of classes, so that At() need be asked only of the
  // few that matter. A glance grows with the exposure of its class, and is
  // infinite only where that is; right to 2^-40 of it, or not a number. Returns
  // the limit: what is clearly less holds, what is clearly more fails. Nothing
  // if the model does not look.
  virtual std::optional<double> Glance(internal::ClassBlocks& /*blocks*/,
                                       std::span<double> /*glances*/) const {
    return std::nullopt;
  }
  // For models that look at the table as a whole; called last. The
  // worst outcome is that of any class that stands.
  virtual void Amend(const Outcome& /*worst*/, Verdict& /*verdict*/) const {}

 private:
  friend class PrivacyModel;
  class Judging;

  const Classes& classes_;
  const std::vector<bool>* standing_ = nullptr;
  std::string name_;
  std::string attribute_;
  std::string asked_;
};

}  // namespace anon

#endif  // ANON_MODEL_BOUND_MODEL_H_
