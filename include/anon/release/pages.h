// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_PAGES_H_
#define ANON_RELEASE_PAGES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/release/manifest.h"
#include "anon/release/recipient.h"
#include "anon/release/terms.h"

namespace anon {

// Pages beside the manifest. Pure functions; each gives all forms by file name:
// "<page>.ja.html", ".md" and ".txt", and the same in English.
using PageFiles = std::map<std::string, std::string>;

// "joint_use": what is published before pseudonymized information is used
// jointly (Act Art. 27(5)(iii)). Refuses terms without joint_use.
absl::StatusOr<PageFiles> RenderJointUsePage(const ReleaseTerms& terms,
                                             const ManifestFacts& facts);

// "purpose_change": the changed purpose of use of pseudonymized information
// (Act Art. 41(4)). Refuses terms without purpose_change.
absl::StatusOr<PageFiles> RenderPurposeChangeNotice(const ReleaseTerms& terms,
                                                    const ManifestFacts& facts);

// One line of the page that lists all releases: a version of a manifest.
struct PublicationEntry {
  std::string manifest_id;
  int version = 1;
  DatasetKind kind = DatasetKind::kAnonymizedPersonalInformation;
  BilingualText population;
  std::string published_on;   // ISO 8601
  std::string url;            // of the manifest
  std::string ended_on = {};  // empty: current
};

struct PublicationPage {
  BilingualText publisher = {};  // stands in the heading of the window
  std::optional<Contact> contact = std::nullopt;
  std::map<std::string, BilingualText> wording = {};
};

// "releases": current and ended releases of a publisher, kind by kind, the
// newest first. Refuses entries that could not have been published, and two of
// one version.
absl::StatusOr<PageFiles> RenderPublicationPage(
    std::vector<PublicationEntry> entries, const PublicationPage& page = {});

// Impact assessment (PIA): what was assessed, by whom, and what was decided.
// What the policy says is filled in; what nobody has said yet is left blank
// for people to fill in.
struct ImpactAssessment {
  enum class Decision { kOpen, kProceed, kProceedWithConditions, kStop };
  struct Risk {
    BilingualText risk;
    BilingualText measure;
  };
  std::string purpose;  // as the policy names it
  RecipientScope scope = RecipientScope::kOwnUse;
  std::vector<std::string> storage_countries;
  bool specified_user_information = false;
  std::vector<std::string> attribute_classes;  // "location", of the source
  std::vector<std::string> origins;            // "gps_app"
  std::vector<std::string> gates;              // "consent", "exclusion"
  std::vector<std::string> models;             // "k_anonymity: 5"

  BilingualText assessor;
  BilingualText approver;
  std::string assessed_on;  // ISO 8601
  std::string next_review;  // ISO 8601
  Decision decision = Decision::kOpen;
  std::vector<Risk> risks;
};

// "impact_assessment". Internal: it holds the parameters of the models.
absl::StatusOr<PageFiles> RenderImpactAssessment(
    const ReleaseTerms& terms, const ManifestFacts& facts,
    const ImpactAssessment& assessment);

}  // namespace anon

#endif  // ANON_RELEASE_PAGES_H_
