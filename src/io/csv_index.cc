// SPDX-License-Identifier: Apache-2.0
//
// Each 64 bytes of text become four words of bits: quotes, delimiters, line
// feeds, carriage returns. The parity of the quotes up to a byte (a prefix sum
// without carries) tells what lies inside quotes; what is left outside are the
// separators. The idea is that of Langdale and Lemire ("Parsing gigabytes of
// JSON per second", 2019).
//
// Parity alone would accept nonsense such as a"b"c. A quote that opens must
// follow a separator or (doubled) a quote that closes; a quote that closes must
// be followed by a separator, a carriage return or a quote; a carriage return
// outside quotes by a line feed; and of the separators every width-th, and no
// other, must be a line feed. The index ends before the first record that
// breaks one of these.
//
// Tested against the parser, and every kernel against the portable one, in
// tests/io/csv_index_test.cc.
#include "io/csv_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace anon::internal {
namespace {

constexpr std::size_t kChunk = 64;
constexpr std::size_t kChunksAtOnce = 64;

// Bit i of the result: the parity of bits 0 to i.
std::uint64_t PrefixXor(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

void ClassifyPortable(const char* text, std::size_t chunks, char delimiter,
                      CsvMasks* masks) {
  for (std::size_t i = 0; i < chunks; ++i) {
    CsvMasks m{};
    for (std::size_t b = 0; b < kChunk; ++b) {
      const char c = text[i * kChunk + b];
      m.quotes |= std::uint64_t{c == '"'} << b;
      m.delimiters |= std::uint64_t{c == delimiter} << b;
      m.line_feeds |= std::uint64_t{c == '\n'} << b;
      m.returns |= std::uint64_t{c == '\r'} << b;
    }
    m.odd = PrefixXor(m.quotes);
    masks[i] = m;
  }
}

std::uint32_t* ListPortable(const std::uint64_t* bits, std::size_t chunks,
                            std::uint32_t base, std::uint32_t* to) {
  for (std::size_t i = 0; i < chunks; ++i, base += kChunk) {
    for (std::uint64_t rest = bits[i]; rest != 0; rest &= rest - 1) {
      *to++ = base + static_cast<std::uint32_t>(std::countr_zero(rest));
    }
  }
  return to;
}

#ifdef __x86_64__

// PrefixXor as a product without carries.
__attribute__((target("pclmul"))) inline std::uint64_t PrefixXorByProduct(
    std::uint64_t bits) {
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(
      _mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0)));
}

__attribute__((target("avx2"))) inline std::uint64_t Equal(__m256i low,
                                                           __m256i high,
                                                           char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  const auto bits =
      [](__m256i equal) __attribute__((target("avx2"), always_inline)) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(equal));
  };
  return std::uint64_t{bits(_mm256_cmpeq_epi8(high, wanted))} << 32 |
         bits(_mm256_cmpeq_epi8(low, wanted));
}

__attribute__((target("avx2,pclmul"))) void ClassifyAvx2(const char* text,
                                                         std::size_t chunks,
                                                         char delimiter,
                                                         CsvMasks* masks) {
  for (std::size_t i = 0; i < chunks; ++i) {
    const auto* at = reinterpret_cast<const __m256i*>(text + i * kChunk);
    const __m256i low = _mm256_loadu_si256(at);
    const __m256i high = _mm256_loadu_si256(at + 1);
    const std::uint64_t quotes = Equal(low, high, '"');
    masks[i] = {quotes, PrefixXorByProduct(quotes), Equal(low, high, delimiter),
                Equal(low, high, '\n'), Equal(low, high, '\r')};
  }
}

#define ANON_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512vbmi2,pclmul,popcnt")))

ANON_AVX512 void ClassifyAvx512(const char* text, std::size_t chunks,
                                char delimiter, CsvMasks* masks) {
  for (std::size_t i = 0; i < chunks; ++i) {
    const __m512i bytes = _mm512_loadu_si512(text + i * kChunk);
    const std::uint64_t quotes =
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
    masks[i] = {quotes, PrefixXorByProduct(quotes),
                _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(delimiter)),
                _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')),
                _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r'))};
  }
}

alignas(64) constexpr std::array<std::uint8_t, 64> kOrdinals = [] {
  std::array<std::uint8_t, 64> ordinals{};
  for (std::uint8_t i = 0; i < 64; ++i) ordinals[i] = i;
  return ordinals;
}();

// The first sixteen bytes as numbers, added to `bases`. The forms with a mask
// because the plain ones warn of their own undefined operand in GCC 12.
ANON_AVX512 inline __m512i Widened(__m512i bytes, __m512i bases) {
  return _mm512_add_epi32(
      bases, _mm512_maskz_cvtepu8_epi32(
                 0xFFFF, _mm512_maskz_extracti32x4_epi32(0xF, bytes, 0)));
}

// Squeezes the ordinals of the set bits together, then widens them 16 a time.
ANON_AVX512 std::uint32_t* ListAvx512(const std::uint64_t* bits,
                                      std::size_t chunks, std::uint32_t base,
                                      std::uint32_t* to) {
  const __m512i ordinals = _mm512_load_si512(kOrdinals.data());
  for (std::size_t i = 0; i < chunks; ++i, base += kChunk) {
    const __m512i squeezed = _mm512_maskz_compress_epi8(bits[i], ordinals);
    const __m512i bases = _mm512_set1_epi32(static_cast<int>(base));
    const auto count = static_cast<std::size_t>(_mm_popcnt_u64(bits[i]));
    _mm512_storeu_si512(to, Widened(squeezed, bases));
    if (count > 16) {
      alignas(64) std::array<std::uint8_t, 64> bytes;
      _mm512_store_si512(bytes.data(), squeezed);
      for (std::size_t k = 16; k < count; k += 16) {
        const __m512i rest = _mm512_maskz_loadu_epi8(0xFFFF, bytes.data() + k);
        _mm512_storeu_si512(to + k, Widened(rest, bases));
      }
    }
    to += count;
  }
  return to;
}

#endif  // __x86_64__

// What one chunk leaves to the next.
struct Carry {
  std::uint64_t inside = 0;           // all ones within quotes
  std::uint64_t after_separator = 1;  // the rest are a bit: of the last byte
  std::uint64_t after_close = 0;
  std::uint64_t after_return = 0;
};

struct Found {
  std::uint64_t separators;
  std::uint64_t line_feeds;
  bool broken;  // something odd; what comes before it is in the masks
};

Found FindSeparators(const CsvMasks& m, Carry& carry, CsvIndex& index) {
  const std::uint64_t inside = m.odd ^ carry.inside;
  const std::uint64_t line_feeds = m.line_feeds & ~inside;
  const std::uint64_t returns = m.returns & ~inside;
  const std::uint64_t separators = (m.delimiters & ~inside) | line_feeds;
  const std::uint64_t open = m.quotes & inside;
  const std::uint64_t close = m.quotes & ~inside;
  const std::uint64_t after_separator = separators << 1 | carry.after_separator;
  const std::uint64_t after_close = close << 1 | carry.after_close;
  const std::uint64_t after_return = returns << 1 | carry.after_return;
  const std::uint64_t odd = (open & ~(after_separator | after_close)) |
                            (after_close & ~(separators | returns | open)) |
                            (after_return & ~line_feeds);
  index.quotes |= m.quotes != 0;
  index.doubled_quotes |= (open & after_close) != 0;
  index.quoted_line_feeds |= (m.line_feeds & inside) != 0;
  index.returns |= m.returns != 0;
  carry.inside = std::uint64_t{0} - (inside >> 63);
  carry.after_separator = separators >> 63;
  carry.after_close = close >> 63;
  carry.after_return = returns >> 63;
  const std::uint64_t good = odd == 0 ? ~std::uint64_t{0} : (odd & -odd) - 1;
  return {separators & good, line_feeds & good, odd != 0};
}

// How many records of `width` fields the separators make, if they are to end
// with all the line feeds and nothing else. `begins[k]` follows separator k.
std::size_t CountRows(const char* text, std::span<const std::uint32_t> begins,
                      std::size_t line_feeds, std::size_t width) {
  const auto ends_line = [&](std::size_t k) {
    return text[begins[k] - 1] == '\n';
  };
  std::size_t rows = 0;
  for (std::size_t k = width - 1; k < begins.size() && ends_line(k);
       k += width) {
    ++rows;
  }
  if (rows == line_feeds) return rows;
  // A record of another width: those before it.
  rows = 0;
  for (std::size_t k = 0; k < begins.size(); ++k) {
    const bool last = k % width == width - 1;
    if (ends_line(k) != last) break;
    rows += last ? 1 : 0;
  }
  return rows;
}

// The masks of a last chunk that is not full.
CsvMasks Partial(std::string_view rest, char delimiter,
                 const CsvKernel& kernel) {
  std::array<char, kChunk> padded{};
  std::copy(rest.begin(), rest.end(), padded.begin());
  CsvMasks m;
  kernel.classify(padded.data(), 1, delimiter, &m);
  const std::uint64_t known = (std::uint64_t{1} << rest.size()) - 1;
  return {m.quotes & known, m.odd, m.delimiters & known, m.line_feeds & known,
          m.returns & known};
}

}  // namespace

const std::vector<CsvKernel>& CsvKernels() {
  static const std::vector<CsvKernel> kernels = [] {
    std::vector<CsvKernel> found = {
        {"portable", ClassifyPortable, ListPortable}};
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul")) {
      found.push_back({"avx2", ClassifyAvx2, ListPortable});
    }
    if (__builtin_cpu_supports("pclmul") && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vbmi2")) {
      found.push_back({"avx512", ClassifyAvx512, ListAvx512});
    }
#endif
    return found;
  }();
  return kernels;
}

void CsvIndex::Build(std::string_view text, char delimiter, std::size_t width,
                     const CsvKernel& kernel) {
  quotes = doubled_quotes = quoted_line_feeds = returns = false;
  std::array<CsvMasks, kChunksAtOnce> masks;
  std::array<std::uint64_t, kChunksAtOnce> separators;
  std::size_t count = 1;
  std::size_t line_feeds = 0;
  starts.resize(std::max<std::size_t>(starts.size(), 1));
  starts[0] = 0;
  Carry carry;
  bool well = true;
  for (std::size_t at = 0; at < text.size() && well;
       at += kChunksAtOnce * kChunk) {
    const std::string_view part = text.substr(at, kChunksAtOnce * kChunk);
    std::size_t chunks = part.size() / kChunk;
    kernel.classify(part.data(), chunks, delimiter, masks.data());
    if (chunks < kChunksAtOnce) {
      masks[chunks] = Partial(part.substr(chunks * kChunk), delimiter, kernel);
      ++chunks;
    }
    std::size_t seen = count - 1;
    std::size_t used = 0;
    while (used < chunks && well) {
      const Found found = FindSeparators(masks[used], carry, *this);
      well = !found.broken;
      seen += static_cast<std::size_t>(std::popcount(found.separators));
      line_feeds += static_cast<std::size_t>(std::popcount(found.line_feeds));
      separators[used++] = found.separators;
    }
    if (starts.size() < seen + 1 + kChunk) {
      starts.resize(std::max(seen + 1 + kChunk, starts.size() * 2));
    }
    const std::uint32_t* const end =
        kernel.list(separators.data(), used, static_cast<std::uint32_t>(at) + 1,
                    starts.data() + count);
    count = static_cast<std::size_t>(end - starts.data());
  }
  rows = CountRows(text.data(), std::span(starts).subspan(1, count - 1),
                   line_feeds, width);
}

}  // namespace anon::internal
