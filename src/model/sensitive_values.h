// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what models of a sensitive attribute share. Its values
// are numbered 0, 1, 2, ..., first those of the classes in the order of their
// codes, then those that only the reference has.
#ifndef ANON_SRC_MODEL_SENSITIVE_VALUES_H_
#define ANON_SRC_MODEL_SENSITIVE_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/model/privacy_model.h"
#include "model/class_block.h"

namespace anon::internal {

// The histogram that `model` guards. Fails without an attribute.
absl::StatusOr<std::size_t> GuardedBy(const PrivacyModel& model,
                                      const Classes& classes);

// The people counted in a histogram.
std::int64_t Total(std::span<const ValueCount> histogram);

// A table that classes are compared with: how many people have each value.
struct Baseline {
  std::vector<std::int64_t> people;  // [value]
  std::int64_t total = 0;
};

class SensitiveValues {
 public:
  // Fails if the context lacks labels that it needs, or the reference a value
  // that the classes have, or above 2^46 people in a table.
  static absl::StatusOr<SensitiveValues> Of(const PrivacyModel& model,
                                            const Classes& classes,
                                            const ModelContext& context);

  std::size_t histogram() const { return histogram_; }
  std::size_t size() const { return size_; }
  // The histogram of a class with numbers of values in place of their codes,
  // sorted by number. Valid until this thread asks again.
  std::span<const ValueCount> Numbered(
      std::span<const ValueCount> histogram) const;
  // Labels of all values; empty if the context has none.
  const std::vector<std::string>& labels() const { return labels_; }
  // The judged table, and the reference if there is one that differs.
  const std::vector<Baseline>& baselines() const { return baselines_; }

 private:
  absl::Status AddContext(const PrivacyModel& model,
                          const SensitiveContext& known);
  absl::Status AddReference(const PrivacyModel& model,
                            const ValueCounts& reference);
  std::uint32_t NumberOf(std::uint32_t code) const;

  std::size_t histogram_ = 0;
  std::size_t size_ = 0;
  bool codes_are_numbers_ = false;
  std::vector<std::uint32_t> codes_;   // sorted
  std::vector<std::uint32_t> number_;  // by code, if codes are small
  std::vector<std::string> labels_;
  std::vector<Baseline> baselines_;
};

// A model that compares each class with one or more whole tables: the worst
// comparison counts.
class AgainstBaselines : public BoundModel {
 public:
  AgainstBaselines(const Classes& classes, SensitiveValues values)
      : BoundModel(classes), values_(std::move(values)) {}

  Outcome At(std::size_t i) const final {
    const auto histogram = classes().histogram(i, values_.histogram());
    // Whoever has one row has one value.
    return Measure(histogram, classes().one_row_per_principal()
                                  ? classes().principals(i)
                                  : Total(histogram));
  }
  std::optional<Outcome> Of(const ClassFigures& figures) const final {
    const auto histogram = figures.histograms[values_.histogram()];
    return Measure(histogram, Total(histogram));
  }

 protected:
  // The values of a class: numbers as codes, sorted. `people` is the sum over
  // `shares`; neither is empty.
  virtual Outcome Against(std::span<const ValueCount> shares,
                          std::int64_t people, std::size_t baseline) const = 0;
  const SensitiveValues& values() const { return values_; }

  // Glance() where one table is all there is to compare with.
  virtual std::optional<double> GlanceAt(const ClassBlock& /*block*/,
                                         std::span<double> /*glances*/) const {
    return std::nullopt;
  }

 private:
  std::optional<double> Glance(ClassBlocks& blocks,
                               std::span<double> glances) const final;
  Outcome Measure(std::span<const ValueCount> histogram,
                  std::int64_t people) const;

  const SensitiveValues values_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_SENSITIVE_VALUES_H_
