// SPDX-License-Identifier: Apache-2.0
//
// The small parts that manifest and notice are put together from.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <set>

#include "anon/base/digest.h"
#include "release/blocks.h"

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

BilingualText Cited(const BilingualText& sentence, const LawEdition& edition,
                    Duty duty) {
  const auto citation = Citation(edition, duty);
  if (!citation) return sentence;
  // The citation goes before the final stop, as in 「……します（法第２条）。」.
  constexpr std::string_view kStop = "。";
  BilingualText open = sentence;
  const bool ja_stop = open.ja.ends_with(kStop);
  if (ja_stop) open.ja.resize(open.ja.size() - kStop.size());
  const bool en_stop = open.en.ends_with('.');
  if (en_stop) open.en.pop_back();
  BilingualText cited =
      Say(Word::cited, {{"sentence", open}, {"citation", *citation}});
  if (ja_stop) cited.ja += kStop;
  if (en_stop) cited.en += '.';
  return cited;
}

std::vector<Row> ContactRows(const Contact& contact) {
  std::vector<Row> rows = {{Say(Word::label_window), contact.window, ""}};
  const auto add = [&](Word label, const std::string& value, std::string href) {
    if (value.empty()) return;
    rows.push_back({Say(label), {value, value}, std::move(href)});
  };
  std::string dial = contact.phone;
  std::erase_if(dial, [](char c) { return c == ' ' || c == '(' || c == ')'; });
  add(Word::label_phone, contact.phone, "tel:" + dial);
  add(Word::label_email, contact.email, "mailto:" + contact.email);
  add(Word::label_url, contact.url, contact.url);
  return rows;
}

}  // namespace internal
}  // namespace anon
