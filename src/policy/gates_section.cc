// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "policy/sections.h"

namespace anon::internal {
namespace {

void ReadReceipts(const MapReader& map, const Draft& draft, ConsentGate& gate) {
  if (const auto path = map.Text("file", Need::kRequired)) {
    gate.file = draft.Resolve(*path);
  }
  if (const auto delimiter = ReadDelimiter(map, "delimiter")) {
    gate.delimiter = *delimiter;
  }
  gate.recipient_class =
      map.Text("recipient_class", Need::kRequired).value_or("");
  gate.least_version =
      map.Integer("least_version", Need::kOptional).value_or(1);
  if (draft.policy.principal.empty()) {
    map.Complain("file", fmt::format("{} names principals, so the policy "
                                     "needs 'principal: {{column: ...}}'",
                                     map.PathOf("file")));
  }
  if (draft.policy.use.purpose.empty()) {
    map.Complain("file", fmt::format("{} holds consents for purposes, so the "
                                     "policy needs 'use: {{purpose: ...}}'",
                                     map.PathOf("file")));
  }
}

void ReadConsentColumn(const MapReader& map, const Draft& draft,
                       ConsentGate& gate) {
  gate.column = map.Text("column", Need::kRequired).value_or("");
  if (!gate.column.empty() && draft.FindColumn(gate.column) == nullptr) {
    map.Complain("column", fmt::format("{} names no column: use one of columns",
                                       map.PathOf("column")));
  }
  for (const YAML::Node& node : map.List("given", Need::kRequired)) {
    if (auto value = ReadText(map.complaints(), node, map.PathOf("given"))) {
      gate.given.push_back(*std::move(value));
    }
  }
}

void ReadConsent(const MapReader& gates, Draft& draft) {
  if (!gates.Has("consent")) return;
  const MapReader map = gates.Map("consent", Need::kOptional,
                                  {"column", "given", "file", "delimiter",
                                   "recipient_class", "least_version"});
  if (!map) return;
  ConsentGate gate;
  if (map.Has("column") == map.Has("file")) {
    map.Complain("column",
                 "gates.consent needs either column and given, or file and "
                 "recipient_class: say who consented");
    return;
  }
  if (map.Has("column")) {
    ReadConsentColumn(map, draft, gate);
  } else {
    ReadReceipts(map, draft, gate);
  }
  draft.policy.gates.consent = std::move(gate);
}

void ReadExclusion(const MapReader& gates, Draft& draft) {
  if (!gates.Has("exclusion")) return;
  const MapReader map =
      gates.Map("exclusion", Need::kOptional, {"file", "delimiter", "cut_off"});
  if (!map) return;
  ExclusionGate gate;
  if (const auto path = map.Text("file", Need::kRequired)) {
    gate.file = draft.Resolve(*path);
  }
  if (const auto delimiter = ReadDelimiter(map, "delimiter")) {
    gate.delimiter = *delimiter;
  }
  gate.cut_off = ReadDate(map, "cut_off");
  if (draft.policy.principal.empty()) {
    map.Complain("file", fmt::format("{} names principals, so the policy "
                                     "needs 'principal: {{column: ...}}'",
                                     map.PathOf("file")));
  }
  draft.policy.gates.exclusion = std::move(gate);
}

void ReadSecrecy(const MapReader& gates, Draft& draft) {
  using Basis = CommunicationsSecrecyGate::Basis;
  if (!gates.Has("communications_secrecy")) return;
  const MapReader map = gates.Map(
      "communications_secrecy", Need::kOptional,
      {"basis", "impact_assessment", "published", "consent_can_change"});
  const auto basis = map.Choice<Basis>(
      "basis", Need::kRequired,
      {{"individual_consent", Basis::kIndividualConsent},
       {"sufficient_anonymization", Basis::kSufficientAnonymization}});
  if (!basis) return;
  CommunicationsSecrecyGate gate;
  gate.basis = *basis;
  if (*basis == Basis::kSufficientAnonymization) {
    gate.impact_assessment =
        map.Text("impact_assessment", Need::kRequired).value_or("");
    gate.published = map.Text("published", Need::kRequired).value_or("");
    const auto change = map.Boolean("consent_can_change", Need::kRequired);
    if (change && !*change) {
      map.Complain("consent_can_change",
                   "this basis needs users who can change their consent at "
                   "any time without losing terms");
    }
  } else if (!draft.policy.gates.consent) {
    map.Complain("basis",
                 "the basis individual_consent needs gates.consent: say who "
                 "consented");
  }
  draft.policy.gates.communications_secrecy = std::move(gate);
}

}  // namespace

void ReadGates(const MapReader& root, Draft& draft) {
  if (!root.Has("gates")) return;
  const MapReader map =
      root.Map("gates", Need::kOptional,
               {"consent", "exclusion", "communications_secrecy"});
  if (!map) return;
  ReadConsent(map, draft);
  ReadExclusion(map, draft);
  ReadSecrecy(map, draft);
}

}  // namespace anon::internal
