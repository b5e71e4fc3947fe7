// SPDX-License-Identifier: Apache-2.0
//
// base32 and base64url are RFC 4648 bit strings from the most significant bit;
// decimal is the number itself, split at 10^19, the largest power of ten in 64
// bits. All 128 bits are always written, every position known at compile time,
// and the part that is asked for is copied: the first characters of the bits
// moved to the top, or the last digits. Five to ten nanoseconds each.
#include "anon/pseudonym/encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "pseudonym/lengths.h"

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
constexpr auto kBase32Pairs = Pairs<5>(kBase32Digits);
constexpr auto kBase64Pairs = Pairs<6>(kBase64Digits);
// 00 to 99.
constexpr auto kDecimalPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

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

// 128 bits at a fixed width, and room for stores of whole words.
using Text = std::array<char, 40>;

using Vector = unsigned char __attribute__((vector_size(16)));

std::uint64_t BigEndian(std::uint64_t word) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(word)
                                                    : word;
}

// Bits kFrom to kFrom + kBits of `value`, counted from the top; zeros follow
// the last.
template <unsigned kFrom, unsigned kBits>
std::size_t Slice(std::uint64_t high, std::uint64_t low) {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  if constexpr (kFrom + kBits <= 64) {
    return high >> (64 - kFrom - kBits) & kMask;
  } else if constexpr (kFrom >= 64 && kFrom + kBits <= 128) {
    return low >> (128 - kFrom - kBits) & kMask;
  } else if constexpr (kFrom < 64) {
    return (high << (kFrom + kBits - 64) | low >> (128 - kFrom - kBits)) &
           kMask;
  } else {
    return low << (kFrom + kBits - 128) & kMask;
  }
}

template <unsigned kBits, std::size_t... kIndex>
void EncodePairs(const char* pairs, const PseudonymValue& value, char* out,
                 std::index_sequence<kIndex...> /*all*/) {
  (std::memcpy(
       out + 2 * kIndex,
       pairs + 2 * Slice<2 * kBits * kIndex, 2 * kBits>(value.high, value.low),
       2),
   ...);
}

void EncodeBase32(const PseudonymValue& value, char* out) {
  EncodePairs<5>(kBase32Pairs.data(), value, out,
                 std::make_index_sequence<13>());
}

void EncodeBase64(const PseudonymValue& value, char* out) {
  EncodePairs<6>(kBase64Pairs.data(), value, out,
                 std::make_index_sequence<11>());
}

void EncodeHex(const PseudonymValue& value, char* out) {
  const std::array<std::uint64_t, 2> words = {BigEndian(value.high),
                                              BigEndian(value.low)};
  Vector bytes;
  std::memcpy(&bytes, words.data(), sizeof(bytes));
  const Vector high = bytes >> 4;
  const Vector low = bytes & 15;
  const auto digits = [](Vector nibbles) {
    // Beyond '9' the letters are 39 further on.
    return nibbles + '0' + (reinterpret_cast<Vector>(nibbles > 9) & 39);
  };
  const Vector first = digits(__builtin_shufflevector(
      high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  const Vector second = digits(__builtin_shufflevector(
      high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
  std::memcpy(out, &first, sizeof(first));
  std::memcpy(out + sizeof(first), &second, sizeof(second));
}

// floor(2^191 / 10^19), by long division.
constexpr Wide kTenToThe19Inverse = [] {
  Wide quotient = 0;
  Wide rest = 0;
  for (int bit = 191; bit >= 0; --bit) {
    rest = rest << 1 | (bit == 191 ? 1 : 0);
    quotient <<= 1;
    if (rest >= kTenToThe19) {
      rest -= kTenToThe19;
      quotient |= 1;
    }
  }
  return quotient;
}();

// `value` / 10^19 and its remainder, without the division of two words, which
// is a call.
std::pair<Wide, std::uint64_t> DivideByTenToThe19(Wide value) {
  const auto low = [](Wide x) { return static_cast<std::uint64_t>(x); };
  const auto high = [](Wide x) { return static_cast<std::uint64_t>(x >> 64); };
  constexpr auto kInverseLow = static_cast<std::uint64_t>(kTenToThe19Inverse);
  constexpr auto kInverseHigh =
      static_cast<std::uint64_t>(kTenToThe19Inverse >> 64);
  // The high words of the product of 128 by 128 bits.
  const Wide a = static_cast<Wide>(low(value)) * kInverseLow;
  const Wide b = static_cast<Wide>(low(value)) * kInverseHigh;
  const Wide c = static_cast<Wide>(high(value)) * kInverseLow;
  const Wide d = static_cast<Wide>(high(value)) * kInverseHigh;
  const Wide middle = static_cast<Wide>(high(a)) + low(b) + low(c);
  const Wide product = d + high(b) + high(c) + high(middle);
  Wide quotient = product >> 63;
  // The inverse is rounded down: the quotient may be one too small.
  Wide rest = value - quotient * kTenToThe19;
  if (rest >= kTenToThe19) {
    rest -= kTenToThe19;
    ++quotient;
  }
  return {quotient, static_cast<std::uint64_t>(rest)};
}

void EncodeEightDigits(std::uint32_t value, char* out) {
  const std::uint32_t upper = value / 10000;
  const std::uint32_t lower = value % 10000;
  std::memcpy(out, &kDecimalPairs[2 * (upper / 100)], 2);
  std::memcpy(out + 2, &kDecimalPairs[2 * (upper % 100)], 2);
  std::memcpy(out + 4, &kDecimalPairs[2 * (lower / 100)], 2);
  std::memcpy(out + 6, &kDecimalPairs[2 * (lower % 100)], 2);
}

// Below 10^19.
void EncodeNineteenDigits(std::uint64_t value, char* out) {
  constexpr std::uint64_t kTenToThe8 = 100'000'000;
  const std::uint64_t upper = value / kTenToThe8;
  const auto top = static_cast<std::uint32_t>(upper / kTenToThe8);
  out[0] = static_cast<char>('0' + top / 100);
  std::memcpy(out + 1, &kDecimalPairs[2 * (top % 100)], 2);
  EncodeEightDigits(static_cast<std::uint32_t>(upper % kTenToThe8), out + 3);
  EncodeEightDigits(static_cast<std::uint32_t>(value % kTenToThe8), out + 11);
}

// 39 digits.
void EncodeDecimal(const PseudonymValue& value, char* out) {
  const auto [upper, lower] = DivideByTenToThe19(ToWide(value));
  Wide rest = upper;  // below 3.5 * 10^19
  char top = '0';
  for (; rest >= kTenToThe19; rest -= kTenToThe19) ++top;
  out[0] = top;
  EncodeNineteenDigits(static_cast<std::uint64_t>(rest), out + 1);
  EncodeNineteenDigits(lower, out + 20);
}

// `value` with its low `bytes` bytes at the top.
PseudonymValue AtTheTop(const PseudonymValue& value, std::size_t bytes) {
  return FromWide(ToWide(value) << (8 * (kMostPseudonymBytes - bytes)));
}

// Writes every value by `encode`, which writes kWidth characters; those at
// `from` up to `width` are wanted.
template <std::size_t kWidth, typename Encode>
void EncodeEach(std::span<const PseudonymValue> values, std::size_t from,
                std::size_t width, char* out, const Encode& encode) {
  if (width == kWidth) {
    for (const PseudonymValue& value : values) {
      encode(value, out);
      out += kWidth;
    }
    return;
  }
  Text text;
  for (const PseudonymValue& value : values) {
    encode(value, text.data());
    std::memcpy(out, text.data() + from, width);
    out += width;
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
  internal::EncodePseudonyms(encoding, bytes, std::span(&value, 1), out);
}

namespace internal {

void EncodePseudonyms(PseudonymEncoding encoding, std::size_t bytes,
                      std::span<const PseudonymValue> values,
                      std::span<char> out) {
  const std::size_t width = PseudonymWidth(encoding, bytes);
  if (out.size() != width * values.size()) std::abort();
  const auto top = [bytes](auto encode) {
    return [bytes, encode](const PseudonymValue& value, char* to) {
      encode(AtTheTop(value, bytes), to);
    };
  };
  switch (encoding) {
    case PseudonymEncoding::kHex:
      return EncodeEach<32>(values, 0, width, out.data(), top(EncodeHex));
    case PseudonymEncoding::kBase32:
      return EncodeEach<26>(values, 0, width, out.data(), top(EncodeBase32));
    case PseudonymEncoding::kBase64Url:
      return EncodeEach<22>(values, 0, width, out.data(), top(EncodeBase64));
    case PseudonymEncoding::kDecimal:
      return EncodeEach<39>(
          values, 39 - width, width, out.data(),
          [mask = Largest(bytes)](const PseudonymValue& value, char* to) {
            EncodeDecimal(FromWide(ToWide(value) & mask), to);
          });
  }
}

}  // namespace internal

absl::StatusOr<PseudonymValue> DecodePseudonym(PseudonymEncoding encoding,
                                               std::size_t bytes,
                                               std::string_view text) {
  if (bytes < kLeastPseudonymBytes || bytes > kMostPseudonymBytes) {
    return InputError("a pseudonym has 8 to 16 bytes; give the data set's");
  }
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
