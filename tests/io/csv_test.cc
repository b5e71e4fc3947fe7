// SPDX-License-Identifier: Apache-2.0
#include "anon/io/csv.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/support.h"

namespace anon {
namespace {

using Table = std::vector<std::vector<std::string>>;

struct Reading {
  absl::Status status;
  std::vector<std::string> attributes;
  Table rows;
  std::vector<std::int64_t> lines;
};

Reading ReadAll(const std::filesystem::path& path, CsvOptions options = {}) {
  Reading reading;
  auto source = CsvSource::Open(path, options);
  reading.status = source.status();
  if (!source.ok()) return reading;
  reading.attributes = (*source)->attributes();
  Batch batch;
  for (;;) {
    const auto more = (*source)->Next(batch);
    reading.status = more.status();
    if (!more.ok() || !*more) return reading;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      auto& row = reading.rows.emplace_back();
      for (const auto& column : batch.columns) row.emplace_back(column[r]);
      reading.lines.push_back(batch.lines[r]);
    }
  }
}

Reading Parse(std::string_view text, CsvOptions options = {}) {
  const test::TempDir dir;
  Reading reading = ReadAll(test::Write(dir / "t.csv", text), options);
  // Messages hold the path; keep what follows the directory.
  return reading;
}

std::string Complaint(std::string_view text, CsvOptions options = {}) {
  const Reading reading = Parse(text, options);
  CHECK(absl::IsDataLoss(reading.status));
  const std::string message(Message(reading.status));
  CHECK(message.find('\n') == std::string::npos);
  const std::size_t at = message.find("t.csv");
  return at == std::string::npos ? message : message.substr(at);
}

TEST_CASE("CsvSource: quotes, commas, line breaks and Japanese") {
  const Reading r =
      Parse("id,memo\n1,plain\n2,\"a, \"\"b\"\"\nc\"\n3,日本語\n4,\n5,\"\"\n");
  CHECK(r.status.ok());
  CHECK(r.attributes == std::vector<std::string>{"id", "memo"});
  CHECK(r.rows == Table{{"1", "plain"},
                        {"2", "a, \"b\"\nc"},
                        {"3", "日本語"},
                        {"4", ""},
                        {"5", ""}});
  CHECK(r.lines == std::vector<std::int64_t>{2, 3, 5, 6, 7});
}

TEST_CASE(
    "CsvSource: CRLF, byte order mark, other delimiters, no last line end") {
  const Reading r = Parse(
      "\xEF\xBB\xBF"
      "a;b\r\n1;2\r\n3;\"4\"",
      {.delimiter = ';'});
  CHECK(r.status.ok());
  CHECK(r.attributes == std::vector<std::string>{"a", "b"});
  CHECK(r.rows == Table{{"1", "2"}, {"3", "4"}});
}

TEST_CASE("CsvSource: a file without a header numbers its columns") {
  const Reading r =
      Parse("\"x\"\"y\";*\nz;*\n", {.delimiter = ';', .header = false});
  CHECK(r.status.ok());
  CHECK(r.attributes == std::vector<std::string>{"1", "2"});
  CHECK(r.rows == Table{{"x\"y", "*"}, {"z", "*"}});
}

TEST_CASE("CsvSource: blank lines are allowed only at the end") {
  CHECK(Parse("a,b\n1,2\n\n\n").rows.size() == 1);
  CHECK(Complaint("a,b\n1,2\n\n3,4\n") ==
        "t.csv, line 3, column 1 (a): a blank line where a record was "
        "expected");
  // With one column, a blank line is a missing value.
  CHECK(Parse("a\n1\n\n2\n").rows.size() == 3);
}

TEST_CASE("CsvSource: every complaint names file, line and column") {
  CHECK(Complaint("") ==
        "t.csv, line 1, column 1: the file is empty; a header line was "
        "expected");
  CHECK(Complaint("a,b\n1,2\n3\n") ==
        "t.csv, line 3, column 2 (b): expected 2 fields, found 1");
  CHECK(Complaint("a,b\n1,2,3\n") ==
        "t.csv, line 2, column 3: expected 2 fields, found 3");
  CHECK(Complaint("a,b\n1,\"2\n3,4\n") ==
        "t.csv, line 2, column 2 (b): a quoted field that begins here is never "
        "closed");
  CHECK(Complaint("a,b\n1,\"2\"x\n") ==
        "t.csv, line 2, column 2 (b): text after a closing quote; double the "
        "quotes inside the field");
  CHECK(Complaint("a,b\n1,2\"3\n") ==
        "t.csv, line 2, column 2 (b): a quote inside an unquoted field; quote "
        "the field");
  CHECK(Complaint("a,b\n1\r,2\n") ==
        "t.csv, line 2, column 1 (a): a carriage return without a line feed; "
        "quote the field");
  CHECK(Complaint("a,b\n1,2\n3,4\xFF\n") ==
        "t.csv, line 3, column 2 (b): not valid UTF-8");
  CHECK(Complaint("a,b\n1,\"x\ny\"\n3,\"4\xE6\x97\"\n") ==
        "t.csv, line 4, column 2 (b): not valid UTF-8");
  CHECK(Complaint("a,b\n1,2\n3,4\xE6\x97") ==
        "t.csv, line 3, column 2 (b): not valid UTF-8");
  CHECK(Complaint("a,a\n1,2\n") ==
        "t.csv, line 1, column 2: the header names a column twice");
  CHECK(Complaint("a,\n1,2\n") ==
        "t.csv, line 1, column 2: the header has an empty name");
}

TEST_CASE("CsvSource: a file that is not there, or a directory") {
  const test::TempDir dir;
  CHECK(absl::IsUnavailable(CsvSource::Open(dir / "no.csv").status()));
  CHECK(absl::IsUnavailable(CsvSource::Open(dir.path()).status()));
}

TEST_CASE("CsvSource: reads the same again after Rewind, with one digest") {
  const test::TempDir dir;
  auto source =
      CsvSource::Open(test::Write(dir / "t.csv", "a,b\n1,\"2\"\"\"\n3,4\n"));
  REQUIRE(source.ok());
  Batch batch;
  std::string first;
  for (int round = 0; round < 2; ++round) {
    std::string seen;
    while (*(*source)->Next(batch)) {
      for (const auto& column : batch.columns) {
        for (const auto value : column) seen += std::string(value) + "|";
      }
    }
    if (round == 0) first = seen;
    CHECK(seen == first);
    CHECK(ToHex(*(*source)->digest()) == ToHex(*Sha256OfFile(dir / "t.csv")));
    REQUIRE((*source)->Rewind().ok());
  }
  CHECK(first == "1|3|2\"|4|");
}

// Text made of the bytes that matter, at random.
std::string RandomField(test::SeededRandom& random) {
  static const std::vector<std::string> kPieces = {
      ",", "\"", "\n", "\r\n", "a", "日", ";", " ", "bc", "\"\"", "𠮷"};
  std::string text;
  for (std::uint64_t n = random.Below(6); n > 0; --n) {
    text += kPieces[random.Below(kPieces.size())];
  }
  return text;
}

TEST_CASE("CSV: what the sink writes the source reads, at any block size") {
  test::SeededRandom random(3);
  const test::TempDir dir;
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t width = 1 + random.Below(4);
    Table table(random.Below(50));
    std::vector<std::string> names;
    for (std::size_t c = 0; c < width; ++c) {
      names.push_back("c" + std::to_string(c) + RandomField(random));
    }
    Batch batch;
    batch.Reset(width);
    for (auto& row : table) {
      for (std::size_t c = 0; c < width; ++c) {
        row.push_back(RandomField(random));
      }
    }
    for (const auto& row : table) {
      for (std::size_t c = 0; c < width; ++c) {
        batch.columns[c].emplace_back(row[c]);
      }
      batch.lines.push_back(0);
    }
    const auto path = dir / std::to_string(trial);
    const CsvOptions options{.delimiter = random.Below(2) == 0 ? ',' : ';',
                             .block_bytes = 16 + random.Below(64)};
    auto sink = CsvSink::Create(path, names, options);
    REQUIRE(sink.ok());
    REQUIRE((*sink)->Append(batch).ok());
    REQUIRE((*sink)->Finish().ok());
    const Reading reading = ReadAll(path, options);
    CHECK(reading.status.ok());
    CHECK(reading.attributes == names);
    CHECK(reading.rows == table);
  }
}

TEST_CASE("CsvSink: a file has the mode that was asked for") {
  const test::TempDir dir;
  for (const unsigned mode : {0600U, 0640U, 0644U}) {
    const auto path = dir / std::to_string(mode);
    for (const mode_t mask : {0077U, 0U}) {
      const mode_t before = umask(mask);
      const bool made = CsvSink::Create(path, {"a"}, {}, mode).ok();
      umask(before);
      REQUIRE(made);
      struct stat info {};
      REQUIRE(stat(path.c_str(), &info) == 0);
      CHECK((info.st_mode & 07777U) == mode);
      std::filesystem::remove(path);
    }
  }
}

TEST_CASE("CsvSink: does not overwrite a file") {
  const test::TempDir dir;
  test::Write(dir / "t.csv", "precious");
  CHECK_FALSE(CsvSink::Create(dir / "t.csv", {"a"}).ok());
  CHECK(test::Read(dir / "t.csv") == "precious");
}

}  // namespace
}  // namespace anon
