// SPDX-License-Identifier: Apache-2.0
#include "anon/release/notice.h"

#include <fmt/format.h>

#include <algorithm>

#include "anon/base/text.h"
#include "base/status_macros.h"
#include "release/blocks.h"
#include "release/wrap.h"

namespace anon {
namespace internal {
namespace {

using enum Duty;

// 1234567 as "1,234,567".
std::string Grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, 1, ',');
  }
  return digits;
}

// Writes one notice in one language.
class Letter {
 public:
  Letter(const ReleaseTerms& terms, const Document& document,
         const DataFile& data, std::string_view manifest_sha256,
         Language language)
      : terms_(terms),
        edition_(document.edition),
        data_(data),
        manifest_sha256_(manifest_sha256),
        language_(language),
        anonymized_(terms.kind == DatasetKind::kAnonymizedPersonalInformation) {
  }

  std::string Write() {
    Opening();
    Data();
    Items();
    if (anonymized_) {
      List(Word::notice_method, terms_.methods_of_provision);
      RecipientDuties();
    } else {
      List(Word::notice_purpose, {terms_.purpose});
      HandlerDuties();
    }
    Heading(Word::notice_contact);
    Rows({{Say(Word::label_name), terms_.publisher.name, ""},
          {Say(Word::label_address), terms_.publisher.address, ""}});
    Rows(ContactRows(terms_.contact));
    return std::move(text_);
  }

 private:
  void Paragraph(const BilingualText& words) {
    text_ += '\n' + Wrap(words.In(language_), "");
  }

  void Heading(Word word) {
    text_ +=
        '\n' + Wrap(Say(word).In(language_), fmt::format("{}. ", ++number_));
    text_ += '\n';
  }

  void Rows(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      const std::string label =
          "   " + row.label.In(language_) + Say(Word::colon).In(language_);
      // A digest fills a line of its own.
      if (DisplayWidth(row.value.In(language_)) > 60) {
        text_ += Wrap("", label) + Wrap(row.value.In(language_), "     ");
        continue;
      }
      text_ += Wrap(row.value.In(language_), label);
    }
  }

  void List(Word heading, const std::vector<BilingualText>& entries) {
    Heading(heading);
    for (const BilingualText& entry : entries) {
      text_ += Wrap(entry.In(language_), Bullet());
    }
  }

  std::string Bullet() const {
    return language_ == Language::kJa ? "   ・" : "   - ";
  }

  void Opening() {
    if (language_ == Language::kEn) {
      text_ += Wrap(Say(Word::reference_translation).en, "") + '\n';
    }
    text_ += Wrap(Say(anonymized_ ? Word::notice_anonymized_title
                                  : Word::notice_pseudonymized_title)
                      .In(language_),
                  "");
    Paragraph(Addressee());
    text_ += '\n' + Wrap(terms_.publisher.name.In(language_), "");
    text_ += Wrap(terms_.publisher.representative.In(language_), "");
    Paragraph(
        Cited(Say(anonymized_ ? Word::notice_anonymized_statement
                              : Word::notice_pseudonymized_statement,
                  {{"act", Say(Word::act)}}),
              edition_,
              anonymized_ ? kAnonymizedDefinition : kPseudonymizedDefinition));
    Paragraph(Say(anonymized_ ? Word::notice_anonymized_handover
                              : Word::notice_pseudonymized_handover,
                  {{"publisher", terms_.publisher.name}}));
  }

  BilingualText Addressee() const {
    if (terms_.recipient.empty()) return Say(Word::notice_addressee_anyone);
    BilingualText addressee =
        Say(Word::notice_addressee, {{"recipient", terms_.recipient}});
    for (const std::string_view honorific : {"御中", "様", "殿", "各位"}) {
      if (terms_.recipient.ja.ends_with(honorific)) {
        addressee.ja = terms_.recipient.ja;
      }
    }
    return addressee;
  }

  void Data() {
    Heading(Word::notice_data);
    const auto same = [](std::string value) {
      return BilingualText{value, value};
    };
    std::vector<Row> rows = {
        {Say(Word::label_id), same(terms_.id), ""},
        {Say(Word::label_created), DateInWords(terms_.created), ""},
        {Say(Word::label_file), same(data_.name), ""}};
    if (data_.bytes) {
      rows.push_back(
          {Say(Word::label_bytes),
           Say(Word::bytes, {{"count", same(Grouped(*data_.bytes))}}), ""});
    }
    rows.push_back({Say(Word::label_sha256), same(data_.sha256), ""});
    rows.push_back({Say(Word::label_manifest_sha256),
                    same(std::string(manifest_sha256_)), ""});
    Rows(rows);
  }

  void Items() {
    Heading(Word::notice_items);
    for (const Item& item : terms_.items) {
      std::string words = item.label.In(language_);
      if (!item.group.empty()) {
        words =
            item.group.In(language_) + Say(Word::colon).In(language_) + words;
      }
      text_ += Wrap(words, Bullet());
    }
  }

  void Numbered(const std::vector<std::pair<Word, Duty>>& duties) {
    int number = 0;
    for (const auto& [word, duty] : duties) {
      text_ += Wrap(Cited(Say(word), edition_, duty).In(language_),
                    fmt::format("   ({}) ", ++number));
    }
  }

  void RecipientDuties() {
    Heading(Word::notice_recipient_duties);
    Numbered({{Word::notice_recipient_no_collation, kRecipientNoCollation},
              {Word::notice_recipient_provision, kRecipientProvision},
              {Word::notice_recipient_safety, kRecipientSafety},
              {Word::notice_contract, kNone}});
  }

  void HandlerDuties() {
    const bool strict = terms_.erasure == ErasureMode::kPolicyStrict;
    Heading(Word::notice_handler_duties);
    Numbered({{Word::notice_handler_purpose, kPseudonymizedPurpose},
              {Word::notice_handler_no_provision, kPseudonymizedNoProvision},
              {Word::notice_handler_no_collation, kHandlerNoCollation},
              {Word::notice_handler_no_acquisition, kHandlerNoAcquisition},
              {Word::notice_handler_no_contact, kHandlerNoContact},
              {strict ? Word::notice_handler_erasure_strict
                      : Word::notice_handler_erasure_effort,
               strict ? kNone : kPseudonymizedErasure},
              {Word::notice_handler_safety, kHandlerSafety}});
  }

  const ReleaseTerms& terms_;
  const LawEdition& edition_;
  const DataFile& data_;
  const std::string_view manifest_sha256_;
  const Language language_;
  const bool anonymized_;
  int number_ = 0;
  std::string text_;
};

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

}  // namespace
}  // namespace internal

absl::StatusOr<std::string> Notice(const ReleaseTerms& terms,
                                   const ManifestFacts& facts,
                                   const DataFile& data,
                                   std::string_view manifest_sha256,
                                   Language language) {
  ANON_ASSIGN_OR_RETURN(const internal::Document document,
                        internal::MakeDocument(terms, facts));
  ANON_RETURN_IF_ERROR(internal::CheckFile(data));
  ANON_RETURN_IF_ERROR(
      internal::CheckDigest("published manifest", manifest_sha256));
  return internal::Letter(terms, document, data, manifest_sha256, language)
      .Write();
}

}  // namespace anon
