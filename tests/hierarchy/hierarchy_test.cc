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
  const auto h = Parse("1;0-4;0-9;*\n2;0-4;0-9;*\n7;5-9;0-9;*\n11;10-14;10-19;*\n");
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
