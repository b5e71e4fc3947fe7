// SPDX-License-Identifier: Apache-2.0
#include "profile/simple_hierarchy.h"

#include <doctest/doctest.h>

#include "anon/transform/load_hierarchy.h"
#include "profile/column_statistics.h"
#include "support/support.h"

namespace {

using namespace anon;
using namespace anon::internal;

// What `value` becomes at `level`.
std::string At(ValueKind kind, const std::vector<std::string>& values,
               const std::string& value, std::size_t level) {
  const test::TempDir dir;
  const auto loaded = LoadHierarchy(
      test::Write(dir / "h.csv", MakeHierarchy(kind, values).csv));
  REQUIRE_MESSAGE(loaded.ok(), loaded.status().ToString());
  const Hierarchy& hierarchy = **loaded;
  CHECK(hierarchy.height() == MakeHierarchy(kind, values).height);
  CHECK(hierarchy.label(hierarchy.height(), 0) == "*");
  CHECK(hierarchy.size(hierarchy.height()) == 1);
  const auto code = hierarchy.Find(value);
  REQUIRE(code);
  return std::string(
      hierarchy.label(level, hierarchy.Generalize(*code, 0, level)));
}

}  // namespace

TEST_CASE("numbers come in intervals that nest") {
  const std::vector<std::string> ages = {"17", "30", "36", "64", "90", "116"};
  CHECK(At(ValueKind::kWholeNumber, ages, "36", 1) == "35-39");
  CHECK(At(ValueKind::kWholeNumber, ages, "36", 2) == "20-39");
  CHECK(At(ValueKind::kWholeNumber, ages, "116", 1) == "115-119");
  CHECK(At(ValueKind::kDecimal, {"0.5", "1.25", "4.5"}, "1.25", 1) ==
        "[1.2, 1.4)");
  CHECK(At(ValueKind::kWholeNumber, {"-7", "0", "400"}, "-7", 1) == "-50--1");
  CHECK(At(ValueKind::kWholeNumber, {"3"}, "3", 1) == "3");
}

TEST_CASE("dates, codes and labels") {
  CHECK(At(ValueKind::kDate, {"1984-05-06", ""}, "1984-05-06", 1) == "1984-05");
  CHECK(At(ValueKind::kDate, {"1984-05-06", ""}, "1984-05-06", 3) == "1980s");
  CHECK(At(ValueKind::kDate, {"1984-05-06", ""}, "", 2) == "");
  CHECK(At(ValueKind::kCode, {"150-0043"}, "150-0043", 1) == "150-00**");
  CHECK(At(ValueKind::kCode, {"150-0043"}, "150-0043", 2) == "150-****");
  CHECK(At(ValueKind::kLabel, {"a;b", "\"c\""}, "\"c\"", 1) == "*");
  // What does not fit its kind stays itself below the top.
  CHECK(At(ValueKind::kWholeNumber, {"1", "50", "n/a"}, "n/a", 2) == "n/a");
}

TEST_CASE("what is a number, and what is a day") {
  CHECK(NumberOf("42") == 42);
  CHECK(NumberOf("-1.5") == -1.5);
  CHECK(NumberOf("0.5") == 0.5);
  for (const char* const no : {"", "007", "1e5", "1,000", "1-2", "nan", ".5"}) {
    CHECK_FALSE(NumberOf(no));
  }
  CHECK(DayOf("1970-01-02") == 1);
  CHECK(DayOf("1970/01/02") == 1);
  CHECK(DayOf("1970-01-02 12:30") == 1);
  for (const char* const no : {"1970-13-01", "1970-02-30", "1970-1-1", "x"}) {
    CHECK_FALSE(DayOf(no));
  }
}
