// SPDX-License-Identifier: Apache-2.0
//
// ASCII text is its own normal form (NFKC) and needs no ICU; all else goes
// through ICU's normalizers, whose results never change for characters that
// were assigned when a profile was made (Unicode's stability policy). That is
// why younger characters are refused.
// Sources: UAX 15 (NFKC), UAX 44 (NFKC_Casefold, Dash, White_Space, Age);
// ITU-T E.164; Ministry of Internal Affairs and Communications, numbering plan
// (0200 numbers, of machines, have 14 digits, other 0A0 numbers 11, all others
// 10).
// Tested in tests/pseudonym/normalization_test.cc.
#include "anon/pseudonym/normalization.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "anon/base/text.h"
#include "base/status_macros.h"

namespace anon {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"none", "text-1", "code-1",
                                                    "phone-jp-1", "email-1"};

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

// The character at `at`, which moves on. `text` is UTF-8.
UChar32 TakeCharacter(std::string_view text, std::int32_t& at) {
  UChar32 character = 0;
  U8_NEXT_UNSAFE(text.data(), at, character);
  return character;
}

bool HasYoungCharacter(std::string_view text) {
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UVersionInfo age;
    u_charAge(TakeCharacter(text, at), age);
    if (age[0] == 0 || age[0] > 15 || (age[0] == 15 && age[1] > 0)) return true;
  }
  return false;
}

bool IsDash(UChar32 character) {
  return u_hasBinaryProperty(character, UCHAR_DASH) != 0;
}

// `text` in NFKC, with case folded where `fold`.
absl::StatusOr<std::string> Compose(std::string_view text, bool fold) {
  if (text.size() > 65536) return InputError("is longer than 64 KiB");
  std::string composed;
  if (IsAscii(text)) {
    composed = text;
    if (fold) {
      for (char& c : composed) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
    }
    return composed;
  }
  if (FindInvalidUtf8(text)) {
    return InputError("is not UTF-8; convert the file first");
  }
  if (HasYoungCharacter(text)) {
    return InputError(
        "has a character younger than Unicode 15.0, whose normal form is not "
        "settled; replace it");
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const form =
      fold ? icu::Normalizer2::getNFKCCasefoldInstance(error)
           : icu::Normalizer2::getNFKCInstance(error);
  icu::StringByteSink<std::string> sink(&composed);
  if (U_SUCCESS(error)) {
    form->normalizeUTF8(
        0,
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())),
        sink, nullptr, error);
  }
  if (U_FAILURE(error)) return absl::InternalError("ICU cannot normalize");
  return composed;
}

// White space at the ends goes, inside it becomes one space.
std::string CollapseSpace(std::string_view text) {
  std::string out;
  const auto size = static_cast<std::int32_t>(text.size());
  bool pending = false;
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t start = at;
    if (u_isUWhiteSpace(TakeCharacter(text, at))) {
      pending = true;
      continue;
    }
    if (pending && !out.empty()) out += ' ';
    pending = false;
    out += text.substr(static_cast<std::size_t>(start),
                       static_cast<std::size_t>(at - start));
  }
  return out;
}

// Without white space and hyphens.
std::string DropSeparators(std::string_view text) {
  std::string out;
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t start = at;
    const UChar32 character = TakeCharacter(text, at);
    if (u_isUWhiteSpace(character) || IsDash(character)) continue;
    out += text.substr(static_cast<std::size_t>(start),
                       static_cast<std::size_t>(at - start));
  }
  return out;
}

absl::Status NoTelephoneNumber() {
  return InputError(
      "is no telephone number of Japan, nor one of another country with + and "
      "its code; correct it or normalize as a code");
}

// Digits of a national number that begins so.
std::size_t NationalLength(std::string_view digits) {
  if (digits.starts_with("0200")) return 14;
  return digits[2] == '0' ? 11 : 10;
}

// "0901234567": the national number of `digits`, checked.
absl::StatusOr<std::string> InternationalFromNational(std::string_view digits) {
  const bool good = digits.size() >= 10 && digits[0] == '0' &&
                    digits[1] != '0' && digits.size() == NationalLength(digits);
  if (!good) return NoTelephoneNumber();
  return "+81" + std::string(digits.substr(1));
}

// `text` without white space and hyphens.
absl::StatusOr<std::string> Telephone(std::string_view text) {
  std::string digits;
  const bool plus = text.starts_with('+');
  if (plus) text.remove_prefix(1);
  while (!text.empty()) {
    // The long vowel mark is typed for a hyphen.
    if (text.starts_with("ー")) {
      text.remove_prefix(std::string_view("ー").size());
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != '(' && c != ')' && c != '.') {
      return NoTelephoneNumber();
    }
  }
  const bool bare = !plus && digits.starts_with("81") &&
                    (digits.size() == 11 || digits.size() == 12 ||
                     (digits.size() == 15 && digits.starts_with("81200")));
  if (bare || (plus && digits.starts_with("81"))) {
    std::string_view rest = std::string_view(digits).substr(2);
    if (rest.starts_with('0')) rest.remove_prefix(1);  // +81 (0)90
    return InternationalFromNational("0" + std::string(rest));
  }
  if (!plus) return InternationalFromNational(digits);
  if (digits.size() < 8 || digits.size() > 15 || digits[0] == '0') {
    return NoTelephoneNumber();
  }
  return "+" + digits;
}

absl::StatusOr<std::string> Email(std::string text) {
  const std::size_t at = text.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == text.size() ||
      text.find('@', at + 1) != std::string::npos ||
      text.find(' ') != std::string::npos) {
    return InputError("is no e-mail address; correct it");
  }
  return text;
}

absl::StatusOr<std::string> Apply(Normalization profile,
                                  std::string_view identifier) {
  ANON_ASSIGN_OR_RETURN(const std::string text,
                        Compose(identifier, profile != Normalization::kText1));
  switch (profile) {
    case Normalization::kNone:
      break;
    case Normalization::kText1:
      return CollapseSpace(text);
    case Normalization::kCode1:
      // What stood on both sides of a hyphen may compose.
      return Compose(DropSeparators(text), true);
    case Normalization::kPhoneJp1: {
      const std::string digits = DropSeparators(text);
      if (digits.empty()) return digits;
      return Telephone(digits);
    }
    case Normalization::kEmail1: {
      std::string address = CollapseSpace(text);
      if (address.empty()) return address;
      return Email(std::move(address));
    }
  }
  return text;
}

}  // namespace

std::string_view ToString(Normalization profile) {
  return kNames.at(static_cast<std::size_t>(profile));
}

std::optional<Normalization> ParseNormalization(std::string_view name) {
  if (name == "text") return Normalization::kText1;
  if (name == "code") return Normalization::kCode1;
  if (name == "phone") return Normalization::kPhoneJp1;
  if (name == "email") return Normalization::kEmail1;
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Normalization>(found - kNames.begin());
}

absl::StatusOr<std::string_view> Normalize(Normalization profile,
                                           std::string_view identifier,
                                           std::string& buffer) {
  if (profile == Normalization::kNone) return identifier;
  ANON_ASSIGN_OR_RETURN(buffer, Apply(profile, identifier));
  return std::string_view(buffer);
}

}  // namespace anon
