// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_TERMS_H_
#define ANON_RELEASE_TERMS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"

namespace anon {

// The legal kind a data set is made to be handled as.
enum class DatasetKind {
  kAnonymizedPersonalInformation,     // 匿名加工情報, Act Art. 2(6)
  kPseudonymizedPersonalInformation,  // 仮名加工情報, Act Art. 2(5)
  kNone  // no legal kind: a data set outside these rules, without a manifest
};

// "anonymized_personal_information", "pseudonymized_personal_information",
// "none".
std::string_view ToString(DatasetKind kind);

enum class Language { kJa, kEn };

// "ja", "en": also the HTML lang attribute.
std::string_view ToString(Language language);

// The same words in Japanese, which have authority, and in English.
struct BilingualText {
  std::string ja;
  std::string en;
  bool empty() const { return ja.empty() && en.empty(); }
  const std::string& In(Language language) const {
    return language == Language::kJa ? ja : en;
  }
  friend bool operator==(const BilingualText&, const BilingualText&) = default;
};

struct Publisher {
  BilingualText name;
  BilingualText address;
  BilingualText representative;
};

struct Contact {
  BilingualText window;   // the office that answers
  BilingualText address;  // empty: that of the publisher
  BilingualText hours;    // when it answers; may be empty
  std::string email;
  std::string phone;
  std::string url;
};

// Which publication a manifest is. One of a series covers all releases of the
// same items and techniques; an old version is kept and named by the next.
struct ManifestVersion {
  std::string id;
  int version = 1;
  friend bool operator==(const ManifestVersion&,
                         const ManifestVersion&) = default;
};

// One of several who make anonymized information jointly.
struct Creator {
  Publisher party;
  bool answers = false;  // the one who answers complaints and inquiries
};

// How the persons concerned keep out of coming releases.
struct ExclusionProcedure {
  std::string url;
  std::string email;
  std::string phone;
  std::string cut_off;  // requests up to this day have been heeded; ISO 8601
};

// Joint use (共同利用) of pseudonymized information, Act Art. 27(5)(iii).
struct JointUse {
  BilingualText range;    // of joint users
  BilingualText purpose;  // empty: that of the release
  // Who is responsible for management; empty: the publisher.
  std::optional<Publisher> responsible;
};

// A purpose of use of pseudonymized information that has changed, Act Art.
// 41(4). The purpose of the release is the new one.
struct PurposeChange {
  BilingualText former;
  std::string changed_on;  // ISO 8601 date
};

// One line of the public item list: a category after processing, never a value,
// a range or a parameter.
struct Item {
  std::string attribute;  // the output column
  BilingualText label;    // "性別" / "Sex"
  BilingualText group;    // "契約者に関する情報"; may be empty
};

struct Continuity {
  bool continuing = false;
  std::string from;  // period of the source data, or start; ISO 8601 date
  std::string to;    // empty while continuing
};

enum class ErasureMode {
  kStatutoryEffort,  // 消去するよう努めます, Act Art. 41(5)
  kPolicyStrict,     // 消去します: a promise of the publisher's own policy
};

// All that is said about a release in its manifest and notice, besides what the
// run itself establishes (output columns, digests, dates).
struct ReleaseTerms {
  DatasetKind kind = DatasetKind::kAnonymizedPersonalInformation;
  std::string id;            // "subscribers-2026-11": file-name characters
  ManifestVersion manifest;  // id empty: that of the release
  std::optional<ManifestVersion> supersedes;  // the version before this one
  std::string manifest_url;  // where it will be published, if that is known
  std::string created;       // ISO 8601 date on which the data set was made
  std::string law_edition;   // which edition of the law citations belong to
  Publisher publisher;
  std::vector<Creator> creators;  // of anonymized information made jointly
  Contact contact;
  BilingualText population;  // whose data: "契約者"
  BilingualText purpose;     // required for pseudonymized information
  std::vector<Item> items;   // in the order of the output columns
  std::vector<BilingualText> methods_of_provision;
  BilingualText recipient;  // named in the notice, not in the manifest
  Continuity continuity;
  std::vector<BilingualText> safety_measures;
  ErasureMode erasure = ErasureMode::kStatutoryEffort;
  std::optional<ExclusionProcedure> exclusion;
  // Whether location that a telecom operator knows of its users is released.
  // Then the manifest has to say how to keep out of it.
  bool telecom_location = false;
  std::optional<JointUse> joint_use;
  std::optional<PurposeChange> purpose_change;
  // Whether nothing is published or provided before a second person has signed.
  bool approval_required = false;
  // Sentences the publisher words differently, by key (see wording.h).
  std::map<std::string, BilingualText> wording;

  // The manifest this release belongs to.
  ManifestVersion series() const {
    return {manifest.id.empty() ? id : manifest.id, manifest.version};
  }
};

// Whether `terms` can be published for a data set with these columns. Refuses,
// naming the term ("release.publisher.name.en"): a required term that is empty
// or in one language only; a column without item, an item without column; two
// items under one label; a label that shows a value, a range or a parameter
// ("20-29", "20歳〜", "k=5"); control characters; a date that is none; an
// unknown law edition; a method of provision for pseudonymized information,
// which is not provided to third parties; joint use or a change of purpose of
// anonymized information; location of a telecom's users without a way to keep
// out of it; a version after the first that supersedes none.
absl::Status CheckTerms(const ReleaseTerms& terms,
                        const std::vector<std::string>& output_columns);

}  // namespace anon

#endif  // ANON_RELEASE_TERMS_H_
