// SPDX-License-Identifier: Apache-2.0
//
// The rules a policy or a command line can name. To add one, add its line to
// Registry().
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "anon/base/text.h"
#include "anon/hierarchy/calendar.h"
#include "anon/hierarchy/frequency.h"
#include "anon/hierarchy/hierarchy_rule.h"
#include "anon/hierarchy/masking.h"
#include "anon/hierarchy/mesh.h"
#include "anon/hierarchy/municipality.h"
#include "anon/hierarchy/number_intervals.h"
#include "anon/hierarchy/order.h"
#include "anon/hierarchy/prefixes.h"
#include "base/status_macros.h"
#include "hierarchy/parameters.h"

namespace anon {
namespace {

using internal::Parameters;
using Made = absl::StatusOr<HierarchyRulePtr>;

struct Entry {
  HierarchyRuleDescription description;
  Made (*make)(Parameters& parameters) = nullptr;
};

Made MakeAge(Parameters& p) {
  AgeRuleOptions options;
  std::string reference;
  p.Read("reference_date", reference);
  p.Read("widths", options.widths);
  p.Read("top", options.top);
  p.Read("language", options.language);
  const auto date = ParseDate(reference);
  if (!date.ok()) p.Complain("reference_date", "a date such as 2026-10-01");
  ANON_RETURN_IF_ERROR(p.status());
  options.reference = *date;
  return AgeRule(options);
}

Made MakeDate(Parameters& p) {
  DateRuleOptions options;
  p.Read("levels",
         Parameters::Words<DateUnit>{{"day", DateUnit::kDay},
                                     {"month", DateUnit::kMonth},
                                     {"quarter", DateUnit::kQuarter},
                                     {"year", DateUnit::kYear},
                                     {"decade", DateUnit::kDecade}},
         options.levels);
  p.Read("language", options.language);
  ANON_RETURN_IF_ERROR(p.status());
  return DateRule(options);
}

Made MakeFlat(Parameters&) { return FlatRule(); }

Made MakeFrequency(Parameters& p) {
  FrequencyRuleOptions options;
  p.Read("keep", options.keep);
  p.Read("least_rows", options.least_rows);
  p.Read("other", options.other);
  ANON_RETURN_IF_ERROR(p.status());
  return FrequencyRule(options);
}

Made MakeInterval(Parameters& p) {
  IntervalRuleOptions options;
  p.Read("widths", options.widths);
  p.Read("origin", options.origin);
  p.Read("bottom", options.bottom);
  p.Read("top", options.top);
  p.Read("edges", options.edges);
  p.Read("whole", options.whole);
  p.Read("language", options.language);
  ANON_RETURN_IF_ERROR(p.status());
  return IntervalRule(options);
}

Made MakeIpAddress(Parameters& p) {
  IpAddressRuleOptions options;
  p.Read("ipv4_bits", options.ipv4_bits);
  p.Read("ipv6_bits", options.ipv6_bits);
  ANON_RETURN_IF_ERROR(p.status());
  return IpAddressRule(options);
}

Made MakeMask(Parameters& p) {
  MaskRuleOptions options;
  p.Read("keep", options.keep);
  p.Read("side", Parameters::Words<bool>{{"start", false}, {"end", true}},
         options.keep_end);
  p.Read("mask_character", options.mask);
  p.Read("separators", options.separators);
  ANON_RETURN_IF_ERROR(p.status());
  return MaskRule(options);
}

Made MakeMesh(Parameters& p) {
  MeshRuleOptions options;
  Parameters::Words<MeshLevel> words;
  for (int i = 0; i <= static_cast<int>(MeshLevel::k125m); ++i) {
    const auto level = static_cast<MeshLevel>(i);
    words.emplace_back(ToString(level), level);
  }
  p.Read("levels", words, options.levels);
  p.Read("input", Parameters::Words<bool>{{"code", false}, {"point", true}},
         options.points);
  ANON_RETURN_IF_ERROR(p.status());
  return MeshRule(options);
}

Made MakeMunicipality(Parameters& p) {
  MunicipalityRuleOptions options;
  p.Read("levels",
         Parameters::Words<MunicipalityUnit>{
             {"city", MunicipalityUnit::kCity},
             {"prefecture", MunicipalityUnit::kPrefecture},
             {"region", MunicipalityUnit::kRegion}},
         options.levels);
  p.Read("language", options.language);
  ANON_RETURN_IF_ERROR(p.status());
  return MunicipalityRule(options);
}

Made MakeOrder(Parameters& p) {
  OrderRuleOptions options;
  p.Read("group_sizes", options.group_sizes);
  p.Read("order",
         Parameters::Words<DomainOrder>{{"text", DomainOrder::kText},
                                        {"number", DomainOrder::kNumber}},
         options.order);
  ANON_RETURN_IF_ERROR(p.status());
  return OrderRule(options);
}

Made MakePostalCode(Parameters& p) {
  PostalCodeRuleOptions options;
  p.Read("digits", options.digits);
  ANON_RETURN_IF_ERROR(p.status());
  return PostalCodeRule(options);
}

Made MakePrefix(Parameters& p) {
  PrefixRuleOptions options;
  p.Read("lengths", options.lengths);
  ANON_RETURN_IF_ERROR(p.status());
  return PrefixRule(options);
}

Made MakeTelephone(Parameters& p) {
  TelephoneRuleOptions options;
  p.Read("digits", options.digits);
  ANON_RETURN_IF_ERROR(p.status());
  return TelephoneRule(options);
}

// Sorted by name: name, summary, required and optional parameters, how it is
// made.
const std::vector<Entry>& Registry() {
  static const auto& registry = *new std::vector<Entry>{
      {{"age",
        "date of birth -> age bands on a day",
        {"reference_date"},
        {"widths", "top", "language"}},
       MakeAge},
      {{"date",
        "date, also of an era -> day, month, quarter, year, decade",
        {},
        {"levels", "language"}},
       MakeDate},
      {{"flat", "every value -> *", {}, {}}, MakeFlat},
      {{"frequency",
        "rare values -> one label",
        {},
        {"keep", "least_rows", "other"}},
       MakeFrequency},
      {{"interval",
        "number -> intervals",
        {},
        {"widths", "origin", "bottom", "top", "edges", "whole", "language"}},
       MakeInterval},
      {{"ip_address",
        "IPv4 or IPv6 address -> networks",
        {},
        {"ipv4_bits", "ipv6_bits"}},
       MakeIpAddress},
      {{"mask",
        "text -> characters replaced",
        {"keep"},
        {"side", "mask_character", "separators"}},
       MakeMask},
      {{"mesh",
        "grid-square code (JIS X 0410) or point -> larger squares",
        {},
        {"levels", "input"}},
       MakeMesh},
      {{"municipality",
        "municipality code -> city, prefecture, region",
        {},
        {"levels", "language"}},
       MakeMunicipality},
      {{"order",
        "values in order -> groups of so many",
        {"group_sizes"},
        {"order"}},
       MakeOrder},
      {{"postal_code", "postal code -> first digits", {}, {"digits"}},
       MakePostalCode},
      {{"prefix", "text -> first characters", {"lengths"}, {}}, MakePrefix},
      {{"telephone", "telephone number -> first digits", {}, {"digits"}},
       MakeTelephone},
  };
  return registry;
}

absl::Status CheckNames(const HierarchyRuleDescription& rule,
                        const HierarchyRuleSpec& spec) {
  for (const std::string& parameter : rule.required) {
    if (!spec.parameters.contains(parameter)) {
      return PolicyError(
          fmt::format("{} needs the parameter {}", rule.name, parameter));
    }
  }
  std::vector<std::string> known = rule.required;
  known.insert(known.end(), rule.optional.begin(), rule.optional.end());
  for (const auto& [parameter, value] : spec.parameters) {
    if (std::ranges::find(known, parameter) != known.end()) continue;
    const auto nearest = Nearest(parameter, known);
    return PolicyError(fmt::format(
        "{} takes {} and no parameter {}{}", rule.name,
        known.empty() ? "no parameters"
                      : fmt::format("{}", fmt::join(known, ", ")),
        parameter,
        nearest ? fmt::format(": did you mean {}?", *nearest) : ": remove it"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HierarchyRulePtr> MakeHierarchyRule(
    const HierarchyRuleSpec& spec) {
  for (const Entry& entry : Registry()) {
    if (entry.description.name != spec.rule) continue;
    ANON_RETURN_IF_ERROR(CheckNames(entry.description, spec));
    Parameters parameters(spec);
    return entry.make(parameters);
  }
  const std::vector<std::string> known = KnownHierarchyRules();
  const auto nearest = Nearest(spec.rule, known);
  return PolicyError(
      fmt::format("there is no such hierarchy rule{}; known are {}",
                  nearest ? fmt::format(", did you mean {}?", *nearest) : "",
                  fmt::join(known, ", ")));
}

std::vector<HierarchyRuleDescription> DescribeHierarchyRules() {
  std::vector<HierarchyRuleDescription> descriptions;
  for (const Entry& entry : Registry()) {
    descriptions.push_back(entry.description);
  }
  return descriptions;
}

std::vector<std::string> KnownHierarchyRules() {
  std::vector<std::string> names;
  for (const Entry& entry : Registry()) names.push_back(entry.description.name);
  return names;
}

}  // namespace anon
