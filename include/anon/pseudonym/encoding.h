// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PSEUDONYM_ENCODING_H_
#define ANON_PSEUDONYM_ENCODING_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "anon/base/status.h"

namespace anon {

// How a pseudonym is written. Widths are fixed, so that its length tells
// nothing; for 128 bits they are
enum class PseudonymEncoding {
  kBase32,     // 26 characters, lower case, RFC 4648 without padding
  kHex,        // 32 characters, lower case
  kBase64Url,  // 22 characters, RFC 4648 section 5 without padding
  kDecimal,    // 39 digits, with leading zeros: a 128-bit unsigned integer
};
std::string_view ToString(PseudonymEncoding encoding);  // "base32", "hex", ...
// "base32", "hex", "base64url", "decimal"; nothing if unknown.
std::optional<PseudonymEncoding> ParsePseudonymEncoding(std::string_view name);

// A pseudonym as an unsigned 128-bit integer, for columns of that type (UUID,
// HUGEINT, NUMERIC(39)). Its bytes, most significant first, are the bytes that
// the encodings write.
struct PseudonymValue {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const PseudonymValue&,
                          const PseudonymValue&) = default;
};

inline constexpr std::size_t kLeastPseudonymBytes = 8;
inline constexpr std::size_t kMostPseudonymBytes = 16;

// Characters of a pseudonym of `bytes` bytes. Here and in EncodePseudonym a
// number outside of 8 to 16 is a mistake in the program, and ends it.
std::size_t PseudonymWidth(PseudonymEncoding encoding, std::size_t bytes);

// Writes the low `bytes` bytes of `value`. `out` has PseudonymWidth characters:
// another size is such a mistake too.
void EncodePseudonym(PseudonymEncoding encoding, std::size_t bytes,
                     const PseudonymValue& value, std::span<char> out);

// What EncodePseudonym wrote, and nothing else: another width, another case,
// padding or bits beyond the last byte are input errors, and so are `bytes`
// outside of 8 to 16. So two texts never stand for one pseudonym.
absl::StatusOr<PseudonymValue> DecodePseudonym(PseudonymEncoding encoding,
                                               std::size_t bytes,
                                               std::string_view text);

// The shortest pseudonym that keeps `identifiers` (at least 1) apart but for a
// chance of 2^-32: 2^n identifiers take n/4 + 4 bytes, since n identifiers in b
// bits collide with a chance of at most n^2 / 2^(b+1). So 8 bytes serve 65,536
// identifiers, 10 bytes 16 million, 12 bytes 4 thousand million, 16 bytes 2^48.
std::size_t LeastPseudonymBytes(std::uint64_t identifiers);

}  // namespace anon

#endif  // ANON_PSEUDONYM_ENCODING_H_
