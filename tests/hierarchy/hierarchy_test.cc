// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/hierarchy.h"

#include <doctest/doctest.h>

#include "anon/io/csv.h"
#include "support/support.h"

namespace anon {
namespace {

absl::StatusOr<Hierarchy> Load(const std::filesystem::path& path) {
  auto source = CsvSource::Open(path, {.delimiter = ';', .header = false});
  if (!source.ok()) return source.status();
  return Hierarchy::FromRecords(**source);
}

absl::StatusOr<Hierarchy> Parse(std::string_view text) {
  const test::TempDir dir;
  return Load(test::Write(dir / "h.csv", text));
}

std::string Complaint(std::string_view text) {
  const std::string message(Message(Parse(text).status()));
  return message.substr(std::min(message.find("h.csv"), message.size()));
}

TEST_CASE("Hierarchy: labels, leaves and roll-up from any level to any above") {
  const auto h =
      Parse("1;0-4;0-9;*\n2;0-4;0-9;*\n7;5-9;0-9;*\n11;10-14;10-19;*\n");
  REQUIRE(h.ok());
  CHECK(h->height() == 3);
  CHECK(h->domain_size() == 4);
  CHECK(h->size(1) == 3);
  CHECK(h->size(3) == 1);
  const std::uint32_t seven = *h->Find("7");
  CHECK(h->label(1, h->Generalize(seven, 0, 1)) == "5-9");
  CHECK(h->label(2, h->Generalize(seven, 0, 2)) == "0-9");
  CHECK(h->leaves(2, h->Generalize(seven, 0, 2)) == 3);
  CHECK(h->label(3, h->Generalize(h->Generalize(seven, 0, 2), 2, 3)) == "*");
  CHECK(h->Generalize(seven, 0, 0) == seven);
  CHECK_FALSE(h->Find("8").has_value());
  CHECK_FALSE(h->Find("0-4").has_value());
}

TEST_CASE("Hierarchy: all faults of a file are listed at once") {
  CHECK(Complaint("1;a;*\n1;b;*\n2;a;x\n3;b;*\n2;a;*\n") ==
        "h.csv: line 2, column 1: the value of line 1 again; line 3, column 3: "
        "the label left of it has another label above it in line 1; line 5, "
        "column 1: the value of line 3 again");
  CHECK(Complaint("1;a;*\n2;b\n") ==
        "h.csv, line 2, column 3: expected 3 fields, found 2");
  CHECK(Complaint("") == "h.csv, line 1, column 1: the file is empty");
}

TEST_CASE("Hierarchy: values of the data that a file lacks are faults too") {
  const test::TempDir dir;
  test::Write(dir / "h.csv", "1;a\n1;a\n2;b\n");
  const auto data = CsvSource::Open(
      test::Write(dir / "data.csv", "id,x\n1,1\n2,3\n3,\n4,3\n5,2\n"));
  REQUIRE(data.ok());
  const auto domain = ValueDomain::FromRecords(**data, "x");
  REQUIRE(domain.ok());
  const auto records =
      CsvSource::Open(dir / "h.csv", {.delimiter = ';', .header = false});
  REQUIRE(records.ok());
  std::string message(
      Message(Hierarchy::FromRecords(**records, &*domain).status()));
  while (message.find(dir.path().string()) != std::string::npos) {
    message.erase(message.find(dir.path().string()),
                  dir.path().string().size() + 1);
  }
  CHECK(message ==
        "h.csv: line 2, column 1: the value of line 1 again; data.csv, line 3, "
        "column 2 (x): the hierarchy lacks the value; data.csv, line 4, column "
        "2 (x): the hierarchy has no line for the missing value");

  REQUIRE((*records)->Rewind().ok());
  const auto faults = Hierarchy::FindFaults(**records, &*domain);
  REQUIRE(faults.ok());
  REQUIRE(faults->size() == 3);
  CHECK((*faults)[0].kind == HierarchyFault::Kind::kDuplicate);
  CHECK((*faults)[1].kind == HierarchyFault::Kind::kMissing);
  CHECK((*faults)[2].place.line == 4);
}

TEST_CASE("Hierarchy: ten faults are named, all are found") {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "1;a\n";
  const std::string complaint = Complaint(text);
  CHECK(complaint.ends_with(
      "line 11, column 1: the value of line 1 again; and 19 more"));
  const test::TempDir dir;
  const auto records = CsvSource::Open(test::Write(dir / "h.csv", text),
                                       {.delimiter = ';', .header = false});
  CHECK(Hierarchy::FindFaults(**records)->size() == 29);
}

TEST_CASE("Hierarchy: ToCsv writes what FromRecords reads") {
  const std::string text = "1;\"a;b\";*\n2;\"say \"\"x\"\"\";*\n;;*\n";
  CHECK(Parse(text)->ToCsv() == text);
  CHECK(Parse("a\n\"\"\nb\n")->ToCsv() == "a\n\"\"\nb\n");
}

TEST_CASE("Hierarchy: the digest is of the labels, not of the file's form") {
  const auto a = Parse("1;a\n2;a\n");
  const auto b = Parse("\"1\";a\r\n2;\"a\"");
  const auto c = Parse("1;b\n2;b\n");
  CHECK(a->digest() == b->digest());
  CHECK(a->digest() != c->digest());
}

TEST_CASE("Hierarchy: reads the hierarchies of the Adult table") {
  ANON_REQUIRE_TEST_DATA(dir, "data/adult");
  const auto age = Load(dir / "adult_hierarchy_age.csv");
  REQUIRE(age.ok());
  CHECK(age->height() == 4);
  CHECK(age->domain_size() == 100);
  CHECK(age->label(3, age->Generalize(*age->Find("39"), 0, 3)) == "20-39");
}

}  // namespace
}  // namespace anon
