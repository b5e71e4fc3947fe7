// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/time_truncation.h"

#include <doctest/doctest.h>

#include <string>

namespace anon {
namespace {

std::string Cut(const char* slot, const char* time) {
  const auto parsed = TimeSlot::Parse(slot);
  REQUIRE(parsed.has_value());
  return parsed->Truncate(time).value_or("(none)");
}

TEST_CASE("a time falls back to the beginning of its slot") {
  CHECK(Cut("15min", "2026-10-31T23:59:58+09:00") == "2026-10-31T23:45+09:00");
  CHECK(Cut("1h", "2026-10-31 23:59") == "2026-10-31 23:00");
  CHECK(Cut("6h", "2026-10-31T05:59:59.999Z") == "2026-10-31T00:00Z");
  CHECK(Cut("24h", "2026-10-31T05:59") == "2026-10-31T00:00");
  CHECK(Cut("1d", "2026-10-31T23:59:60+0900") == "2026-10-31");
  CHECK(Cut("1d", "2026-10-31") == "2026-10-31");
  CHECK(Cut("1week", "2026-11-22T00:00") == "2026-11-16");  // a Sunday
  CHECK(Cut("1week", "2026-01-01") == "2025-12-29");
  CHECK(Cut("1month", "2024-02-29") == "2024-02-01");
  CHECK(Cut("1quarter", "2026-12-31T10:00") == "2026-10-01");
  CHECK(Cut("1quarter", "2026-03-31") == "2026-01-01");
  CHECK(Cut("1year", "2026-12-31") == "2026-01-01");
}

TEST_CASE("what is no time, or none that the slot can cut, is refused") {
  for (const char* time :
       {"", "2026-13-01", "2026-02-29", "2026-10-31T24:00", "2026-10-31T12",
        "2026-10-31T12:60", "2026-10-31T12:00+9", "2026-10-31T12:00:00.",
        "2026-10-31x12:00", "20261031", "2026-10-31T12:00 JST"}) {
    CAPTURE(time);
    CHECK(Cut("1h", time) == "(none)");
  }
  CHECK(Cut("1h", "2026-10-31") == "(none)");  // no time of day to cut
}

TEST_CASE("slots divide a day") {
  for (const char* slot : {"", "h", "0h", "5h", "7min", "25h", "1", "-1h",
                           "1 h", "2d", "1000000h", "1w"}) {
    CAPTURE(slot);
    CHECK_FALSE(TimeSlot::Parse(slot).has_value());
  }
  CHECK(TimeSlot::Parse("90min").has_value());
}

}  // namespace
}  // namespace anon
