// SPDX-License-Identifier: Apache-2.0
#include "anon/release/life_cycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "anon/base/digest.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "release/law_editions.h"
#include "release/release_history.h"

namespace anon {
namespace {

using internal::Duty;
using internal::HistoryOf;
using internal::ReleaseHistory;
using Records = std::span<const LedgerRecord>;

// A refusal names the duty as the edition of the law cites it.
absl::Status Refused(const SealedRelease& release, Duty duty,
                     const std::string& why) {
  std::string citation;
  if (const auto edition = FindLawEdition(release.law_edition); edition.ok()) {
    if (const auto law = internal::Citation(*edition, duty)) {
      citation = fmt::format(" ({})", law->en);
    }
  }
  return absl::FailedPreconditionError(
      fmt::format("release {}: {}{}", release.id, why, citation));
}

absl::Status OutOfOrder(std::string_view release_id, std::string_view why) {
  return absl::FailedPreconditionError(
      fmt::format("release {}: {}", release_id, why));
}

// A day that is one, not before `earliest` and not after today anywhere.
absl::Status CheckDay(std::string_view what, std::string_view day,
                      std::string_view earliest, std::string_view after_what) {
  if (!internal::IsIsoDate(day)) {
    return PolicyError(
        fmt::format("the day of {} is no date: write it as 2026-10-01", what));
  }
  if (day < earliest) {
    return PolicyError(fmt::format("{} on {} would be before {} on {}", what,
                                   day, after_what, earliest));
  }
  // UTC+14 is a day ahead.
  using std::chrono::system_clock;
  const auto tomorrow =
      std::chrono::floor<std::chrono::days>(system_clock::now()) +
      std::chrono::days(1);
  if (std::chrono::sys_days(*internal::ParseIsoDate(day)) > tomorrow) {
    return PolicyError(fmt::format(
        "{} on {} lies in the future: record what has happened", what, day));
  }
  return absl::OkStatus();
}

absl::Status Require(std::string_view text, std::string_view what) {
  return text.empty() ? PolicyError(fmt::format("{} is missing", what))
                      : absl::OkStatus();
}

// Adds the details that are not empty.
LedgerEntry Entry(std::string_view release_id, ReleaseEvent event,
                  const std::string& actor,
                  std::map<std::string, std::string> details) {
  std::erase_if(details, [](const auto& d) { return d.second.empty(); });
  return {std::string(release_id), event, actor, std::move(details)};
}

std::string DigestOf(const SealedRelease& release, const std::string& name) {
  const auto found = release.sha256.find(name);
  return found == release.sha256.end() ? "" : found->second;
}

LedgerEntry CreatedEntry(const SealedRelease& release,
                         const Creation& creation) {
  return Entry(
      release.id, ReleaseEvent::kCreated, creation.actor,
      {{"day", release.created},
       {"kind", std::string(ToString(release.kind))},
       {"law_edition", release.law_edition},
       {"manifest.id", release.manifest_id},
       {"manifest.version", release.manifest_version},
       {"publisher.ja", release.publisher.ja},
       {"publisher.en", release.publisher.en},
       {"title.ja", release.title.ja},
       {"title.en", release.title.en},
       {"population.ja", release.population.ja},
       {"population.en", release.population.en},
       {"continuing", release.continuing ? "yes" : "no"},
       {"coverage", release.coverage},
       {"data_sha256", DigestOf(release, "provide/data.csv")},
       {"manifest_sha256", DigestOf(release, "publish/manifest.json")},
       {"source", creation.source},
       {"data_set_id", creation.data_set_id},
       {"retain_until", creation.retain_until},
       {"processing_method_sha256", creation.processing_method_sha256}});
}

// A record of creation stands for these bytes and no others.
absl::Status CheckSame(const LedgerRecord& created,
                       const SealedRelease& release) {
  if (created.Detail("data_sha256") == DigestOf(release, "provide/data.csv") &&
      created.Detail("manifest_sha256") ==
          DigestOf(release, "publish/manifest.json")) {
    return absl::OkStatus();
  }
  return OutOfOrder(release.id,
                    "the ledger knows another release by this id; give each "
                    "release an id of its own (release.id of the policy)");
}

absl::Status CheckApproval(const SealedRelease& release) {
  return !release.approval_missing
             ? absl::OkStatus()
             : OutOfOrder(release.id,
                          "its policy asks for a second person, and nobody has "
                          "signed as the approver: anon sign --role approver");
}

absl::StatusOr<ReleaseHistory> KnownRelease(Records records,
                                            std::string_view release_id) {
  const ReleaseHistory history = HistoryOf(records, release_id);
  if (history.created != nullptr) return history;
  return OutOfOrder(release_id,
                    "the ledger does not know it: anon run --ledger records a "
                    "release, anon ledger add one that was made without");
}

// The release is in the ledger, is these bytes, and has not ended.
absl::StatusOr<ReleaseHistory> OpenRelease(Records records,
                                           const SealedRelease& release) {
  ANON_ASSIGN_OR_RETURN(const ReleaseHistory history,
                        KnownRelease(records, release.id));
  ANON_RETURN_IF_ERROR(CheckSame(*history.created, release));
  if (history.over()) return OutOfOrder(release.id, "it has ended");
  return history;
}

// Whether what lies at the address shows the items of the release.
absl::StatusOr<std::string> CheckPage(const SealedRelease& release,
                                      const std::string& page) {
  if (page.empty()) return std::string("nobody looked");
  const std::string sha256 = ToHex(Sha256(page));
  for (const auto& [name, digest] : release.sha256) {
    if (name.starts_with("publish/") && digest == sha256) return name;
  }
  std::size_t missing = 0;
  for (const BilingualText& item : release.items) {
    if (page.find(item.ja) == std::string::npos) ++missing;
  }
  if (missing == 0) return std::string("a page that holds every item");
  return Refused(release,
                 release.kind == DatasetKind::kAnonymizedPersonalInformation
                     ? Duty::kAnonymizedItems
                     : Duty::kNone,
                 fmt::format("the page lacks {} of its {} items; publish "
                             "publish/manifest.ja.html",
                             missing, release.items.size()));
}

absl::Status CheckNotice(const SealedRelease& release,
                         const Provision& provision) {
  if (release.kind == DatasetKind::kNone) return absl::OkStatus();
  const bool told = provision.notice_route == "email" ||
                    provision.notice_route == "document" ||
                    provision.notice_route == "with_data";
  if (!told) {
    return Refused(
        release,
        release.kind == DatasetKind::kAnonymizedPersonalInformation
            ? Duty::kAnonymizedProvision
            : Duty::kHandlerSafety,
        "the recipient must be told what the data are, by provide/notice.*: "
        "say how (email, document, with_data)");
  }
  ANON_RETURN_IF_ERROR(
      CheckDay("the notice", provision.notice_day, "", "nothing"));
  return provision.notice_day <= provision.day
             ? absl::OkStatus()
             : Refused(release, Duty::kAnonymizedProvision,
                       "the recipient must be told no later than the data "
                       "are provided");
}

// Pseudonymized information is not provided to third parties.
absl::Status CheckPseudonymizedRecipient(const SealedRelease& release,
                                         const Provision& provision) {
  if (!provision.required_by.empty()) return absl::OkStatus();
  switch (provision.scope) {
    case RecipientScope::kSuccessor:
      return absl::OkStatus();
    case RecipientScope::kContractor:
      ANON_RETURN_IF_ERROR(
          Require(provision.purpose, "what the contractor is entrusted with"));
      if (internal::IsIsoDate(provision.expires) &&
          provision.expires >= provision.day) {
        return absl::OkStatus();
      }
      return PolicyError(
          "the last day of the entrustment is missing, no date or past");
    case RecipientScope::kJointUser:
      if (std::ranges::find(release.joint_users, provision.recipient) !=
          release.joint_users.end()) {
        return absl::OkStatus();
      }
      return Refused(release, Duty::kPseudonymizedNoProvision,
                     "this joint user is not in the published range of joint "
                     "use; name it in release.joint_use.users and publish "
                     "that first, or spell it as published");
    case RecipientScope::kThirdParty:
    case RecipientScope::kOwnUse:
      break;
  }
  return Refused(release, Duty::kPseudonymizedNoProvision,
                 "pseudonymized information goes to contractors, successors "
                 "and joint users only, except as laws require: name the law "
                 "if one does");
}

absl::Status CheckRecipient(const SealedRelease& release,
                            const Provision& provision) {
  ANON_RETURN_IF_ERROR(Require(provision.recipient, "the recipient's name"));
  ANON_RETURN_IF_ERROR(
      Require(provision.method, "the method of provision (how data travel)"));
  switch (release.kind) {
    case DatasetKind::kPseudonymizedPersonalInformation:
      return CheckPseudonymizedRecipient(release, provision);
    case DatasetKind::kAnonymizedPersonalInformation:
      return absl::OkStatus();
    case DatasetKind::kNone:
      break;
  }
  if (provision.scope != RecipientScope::kThirdParty ||
      !provision.consent.empty() || !provision.required_by.empty()) {
    return absl::OkStatus();
  }
  return OutOfOrder(release.id,
                    "personal data go to a third party with consent on record "
                    "or as a law requires: name either");
}

// What kind of record a provision leaves.
std::string LegalLabel(const SealedRelease& release,
                       const Provision& provision) {
  switch (release.kind) {
    case DatasetKind::kAnonymizedPersonalInformation:
      return "art43_4_evidence";
    case DatasetKind::kPseudonymizedPersonalInformation:
      return provision.required_by.empty() ? "art41_6_evidence"
                                           : "required_by_law";
    case DatasetKind::kNone:
      break;
  }
  return "art29_record";
}

LedgerEntry ProvidedEntry(const SealedRelease& release,
                          const ReleaseHistory& history,
                          const LedgerRecord* publication, const Provision& p) {
  std::map<std::string, std::string> details = {
      {"record", "provision_record/1"},
      {"legal_label", LegalLabel(release, p)},
      {"day", p.day},
      {"kind", std::string(ToString(release.kind))},
      {"source", std::string(history.created->Detail("source"))},
      {"recipient.name", p.recipient},
      {"recipient.address", p.address},
      {"recipient.representative", p.representative},
      {"recipient.scope", std::string(ToString(p.scope))},
      {"method", p.method},
      {"notice.route", p.notice_route},
      {"notice.day", p.notice_day},
      {"notice.sha256", DigestOf(release, "provide/notice.ja.txt")},
      {"data_sha256", DigestOf(release, "provide/data.csv")},
      {"manifest_sha256", DigestOf(release, "publish/manifest.json")},
      {"contract", p.contract},
      {"purpose", p.purpose},
      {"expires", p.expires},
      {"merging_with_other_data", p.expires.empty() ? "" : "forbidden"},
      {"consent", p.consent},
      {"required_by", p.required_by},
      {"approver", p.approver},
      {"retain_until", p.retain_until}};
  if (publication != nullptr) {
    details["publication.release"] = publication->entry.release_id;
    details["publication.url"] = publication->Detail("url");
    details["publication.day"] = publication->Detail("day");
    details["publication.record"] = HeadOf(*publication);
  }
  std::string items;
  for (const BilingualText& item : release.items) {
    items += (items.empty() ? "" : "、") + item.ja;
  }
  details["items"] = items;
  return Entry(release.id, ReleaseEvent::kProvided, p.actor,
               std::move(details));
}

}  // namespace

absl::StatusOr<LedgerRecord> RecordCreation(Ledger& ledger,
                                            const SealedRelease& release,
                                            const Creation& creation) {
  return ledger.Append([&](Records records) -> absl::StatusOr<LedgerEntry> {
    if (HistoryOf(records, release.id).created != nullptr) {
      return OutOfOrder(release.id,
                        "the ledger has a release of this id; give each "
                        "release an id of its own (release.id of the policy)");
    }
    return CreatedEntry(release, creation);
  });
}

absl::StatusOr<LedgerRecord> RecordPublication(Ledger& ledger,
                                               const SealedRelease& release,
                                               const PublicationReceipt& p) {
  if (release.kind == DatasetKind::kNone) {
    return OutOfOrder(release.id,
                      "it has no legal kind, so it has no item list to "
                      "publish");
  }
  ANON_RETURN_IF_ERROR(CheckApproval(release));
  ANON_RETURN_IF_ERROR(
      CheckDay("publication", p.day, release.created, "creation"));
  if (!release.published_on.empty() && release.published_on != p.day) {
    return OutOfOrder(release.id,
                      fmt::format("its pages say that they were published on "
                                  "{}; publish on that day, or run again",
                                  release.published_on));
  }
  if (!p.url.starts_with("https://") && !p.url.starts_with("http://")) {
    return PolicyError("the address of the page must begin with https://");
  }
  ANON_ASSIGN_OR_RETURN(const std::string seen, CheckPage(release, p.page));
  {
    ANON_ASSIGN_OR_RETURN(const std::vector<LedgerRecord> records,
                          ledger.Records());
    if (HistoryOf(records, release.id).created == nullptr) {
      ANON_RETURN_IF_ERROR(
          RecordCreation(ledger, release, {p.actor, "", "", "", ""}).status());
    }
  }
  return ledger.Append([&](Records records) -> absl::StatusOr<LedgerEntry> {
    ANON_RETURN_IF_ERROR(OpenRelease(records, release).status());
    return Entry(
        release.id, ReleaseEvent::kPublished, p.actor,
        {{"day", p.day},
         {"url", p.url},
         {"page", seen},
         {"page_sha256", ToHex(Sha256(p.page))},
         {"manifest_sha256", DigestOf(release, "publish/manifest.json")},
         {"continuing", release.continuing ? "yes" : "no"},
         {"coverage", release.coverage}});
  });
}

absl::StatusOr<LedgerRecord> RecordProvision(Ledger& ledger,
                                             const SealedRelease& release,
                                             const Provision& provision) {
  ANON_RETURN_IF_ERROR(CheckApproval(release));
  ANON_RETURN_IF_ERROR(
      CheckDay("provision", provision.day, release.created, "creation"));
  ANON_RETURN_IF_ERROR(CheckRecipient(release, provision));
  ANON_RETURN_IF_ERROR(CheckNotice(release, provision));
  return ledger.Append([&](Records records) -> absl::StatusOr<LedgerEntry> {
    ANON_ASSIGN_OR_RETURN(const ReleaseHistory history,
                          OpenRelease(records, release));
    const LedgerRecord* const publication =
        internal::PublicationFor(records, release.id, release.coverage);
    const bool must_be_published =
        release.kind == DatasetKind::kAnonymizedPersonalInformation ||
        (release.kind == DatasetKind::kPseudonymizedPersonalInformation &&
         provision.scope == RecipientScope::kJointUser);
    if (must_be_published && publication == nullptr) {
      return Refused(
          release,
          release.kind == DatasetKind::kAnonymizedPersonalInformation
              ? Duty::kAnonymizedProvision
              : Duty::kPseudonymizedNoProvision,
          "publish its item list before it is provided (anon publish); no "
          "publication of the same items and techniques covers it");
    }
    if (must_be_published && publication->Detail("day") > provision.day) {
      return Refused(release, Duty::kAnonymizedProvision,
                     "it would be provided before its item list was "
                     "published");
    }
    return ProvidedEntry(release, history, publication, provision);
  });
}

absl::StatusOr<LedgerRecord> RecordEnd(Ledger& ledger,
                                       std::string_view release_id,
                                       const Ending& ending) {
  ANON_RETURN_IF_ERROR(Require(ending.reason, "why it ends"));
  return ledger.Append([&](Records records) -> absl::StatusOr<LedgerEntry> {
    ANON_ASSIGN_OR_RETURN(const ReleaseHistory history,
                          KnownRelease(records, release_id));
    if (history.over()) return OutOfOrder(release_id, "it has ended");
    const LedgerRecord& last = history.provided != nullptr ? *history.provided
                               : history.published != nullptr
                                   ? *history.published
                                   : *history.created;
    ANON_RETURN_IF_ERROR(CheckDay("the end", ending.day, last.Detail("day"),
                                  ToString(last.entry.event)));
    return Entry(release_id, ReleaseEvent::kEnded, ending.actor,
                 {{"day", ending.day}, {"reason", ending.reason}});
  });
}

absl::StatusOr<LedgerRecord> RecordErasing(Ledger& ledger,
                                           std::string_view release_id,
                                           const Ending& erasure) {
  ANON_RETURN_IF_ERROR(Require(erasure.reason, "why it is erased"));
  return ledger.Append([&](Records records) -> absl::StatusOr<LedgerEntry> {
    ANON_ASSIGN_OR_RETURN(const ReleaseHistory history,
                          KnownRelease(records, release_id));
    if (history.erased != nullptr) {
      return OutOfOrder(release_id, "it is erased");
    }
    if (history.ended == nullptr &&
        (history.published != nullptr || history.provided != nullptr)) {
      return OutOfOrder(release_id,
                        "it was published or provided and has not ended: anon "
                        "end comes first, so that the published page can say "
                        "so");
    }
    const LedgerRecord& last =
        history.ended != nullptr ? *history.ended : *history.created;
    ANON_RETURN_IF_ERROR(CheckDay("the erasure", erasure.day,
                                  last.Detail("day"),
                                  ToString(last.entry.event)));
    return Entry(release_id, ReleaseEvent::kErasing, erasure.actor,
                 {{"day", erasure.day}, {"reason", erasure.reason}});
  });
}

absl::StatusOr<LedgerRecord> RecordErased(Ledger& ledger,
                                          std::string_view release_id,
                                          const Ending& erasure,
                                          std::string_view certificate) {
  return ledger.Append([&](Records records) -> absl::StatusOr<LedgerEntry> {
    const ReleaseHistory history = HistoryOf(records, release_id);
    if (history.erasing == nullptr || history.erased != nullptr) {
      return OutOfOrder(release_id, "no erasure of it is under way");
    }
    return Entry(release_id, ReleaseEvent::kErased, erasure.actor,
                 {{"day", erasure.day},
                  {"reason", erasure.reason},
                  {"certificate_sha256", ToHex(Sha256(certificate))}});
  });
}

}  // namespace anon
