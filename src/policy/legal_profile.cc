// SPDX-License-Identifier: Apache-2.0
#include "anon/policy/legal_profile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "anon/base/text.h"

namespace anon {
namespace {

using enum DatasetKind;
using enum Demand;

std::vector<LegalProfile> MakeProfiles() {
  std::vector<LegalProfile> profiles;
  const auto add = [&profiles](std::string_view profile, LegalRule rule) {
    for (LegalProfile& each : profiles) {
      if (each.id == profile) each.rules.push_back(rule);
    }
  };
#define LEGAL_PROFILE(id, edition) profiles.push_back({id, edition, {}});
#define LEGAL_RULE(profile, kind, about, demand, excuse, ja, en, by, on) \
  add(profile, {kind, about, demand, excuse, {ja, en}, by, on});
#include "policy/legal_profiles.inc"
#undef LEGAL_RULE
#undef LEGAL_PROFILE
  return profiles;
}

const std::vector<LegalProfile>& Profiles() {
  static const auto& profiles = *new std::vector<LegalProfile>(MakeProfiles());
  return profiles;
}

}  // namespace

const LegalRule* LegalProfile::Find(
    DatasetKind kind,
    std::variant<AttributeClass, Role, RecipientScope> about) const {
  for (const LegalRule& rule : rules) {
    if (rule.kind == kind && rule.about == about) return &rule;
  }
  return nullptr;
}

absl::StatusOr<const LegalProfile*> FindLegalProfile(std::string_view id) {
  for (const LegalProfile& profile : Profiles()) {
    if (profile.id == id) return &profile;
  }
  const std::vector<std::string> known = KnownLegalProfiles();
  const auto nearest = Nearest(id, known);
  return PolicyError(
      fmt::format("there is no such legal profile{}; use one of {}",
                  nearest ? fmt::format(", did you mean '{}'?", *nearest) : "",
                  fmt::join(known, ", ")));
}

std::vector<std::string> KnownLegalProfiles() {
  std::vector<std::string> ids;
  for (const LegalProfile& profile : Profiles()) ids.push_back(profile.id);
  return ids;
}

}  // namespace anon
