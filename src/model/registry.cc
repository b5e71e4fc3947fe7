// SPDX-License-Identifier: Apache-2.0
//
// The privacy models a policy can name. To add one, add its line to Registry().
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "anon/base/text.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/privacy_model.h"
#include "base/status_macros.h"

namespace anon {
namespace {

using Made = absl::StatusOr<std::shared_ptr<const PrivacyModel>>;

struct Entry {
  std::string name;
  std::vector<std::string> parameters;  // all required
  bool guards_attribute = false;
  Made (*make)(const ModelSpec& spec) = nullptr;
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
        fmt::format("{} needs a whole number of {} or more for {}", spec.model,
                    least, parameter));
  }
  return value;
}

Made MakeKAnonymity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t k, Integer(spec, "k", 2));
  return KAnonymity(k);
}

Made MakeDistinctLDiversity(const ModelSpec& spec) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t l, Integer(spec, "l", 2));
  return DistinctLDiversity(spec.attribute, l);
}

// Sorted by name.
const std::vector<Entry>& Registry() {
  static const auto& registry = *new std::vector<Entry>{
      {"distinct_l_diversity", {"l"}, true, MakeDistinctLDiversity},
      {"k_anonymity", {"k"}, false, MakeKAnonymity},
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
    if (std::ranges::find(entry.parameters, parameter) ==
        entry.parameters.end()) {
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
