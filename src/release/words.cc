// SPDX-License-Identifier: Apache-2.0
//
// The small parts that all documents are put together from.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <set>

#include "anon/base/digest.h"
#include "release/document.h"

namespace anon {

std::string_view ToString(DatasetKind kind) {
  switch (kind) {
    case DatasetKind::kAnonymizedPersonalInformation:
      return "anonymized_personal_information";
    case DatasetKind::kPseudonymizedPersonalInformation:
      return "pseudonymized_personal_information";
    case DatasetKind::kNone:
      break;
  }
  return "none";
}

std::string_view ToString(Language language) {
  return language == Language::kJa ? "ja" : "en";
}

namespace internal {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

int Number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// "Kind of device (main)" becomes "kind-of-device-main".
std::string Slug(std::string_view label) {
  std::string slug;
  for (const char c : label) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (upper || plain) {
      slug += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

}  // namespace

std::string_view ToString(Basis basis) {
  switch (basis) {
    case Basis::kStatutory:
      return "statutory";
    case Basis::kGuideline:
      return "guideline";
    case Basis::kVoluntary:
      break;
  }
  return "voluntary";
}

std::vector<ItemLine> ItemLines(const std::vector<Item>& items) {
  std::vector<std::string> slugs;
  std::multiset<std::string> seen;
  for (const Item& item : items) {
    slugs.push_back(Slug(item.label.en));
    seen.insert(slugs.back());
  }
  std::vector<ItemLine> lines;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    // Labels that differ in signs only get the digest of their words, which
    // does not depend on their order either.
    std::string id = slugs[i];
    if (id.empty() || seen.count(id) > 1) {
      if (!id.empty()) id += '-';
      id += ToHex(Sha256(item.label.en)).substr(0, 8);
    }
    lines.push_back({std::move(id), item.label, item.group});
  }
  return lines;
}

Json ToJson(const BilingualText& text) {
  return {{"en", text.en}, {"ja", text.ja}};
}

Json ToJson(const std::vector<BilingualText>& texts) {
  Json array = Json::array();
  for (const BilingualText& text : texts) array.push_back(ToJson(text));
  return array;
}

BilingualText DateInWords(std::string_view iso) {
  const int year = Number(iso.substr(0, 4));
  const int month = Number(iso.substr(5, 2));
  const int day = Number(iso.substr(8, 2));
  return {fmt::format("{}年{}月{}日", year, month, day),
          fmt::format("{} {}, {}", kMonths.at(static_cast<unsigned>(month - 1)),
                      day, year)};
}

Json ToJson(const Publisher& party) {
  return {{"name", ToJson(party.name)},
          {"address", ToJson(party.address)},
          {"representative", ToJson(party.representative)}};
}

Json ToJson(const ManifestVersion& version) {
  return {{"manifest_id", version.id}, {"version", version.version}};
}

Json ItemsJson(const std::vector<ItemLine>& lines) {
  Json array = Json::array();
  for (const ItemLine& line : lines) {
    Json item = {{"id", line.id}, {"label", ToJson(line.label)}};
    if (!line.group.empty()) item["group"] = ToJson(line.group);
    array.push_back(std::move(item));
  }
  return array;
}

Value DateValue(std::string_view iso) {
  return {.text = DateInWords(iso), .date = std::string(iso)};
}

Value Plain(std::string_view same_in_both_languages) {
  return {.text = {std::string(same_in_both_languages),
                   std::string(same_in_both_languages)}};
}

BilingualText Cited(const Document& document, const BilingualText& sentence,
                    Duty duty) {
  const auto citation = Citation(document.edition, duty);
  if (!citation) return sentence;
  // The citation goes before the final stop, as in 「……します（法第２条）。」.
  constexpr std::string_view kStop = "。";
  BilingualText open = sentence;
  const bool ja_stop = open.ja.ends_with(kStop);
  if (ja_stop) open.ja.resize(open.ja.size() - kStop.size());
  const bool en_stop = open.en.ends_with('.');
  if (en_stop) open.en.pop_back();
  BilingualText cited =
      document.say(Word::cited, {{"sentence", open}, {"citation", *citation}});
  if (ja_stop) cited.ja += kStop;
  if (en_stop) cited.en += '.';
  return cited;
}

BilingualText BasisLine(const Document& document, const Block& block) {
  // Who publishes goes without.
  if (!document.bases || block.key == "publisher") return {};
  if (auto law = Citation(document.edition, block.duty)) {
    return *std::move(law);
  }
  if (block.basis != Basis::kVoluntary) return {};
  return document.say(Word::basis_voluntary);
}

std::vector<std::pair<BilingualText, std::vector<ItemLine>>> Grouped(
    const std::vector<ItemLine>& items) {
  std::vector<std::pair<BilingualText, std::vector<ItemLine>>> groups;
  for (const ItemLine& item : items) {
    const auto found = std::ranges::find_if(
        groups, [&](const auto& group) { return group.first == item.group; });
    if (found != groups.end()) {
      found->second.push_back(item);
    } else {
      groups.push_back({item.group, {item}});
    }
  }
  return groups;
}

std::vector<Row> PartyRows(const Wordbook& say, const Publisher& party) {
  return {{say(Word::label_name), {party.name}},
          {say(Word::label_address), {party.address}},
          {say(Word::label_representative), {party.representative}}};
}

void AddPhone(const Wordbook& say, const std::string& phone,
              std::vector<Row>& rows) {
  if (phone.empty()) return;
  std::string dial = phone;
  std::erase_if(dial, [](char c) { return c == ' ' || c == '(' || c == ')'; });
  Value value = Plain(phone);
  value.href = "tel:" + dial;
  rows.push_back({say(Word::label_phone), std::move(value)});
}

void AddEmail(const Wordbook& say, const std::string& email,
              std::vector<Row>& rows) {
  if (email.empty()) return;
  Value value = Plain(email);
  value.href = "mailto:" + email;
  rows.push_back({say(Word::label_email), std::move(value)});
}

void AddUrl(const Wordbook& say, const std::string& url,
            std::vector<Row>& rows) {
  if (url.empty()) return;
  Value value = Plain(url);
  value.href = url;
  rows.push_back({say(Word::label_url), std::move(value)});
}

std::vector<Row> ContactRows(const Wordbook& say, const Contact& contact) {
  std::vector<Row> rows = {{say(Word::label_window), {contact.window}}};
  if (!contact.address.empty()) {
    rows.push_back({say(Word::label_address), {contact.address}});
  }
  AddPhone(say, contact.phone, rows);
  if (!contact.hours.empty()) {
    rows.push_back({say(Word::label_hours), {contact.hours}});
  }
  AddEmail(say, contact.email, rows);
  AddUrl(say, contact.url, rows);
  return rows;
}

BilingualText VersionInWords(const Wordbook& say,
                             const ManifestVersion& version) {
  return say(Word::version_of,
             {{"id", Plain(version.id).text},
              {"version", Plain(std::to_string(version.version)).text}});
}

std::map<std::string, std::string> AllForms(const Document& document,
                                            std::string_view stem) {
  std::map<std::string, std::string> files;
  for (const Language language : {Language::kJa, Language::kEn}) {
    const std::string name = fmt::format("{}.{}", stem, ToString(language));
    files[name + ".html"] = Html(document, language);
    files[name + ".md"] = Markdown(document, language);
    files[name + ".txt"] = PlainText(document, language);
  }
  return files;
}

}  // namespace internal
}  // namespace anon
