// SPDX-License-Identifier: Apache-2.0
//
// What the public is told besides the terms every release has: which version of
// a publication this is, who creates jointly, how to keep out, joint use, a
// changed purpose, the impact assessment, and sentences of the publisher's own.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "anon/base/files.h"
#include "anon/release/wording.h"
#include "policy/sections.h"
#include "policy/yaml_document.h"

namespace anon::internal {
namespace {

int ReadVersion(const MapReader& map, Need need) {
  const auto version = map.Integer("version", need);
  if (!version) return 1;
  constexpr std::int64_t kMost = 100'000;
  if (*version < 1 || *version > kMost) {
    map.Complain("version", fmt::format("{} must be 1 to {}",
                                        map.PathOf("version"), kMost));
    return 1;
  }
  return static_cast<int>(*version);
}

void ReadManifest(const MapReader& release, ReleaseTerms& terms) {
  const MapReader map = release.Map("manifest", Need::kOptional,
                                    {"id", "version", "supersedes", "url"});
  if (!map) return;
  if (map.Has("id")) terms.manifest.id = ReadName(map, "id");
  terms.manifest.version = ReadVersion(map, Need::kOptional);
  terms.manifest_url = ReadUrl(map, "url");
  const MapReader before =
      map.Map("supersedes", Need::kOptional, {"id", "version"});
  if (before) {
    terms.supersedes = {.id = ReadName(before, "id"),
                        .version = ReadVersion(before, Need::kRequired)};
    if (terms.supersedes->id == terms.series().id &&
        terms.supersedes->version >= terms.manifest.version) {
      before.Complain(
          "version",
          fmt::format("{} must be earlier than {}: count the "
                      "version up",
                      before.PathOf("version"), map.PathOf("version")));
    }
  } else if (map.Lacks("supersedes") && terms.manifest.version > 1) {
    map.Complain("version",
                 fmt::format("{} is not the first: add supersedes with id and "
                             "version of the one it replaces",
                             map.PathOf("version")));
  }
}

void ReadCreators(const MapReader& release, const Draft& draft,
                  ReleaseTerms& terms) {
  const auto list = release.List("creators", Need::kOptional);
  if (list.empty()) return;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const MapReader map(release.complaints(), list[i],
                        fmt::format("release.creators[{}]", i + 1),
                        {"name", "address", "representative", "answers"});
    terms.creators.push_back(
        {ReadParty(map),
         map.Boolean("answers", Need::kOptional).value_or(false)});
  }
  if (draft.kind == DatasetKind::kPseudonymizedPersonalInformation) {
    release.Complain("creators",
                     "release.creators speaks of anonymized personal "
                     "information only: remove it; joint use is "
                     "release.joint_use");
  } else if (list.size() == 1) {
    release.Complain("creators",
                     "release.creators has one entry: list all who create "
                     "jointly, or remove it");
  } else if (std::ranges::count(terms.creators, true, &Creator::answers) != 1) {
    release.Complain("creators",
                     "release.creators must say of exactly one that it "
                     "answers: true");
  }
}

// The cut-off of the exclusion gate is the one that was heeded.
std::string ReadCutOff(const MapReader& map, const Draft& draft) {
  const auto& gate = draft.policy.gates.exclusion;
  const std::string heeded = gate ? gate->cut_off : "";
  if (!map.Has("cut_off") && !heeded.empty()) return heeded;
  const std::string said = ReadDate(map, "cut_off");
  if (!heeded.empty() && !said.empty() && said != heeded) {
    map.Complain("cut_off",
                 fmt::format("{} is not that of gates.exclusion: leave it out",
                             map.PathOf("cut_off")));
  }
  return said;
}

bool HasOrigin(const Draft& draft, const std::string& name) {
  const ColumnPolicy* const column = draft.FindColumn(name);
  return column != nullptr && column->origin != DataOrigin::kUnstated;
}

// A column that says where a telecom knew its users to be, or is made of some.
bool ReleasesTelecomLocation(const Draft& draft) {
  const Policy& policy = draft.policy;
  return std::ranges::any_of(policy.columns, [&](const ColumnPolicy& column) {
    if (column.treatment == Treatment::kSuppress) return false;
    if (HasOrigin(draft, column.name) &&
        column.attribute_class == AttributeClass::kLocation) {
      return true;
    }
    const auto grid =
        std::ranges::find(policy.derived, column.name, &GridColumn::name);
    return grid != policy.derived.end() && (HasOrigin(draft, grid->latitude) ||
                                            HasOrigin(draft, grid->longitude));
  });
}

void ReadExclusionProcedure(const MapReader& release, const Draft& draft,
                            ReleaseTerms& terms) {
  terms.telecom_location =
      draft.kind == DatasetKind::kAnonymizedPersonalInformation &&
      ReleasesTelecomLocation(draft);
  const MapReader map = release.Map("exclusion", Need::kOptional,
                                    {"url", "email", "phone", "cut_off"});
  if (!map) {
    if (terms.telecom_location && release.Lacks("exclusion")) {
      release.Complain(
          "exclusion",
          "release lacks 'exclusion': a column of class location and with an "
          "origin is released, so say how its users keep out of it (url, "
          "email or phone, and cut_off)");
    }
    return;
  }
  terms.exclusion = {.url = ReadUrl(map, "url"),
                     .email = ReadEmail(map, "email"),
                     .phone = ReadPhone(map, "phone"),
                     .cut_off = ReadCutOff(map, draft)};
  if (map.Lacks("url") && map.Lacks("email") && map.Lacks("phone")) {
    map.Complain("url", fmt::format("{} lacks a way to ask for it: add url, "
                                    "email or phone",
                                    map.path()));
  }
}

void ReadJointUse(const MapReader& release, const Draft& draft,
                  ReleaseTerms& terms) {
  const bool pseudonymized =
      draft.kind == DatasetKind::kPseudonymizedPersonalInformation;
  const bool needed =
      pseudonymized && draft.policy.use.scope == RecipientScope::kJointUser;
  const MapReader map =
      release.Map("joint_use", needed ? Need::kRequired : Need::kOptional,
                  {"range", "users", "purpose", "responsible"});
  if (!map) return;
  if (draft.kind && !pseudonymized) {
    release.Complain("joint_use",
                     "release.joint_use speaks of pseudonymized personal "
                     "information only: remove it");
  }
  terms.joint_use = {.range = ReadBilingual(map, "range", Need::kRequired),
                     .users = ReadBilingualList(map, "users", Need::kOptional),
                     .purpose = ReadBilingual(map, "purpose", Need::kOptional),
                     .responsible = std::nullopt};
  const MapReader responsible = map.Map("responsible", Need::kOptional,
                                        {"name", "address", "representative"});
  if (responsible) terms.joint_use->responsible = ReadParty(responsible);
}

void ReadPurposeChange(const MapReader& release, const Draft& draft,
                       ReleaseTerms& terms) {
  const MapReader map =
      release.Map("purpose_change", Need::kOptional, {"former", "changed_on"});
  if (!map) return;
  if (draft.kind == DatasetKind::kAnonymizedPersonalInformation) {
    release.Complain("purpose_change",
                     "release.purpose_change speaks of pseudonymized personal "
                     "information only: remove it");
  }
  terms.purpose_change = {
      .former = ReadBilingual(map, "former", Need::kRequired),
      .changed_on = ReadDate(map, "changed_on")};
}

// What people judged; the rest of the record the run fills in.
void ReadImpactAssessment(const MapReader& release, Policy& policy) {
  const MapReader map = release.Map("impact_assessment", Need::kOptional,
                                    {"assessor", "approver", "assessed_on",
                                     "next_review", "decision", "risks"});
  if (!map) return;
  ImpactAssessment& pia = policy.impact_assessment.emplace();
  using enum ImpactAssessment::Decision;
  pia.assessor = ReadBilingual(map, "assessor", Need::kOptional);
  pia.approver = ReadBilingual(map, "approver", Need::kOptional);
  if (map.Has("assessed_on")) pia.assessed_on = ReadDate(map, "assessed_on");
  if (map.Has("next_review")) pia.next_review = ReadDate(map, "next_review");
  pia.decision = map.Choice<ImpactAssessment::Decision>(
                        "decision", Need::kOptional,
                        {{"open", kOpen},
                         {"proceed", kProceed},
                         {"proceed_with_conditions", kProceedWithConditions}})
                     .value_or(kOpen);
  const auto risks = map.List("risks", Need::kOptional);
  for (std::size_t i = 0; i < risks.size(); ++i) {
    const MapReader risk(map.complaints(), risks[i],
                         fmt::format("{}[{}]", map.PathOf("risks"), i + 1),
                         {"risk", "measure"});
    pia.risks.push_back({ReadBilingual(risk, "risk", Need::kRequired),
                         ReadBilingual(risk, "measure", Need::kOptional)});
  }
  if (pia.decision != kOpen &&
      (map.Lacks("assessor") || map.Lacks("approver") ||
       map.Lacks("assessed_on"))) {
    map.Complain("decision",
                 fmt::format("{} was taken by somebody on a day: add assessor, "
                             "approver and assessed_on",
                             map.PathOf("decision")));
  }
}

// A file of its own, complained of with its own places.
absl::Status ReadWordingFile(const std::filesystem::path& file,
                             ReleaseTerms& terms) {
  auto text = ReadFile(file);
  if (!text.ok()) return text.status();
  Complaints complaints(file.string(), *text);
  if (const auto node = ParseYaml(complaints, *text)) {
    const MapReader map(complaints, *node, "", {}, /*open_keys=*/true);
    for (const MapReader::Entry& entry : map.entries()) {
      const std::size_t before = complaints.size();
      const BilingualText words =
          ReadBilingual(map, entry.key, Need::kRequired);
      if (complaints.size() != before) continue;
      const absl::Status status = CheckWording(entry.key, words);
      if (status.ok()) {
        terms.wording[entry.key] = words;
      } else {
        complaints.Add(entry.mark, Message(status));
      }
    }
  }
  return complaints.ToStatus();
}

void ReadWording(const MapReader& release, Draft& draft) {
  const auto name = release.Text("wording", Need::kOptional);
  if (!name) return;
  draft.policy.wording = draft.Resolve(*name);
  const absl::Status status =
      ReadWordingFile(draft.policy.wording, draft.policy.terms);
  std::istringstream lines{std::string(Message(status))};
  for (std::string line; !status.ok() && std::getline(lines, line);) {
    release.Complain("wording", fmt::format("release.wording: {}", line));
  }
}

}  // namespace

void ReadPublication(const MapReader& release, Draft& draft) {
  ReleaseTerms& terms = draft.policy.terms;
  ReadManifest(release, terms);
  ReadCreators(release, draft, terms);
  ReadExclusionProcedure(release, draft, terms);
  ReadJointUse(release, draft, terms);
  ReadPurposeChange(release, draft, terms);
  ReadImpactAssessment(release, draft.policy);
  ReadWording(release, draft);
}

}  // namespace anon::internal
