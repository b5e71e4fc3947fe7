// SPDX-License-Identifier: Apache-2.0
#include "io/csv_index.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anon/io/csv.h"
#include "support/support.h"

namespace anon {
namespace {

using internal::CsvIndex;
using internal::CsvKernels;

// Text made of the bytes that matter, mostly good records of `width` fields.
std::string RandomTable(test::SeededRandom& random, std::size_t width) {
  static const std::vector<std::string> kGood = {
      "",   "a",          "bc",      "日本",     "\"\"",     "\"x\"",
      "12", "\"a\"\"b\"", "\"a,b\"", "\"c\nd\"", "\"\"\"\"", "\"\r\""};
  static const std::vector<std::string> kBad = {
      "\"",   "a\"b",     "\"a\"b", "\r",      "\n",     "\"a",   ",",
      "\xFF", "\xE6\x97", "\r\n",   "\"a\"\"", "\r\r\n", "\"\r\n"};
  const bool hostile = random.Below(2) == 0;
  const std::string line_end = random.Below(3) == 0 ? "\r\n" : "\n";
  std::string text;
  for (std::uint64_t rows = random.Below(60); rows > 0; --rows) {
    for (std::size_t c = 0; c < width; ++c) {
      if (c > 0) text += ',';
      text += hostile && random.Below(80) == 0
                  ? kBad[random.Below(kBad.size())]
                  : kGood[random.Below(kGood.size())];
    }
    text += line_end;
  }
  if (random.Below(3) == 0) text.resize(random.Below(text.size() + 1));
  return text;
}

TEST_CASE("CsvIndex: every kind of CPU finds the same records") {
  test::SeededRandom random(1);
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t width = 1 + random.Below(4);
    const std::string text = RandomTable(random, width);
    CsvIndex expected;
    expected.Build(text, ',', width, CsvKernels().front());
    for (const auto& kernel : CsvKernels()) {
      CAPTURE(kernel.name);
      CsvIndex index;
      index.Build(text, ',', width, kernel);
      REQUIRE(index.rows == expected.rows);
      for (std::size_t k = 0; k <= index.rows * width; ++k) {
        REQUIRE(index.starts[k] == expected.starts[k]);
      }
      REQUIRE(index.quotes == expected.quotes);
      REQUIRE(index.doubled_quotes == expected.doubled_quotes);
      REQUIRE(index.quoted_line_feeds == expected.quoted_line_feeds);
      REQUIRE(index.returns == expected.returns);
    }
  }
}

TEST_CASE("CsvIndex: stops before the first record that is not well-formed") {
  const auto rows = [](std::string_view text) {
    CsvIndex index;
    index.Build(text, ',', 2);
    return index.rows;
  };
  CHECK(rows("") == 0);
  CHECK(rows("a,b") == 0);
  CHECK(rows("a,b\n") == 1);
  CHECK(rows("a,b\nc,d\r\n\"\",\"e\nf\"\n") == 3);
  CHECK(rows("a,b\nc\n") == 1);
  CHECK(rows("a,b\nc,d,e\nf,g\n") == 1);
  CHECK(rows("a,b\n\nc,d\n") == 1);
  CHECK(rows("a,b\nc,d\"e\"\n") == 1);
  CHECK(rows("a,b\nc,\"d\"e\n") == 1);
  CHECK(rows("a,b\nc,\"d\n") == 1);
  CHECK(rows("a,b\nc\r,d\n") == 1);
  // Two wrong widths that make up for one another.
  CHECK(rows("a,b\nc\nd,e,f\n") == 1);
}

// Everything a reader sees, the complaint included.
std::vector<std::string> ReadAll(const std::filesystem::path& path,
                                 const CsvOptions& options) {
  auto source = CsvSource::Open(path, options);
  if (!source.ok()) return {std::string(Message(source.status()))};
  std::vector<std::string> seen = (*source)->attributes();
  Batch batch;
  for (;;) {
    const auto more = (*source)->Next(batch);
    if (!more.ok()) {
      seen.emplace_back(Message(more.status()));
      return seen;
    }
    if (!*more) return seen;
    REQUIRE(batch.rows() > 0);
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      seen.push_back(std::to_string(batch.lines[r]));
      for (const auto& column : batch.columns) seen.emplace_back(column.at(r));
    }
  }
}

TEST_CASE("CsvSource: the fast path and the parser read the same") {
  test::SeededRandom random(2);
  const test::TempDir dir;
  for (int trial = 0; trial < 1500; ++trial) {
    const std::size_t width = 1 + random.Below(4);
    std::string text = random.Below(4) == 0 ? "\xEF\xBB\xBF" : "";
    for (std::size_t c = 0; c < width; ++c) {
      text += (c > 0 ? "," : "") + std::string(1, static_cast<char>('a' + c));
    }
    text += "\n" + RandomTable(random, width);
    const auto path = test::Write(dir / "t.csv", text);
    CsvOptions options;
    options.header = random.Below(3) != 0;
    options.fast = false;
    const auto expected = ReadAll(path, options);
    options.fast = true;
    for (const std::size_t block : {16U, 61U, 1024U, 1U << 18}) {
      options.block_bytes = block;
      const auto seen = ReadAll(path, options);
      // What comes before a complaint depends on the size of blocks; the
      // records are the same as far as they go.
      if (seen.back() != expected.back()) {
        FAIL(seen.back(), " is not ", expected.back());
      }
      const std::size_t common = std::min(seen.size(), expected.size()) - 1;
      REQUIRE(
          std::equal(seen.begin(), seen.begin() + common, expected.begin()));
    }
  }
}

TEST_CASE("CsvSource: more records than a batch or a block holds") {
  std::string text = "a,b\n";
  for (int i = 0; i < 50'000; ++i) {
    text += std::to_string(i) + (i % 7 == 0 ? ",\"x\n\"\"\"\r\n" : ",y\n");
  }
  const test::TempDir dir;
  const auto path = test::Write(dir / "t.csv", text);
  CsvOptions parser;
  parser.fast = false;
  CHECK(ReadAll(path, {}) == ReadAll(path, parser));
}

}  // namespace
}  // namespace anon
