// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "anon/residue/rule.h"
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

void ReadResidue(const MapReader& gates, Draft& draft) {
  if (draft.legal()) draft.policy.gates.residue.emplace();
  if (!gates || !gates.Has("residue")) return;
  const MapReader map = gates.Map("residue", Need::kOptional, {"allow"});
  if (!map) return;
  ResidueGate& gate = draft.policy.gates.residue.emplace();
  if (!map.Has("allow")) return;
  const auto list = map.List("allow", Need::kOptional);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const MapReader one(map.complaints(), list[i],
                        fmt::format("gates.residue.allow[{}]", i + 1),
                        {"column", "rule", "reason"});
    if (!one) continue;
    ResidueGate::Allowance allowance;
    allowance.column = one.Text("column", Need::kRequired).value_or("");
    allowance.rule = one.Text("rule", Need::kRequired).value_or("");
    allowance.reason = one.Text("reason", Need::kRequired).value_or("");
    if (!allowance.column.empty() &&
        draft.FindColumn(allowance.column) == nullptr) {
      one.Complain("column", fmt::format("{} names no column: use one of "
                                         "columns",
                                         one.PathOf("column")));
    }
    if (!allowance.rule.empty() && !FindResidueRule(allowance.rule)) {
      one.Complain("rule",
                   fmt::format("{} is no rule of residue: docs/residue.md "
                               "lists them",
                               one.PathOf("rule")));
    }
    gate.allow.push_back(std::move(allowance));
  }
}

void ReadUniqueness(const MapReader& gates, Draft& draft) {
  if (draft.kind == DatasetKind::kAnonymizedPersonalInformation) {
    draft.policy.gates.uniqueness.emplace();
  }
  if (!gates || !gates.Has("uniqueness")) return;
  const MapReader map = gates.Map("uniqueness", Need::kOptional, {"limit"});
  const auto text =
      map.Scalar("limit", Need::kRequired, "a share such as 0.05, 5% or 1/20");
  if (!text) return;
  const auto limit = Ratio::Parse(*text);
  if (!limit.ok() || limit->numerator() > limit->denominator()) {
    map.Complain("limit",
                 "gates.uniqueness.limit must be a share from 0 to 1: write "
                 "it as 0.05, 5% or 1/20");
    return;
  }
  draft.policy.gates.uniqueness.emplace().limit = *limit;
}

}  // namespace

void ReadGates(const MapReader& root, Draft& draft) {
  const MapReader map =
      root.Map("gates", Need::kOptional,
               {"consent", "exclusion", "communications_secrecy", "residue",
                "uniqueness"});
  ReadResidue(map, draft);
  ReadUniqueness(map, draft);
  if (!map) return;
  ReadConsent(map, draft);
  ReadExclusion(map, draft);
  ReadSecrecy(map, draft);
}

}  // namespace anon::internal
