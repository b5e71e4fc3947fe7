// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anon/io/csv.h"
#include "support/support.h"

namespace anon {
namespace {

struct Reading {
  std::vector<std::string> values;
  std::string complaint;
};

Reading Parse(std::string_view text, const CsvOptions& options) {
  const test::TempDir dir;
  Reading reading;
  auto source = CsvSource::Open(test::Write(dir / "t.csv", text), options);
  absl::Status status = source.status();
  Batch batch;
  while (status.ok()) {
    const auto more = (*source)->Next(batch);
    status = more.status();
    if (!status.ok() || !*more) break;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      for (const auto& column : batch.columns) {
        reading.values.emplace_back(column[r]);
      }
    }
  }
  const std::string message(Message(status));
  if (!status.ok()) reading.complaint = message.substr(message.find("t.csv"));
  return reading;
}

CsvOptions Cp932(std::size_t block_bytes = 1 << 18) {
  CsvOptions options;
  options.encoding = CsvEncoding::kCp932;
  options.block_bytes = block_bytes;
  return options;
}

TEST_CASE("CsvSource: CP932 is read as Windows reads it, at any block size") {
  // 表 and ソ have a backslash for a second byte; ｶ is one byte; the wave dash,
  // the minus sign and the circled digit are where Windows differs from JIS.
  const std::string text =
      "\x8E\x81\x96\xBC,b\n"
      "\x95\x5C,\x83\x5C\n"
      "\"\xB6\",\"\x81\x60\x81\x7C\x87\x40\"\n"
      "\x1A\x1C\x7F,\\~\n";
  for (std::size_t block = 16; block < 40; ++block) {
    const Reading r = Parse(text, Cp932(block));
    CHECK(r.complaint == "");
    CHECK(r.values == std::vector<std::string>{"表", "ソ", "ｶ", "～－①",
                                               "\x1A\x1C\x7F", "\\~"});
  }
}

TEST_CASE("CsvSource: bytes that are not CP932 are named by their place") {
  for (const std::size_t block : {16U, 23U, 4096U}) {
    CHECK(Parse("a,b\n1,2\n3,\x81\xFF\n", Cp932(block)).complaint ==
          "t.csv, line 3, column 2 (b): not valid CP932");
    CHECK(Parse("a,b\n1,\"\x95\x5C\n\x95\x5C\"\n\xA0,4\n", Cp932(block))
              .complaint == "t.csv, line 4, column 1 (a): not valid CP932");
    CHECK(Parse("a,b\n1,2\n3,\x95", Cp932(block)).complaint ==
          "t.csv, line 3, column 2 (b): not valid CP932");
  }
}

TEST_CASE("CsvSource: CP932 comes out the same from random text") {
  static const std::vector<std::pair<std::string, std::string>> kPieces = {
      {"\x93\xFA", "日"}, {"\xB1", "ｱ"},      {"a", "a"},
      {"\x95\x5C", "表"}, {"\x88\x9F", "亜"}, {"\x81\x5C", "―"}};
  test::SeededRandom random(1);
  for (int trial = 0; trial < 100; ++trial) {
    std::string text = "a\n";
    std::vector<std::string> expected;
    for (std::uint64_t rows = random.Below(200); rows > 0; --rows) {
      auto& value = expected.emplace_back();
      for (std::uint64_t n = random.Below(20); n > 0; --n) {
        const auto& [raw, utf8] = kPieces[random.Below(kPieces.size())];
        text += raw;
        value += utf8;
      }
      text += '\n';
    }
    const Reading r = Parse(text, Cp932(16 + random.Below(200)));
    CHECK(r.complaint == "");
    CHECK(r.values == expected);
  }
}

TEST_CASE("CsvSource: the digest is of the file, whatever its encoding") {
  const test::TempDir dir;
  const auto path = test::Write(dir / "t.csv", "a\n\x95\x5C\n");
  auto source = *CsvSource::Open(path, Cp932());
  Batch batch;
  while (*source->Next(batch)) {
  }
  CHECK(ToHex(*source->digest()) == ToHex(*Sha256OfFile(path)));
  CsvOptions options;
  options.digest = false;
  source = *CsvSource::Open(test::Write(dir / "u.csv", "a\n1\n"), options);
  while (*source->Next(batch)) {
  }
  CHECK_FALSE(source->digest().has_value());
}

TEST_CASE("CsvSource: values equal to the text for missing ones are empty") {
  CsvOptions options;
  options.null_text = "NA";
  for (const bool fast : {true, false}) {
    options.fast = fast;
    const Reading r = Parse("NA,b\nNA,NAN\n\"NA\",na\n1,NA\n", options);
    CHECK(r.complaint == "");
    CHECK(r.values == std::vector<std::string>{"", "NAN", "", "na", "1", ""});
  }
}

TEST_CASE("ParseCsvEncoding: knows the usual names") {
  CHECK(ParseCsvEncoding("UTF-8") == CsvEncoding::kUtf8);
  CHECK(ParseCsvEncoding("Shift_JIS") == CsvEncoding::kCp932);
  CHECK(ParseCsvEncoding(ToString(CsvEncoding::kCp932)) == CsvEncoding::kCp932);
  CHECK_FALSE(ParseCsvEncoding("euc-jp").has_value());
}

}  // namespace
}  // namespace anon
