// SPDX-License-Identifier: Apache-2.0
//
// base32 and base64url are RFC 4648 bit strings from the most significant bit;
// decimal is the number itself, split at 10^19, the largest power of ten in 64
// bits.
#include "anon/pseudonym/encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>

namespace anon {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase32Digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint64_t kTenToThe19 = 10'000'000'000'000'000'000U;

constexpr std::array<std::string_view, 4> kNames = {"base32", "hex",
                                                    "base64url", "decimal"};

struct Alphabet {
  std::string_view digits;
  unsigned bits;
};

// All pairs of digits: half as many steps as one digit at a time.
template <unsigned kBits>
constexpr auto Pairs(std::string_view digits) {
  std::array<char, std::size_t{2} << (2 * kBits)> pairs{};
  for (std::size_t i = 0; i < pairs.size() / 2; ++i) {
    pairs[2 * i] = digits[i >> kBits];
    pairs[2 * i + 1] = digits[i & ((1U << kBits) - 1)];
  }
  return pairs;
}
constexpr auto kHexPairs = Pairs<4>(kHexDigits);
constexpr auto kBase32Pairs = Pairs<5>(kBase32Digits);
constexpr auto kBase64Pairs = Pairs<6>(kBase64Digits);

Alphabet AlphabetOf(PseudonymEncoding encoding) {
  switch (encoding) {
    case PseudonymEncoding::kBase32:
      return {kBase32Digits, 5};
    case PseudonymEncoding::kHex:
      return {kHexDigits, 4};
    case PseudonymEncoding::kBase64Url:
      return {kBase64Digits, 6};
    case PseudonymEncoding::kDecimal:
      break;
  }
  std::abort();  // decimal has no whole number of bits a digit
}

// Bits a digit; 0 for decimal, whose width is ceil(bits * log10(2)): 0.30103 is
// above log10(2) by 4e-9.
constexpr std::size_t WidthOf(std::size_t bits_a_digit, std::size_t bytes) {
  if (bits_a_digit == 0) return (8 * bytes * 30103 + 99999) / 100000;
  return (8 * bytes + bits_a_digit - 1) / bits_a_digit;
}

// By encoding and bytes beyond the least.
constexpr auto kWidths = [] {
  std::array<std::array<std::uint8_t, 9>, 4> widths{};
  constexpr std::array<std::size_t, 4> kBits = {5, 4, 6, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t extra = 0; extra < 9; ++extra) {
      widths[i][extra] = static_cast<std::uint8_t>(
          WidthOf(kBits[i], kLeastPseudonymBytes + extra));
    }
  }
  return widths;
}();

Wide ToWide(const PseudonymValue& value) {
  return static_cast<Wide>(value.high) << 64 | value.low;
}

PseudonymValue FromWide(Wide value) {
  return {static_cast<std::uint64_t>(value >> 64),
          static_cast<std::uint64_t>(value)};
}

Wide Largest(std::size_t bytes) {
  return ~Wide{0} >> (8 * (kMostPseudonymBytes - bytes));
}

void EncodeDecimal(Wide value, std::span<char> out) {
  // At most three pieces of 19 digits; the division by a constant word is the
  // whole cost.
  std::size_t at = out.size();
  while (at > 0) {
    auto piece = static_cast<std::uint64_t>(value % kTenToThe19);
    value /= kTenToThe19;
    for (int digit = 0; digit < 19 && at > 0; ++digit) {
      out[--at] = static_cast<char>('0' + piece % 10);
      piece /= 10;
    }
  }
}

template <unsigned kBits>
void EncodeBits(const char* pairs, std::size_t bytes,
                const PseudonymValue& value, std::span<char> out) {
  // The bits at the top, so that a pair is always the same shift away.
  Wide rest = ToWide(value) << (8 * (kMostPseudonymBytes - bytes));
  std::size_t at = 0;
  for (; at + 1 < out.size(); at += 2, rest <<= 2 * kBits) {
    const char* const pair =
        pairs + 2 * static_cast<std::size_t>(rest >> (128 - 2 * kBits));
    out[at] = pair[0];
    out[at + 1] = pair[1];
  }
  if (at < out.size()) {
    out[at] = pairs[2 * static_cast<std::size_t>(rest >> (128 - 2 * kBits))];
  }
}

// Nothing if a character is no digit, or if the number does not fit.
std::optional<Wide> DecodeDecimal(std::string_view text, Wide largest) {
  Wide value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<unsigned>(c - '0');
    if (value > (largest - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<Wide> DecodeBits(const Alphabet& alphabet, std::size_t bits,
                               std::string_view text) {
  Wide value = 0;
  std::size_t left = bits;
  for (const char c : text) {
    const std::size_t digit = alphabet.digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    if (left >= alphabet.bits) {
      value = value << alphabet.bits | digit;
      left -= alphabet.bits;
      continue;
    }
    const std::size_t beyond = alphabet.bits - left;
    if ((digit & ((std::size_t{1} << beyond) - 1)) != 0) return std::nullopt;
    value = value << left | digit >> beyond;
    left = 0;
  }
  return value;
}

}  // namespace

std::string_view ToString(PseudonymEncoding encoding) {
  return kNames.at(static_cast<std::size_t>(encoding));
}

std::optional<PseudonymEncoding> ParsePseudonymEncoding(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<PseudonymEncoding>(found - kNames.begin());
}

std::size_t PseudonymWidth(PseudonymEncoding encoding, std::size_t bytes) {
  if (bytes < kLeastPseudonymBytes || bytes > kMostPseudonymBytes) std::abort();
  return kWidths.at(static_cast<std::size_t>(encoding))
      .at(bytes - kLeastPseudonymBytes);
}

void EncodePseudonym(PseudonymEncoding encoding, std::size_t bytes,
                     const PseudonymValue& value, std::span<char> out) {
  if (out.size() != PseudonymWidth(encoding, bytes)) std::abort();
  if (encoding == PseudonymEncoding::kDecimal) {
    return EncodeDecimal(ToWide(value) & Largest(bytes), out);
  }
  switch (encoding) {
    case PseudonymEncoding::kHex:
      return EncodeBits<4>(kHexPairs.data(), bytes, value, out);
    case PseudonymEncoding::kBase32:
      return EncodeBits<5>(kBase32Pairs.data(), bytes, value, out);
    case PseudonymEncoding::kBase64Url:
      return EncodeBits<6>(kBase64Pairs.data(), bytes, value, out);
    case PseudonymEncoding::kDecimal:
      break;
  }
}

absl::StatusOr<PseudonymValue> DecodePseudonym(PseudonymEncoding encoding,
                                               std::size_t bytes,
                                               std::string_view text) {
  std::optional<Wide> value;
  if (text.size() == PseudonymWidth(encoding, bytes)) {
    value = encoding == PseudonymEncoding::kDecimal
                ? DecodeDecimal(text, Largest(bytes))
                : DecodeBits(AlphabetOf(encoding), 8 * bytes, text);
  }
  if (!value) {
    return InputError(
        "not a pseudonym of this encoding and length; give it as the data set "
        "prints it");
  }
  return FromWide(*value);
}

std::size_t LeastPseudonymBytes(std::uint64_t identifiers) {
  const auto doublings = static_cast<std::size_t>(
      std::bit_width(std::max<std::uint64_t>(identifiers, 1) - 1));
  return std::max(kLeastPseudonymBytes, (doublings + 3) / 4 + 4);
}

}  // namespace anon
