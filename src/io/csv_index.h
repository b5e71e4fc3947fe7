// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: where the fields of a block of CSV lie, found 64 bytes
// at a time.
#ifndef ANON_SRC_IO_CSV_INDEX_H_
#define ANON_SRC_IO_CSV_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace anon::internal {

// Bits of 64 bytes of text, the first byte in the lowest bit.
struct CsvMasks {
  std::uint64_t quotes;
  std::uint64_t odd;  // after an odd number of quotes of these 64 bytes
  std::uint64_t delimiters;
  std::uint64_t line_feeds;
  std::uint64_t returns;
};

// What a kind of CPU does its own way.
struct CsvKernel {
  const char* name;
  // masks[i] of text[64 * i, 64 * i + 64), for i < chunks.
  void (*classify)(const char* text, std::size_t chunks, char delimiter,
                   CsvMasks* masks);
  // Writes 64 * i + b + base for every bit b of bits[i] and gives the end of
  // what it wrote; may spoil 64 numbers after it.
  std::uint32_t* (*list)(const std::uint64_t* bits, std::size_t chunks,
                         std::uint32_t base, std::uint32_t* to);
};

// Those this CPU can run, the portable one first and the fastest last.
const std::vector<CsvKernel>& CsvKernels();

// The complete records at the front of a block that are plainly well-formed and
// of the right width. It ends where the text does, or before the first record
// that is anything else: that one is for the parser, which says what is wrong.
struct CsvIndex {
  std::size_t rows = 0;
  // Offsets where fields begin: field c of row r is text[starts[k], starts[k +
  // 1] - 1), k = r * width + c. The field that ends a record may end with the
  // carriage return of CRLF.
  std::vector<std::uint32_t> starts;
  // Whether any record may hold such a thing.
  bool quotes = false;
  bool doubled_quotes = false;
  bool quoted_line_feeds = false;
  bool returns = false;

  // `text` begins with a record and has less than 2^32 bytes.
  void Build(std::string_view text, char delimiter, std::size_t width,
             const CsvKernel& kernel = CsvKernels().back());
};

}  // namespace anon::internal

#endif  // ANON_SRC_IO_CSV_INDEX_H_
