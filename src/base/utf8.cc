// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 validation. The fast path is the look-up algorithm of Keiser and Lemire
// ("Validating UTF-8 in less than one instruction per byte", 2021): whatever
// can be wrong shows in two neighbouring bytes, except that the third and
// fourth byte of a sequence must be continuations. Three tables of sixteen
// entries, indexed by the high half of the first byte, its low half and the
// high half of the second, hold one bit for each kind of error; a bit that is
// set in all three is an error. A block with an error is read again byte by
// byte to find where it begins.
//
// Tested against the scalar path on random and damaged text in
// tests/base/text_test.cc.
#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace anon::internal {
namespace {

// Length of the well-formed sequence that starts `rest`, or 0.
std::size_t SequenceLength(std::string_view rest) {
  const auto byte = [&](std::size_t i) {
    return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U;
  };
  const unsigned lead = byte(0);
  const unsigned second = byte(1);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (!IsContinuation(static_cast<char>(second))) return 0;
  if (lead < 0xE0) return 2;
  if (!IsContinuation(static_cast<char>(byte(2)))) return 0;
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (!IsContinuation(static_cast<char>(byte(3)))) return 0;
  const bool overlong = lead == 0xF0 && second < 0x90;
  const bool past_end = lead == 0xF4 && second > 0x8F;
  return overlong || past_end ? 0 : 4;
}

#ifdef __x86_64__

#define ANON_AVX2 __attribute__((target("avx2")))

// What two neighbouring bytes can do wrong. The third and fourth byte of a
// sequence look like kTwoContinuations, which is wrong exactly where no lead
// stands two or three bytes before; so that bit is flipped there.
enum : std::uint8_t {
  kTooShort = 1 << 0,   // a lead, then no continuation
  kTooLong = 1 << 1,    // ASCII, then a continuation
  kOverlong3 = 1 << 2,  // E0 80..9F
  kTooLarge = 1 << 3,   // F4 90.., F5..FF
  kSurrogate = 1 << 4,  // ED A0..BF
  kOverlong2 = 1 << 5,  // C0, C1
  kOverlong4 = 1 << 6,  // F0 80..8F; F5.. 80..8F too
  kTooLarge1000 = 1 << 6,
  kTwoContinuations = 1 << 7,
};
// Errors that do not depend on the low half of the first byte.
constexpr std::uint8_t kCarry = kTooShort | kTooLong | kTwoContinuations;

alignas(16) constexpr std::uint8_t kFirstHigh[16] = {
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTwoContinuations,
    kTwoContinuations,
    kTwoContinuations,
    kTwoContinuations,
    kTooShort | kOverlong2,
    kTooShort,
    kTooShort | kOverlong3 | kSurrogate,
    kTooShort | kTooLarge | kTooLarge1000 | kOverlong4};
alignas(16) constexpr std::uint8_t kFirstLow[16] = {
    kCarry | kOverlong3 | kOverlong2 | kOverlong4,
    kCarry | kOverlong2,
    kCarry,
    kCarry,
    kCarry | kTooLarge,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000 | kSurrogate,
    kCarry | kTooLarge | kTooLarge1000,
    kCarry | kTooLarge | kTooLarge1000};
constexpr std::uint8_t kOfContinuation =
    kTooLong | kOverlong2 | kTwoContinuations;
alignas(16) constexpr std::uint8_t kSecondHigh[16] = {
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kOfContinuation | kOverlong3 | kTooLarge1000 | kOverlong4,
    kOfContinuation | kOverlong3 | kTooLarge,
    kOfContinuation | kSurrogate | kTooLarge,
    kOfContinuation | kSurrogate | kTooLarge,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort};

ANON_AVX2 inline __m256i Table(const std::uint8_t (&table)[16]) {
  return _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(table)));
}

ANON_AVX2 inline __m256i HighHalf(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
}

// Not zero where the 32 bytes, with those before them, are not UTF-8.
ANON_AVX2 inline __m256i Errors(__m256i bytes, __m256i before) {
  const __m256i across = _mm256_permute2x128_si256(before, bytes, 0x21);
  const __m256i one_back = _mm256_alignr_epi8(bytes, across, 15);
  const __m256i two_back = _mm256_alignr_epi8(bytes, across, 14);
  const __m256i three_back = _mm256_alignr_epi8(bytes, across, 13);
  const __m256i pair = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(Table(kFirstHigh), HighHalf(one_back)),
          _mm256_shuffle_epi8(
              Table(kFirstLow),
              _mm256_and_si256(one_back, _mm256_set1_epi8(15)))),
      _mm256_shuffle_epi8(Table(kSecondHigh), HighHalf(bytes)));
  // The high bit is set two bytes after E0.. and three bytes after F0..
  const __m256i third =
      _mm256_subs_epu8(two_back, _mm256_set1_epi8(0xE0 - 0x80));
  const __m256i fourth = _mm256_subs_epu8(
      three_back, _mm256_set1_epi8(static_cast<char>(0xF0 - 0x80)));
  const __m256i continues =
      _mm256_and_si256(_mm256_or_si256(third, fourth),
                       _mm256_set1_epi8(static_cast<char>(0x80)));
  return _mm256_xor_si256(pair, continues);
}

// The start of the last sequence at or before `at`, which may be cut there.
std::size_t SequenceStart(std::string_view text, std::size_t at) {
  for (std::size_t back = 0; back < 3 && at > 0; ++back, --at) {
    if (!IsContinuation(text[at - 1])) break;
  }
  const bool lead = at > 0 && static_cast<unsigned char>(text[at - 1]) >= 0xC0;
  return lead ? at - 1 : at;
}

ANON_AVX2 std::optional<std::size_t> FindInvalidUtf8Avx2(
    std::string_view text) {
  constexpr std::size_t kBlock = 128;
  __m256i before = _mm256_setzero_si256();
  std::size_t at = 0;
  for (; text.size() - at >= kBlock; at += kBlock) {
    const auto* from = reinterpret_cast<const __m256i*>(text.data() + at);
    const __m256i a = _mm256_loadu_si256(from);
    const __m256i b = _mm256_loadu_si256(from + 1);
    const __m256i c = _mm256_loadu_si256(from + 2);
    const __m256i d = _mm256_loadu_si256(from + 3);
    const __m256i errors =
        _mm256_or_si256(_mm256_or_si256(Errors(a, before), Errors(b, a)),
                        _mm256_or_si256(Errors(c, b), Errors(d, c)));
    if (!_mm256_testz_si256(errors, errors)) break;
    before = d;
  }
  // The rest, from a sequence the last block may have cut.
  const std::size_t start = SequenceStart(text, at);
  const auto bad = FindInvalidUtf8Scalar(text.substr(start));
  return bad ? std::optional(start + *bad) : std::nullopt;
}

#endif  // __x86_64__

}  // namespace

std::optional<std::size_t> FindInvalidUtf8Scalar(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    // Eight ASCII bytes at a time: real files are mostly ASCII.
    if (text.size() - at >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + at, 8);
      if ((word & 0x8080808080808080U) == 0) {
        at += 8;
        continue;
      }
    }
    const std::size_t length = SequenceLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::vector<Utf8Finder> Utf8Finders() {
  std::vector<Utf8Finder> finders = {FindInvalidUtf8Scalar};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) finders.push_back(FindInvalidUtf8Avx2);
#endif
  return finders;
}

}  // namespace anon::internal
