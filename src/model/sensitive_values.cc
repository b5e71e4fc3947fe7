// SPDX-License-Identifier: Apache-2.0
#include "model/sensitive_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

// With totals of at most 2^46, products of two totals and the number of values
// (2^32 codes) stay below 2^124.
constexpr std::int64_t kMostPeople = std::int64_t{1} << 46;

// People by code; codes that occur in no class that stands have none.
std::vector<ValueCount> CountCodes(const Classes& classes,
                                   const ModelContext& context,
                                   std::size_t histogram) {
  const auto table = classes.table_histogram(histogram);
  std::vector<ValueCount> counts(table.begin(), table.end());
  if (context.standing == nullptr) return counts;
  for (ValueCount& count : counts) count.principals = 0;
  for (const ValueCount& value :
       classes.ValuesOf(*context.standing, histogram)) {
    std::ranges::lower_bound(counts, value.code, {}, &ValueCount::code)
        ->principals = value.principals;
  }
  return counts;
}

}  // namespace

absl::StatusOr<std::size_t> GuardedBy(const PrivacyModel& model,
                                      const Classes& classes) {
  const auto sensitive = classes.SensitiveIndex(model.attribute());
  if (!model.attribute().empty() && sensitive) return *sensitive;
  return PolicyError(fmt::format(
      "{} needs an attribute: name a sensitive column", model.name()));
}

std::int64_t Total(std::span<const ValueCount> histogram) {
  std::int64_t total = 0;
  for (const ValueCount& value : histogram) total += value.principals;
  return total;
}

absl::StatusOr<SensitiveValues> SensitiveValues::Of(
    const PrivacyModel& model, const Classes& classes,
    const ModelContext& context) {
  SensitiveValues values;
  ANON_ASSIGN_OR_RETURN(values.histogram_, GuardedBy(model, classes));
  if (context.standing != nullptr && !classes.one_row_per_principal() &&
      classes.membership() == nullptr) {
    return PolicyError(fmt::format(
        "{}: principals have several rows, so whom classes that stand leave "
        "out is not known: count with ClassCounterOptions::keep_membership",
        model.name()));
  }
  const auto counts = CountCodes(classes, context, values.histogram_);
  Baseline own;
  values.codes_are_numbers_ = true;
  for (const auto& [code, people] : counts) {
    values.codes_are_numbers_ &= code == values.codes_.size();
    values.codes_.push_back(code);
    own.people.push_back(people);
    own.total += people;
  }
  values.size_ = counts.size();
  if (!counts.empty() && values.codes_.back() < 8 * counts.size() + 4096) {
    values.number_.resize(values.codes_.back() + 1);
    for (std::size_t v = 0; v < values.codes_.size(); ++v) {
      values.number_[values.codes_[v]] = static_cast<std::uint32_t>(v);
    }
  }
  values.baselines_.push_back(std::move(own));
  const auto at = context.sensitive.find(model.attribute());
  if (at != context.sensitive.end()) {
    ANON_RETURN_IF_ERROR(values.AddContext(model, at->second));
  }
  for (const Baseline& baseline : values.baselines_) {
    if (baseline.total > kMostPeople) {
      return InputError("a table of more than 2^46 people is not supported");
    }
  }
  return values;
}

absl::Status SensitiveValues::AddContext(const PrivacyModel& model,
                                         const SensitiveContext& known) {
  if (known.label != nullptr) {
    for (const std::uint32_t code : codes_) {
      labels_.emplace_back(known.label(code));
    }
  }
  if (known.reference.empty()) return absl::OkStatus();
  if (known.label == nullptr) {
    return PolicyError(
        fmt::format("a reference for '{}' needs the labels of its codes: give "
                    "SensitiveContext::label",
                    model.attribute()));
  }
  return AddReference(model, known.reference);
}

absl::Status SensitiveValues::AddReference(const PrivacyModel& model,
                                           const ValueCounts& reference) {
  Baseline& own = baselines_.front();
  Baseline input;
  std::map<std::string, std::size_t, std::less<>> number;
  for (std::size_t v = 0; v < labels_.size(); ++v) number[labels_[v]] = v;
  input.people.resize(labels_.size());
  for (const auto& [label, people] : reference) {
    if (people <= 0) continue;
    const auto [at, is_new] = number.emplace(label, size_);
    if (is_new) {
      labels_.push_back(label);
      input.people.push_back(0);
      own.people.push_back(0);
      ++size_;
    }
    input.people[at->second] = people;
    input.total += people;
  }
  for (std::size_t v = 0; v < size_; ++v) {
    if (own.people[v] > 0 && input.people[v] == 0) {
      return PolicyError(fmt::format(
          "{}: the table has a value of '{}' that the reference lacks; give "
          "the distribution of the table it was made from",
          model.name(), model.attribute()));
    }
  }
  const bool differs = input.people != own.people;
  if (differs) baselines_.push_back(std::move(input));
  return absl::OkStatus();
}

std::uint32_t SensitiveValues::NumberOf(std::uint32_t code) const {
  if (!number_.empty()) return number_[code];
  const auto at = std::ranges::lower_bound(codes_, code);
  return static_cast<std::uint32_t>(at - codes_.begin());
}

std::span<const ValueCount> SensitiveValues::Numbered(
    std::span<const ValueCount> histogram) const {
  if (codes_are_numbers_) return histogram;
  static thread_local std::vector<ValueCount> numbered;
  numbered.clear();
  for (const ValueCount& value : histogram) {
    numbered.push_back({NumberOf(value.code), value.principals});
  }
  return numbered;
}

std::optional<double> AgainstBaselines::Glance(
    ClassBlocks& blocks, std::span<double> glances) const {
  if (values_.baselines().size() > 1) return std::nullopt;
  const ClassBlock* block = blocks.Of(values_.histogram());
  if (block == nullptr) return std::nullopt;
  return GlanceAt(*block, glances);
}

BoundModel::Outcome AgainstBaselines::Measure(
    std::span<const ValueCount> histogram, std::int64_t people) const {
  const auto shares = values_.Numbered(histogram);
  if (shares.empty()) return {.holds = true, .figure = 0, .exposure = 0};
  if (values_.baselines().size() == 1) return Against(shares, people, 0);
  Outcome worst = Against(shares, people, 0);
  for (std::size_t b = 1; b < values_.baselines().size(); ++b) {
    const Outcome other = Against(shares, people, b);
    if (other.exposure > worst.exposure) {
      worst.figure = other.figure;
      worst.exposure = other.exposure;
    }
    worst.holds = worst.holds && other.holds;
  }
  return worst;
}

}  // namespace anon::internal
