// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>

#include "anon/release/law_edition.h"
#include "anon/release/terms.h"
#include "anon/release/wording.h"
#include "base/status_macros.h"
#include "release/document.h"
#include "release/label_check.h"
#include "release/text_check.h"

namespace anon {
namespace {

using internal::AllowDate;
using internal::AllowText;
using internal::CheckEmail;
using internal::CheckName;
using internal::CheckPhone;
using internal::CheckUrl;
using internal::RequireDate;
using internal::RequireText;
using internal::RequireTexts;

// Versions count up, and each names the one it replaces.
absl::Status CheckVersion(const ReleaseTerms& terms) {
  ANON_RETURN_IF_ERROR(CheckUrl("release.manifest.url", terms.manifest_url));
  const ManifestVersion series = terms.series();
  ANON_RETURN_IF_ERROR(CheckName("release.manifest.id", series.id));
  constexpr int kMost = 100'000;
  if (series.version < 1 || series.version > kMost) {
    return PolicyError(
        "release.manifest.version must be 1 or more: it counts the versions "
        "of the manifest");
  }
  if (!terms.supersedes) {
    if (series.version == 1) return absl::OkStatus();
    return PolicyError(
        "release.manifest.supersedes is missing: a version after the first "
        "names the one it replaces");
  }
  const ManifestVersion& before = *terms.supersedes;
  ANON_RETURN_IF_ERROR(CheckName("release.manifest.supersedes.id", before.id));
  if (before.version < 1 ||
      (before.id == series.id && before.version >= series.version)) {
    return PolicyError(
        "release.manifest.supersedes.version must be an earlier version: "
        "count release.manifest.version up");
  }
  return absl::OkStatus();
}

absl::Status CheckParty(std::string_view term, const Publisher& party) {
  ANON_RETURN_IF_ERROR(RequireText(fmt::format("{}.name", term), party.name));
  ANON_RETURN_IF_ERROR(
      RequireText(fmt::format("{}.address", term), party.address));
  return RequireText(fmt::format("{}.representative", term),
                     party.representative);
}

// Of several creators the public has to know each, and whom to ask.
absl::Status CheckCreators(const ReleaseTerms& terms) {
  if (terms.creators.empty()) return absl::OkStatus();
  if (terms.creators.size() == 1) {
    return PolicyError(
        "release.creators has one entry: list all who create jointly, or leave "
        "it out");
  }
  for (std::size_t i = 0; i < terms.creators.size(); ++i) {
    ANON_RETURN_IF_ERROR(CheckParty(fmt::format("release.creators[{}]", i),
                                    terms.creators[i].party));
  }
  if (std::ranges::count(terms.creators, true, &Creator::answers) == 1) {
    return absl::OkStatus();
  }
  return PolicyError(
      "release.creators must say of exactly one that it answers: true");
}

absl::Status CheckExclusion(const ReleaseTerms& terms) {
  if (!terms.exclusion) {
    if (!terms.telecom_location) return absl::OkStatus();
    return PolicyError(
        "release.exclusion is missing: location of a telecom's users is "
        "released, so say how they keep out of it");
  }
  const ExclusionProcedure& exclusion = *terms.exclusion;
  if (exclusion.url.empty() && exclusion.email.empty() &&
      exclusion.phone.empty()) {
    return PolicyError(
        "release.exclusion has no way to ask for it: add url, email or phone");
  }
  ANON_RETURN_IF_ERROR(CheckUrl("release.exclusion.url", exclusion.url));
  ANON_RETURN_IF_ERROR(CheckEmail("release.exclusion.email", exclusion.email));
  ANON_RETURN_IF_ERROR(CheckPhone("release.exclusion.phone", exclusion.phone));
  return RequireDate("release.exclusion.cut_off", exclusion.cut_off);
}

absl::Status CheckWordings(const ReleaseTerms& terms) {
  for (const auto& [key, text] : terms.wording) {
    const absl::Status status = CheckWording(key, text);
    if (status.ok()) continue;
    return PolicyError(
        fmt::format("release.wording, {}: {}", key, Message(status)));
  }
  return absl::OkStatus();
}

absl::Status CheckContinuity(const Continuity& continuity) {
  ANON_RETURN_IF_ERROR(RequireDate("release.continuity.from", continuity.from));
  if (continuity.continuing) {
    if (continuity.to.empty()) return absl::OkStatus();
    return PolicyError(
        "release.continuity.to must be left out while continuing is true");
  }
  ANON_RETURN_IF_ERROR(RequireDate("release.continuity.to", continuity.to));
  // ISO 8601 dates sort as text.
  if (continuity.from <= continuity.to) return absl::OkStatus();
  return PolicyError(
      "release.continuity.to is before release.continuity.from: exchange them");
}

absl::Status CheckItem(const Item& item) {
  const std::string term = fmt::format("columns.{}.item", item.attribute);
  ANON_RETURN_IF_ERROR(RequireText(term, item.label));
  ANON_RETURN_IF_ERROR(AllowText(term + ".group", item.group));
  for (const Language language : {Language::kJa, Language::kEn}) {
    for (const BilingualText* text : {&item.label, &item.group}) {
      if (!internal::ShowsValue(text->In(language))) continue;
      return PolicyError(fmt::format(
          "{}{}.{} looks like a value or a range: name the category instead, "
          "as in '年齢層' or 'Age band'",
          term, text == &item.group ? ".group" : "", ToString(language)));
    }
  }
  return absl::OkStatus();
}

// Every column has one item and the other way round, each under its own label.
absl::Status CheckItems(const std::vector<Item>& items,
                        const std::vector<std::string>& columns) {
  std::set<std::string> attributes;
  std::set<std::string> labels_ja;
  std::set<std::string> labels_en;
  for (const Item& item : items) {
    if (!attributes.insert(item.attribute).second) {
      return PolicyError(fmt::format("columns.{}.item is there twice: keep one",
                                     item.attribute));
    }
    if (std::ranges::find(columns, item.attribute) == columns.end()) {
      return PolicyError(fmt::format(
          "columns.{}.item names no column of the output: remove it, or keep "
          "the column",
          item.attribute));
    }
    ANON_RETURN_IF_ERROR(CheckItem(item));
    const bool new_ja =
        labels_ja.insert(internal::FoldLabel(item.label.ja)).second;
    const bool new_en =
        labels_en.insert(internal::FoldLabel(item.label.en)).second;
    if (!new_ja || !new_en) {
      return PolicyError(fmt::format(
          "columns.{}.item.{} is the label of another column too: give each "
          "column its own",
          item.attribute, new_ja ? "en" : "ja"));
    }
  }
  for (const std::string& column : columns) {
    if (attributes.contains(column)) continue;
    return PolicyError(fmt::format(
        "columns.{}.item is missing: every column of the output stands in the "
        "public item list",
        column));
  }
  if (!columns.empty()) return absl::OkStatus();
  return PolicyError("the output has no column: keep at least one");
}

absl::Status MustBeLeftOut(std::string_view term, std::string_view why) {
  return PolicyError(fmt::format("{} must be left out for {}", term, why));
}

absl::Status CheckAnonymized(const ReleaseTerms& terms) {
  constexpr std::string_view kWhy =
      "anonymized_personal_information: it speaks of pseudonymized information";
  ANON_RETURN_IF_ERROR(
      RequireTexts("release.methods_of_provision", terms.methods_of_provision));
  ANON_RETURN_IF_ERROR(RequireText("release.recipient", terms.recipient));
  ANON_RETURN_IF_ERROR(AllowText("release.purpose", terms.purpose));
  if (terms.joint_use) return MustBeLeftOut("release.joint_use", kWhy);
  if (terms.purpose_change) {
    return MustBeLeftOut("release.purpose_change", kWhy);
  }
  return CheckCreators(terms);
}

absl::Status CheckPseudonymized(const ReleaseTerms& terms) {
  constexpr std::string_view kWhy =
      "pseudonymized_personal_information: it is not provided to third "
      "parties";
  ANON_RETURN_IF_ERROR(RequireText("release.purpose", terms.purpose));
  ANON_RETURN_IF_ERROR(AllowText("release.recipient", terms.recipient));
  if (!terms.methods_of_provision.empty()) {
    return MustBeLeftOut("release.methods_of_provision", kWhy);
  }
  if (!terms.creators.empty()) {
    return MustBeLeftOut("release.creators",
                         "pseudonymized_personal_information: joint use is "
                         "release.joint_use");
  }
  if (terms.joint_use) {
    const JointUse& use = *terms.joint_use;
    ANON_RETURN_IF_ERROR(RequireText("release.joint_use.range", use.range));
    for (std::size_t i = 0; i < use.users.size(); ++i) {
      ANON_RETURN_IF_ERROR(RequireText(
          fmt::format("release.joint_use.users[{}]", i), use.users[i]));
    }
    ANON_RETURN_IF_ERROR(AllowText("release.joint_use.purpose", use.purpose));
    if (use.responsible) {
      ANON_RETURN_IF_ERROR(
          CheckParty("release.joint_use.responsible", *use.responsible));
    }
  }
  if (!terms.purpose_change) return absl::OkStatus();
  ANON_RETURN_IF_ERROR(RequireText("release.purpose_change.former",
                                   terms.purpose_change->former));
  return RequireDate("release.purpose_change.changed_on",
                     terms.purpose_change->changed_on);
}

}  // namespace

absl::Status internal::CheckContact(const Contact& contact) {
  ANON_RETURN_IF_ERROR(RequireText("release.contact.window", contact.window));
  ANON_RETURN_IF_ERROR(AllowText("release.contact.address", contact.address));
  ANON_RETURN_IF_ERROR(AllowText("release.contact.hours", contact.hours));
  if (contact.email.empty() && contact.phone.empty() && contact.url.empty()) {
    return PolicyError(
        "release.contact has no way to reach it: add email, phone or url");
  }
  ANON_RETURN_IF_ERROR(CheckEmail("release.contact.email", contact.email));
  ANON_RETURN_IF_ERROR(CheckPhone("release.contact.phone", contact.phone));
  return CheckUrl("release.contact.url", contact.url);
}

absl::Status CheckTerms(const ReleaseTerms& terms,
                        const std::vector<std::string>& output_columns) {
  ANON_RETURN_IF_ERROR(CheckName("release.id", terms.id));
  ANON_RETURN_IF_ERROR(CheckVersion(terms));
  ANON_RETURN_IF_ERROR(RequireDate("release.created", terms.created));
  ANON_RETURN_IF_ERROR(RequireText("release.law_edition", terms.law_edition));
  ANON_RETURN_IF_ERROR(FindLawEdition(terms.law_edition).status());
  ANON_RETURN_IF_ERROR(CheckParty("release.publisher", terms.publisher));
  ANON_RETURN_IF_ERROR(internal::CheckContact(terms.contact));
  ANON_RETURN_IF_ERROR(RequireText("release.population", terms.population));
  ANON_RETURN_IF_ERROR(CheckContinuity(terms.continuity));
  ANON_RETURN_IF_ERROR(
      RequireTexts("release.safety_measures", terms.safety_measures));
  ANON_RETURN_IF_ERROR(CheckExclusion(terms));
  ANON_RETURN_IF_ERROR(CheckWordings(terms));
  ANON_RETURN_IF_ERROR(terms.kind == DatasetKind::kAnonymizedPersonalInformation
                           ? CheckAnonymized(terms)
                           : CheckPseudonymized(terms));
  return CheckItems(terms.items, output_columns);
}

absl::Status internal::CheckPublication(const ReleaseTerms& terms,
                                        const PublicationFacts& publication) {
  ANON_RETURN_IF_ERROR(CheckUrl("publication.url", publication.url));
  ANON_RETURN_IF_ERROR(
      AllowDate("publication.published_on", publication.published_on));
  ANON_RETURN_IF_ERROR(AllowDate("publication.first_provided_on",
                                 publication.first_provided_on));
  ANON_RETURN_IF_ERROR(AllowDate("publication.ended_on", publication.ended_on));
  if (terms.kind == DatasetKind::kPseudonymizedPersonalInformation &&
      !publication.first_provided_on.empty()) {
    return PolicyError(
        "publication.first_provided_on must be left out for "
        "pseudonymized_personal_information: it is not provided to third "
        "parties");
  }
  // ISO 8601 dates sort as text, and none as before all.
  const std::string& published = publication.published_on;
  if (!published.empty() && published < terms.created) {
    return PolicyError(
        "publication.published_on is before release.created: what is not made "
        "cannot be published");
  }
  if (!publication.first_provided_on.empty() &&
      (published.empty() || publication.first_provided_on < published)) {
    return PolicyError(
        "publication.first_provided_on is before publication.published_on: "
        "publish first, then provide");
  }
  if (!publication.ended_on.empty() &&
      (published.empty() || publication.ended_on < published ||
       publication.ended_on < publication.first_provided_on)) {
    return PolicyError(
        "publication.ended_on is before the release was published or "
        "provided: exchange the dates");
  }
  return absl::OkStatus();
}

}  // namespace anon
