// SPDX-License-Identifier: Apache-2.0
#include "base/escaped.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace anon::internal {
namespace {

TEST_CASE("Escaped: text stays as it is") {
  for (const std::string_view text :
       {"", "plan.0d9c", "顧客 2026", "a\\b", "é\u00A0"}) {
    CHECK(Escaped(text) == text);
  }
}

TEST_CASE("Escaped: nothing steers a terminal") {
  CHECK(Escaped("a\x1B[2Jb\n") == "a\\x1b[2Jb\\x0a");
  CHECK(Escaped("\u009B"
                "31m\x7F") == "\\xc2\\x9b31m\\x7f");
  CHECK(Escaped("a\u202Eb") == "a\\xe2\\x80\\xaeb");
  CHECK(Escaped(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("Escaped: what is not UTF-8 is shown byte by byte") {
  CHECK(Escaped("\x9B"
                "31m") == "\\x9b31m");
  CHECK(Escaped("é\xFF\xFEé") == "é\\xff\\xfeé");
  CHECK(Escaped("顧\xE9\xA1") == "顧\\xe9\\xa1");
}

}  // namespace
}  // namespace anon::internal
