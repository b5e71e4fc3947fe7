// SPDX-License-Identifier: Apache-2.0
#include "anon/release/notice.h"

#include <fmt/format.h>

#include <algorithm>

#include "anon/base/text.h"
#include "base/status_macros.h"
#include "release/document.h"
#include "release/text_check.h"

namespace anon {
namespace internal {
namespace {

using enum Duty;

// 1234567 as "1,234,567".
std::string Thousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, 1, ',');
  }
  return digits;
}

// What is asked of whoever has the data.
struct Demand {
  std::string_view key;
  Word word;
  Duty duty;
};

// A notice, with what its sidecar says besides the words.
struct NoticeDraft {
  Document document;
  std::vector<Demand> demands;
};

// Puts one notice together.
class Drafter {
 public:
  Drafter(const ReleaseTerms& terms, const DataFile& data,
          std::string_view manifest_sha256, const NoticeIssue& issue,
          LawEdition edition)
      : terms_(terms),
        data_(data),
        manifest_sha256_(manifest_sha256),
        issue_(issue),
        say_(terms.wording),
        anonymized_(terms.kind == DatasetKind::kAnonymizedPersonalInformation) {
    document_.edition = std::move(edition);
    document_.say = say_;
  }

  NoticeDraft Draft() {
    Opening();
    DataBlock();
    Add("items", Word::notice_items).items = ItemLines(terms_.items);
    if (anonymized_) {
      Add("method_of_provision", Word::notice_method).list =
          terms_.methods_of_provision;
    } else {
      Add("purpose_of_use", Word::notice_purpose).list = {terms_.purpose};
    }
    Demands();
    Block& contact = Add("contact", Word::notice_contact);
    contact.rows = {{say_(Word::label_name), {terms_.publisher.name}},
                    {say_(Word::label_address), {terms_.publisher.address}}};
    for (Row& row : ContactRows(say_, terms_.contact)) {
      contact.rows.push_back(std::move(row));
    }
    document_.bases = false;
    return {std::move(document_), std::move(demands_)};
  }

 private:
  Block& Add(std::string_view key, Word heading) {
    document_.blocks.push_back({.key = key, .heading = say_(heading)});
    return document_.blocks.back();
  }

  void Opening() {
    document_.title = say_(anonymized_ ? Word::notice_anonymized_title
                                       : Word::notice_pseudonymized_title);
    document_.author = terms_.publisher.name;
    document_.to = {Addressee()};
    document_.from = {DateInWords(issue_.issued_on), terms_.publisher.name,
                      terms_.publisher.representative};
    document_.head = {
        Cited(document_,
              say_(anonymized_ ? Word::notice_anonymized_statement
                               : Word::notice_pseudonymized_statement,
                   {{"act", say_(Word::act)}}),
              anonymized_ ? kAnonymizedDefinition : kPseudonymizedDefinition),
        say_(anonymized_ ? Word::notice_anonymized_handover
                         : Word::notice_pseudonymized_handover,
             {{"publisher", terms_.publisher.name}})};
  }

  BilingualText Addressee() const {
    if (terms_.recipient.empty()) return say_(Word::notice_addressee_anyone);
    BilingualText addressee =
        say_(Word::notice_addressee, {{"recipient", terms_.recipient}});
    for (const std::string_view honorific : {"御中", "様", "殿", "各位"}) {
      if (terms_.recipient.ja.ends_with(honorific)) {
        addressee.ja = terms_.recipient.ja;
      }
    }
    return addressee;
  }

  void DataBlock() {
    std::vector<Row>& rows = Add("data", Word::notice_data).rows;
    rows = {{say_(Word::label_id), Plain(terms_.id)},
            {say_(Word::label_created), DateValue(terms_.created)},
            {say_(Word::label_file), Plain(data_.name)}};
    if (data_.bytes) {
      const BilingualText count = Plain(Thousands(*data_.bytes)).text;
      rows.push_back(
          {say_(Word::label_bytes), {say_(Word::bytes, {{"count", count}})}});
    }
    rows.push_back({say_(Word::label_sha256), Plain(data_.sha256)});
    rows.push_back(
        {say_(Word::label_manifest), {VersionInWords(say_, terms_.series())}});
    if (!issue_.manifest_url.empty()) {
      Value url = Plain(issue_.manifest_url);
      url.href = issue_.manifest_url;
      rows.push_back({say_(Word::label_manifest_url), std::move(url)});
    }
    rows.push_back(
        {say_(Word::label_manifest_sha256), Plain(manifest_sha256_)});
  }

  void Demands() {
    const bool strict = terms_.erasure == ErasureMode::kPolicyStrict;
    if (anonymized_) {
      demands_ = {{"no_identification", Word::notice_recipient_no_collation,
                   kRecipientNoCollation},
                  {"onward_provision", Word::notice_recipient_provision,
                   kRecipientProvision},
                  {"safety", Word::notice_recipient_safety, kRecipientSafety},
                  {"contract", Word::notice_contract, kNone}};
    } else {
      demands_ = {
          {"purpose", Word::notice_handler_purpose, kPseudonymizedPurpose},
          {"no_third_party", Word::notice_handler_no_provision,
           kPseudonymizedNoProvision},
          {"no_identification", Word::notice_handler_no_collation,
           kHandlerNoCollation},
          {"no_acquisition", Word::notice_handler_no_acquisition,
           kHandlerNoAcquisition},
          {"no_contact", Word::notice_handler_no_contact, kHandlerNoContact},
          {"erasure",
           strict ? Word::notice_handler_erasure_strict
                  : Word::notice_handler_erasure_effort,
           strict ? kNone : kPseudonymizedErasure},
          {"safety", Word::notice_handler_safety, kHandlerSafety}};
    }
    Block& block = Add("duties", anonymized_ ? Word::notice_recipient_duties
                                             : Word::notice_handler_duties);
    block.numbered = true;
    for (const Demand& demand : demands_) {
      block.list.push_back(Cited(document_, say_(demand.word), demand.duty));
    }
  }

  const ReleaseTerms& terms_;
  const DataFile& data_;
  const std::string_view manifest_sha256_;
  const NoticeIssue& issue_;
  const Wordbook say_;
  const bool anonymized_;
  Document document_;
  std::vector<Demand> demands_;
};

// For machines that find the file without its mail.
std::string Sidecar(const ReleaseTerms& terms, const DataFile& data,
                    std::string_view manifest_sha256, const NoticeIssue& issue,
                    const NoticeDraft& draft) {
  const Document& document = draft.document;
  Json duties = Json::array();
  for (const Demand& demand : draft.demands) {
    Json duty = {{"duty", demand.key},
                 {"statement", ToJson(document.say(demand.word))}};
    if (const auto law = Citation(document.edition, demand.duty)) {
      duty["law"] = ToJson(*law);
    }
    duties.push_back(std::move(duty));
  }
  Json published = ToJson(terms.series());
  published["sha256"] = manifest_sha256;
  if (!issue.manifest_url.empty()) published["url"] = issue.manifest_url;
  Json set = {{"release_id", terms.id},
              {"created_at", terms.created},
              {"file", data.name},
              {"sha256", data.sha256}};
  if (data.bytes) set["bytes"] = *data.bytes;
  Json contact = {{"window", ToJson(terms.contact.window)}};
  const auto add = [&contact](const char* member, const std::string& value) {
    if (!value.empty()) contact[member] = value;
  };
  add("email", terms.contact.email);
  add("phone", terms.contact.phone);
  add("url", terms.contact.url);
  Json notice = {{"schema", "recipient_notice/1"},
                 {"kind", ToString(terms.kind)},
                 {"statement", ToJson(document.head.front())},
                 {"law_edition", document.edition.id},
                 {"language_authority", "ja"},
                 {"issued_on", issue.issued_on},
                 {"route", ToString(issue.route)},
                 {"provider", ToJson(terms.publisher)},
                 {"data_set", std::move(set)},
                 {"manifest", std::move(published)},
                 {"items", ItemsJson(ItemLines(terms.items))},
                 {"duties", std::move(duties)},
                 {"contact", std::move(contact)}};
  if (!terms.recipient.empty()) notice["recipient"] = ToJson(terms.recipient);
  if (!terms.purpose.empty()) notice["purpose"] = ToJson(terms.purpose);
  if (!terms.methods_of_provision.empty()) {
    notice["methods_of_provision"] = ToJson(terms.methods_of_provision);
  }
  return PrettyJson(notice);
}

absl::Status CheckDigest(std::string_view what, std::string_view hex) {
  const bool fits = hex.size() == 64 && std::ranges::all_of(hex, [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                    });
  if (fits) return absl::OkStatus();
  return PolicyError(fmt::format(
      "the notice needs the SHA-256 of the {}: 64 hexadecimal digits, a to f "
      "in lower case",
      what));
}

absl::Status CheckFile(const DataFile& data) {
  const bool plain =
      !data.name.empty() && !FindInvalidUtf8(data.name) &&
      std::ranges::none_of(data.name, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/';
      });
  if (!plain) {
    return PolicyError(
        "the notice needs the name of the data file, without a folder or "
        "control characters");
  }
  return CheckDigest("data file", data.sha256);
}

absl::StatusOr<NoticeIssue> CheckIssue(const ReleaseTerms& terms,
                                       NoticeIssue issue) {
  if (issue.issued_on.empty()) issue.issued_on = terms.created;
  if (issue.manifest_url.empty()) issue.manifest_url = terms.manifest_url;
  ANON_RETURN_IF_ERROR(RequireDate("the day of the notice", issue.issued_on));
  ANON_RETURN_IF_ERROR(
      CheckUrl("the address of the published manifest", issue.manifest_url));
  if (issue.issued_on >= terms.created) return issue;
  return PolicyError(
      "the day of the notice is before release.created: the notice is of data "
      "that are made");
}

absl::StatusOr<NoticeDraft> DraftNotice(const ReleaseTerms& terms,
                                        const ManifestFacts& facts,
                                        const DataFile& data,
                                        std::string_view manifest_sha256,
                                        const NoticeIssue& issue) {
  // What cannot be published cannot be handed over, either.
  ANON_ASSIGN_OR_RETURN(Document manifest, ManifestDocument(terms, facts));
  ANON_RETURN_IF_ERROR(CheckFile(data));
  ANON_RETURN_IF_ERROR(CheckDigest("published manifest", manifest_sha256));
  return Drafter(terms, data, manifest_sha256, issue,
                 std::move(manifest.edition))
      .Draft();
}

}  // namespace
}  // namespace internal

std::string_view ToString(NoticeRoute route) {
  switch (route) {
    case NoticeRoute::kEmail:
      return "email";
    case NoticeRoute::kDocument:
      return "document";
    case NoticeRoute::kWithData:
      break;
  }
  return "with_data";
}

absl::StatusOr<std::string> Notice(const ReleaseTerms& terms,
                                   const ManifestFacts& facts,
                                   const DataFile& data,
                                   std::string_view manifest_sha256,
                                   Language language,
                                   const NoticeIssue& issue) {
  ANON_ASSIGN_OR_RETURN(
      auto files, RenderNotice(terms, facts, data, manifest_sha256, issue));
  return std::move(files[fmt::format("notice.{}.txt", ToString(language))]);
}

absl::StatusOr<std::map<std::string, std::string>> RenderNotice(
    const ReleaseTerms& terms, const ManifestFacts& facts, const DataFile& data,
    std::string_view manifest_sha256, const NoticeIssue& issue) {
  ANON_ASSIGN_OR_RETURN(const NoticeIssue whole,
                        internal::CheckIssue(terms, issue));
  ANON_ASSIGN_OR_RETURN(
      const internal::NoticeDraft draft,
      internal::DraftNotice(terms, facts, data, manifest_sha256, whole));
  std::map<std::string, std::string> files;
  for (const Language language : {Language::kJa, Language::kEn}) {
    const std::string name = fmt::format("notice.{}", ToString(language));
    files[name + ".txt"] = internal::PlainText(draft.document, language);
    files[name + ".html"] = internal::Html(draft.document, language);
  }
  files[data.name + ".notice.json"] =
      internal::Sidecar(terms, data, manifest_sha256, whole, draft);
  return files;
}

}  // namespace anon
