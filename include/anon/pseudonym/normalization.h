// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PSEUDONYM_NORMALIZATION_H_
#define ANON_PSEUDONYM_NORMALIZATION_H_

#include <optional>
#include <string>
#include <string_view>

#include "anon/base/status.h"

namespace anon {

// One way of writing each identifier, so that one person gets one pseudonym
// whatever a table's habits are. A profile never changes once released: its
// number would (every pseudonym depends on it). Characters younger than Unicode
// 15.0 are refused, because their normal form is not settled everywhere.
enum class Normalization {
  // The bytes as they are.
  kNone,
  // "text-1": NFKC; white space at the ends goes, inside it becomes one space.
  kText1,
  // "code-1": NFKC with case folding; all white space and every kind of hyphen
  // go. For contract numbers and the like: "ＡＢ－12 3" is "ab123".
  kCode1,
  // "phone-jp-1": a telephone number as E.164, "+819012345678". Full-width
  // digits, hyphens, brackets, dots and spaces; 090..., +81 90..., 81 90...,
  // +81 (0)90...; numbers of other countries with + and their code. Anything
  // else is an error, not a guess.
  kPhoneJp1,
  // "email-1": NFKC, lower case, without white space at the ends. One @ with
  // something on both sides; dots and tags before it are kept (only some
  // providers ignore them).
  kEmail1,
};
std::string_view ToString(Normalization profile);  // "none", "text-1", ...
// Also "text", "code", "phone", "email" for the newest of its kind; nothing if
// unknown.
std::optional<Normalization> ParseNormalization(std::string_view name);

// `identifier` by `profile`: a view of it where it needs no change, or of
// `buffer`, which is reused. An input error, without the identifier, if it is
// not UTF-8 or not what the profile is for. May be empty (white space only).
absl::StatusOr<std::string_view> Normalize(Normalization profile,
                                           std::string_view identifier,
                                           std::string& buffer);

}  // namespace anon

#endif  // ANON_PSEUDONYM_NORMALIZATION_H_
