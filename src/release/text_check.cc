// SPDX-License-Identifier: Apache-2.0
#include "release/text_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "anon/base/text.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "release/label_check.h"

namespace anon::internal {
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

}  // namespace

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
  if (ShowsParameter(text)) {
    return PolicyError(fmt::format(
        "{} seems to give a parameter of the processing away: leave it out of "
        "what is published",
        term));
  }
  return absl::OkStatus();
}

absl::Status RequireText(std::string_view term, std::string_view text) {
  if (IsBlank(text)) {
    return PolicyError(fmt::format("{} is empty: the manifest needs it", term));
  }
  return CheckText(term, text);
}

absl::Status RequireText(std::string_view term, const BilingualText& text) {
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

absl::Status AllowText(std::string_view term, const BilingualText& text) {
  return text.empty() ? absl::OkStatus() : RequireText(term, text);
}

absl::Status RequireTexts(std::string_view term,
                          const std::vector<BilingualText>& list) {
  if (list.empty()) {
    return PolicyError(
        fmt::format("{} is empty: add at least one entry", term));
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    ANON_RETURN_IF_ERROR(RequireText(fmt::format("{}[{}]", term, i), list[i]));
  }
  return absl::OkStatus();
}

absl::Status RequireDate(std::string_view term, std::string_view text) {
  ANON_RETURN_IF_ERROR(RequireText(term, text));
  if (IsIsoDate(text)) return absl::OkStatus();
  return PolicyError(fmt::format(
      "{} is not a date: write year, month and day as in 2026-11-20", term));
}

absl::Status CheckName(std::string_view term, std::string_view id) {
  ANON_RETURN_IF_ERROR(RequireText(term, id));
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c);
  };
  const bool fits = id.size() <= 100 && plain(id.front()) &&
                    std::ranges::all_of(id, [&](char c) {
                      return plain(c) || c == '-' || c == '_' || c == '.';
                    });
  if (fits) return absl::OkStatus();
  return PolicyError(fmt::format(
      "{} must be at most 100 letters, digits, '-', '_' or '.', and begin with "
      "a letter or digit: it names files",
      term));
}

absl::Status AllowDate(std::string_view term, std::string_view text) {
  return text.empty() ? absl::OkStatus() : RequireDate(term, text);
}

absl::Status CheckEmail(std::string_view term, std::string_view email) {
  ANON_RETURN_IF_ERROR(CheckText(term, email));
  const std::size_t at = email.find('@');
  if (email.empty() ||
      (at != 0 && at != std::string_view::npos && at + 1 != email.size() &&
       email.find_first_of(" \"<>?&%,;") == std::string_view::npos)) {
    return absl::OkStatus();
  }
  return PolicyError(fmt::format(
      "{} is not an e-mail address: write it as in desk@example.co.jp", term));
}

absl::Status CheckPhone(std::string_view term, std::string_view phone) {
  ANON_RETURN_IF_ERROR(CheckText(term, phone));
  const auto dialled = [](char c) {
    return IsDigit(c) || c == '+' || c == '-' || c == '(' || c == ')' ||
           c == ' ';
  };
  if (phone.empty() || (std::ranges::all_of(phone, dialled) &&
                        std::ranges::any_of(phone, IsDigit))) {
    return absl::OkStatus();
  }
  return PolicyError(
      fmt::format("{} is not a telephone number: use digits, '+', '-', "
                  "brackets and spaces",
                  term));
}

absl::Status CheckUrl(std::string_view term, std::string_view url) {
  ANON_RETURN_IF_ERROR(CheckText(term, url));
  // Other schemes ("javascript:") would become links on a published page.
  if (url.empty() ||
      ((url.starts_with("https://") || url.starts_with("http://")) &&
       url.find_first_of(" \"<>") == std::string_view::npos)) {
    return absl::OkStatus();
  }
  return PolicyError(
      fmt::format("{} is not a web address: begin it with https://", term));
}

}  // namespace anon::internal
