// SPDX-License-Identifier: Apache-2.0
//
// The privacy models a policy can name. To add one, add its line to Registry().
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "anon/base/ratio.h"
#include "anon/base/text.h"
#include "anon/model/alpha_k_anonymity.h"
#include "anon/model/beta_likeness.h"
#include "anon/model/delta_disclosure.h"
#include "anon/model/delta_presence.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/group_k_anonymity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/k_map.h"
#include "anon/model/privacy_model.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/model/t_closeness_hierarchical.h"
#include "anon/model/t_closeness_ordered.h"
#include "base/status_macros.h"

namespace anon {
namespace {

using Made = absl::StatusOr<std::shared_ptr<const PrivacyModel>>;

struct Entry {
  std::string name;
  std::vector<std::string> parameters;  // all required
  bool guards_attribute = false;
  Made (*make)(const ModelSpec& spec) = nullptr;
  std::vector<std::string> options = {};
};

// The whole number `parameter` of `spec`, which has it.
absl::StatusOr<std::int64_t> Integer(const ModelSpec& spec,
                                     const std::string& parameter,
                                     std::int64_t least) {
  const std::string& text = spec.parameters.at(parameter);
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end || value < least) {
    return PolicyError(
        error == std::errc::result_out_of_range
            ? fmt::format("{} takes no number of more than 63 bits for {}",
                          spec.model, parameter)
            : fmt::format("{} needs a whole number of {} or more for {}",
                          spec.model, least, parameter));
  }
  return value;
}

// The number `parameter` of `spec`, which has it, as it is written.
absl::StatusOr<Ratio> Number(const ModelSpec& spec,
                             const std::string& parameter) {
  auto ratio = Ratio::Parse(spec.parameters.at(parameter));
  if (ratio.ok()) return ratio;
  return PolicyError(
      fmt::format("{} needs a number such as 0.05, 5% or 1/20 for {}",
                  spec.model, parameter));
}

// Limits of a number.
enum class Range { kShare, kOpenShare, kAboveZero, kAboveOne };

absl::StatusOr<Ratio> Number(const ModelSpec& spec,
                             const std::string& parameter, Range range) {
  ANON_ASSIGN_OR_RETURN(const Ratio ratio, Number(spec, parameter));
  const bool positive = ratio.numerator() > 0;
  const bool below_one = ratio.numerator() < ratio.denominator();
  const bool one = ratio.numerator() == ratio.denominator();
  const auto check = [&](bool fits, std::string_view what) -> absl::Status {
    if (fits) return absl::OkStatus();
    return PolicyError(
        fmt::format("{} needs {} {}", spec.model, parameter, what));
  };
  absl::Status status;
  switch (range) {
    case Range::kShare:
      status = check(below_one, "to be at least 0 and below 1");
      break;
    case Range::kOpenShare:
      status = check(positive && below_one, "to be above 0 and below 1");
      break;
    case Range::kAboveZero:
      status = check(positive, "to be above 0");
      break;
    case Range::kAboveOne:
      status = check(!below_one && !one, "to be above 1");
      break;
  }
  ANON_RETURN_IF_ERROR(status);
  return ratio;
}

Made MakeKAnonymity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t k, Integer(spec, "k", 2));
  return KAnonymity(k);
}

Made MakeGroupKAnonymity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t k, Integer(spec, "k", 2));
  return GroupKAnonymity(k);
}

Made MakeKMap(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t k, Integer(spec, "k", 2));
  return KMap(k);
}

Made MakeAlphaKAnonymity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio alpha,
                        Number(spec, "alpha", Range::kOpenShare));
  ANON_ASSIGN_OR_RETURN(const std::int64_t k, Integer(spec, "k", 2));
  return AlphaKAnonymity(spec.attribute, alpha, k);
}

Made MakeDistinctLDiversity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t l, Integer(spec, "l", 2));
  return DistinctLDiversity(spec.attribute, l);
}

Made MakeEntropyLDiversity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio l, Number(spec, "l", Range::kAboveOne));
  return EntropyLDiversity(spec.attribute, l);
}

Made MakeRecursiveClDiversity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio c, Number(spec, "c", Range::kAboveZero));
  ANON_ASSIGN_OR_RETURN(const std::int64_t l, Integer(spec, "l", 2));
  return RecursiveClDiversity(spec.attribute, c, l);
}

Made MakeTClosenessEqual(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio t, Number(spec, "t", Range::kShare));
  return TClosenessEqual(spec.attribute, t);
}

Made MakeTClosenessOrdered(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio t, Number(spec, "t", Range::kShare));
  const auto order = spec.parameters.find("order");
  if (order == spec.parameters.end() || order->second == "number") {
    return TClosenessOrdered(spec.attribute, t, ValueOrder::kNumber);
  }
  if (order->second != "text") {
    return PolicyError("t_closeness_ordered needs number or text for order");
  }
  return TClosenessOrdered(spec.attribute, t, ValueOrder::kText);
}

Made MakeTClosenessHierarchical(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio t, Number(spec, "t", Range::kShare));
  return TClosenessHierarchical(spec.attribute, t);
}

Made MakeBasicBetaLikeness(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio beta,
                        Number(spec, "beta", Range::kAboveZero));
  return BasicBetaLikeness(spec.attribute, beta);
}

Made MakeEnhancedBetaLikeness(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio beta,
                        Number(spec, "beta", Range::kAboveZero));
  return EnhancedBetaLikeness(spec.attribute, beta);
}

Made MakeDeltaDisclosure(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio delta,
                        Number(spec, "delta", Range::kAboveZero));
  return DeltaDisclosure(spec.attribute, delta);
}

Made MakeDeltaDisclosurePresent(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio delta,
                        Number(spec, "delta", Range::kAboveZero));
  return DeltaDisclosurePresent(spec.attribute, delta);
}

Made MakeDeltaPresence(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio least, Number(spec, "min"));
  ANON_ASSIGN_OR_RETURN(const Ratio most, Number(spec, "max"));
  const bool share = most.numerator() <= most.denominator();
  const bool all =
      least.numerator() == 0 && most.numerator() == most.denominator();
  if (least > most || !share || all) {
    return PolicyError(
        "delta_presence needs 0 <= min <= max <= 1, and not 0 and 1: that "
        "says nothing");
  }
  return DeltaPresence(least, most);
}

Made MakeHighestRisk(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio risk,
                        Number(spec, "risk", Range::kOpenShare));
  return HighestReidentificationRisk(risk);
}

Made MakeAverageRisk(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Ratio risk,
                        Number(spec, "risk", Range::kOpenShare));
  return AverageReidentificationRisk(risk);
}

// Sorted by name: name, required parameters, whether it guards an attribute,
// how it is made, optional parameters.
const std::vector<Entry>& Registry() {
  static const auto& registry = *new std::vector<Entry>{
      {"alpha_k_anonymity", {"alpha", "k"}, true, MakeAlphaKAnonymity},
      {"average_reidentification_risk", {"risk"}, false, MakeAverageRisk},
      {"basic_beta_likeness", {"beta"}, true, MakeBasicBetaLikeness},
      {"delta_disclosure", {"delta"}, true, MakeDeltaDisclosure},
      {"delta_disclosure_present", {"delta"}, true, MakeDeltaDisclosurePresent},
      {"delta_presence", {"min", "max"}, false, MakeDeltaPresence},
      {"distinct_l_diversity", {"l"}, true, MakeDistinctLDiversity},
      {"enhanced_beta_likeness", {"beta"}, true, MakeEnhancedBetaLikeness},
      {"entropy_l_diversity", {"l"}, true, MakeEntropyLDiversity},
      {"group_k_anonymity", {"k"}, false, MakeGroupKAnonymity},
      {"highest_reidentification_risk", {"risk"}, false, MakeHighestRisk},
      {"k_anonymity", {"k"}, false, MakeKAnonymity},
      {"k_map", {"k"}, false, MakeKMap},
      {"recursive_cl_diversity", {"c", "l"}, true, MakeRecursiveClDiversity},
      {"t_closeness_equal", {"t"}, true, MakeTClosenessEqual},
      {"t_closeness_hierarchical", {"t"}, true, MakeTClosenessHierarchical},
      {"t_closeness_ordered", {"t"}, true, MakeTClosenessOrdered, {"order"}},
  };
  return registry;
}

absl::StatusOr<const Entry*> FindEntry(const std::string& name) {
  for (const Entry& entry : Registry()) {
    if (entry.name == name) return &entry;
  }
  const std::vector<std::string> known = KnownModels();
  const auto nearest = Nearest(name, known);
  return PolicyError(
      fmt::format("there is no such privacy model{}; known are {}",
                  nearest ? fmt::format(", did you mean {}?", *nearest) : "",
                  fmt::join(known, ", ")));
}

absl::Status CheckParameters(const Entry& entry, const ModelSpec& spec) {
  if (entry.guards_attribute && spec.attribute.empty()) {
    return PolicyError(
        fmt::format("{} needs an attribute: name the sensitive column it "
                    "guards",
                    entry.name));
  }
  if (!entry.guards_attribute && !spec.attribute.empty()) {
    return PolicyError(fmt::format(
        "{} guards no single attribute: remove attribute", entry.name));
  }
  for (const std::string& parameter : entry.parameters) {
    if (!spec.parameters.contains(parameter)) {
      return PolicyError(
          fmt::format("{} needs the parameter {}", entry.name, parameter));
    }
  }
  for (const auto& [parameter, value] : spec.parameters) {
    const auto in = [&](const std::vector<std::string>& list) {
      return std::ranges::find(list, parameter) != list.end();
    };
    if (!in(entry.parameters) && !in(entry.options)) {
      return PolicyError(fmt::format(
          "{} takes {} and no parameter {}: "
          "remove it",
          entry.name, fmt::join(entry.parameters, ", "), parameter));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PrivacyModel>> MakeModel(
    const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const Entry* const entry, FindEntry(spec.model));
  ANON_RETURN_IF_ERROR(CheckParameters(*entry, spec));
  return entry->make(spec);
}

std::vector<std::string> KnownModels() {
  std::vector<std::string> names;
  for (const Entry& entry : Registry()) names.push_back(entry.name);
  return names;
}

}  // namespace anon
