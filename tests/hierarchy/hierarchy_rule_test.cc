// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/hierarchy_rule.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "anon/hierarchy/frequency.h"
#include "anon/hierarchy/order.h"
#include "anon/io/csv.h"
#include "hierarchy/hierarchy_support.h"

namespace anon {
namespace {

using test::CheckIsHierarchy;
using test::Refusal;

absl::StatusOr<ValueDomain> Column(std::string_view csv,
                                   std::string_view name) {
  const test::TempDir dir;
  const auto source = CsvSource::Open(test::Write(dir / "d.csv", csv));
  if (!source.ok()) return source.status();
  return ValueDomain::FromRecords(**source, name);
}

std::string FromFile(std::string_view message) {
  return std::string(
      message.substr(std::min(message.find("d.csv"), message.size())));
}

std::string Csv(const HierarchyRule& rule,
                const std::vector<std::string>& values) {
  const auto h = BuildHierarchy(rule, ValueDomain::FromValues(values));
  return h.ok() ? h->ToCsv() : std::string(Message(h.status()));
}

TEST_CASE("ValueDomain: distinct values, their counts and first places") {
  const auto domain = Column("a,b\n1,x\n2,\n3,x\n4,y\n5,\n", "b");
  REQUIRE(domain.ok());
  CHECK(domain->size() == 3);
  CHECK(domain->value(0) == "x");
  CHECK(domain->count(0) == 2);
  CHECK(domain->value(1) == "");
  CHECK(domain->place(1).line == 3);
  CHECK(domain->count(2) == 1);
  CHECK(FromFile(ToString(domain->place(2))) == "d.csv, line 5, column 2 (b)");
}

TEST_CASE("ValueDomain: a column that is not there") {
  CHECK(FromFile(Message(Column("age,b\n1,x\n", "agee").status())) ==
        "d.csv has no column agee, did you mean age?");
  CHECK(FromFile(Message(Column("age,b\n1,x\n", "zip").status())) ==
        "d.csv has no column zip; it has age, b");
}

TEST_CASE(
    "BuildHierarchy: sorted, with the missing value, the same whatever "
    "the order of the data") {
  const auto rule = test::Rule("date", {{"levels", "year,decade"}});
  const std::string csv =
      Csv(*rule, {"2001-02-03", "", "1999-01-01", "2001-02-03", "R1.5.1"});
  CHECK(csv ==
        ";;;*\n"
        "1999-01-01;1999;1990年代;*\n"
        "2001-02-03;2001;2000年代;*\n"
        "R1.5.1;2019;2010年代;*\n");
  CHECK(csv == Csv(*rule, {"R1.5.1", "1999-01-01", "2001-02-03", ""}));
}

TEST_CASE("BuildHierarchy: leaves are counted for loss metrics") {
  const auto h =
      BuildHierarchy(*test::Rule("date", {{"levels", "year"}}),
                     ValueDomain::FromValues({"2001-02-03", "2001-03-03", ""}));
  REQUIRE(h.ok());
  const auto year = h->Generalize(*h->Find("2001-02-03"), 0, 1);
  CHECK(h->leaves(1, year) == 2);
  CHECK(h->leaves(2, 0) == 3);
  CHECK(h->domain_size() == 3);
}

TEST_CASE("BuildHierarchy: what does not fit is listed, without the values") {
  std::string csv = "id,birth\n";
  for (int i = 0; i < 15; ++i) csv += fmt::format("{},secret{}\n", i, i);
  csv += "15,1999-02-30\n16,1999-01-01\n17,secret3\n";
  const auto domain = Column(csv, "birth");
  REQUIRE(domain.ok());
  const auto h = BuildHierarchy(*test::Rule("date"), *domain);
  CHECK(absl::IsDataLoss(h.status()));
  CHECK(FromFile(Message(h.status())) ==
        "d.csv, column 2 (birth): 16 of 17 values do not fit the rule: line "
        "17: a day that is not in the calendar; lines 2, 3, 4, 5, 6, 7, 8, 9, "
        "10: expected a date such as 2026-10-01, 2026/10/1, 20261001, R8.10.1 "
        "or 令和8年10月1日; and 6 more");
  CHECK(Message(h.status()).find("secret") == std::string::npos);
}

TEST_CASE("BuildHierarchy: no values, no hierarchy") {
  CHECK(FromFile(Message(
            BuildHierarchy(*FlatRule(), *Column("a\n", "a")).status())) ==
        "d.csv, column 1 (a): a hierarchy needs at least one value");
}

TEST_CASE("BuildHierarchy: what is saved can be loaded, quotes and all") {
  const auto made = BuildHierarchy(
      *test::Rule("mask", {{"keep", "2"}}),
      ValueDomain::FromValues({"a;b", "say \"x\"", "two\nlines", "", "、"}));
  REQUIRE(made.ok());
  const test::TempDir dir;
  for (const char delimiter : {';', ',', '\t'}) {
    const auto source =
        CsvSource::Open(test::Write(dir / "h.csv", made->ToCsv(delimiter)),
                        {.delimiter = delimiter, .header = false});
    REQUIRE(source.ok());
    const auto loaded = Hierarchy::FromRecords(**source);
    REQUIRE_MESSAGE(loaded.ok(), Message(loaded.status()));
    CHECK(loaded->digest() == made->digest());
  }
}

TEST_CASE("Flat rule: every value to the top") {
  CHECK(Csv(*FlatRule(), {"女", "男", ""}) == ";*\n女;*\n男;*\n");
}

TEST_CASE("Order rule: groups of neighbours, the last one smaller") {
  const auto rule = test::Rule("order", {{"group_sizes", "2,4"}});
  CHECK(Csv(*rule, {"e", "a", "c", "b", "d", ""}) ==
        ";;;*\n"
        "a;a - b;a - d;*\n"
        "b;a - b;a - d;*\n"
        "c;c - d;a - d;*\n"
        "d;c - d;a - d;*\n"
        "e;e;e;*\n");
  CHECK(Csv(*test::Rule("order", {{"group_sizes", "2"}, {"order", "number"}}),
            {"10", "9", "-1", "100"}) ==
        "-1;-1 - 9;*\n10;10 - 100;*\n100;10 - 100;*\n9;-1 - 9;*\n");
  CHECK(Csv(*test::Rule("order", {{"group_sizes", "2"}, {"order", "number"}}),
            {"1", "two", "", "three"}) ==
        "values: 2 of 4 values are not decimal numbers: first in lines 2, 4");
  CHECK(Refusal("order", {{"group_sizes", "1"}}) ==
        "order needs group_sizes of 2 or more, each a multiple of the one "
        "before");
  CHECK_FALSE(rule->Labels("a").ok());
}

TEST_CASE("Order rule: any values get a hierarchy") {
  CheckIsHierarchy(*test::Rule("order", {{"group_sizes", "3,6,30"}}), 3000,
                   [](test::SeededRandom& random) {
                     std::string text;
                     while (random.Below(4) != 0) {
                       text += "a - b"[random.Below(5)];
                     }
                     return text;
                   });
}

TEST_CASE("Frequency rule: rare values share a label") {
  const std::vector<std::string> values = {"a", "b", "b", "c",
                                           "c", "c", "",  "d"};
  CHECK(Csv(*test::Rule("frequency", {{"keep", "3,1"}}), values) ==
        ";;;*\na;a;その他;*\nb;b;その他;*\nc;c;c;*\nd;その他;その他;*\n");
  CHECK(
      Csv(*test::Rule("frequency", {{"least_rows", "2,3"}, {"other", "rest"}}),
          values) ==
      ";;;*\na;rest;rest;*\nb;b;rest;*\nc;c;c;*\nd;rest;rest;*\n");
  // A value that is called like the label of the rare ones.
  CHECK(Csv(*test::Rule("frequency", {{"keep", "2,1"}}),
            {"その他", "その他", "x", "x", "x", "y"}) ==
        "x;x;x;*\ny;その他;その他;*\nその他;その他;その他;*\n");
  CHECK(Refusal("frequency", {}) ==
        "frequency needs either keep or least_rows");
  CHECK(Refusal("frequency", {{"keep", "1,3"}}) ==
        "frequency needs numbers of 1 or more that fall for keep");
  CHECK(Refusal("frequency", {{"least_rows", "5,5"}}) ==
        "frequency needs numbers of 2 or more that grow for least_rows");
  CHECK(Refusal("frequency", {{"keep", "1"}, {"other", "*"}}) ==
        "frequency needs a text that is not * for other");
}

TEST_CASE("Registry: names and parameters, with what was meant") {
  const auto known = KnownHierarchyRules();
  CHECK(std::ranges::is_sorted(known));
  CHECK(known.size() == 13);
  CHECK(DescribeHierarchyRules().size() == known.size());
  CHECK(Refusal("dates", {}) ==
        "there is no such hierarchy rule, did you mean date?; known are age, "
        "date, flat, frequency, interval, ip_address, mask, mesh, "
        "municipality, order, postal_code, prefix, telephone");
  CHECK(Refusal("date", {{"level", "month"}}) ==
        "date takes levels, language and no parameter level: did you mean "
        "levels?");
  CHECK(Refusal("flat", {{"levels", "3"}}) ==
        "flat takes no parameters and no parameter levels: remove it");
  for (const auto& description : DescribeHierarchyRules()) {
    CHECK_FALSE(description.summary.empty());
    for (const std::string& parameter : description.required) {
      const auto refusal = Refusal(description.name, {});
      CHECK(refusal.find(parameter) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace anon
