// SPDX-License-Identifier: Apache-2.0
// What the committed example data promise. make_subscribers is not asked: these
// tests read the files, with a reader of their own.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/support.h"

namespace anon {
namespace {

using Row = std::vector<std::string>;

// RFC 4180 with LF.
std::vector<Row> ReadTable(std::string_view name, char delimiter) {
  const std::string text =
      test::Read(test::SourceDir() / "examples" / "data" / name);
  REQUIRE_MESSAGE(text.ends_with('\n'), name);
  CHECK_MESSAGE(text.find('\r') == std::string::npos, name);
  std::vector<Row> rows;
  Row row(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
      // The second of two quotes inside a field stands for one.
      if (quoted && !row.back().empty()) row.back() += c;
    } else if (!quoted && c == delimiter) {
      row.emplace_back();
    } else if (!quoted && c == '\n') {
      rows.push_back(row);
      row.assign(1, "");
    } else {
      row.back() += c;
    }
  }
  return rows;
}

const Row kColumns = {"subscriber_id",
                      "line_id",
                      "name_kanji",
                      "name_kana",
                      "phone",
                      "email",
                      "birth_date",
                      "sex",
                      "postal_code",
                      "address",
                      "municipality_code",
                      "plan",
                      "monthly_fee",
                      "device",
                      "imei",
                      "consent_third_party",
                      "consent_analytics"};

using Record = std::map<std::string, std::string>;

const std::vector<Record>& Lines() {
  static const std::vector<Record> lines = [] {
    const auto rows = ReadTable("subscribers.csv", ',');
    REQUIRE(rows.at(0) == kColumns);
    std::vector<Record> records;
    for (std::size_t r = 1; r < rows.size(); ++r) {
      REQUIRE(rows[r].size() == kColumns.size());
      Record& record = records.emplace_back();
      for (std::size_t c = 0; c < kColumns.size(); ++c) {
        record[kColumns[c]] = rows[r][c];
      }
    }
    return records;
  }();
  return lines;
}

bool AllDigits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

TEST_CASE("Example data: a subscriber's own columns agree over all lines") {
  std::map<std::string, Record> subscribers;
  std::map<std::string, int> lines;
  for (const Record& line : Lines()) {
    Record own = line;
    for (const char* column :
         {"line_id", "phone", "plan", "monthly_fee", "device", "imei"}) {
      own.erase(column);
    }
    const auto [entry, first] =
        subscribers.try_emplace(own["subscriber_id"], own);
    CHECK(entry->second == own);
    ++lines[own["subscriber_id"]];
  }
  std::map<int, int> with;
  for (const auto& [id, count] : lines) ++with[count];
  CHECK(subscribers.size() >= 5000);
  CHECK(with.size() == 5);
  CHECK(with.rbegin()->first == 5);
  const auto several = static_cast<int>(subscribers.size()) - with[1];
  CHECK(several * 100 / static_cast<int>(subscribers.size()) >= 18);
  CHECK(several * 100 / static_cast<int>(subscribers.size()) <= 22);
}

TEST_CASE("Example data: the oldest subscriber is 100 and has five lines") {
  std::map<std::string, int> lines;
  std::string oldest = "9999";
  for (const Record& line : Lines()) {
    oldest = std::min(oldest, line.at("birth_date"));
    ++lines[line.at("subscriber_id")];
  }
  CHECK(oldest < "1926-10-31");
  for (const Record& line : Lines()) {
    if (line.at("birth_date") == oldest) {
      CHECK(lines[line.at("subscriber_id")] == 5);
    }
  }
}

TEST_CASE("Example data: phones, mail addresses and IMEIs can be nobody's") {
  std::set<std::string> phones, line_ids, imeis;
  for (const Record& line : Lines()) {
    const std::string& phone = line.at("phone");
    CHECK((phone.starts_with("090-0000-") && phone.size() == 13));
    CHECK(AllDigits(phone.substr(9)));
    const std::string& email = line.at("email");
    CHECK(
        (email.ends_with("@example.jp") || email.ends_with("@example.co.jp")));
    const std::string& imei = line.at("imei");
    CHECK((imei.starts_with("00") && imei.size() == 15 && AllDigits(imei)));
    int sum = 0;
    for (std::size_t i = 0; i < imei.size(); ++i) {
      const int digit = imei[i] - '0';
      const bool twice = i % 2 == 1;
      sum += !twice ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
    }
    CHECK(sum % 10 == 0);
    phones.insert(phone);
    line_ids.insert(line.at("line_id"));
    imeis.insert(imei);
  }
  CHECK(phones.size() == Lines().size());
  CHECK(line_ids.size() == Lines().size());
  CHECK(imeis.size() == Lines().size());
}

TEST_CASE("Example data: municipality codes carry the digit of JIS X 0402") {
  std::set<std::string> prefectures;
  const auto rows = ReadTable("hierarchy_municipality.csv", ';');
  for (const Row& row : rows) {
    const std::string& code = row.at(0);
    REQUIRE((code.size() == 6 && AllDigits(code)));
    int sum = 0;
    for (int i = 0; i < 5; ++i) {
      sum += (code[static_cast<std::size_t>(i)] - '0') * (6 - i);
    }
    // Below 11 the digit is 11 - sum; else the last digit of 11 - remainder.
    CHECK_MESSAGE(code[5] - '0' == (11 - sum % 11) % 10, code);
    prefectures.insert(row.at(1));
  }
  CHECK(rows.size() >= 40);
  CHECK(prefectures.size() >= 12);
}

TEST_CASE("Example data: every value in use has its line in its hierarchy") {
  const std::map<std::string, std::string> hierarchies = {
      {"birth_date", "hierarchy_birth_date.csv"},
      {"sex", "hierarchy_sex.csv"},
      {"postal_code", "hierarchy_postal_code.csv"},
      {"municipality_code", "hierarchy_municipality.csv"}};
  for (const auto& hierarchy : hierarchies) {
    const std::string& column = hierarchy.first;
    const std::string& file = hierarchy.second;
    const auto rows = ReadTable(file, ';');
    std::set<std::string> values;
    for (const Row& row : rows) {
      CHECK_MESSAGE(row.size() == rows[0].size(), file);
      CHECK_MESSAGE(row.back() == "*", file);
      CHECK_MESSAGE(values.insert(row[0]).second, file);
    }
    for (const Record& line : Lines()) {
      CHECK_MESSAGE(values.contains(line.at(column)), file);
    }
  }
}

TEST_CASE("Example data: contracts are one line of every subscriber") {
  std::set<std::string> lines;
  std::set<std::string> subscribers;
  for (const Record& line : Lines()) {
    subscribers.insert(line.at("subscriber_id"));
    lines.insert(line.at("subscriber_id") + line.at("birth_date") +
                 line.at("sex") + line.at("postal_code") +
                 line.at("municipality_code") + line.at("plan") +
                 line.at("device"));
  }
  auto rows = ReadTable("contracts.csv", ',');
  rows.erase(rows.begin());
  CHECK(rows.size() == subscribers.size());
  for (const Row& row : rows) {
    CHECK(subscribers.erase(row.at(0)) == 1);
    std::string line;
    for (const std::string& cell : row) line += cell;
    CHECK(lines.contains(line));
  }
}

TEST_CASE("Example data: some devices need the quotes of RFC 4180") {
  std::set<std::string> devices;
  for (const Record& line : Lines()) devices.insert(line.at("device"));
  CHECK(devices.contains("Mihon Phone 14 Pro, 256GB"));
  CHECK(devices.contains("Rei 7 \"Lite\""));
  CHECK(devices.contains("Rei Fold, 512GB, \"Kuro\""));
}

}  // namespace
}  // namespace anon
