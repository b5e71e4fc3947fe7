// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "anon/base/text.h"
#include "anon/release/law_edition.h"
#include "anon/release/terms.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "release/label_check.h"

namespace anon {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsBlank(std::string_view text) {
  std::string_view rest = text;
  constexpr std::string_view kIdeographicSpace = "\u3000";
  while (!rest.empty()) {
    if (rest.front() == ' ') {
      rest.remove_prefix(1);
    } else if (rest.starts_with(kIdeographicSpace)) {
      rest.remove_prefix(kIdeographicSpace.size());
    } else {
      return false;
    }
  }
  return true;
}

// Line breaks and other controls could forge a line of the notice; marks that
// turn the direction of text could make a page read as it is not written.
bool HasControls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    const std::string_view rest = text.substr(i);
    if (rest.size() >= 2 && byte == 0xC2 &&
        static_cast<unsigned char>(rest[1]) < 0xA0) {
      return true;  // U+0080..U+009F
    }
    for (const std::string_view mark :
         {"\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B", "\u202C",
          "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069",
          "\uFEFF"}) {
      if (rest.starts_with(mark)) return true;
    }
  }
  return false;
}

absl::Status CheckText(std::string_view term, std::string_view text) {
  // Enough for any line a page should show, and what follows stays cheap.
  constexpr std::size_t kMostBytes = 2000;
  if (text.size() > kMostBytes) {
    return PolicyError(fmt::format("{} is longer than {} bytes: say it shorter",
                                   term, kMostBytes));
  }
  if (FindInvalidUtf8(text).has_value()) {
    return PolicyError(
        fmt::format("{} is not UTF-8: save the policy as UTF-8", term));
  }
  if (HasControls(text)) {
    return PolicyError(fmt::format(
        "{} holds a line break or another control character: write it as one "
        "line of plain text",
        term));
  }
  if (internal::ShowsParameter(text)) {
    return PolicyError(fmt::format(
        "{} seems to give a parameter of the processing away: leave it out of "
        "what is published",
        term));
  }
  return absl::OkStatus();
}

absl::Status Require(std::string_view term, std::string_view text) {
  if (IsBlank(text)) {
    return PolicyError(fmt::format("{} is empty: the manifest needs it", term));
  }
  return CheckText(term, text);
}

absl::Status Require(std::string_view term, const BilingualText& text) {
  if (IsBlank(text.ja) && IsBlank(text.en)) {
    return PolicyError(fmt::format(
        "{} is empty: the manifest needs it in Japanese (ja) and English (en)",
        term));
  }
  for (const Language language : {Language::kJa, Language::kEn}) {
    const std::string name = fmt::format("{}.{}", term, ToString(language));
    if (IsBlank(text.In(language))) {
      return PolicyError(fmt::format(
          "{} is empty: what is published stands in both languages", name));
    }
    ANON_RETURN_IF_ERROR(CheckText(name, text.In(language)));
  }
  return absl::OkStatus();
}

absl::Status Allow(std::string_view term, const BilingualText& text) {
  return text.empty() ? absl::OkStatus() : Require(term, text);
}

absl::Status RequireList(std::string_view term,
                         const std::vector<BilingualText>& list) {
  if (list.empty()) {
    return PolicyError(
        fmt::format("{} is empty: add at least one entry", term));
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    ANON_RETURN_IF_ERROR(Require(fmt::format("{}[{}]", term, i), list[i]));
  }
  return absl::OkStatus();
}

absl::Status RequireDate(std::string_view term, std::string_view text) {
  ANON_RETURN_IF_ERROR(Require(term, text));
  if (internal::IsIsoDate(text)) return absl::OkStatus();
  return PolicyError(fmt::format(
      "{} is not a date: write year, month and day as in 2026-11-20", term));
}

absl::Status CheckId(std::string_view id) {
  ANON_RETURN_IF_ERROR(Require("release.id", id));
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c);
  };
  const bool fits = id.size() <= 100 && plain(id.front()) &&
                    std::ranges::all_of(id, [&](char c) {
                      return plain(c) || c == '-' || c == '_' || c == '.';
                    });
  if (fits) return absl::OkStatus();
  return PolicyError(
      "release.id must be at most 100 letters, digits, '-', '_' or '.', and "
      "begin with a letter or digit: it names files");
}

absl::Status CheckContact(const Contact& contact) {
  ANON_RETURN_IF_ERROR(Require("release.contact.window", contact.window));
  if (contact.email.empty() && contact.phone.empty() && contact.url.empty()) {
    return PolicyError(
        "release.contact has no way to reach it: add email, phone or url");
  }
  ANON_RETURN_IF_ERROR(CheckText("release.contact.email", contact.email));
  ANON_RETURN_IF_ERROR(CheckText("release.contact.phone", contact.phone));
  ANON_RETURN_IF_ERROR(CheckText("release.contact.url", contact.url));
  const std::string& email = contact.email;
  const std::size_t at = email.find('@');
  if (!email.empty() &&
      (at == 0 || at == std::string::npos || at + 1 == email.size() ||
       email.find_first_of(" \"<>?&%,;") != std::string::npos)) {
    return PolicyError(
        "release.contact.email is not an e-mail address: write it as in "
        "desk@example.co.jp");
  }
  const auto dialled = [](char c) {
    return IsDigit(c) || c == '+' || c == '-' || c == '(' || c == ')' ||
           c == ' ';
  };
  if (!contact.phone.empty() &&
      !(std::ranges::all_of(contact.phone, dialled) &&
        std::ranges::any_of(contact.phone, IsDigit))) {
    return PolicyError(
        "release.contact.phone is not a telephone number: use digits, '+', "
        "'-', brackets and spaces");
  }
  const std::string& url = contact.url;
  if (!url.empty() &&
      (!(url.starts_with("https://") || url.starts_with("http://")) ||
       url.find_first_of(" \"<>") != std::string::npos)) {
    return PolicyError(
        "release.contact.url is not a web address: begin it with https://");
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
  ANON_RETURN_IF_ERROR(Require(term, item.label));
  ANON_RETURN_IF_ERROR(Allow(term + ".group", item.group));
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

// What the two legal kinds ask for differently.
absl::Status CheckKind(const ReleaseTerms& terms) {
  if (terms.kind == DatasetKind::kAnonymizedPersonalInformation) {
    ANON_RETURN_IF_ERROR(RequireList("release.methods_of_provision",
                                     terms.methods_of_provision));
    ANON_RETURN_IF_ERROR(Require("release.recipient", terms.recipient));
    return Allow("release.purpose", terms.purpose);
  }
  ANON_RETURN_IF_ERROR(Require("release.purpose", terms.purpose));
  ANON_RETURN_IF_ERROR(Allow("release.recipient", terms.recipient));
  if (terms.methods_of_provision.empty()) return absl::OkStatus();
  return PolicyError(
      "release.methods_of_provision must be left out for "
      "pseudonymized_personal_information: it is not provided to third "
      "parties");
}

}  // namespace

absl::Status CheckTerms(const ReleaseTerms& terms,
                        const std::vector<std::string>& output_columns) {
  ANON_RETURN_IF_ERROR(CheckId(terms.id));
  ANON_RETURN_IF_ERROR(RequireDate("release.created", terms.created));
  ANON_RETURN_IF_ERROR(Require("release.law_edition", terms.law_edition));
  ANON_RETURN_IF_ERROR(FindLawEdition(terms.law_edition).status());
  const Publisher& publisher = terms.publisher;
  ANON_RETURN_IF_ERROR(Require("release.publisher.name", publisher.name));
  ANON_RETURN_IF_ERROR(Require("release.publisher.address", publisher.address));
  ANON_RETURN_IF_ERROR(
      Require("release.publisher.representative", publisher.representative));
  ANON_RETURN_IF_ERROR(CheckContact(terms.contact));
  ANON_RETURN_IF_ERROR(Require("release.population", terms.population));
  ANON_RETURN_IF_ERROR(CheckContinuity(terms.continuity));
  ANON_RETURN_IF_ERROR(
      RequireList("release.safety_measures", terms.safety_measures));
  ANON_RETURN_IF_ERROR(CheckKind(terms));
  return CheckItems(terms.items, output_columns);
}

}  // namespace anon
