// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/masking.h"

#include <doctest/doctest.h>

#include "hierarchy/hierarchy_support.h"

namespace anon {
namespace {

using test::CheckIsHierarchy;
using test::Ladder;
using test::Refusal;

TEST_CASE("Mask rule: what is not kept is replaced, character by character") {
  CHECK(Ladder("mask", {{"keep", "3,2"}}, "123-4567") ==
        "123-4567 > 123-**** > 12*-**** > *");
  CHECK(Ladder("mask", {{"keep", "1,0"}}, "東京都") ==
        "東京都 > 東** > *** > *");
  CHECK(Ladder("mask", {{"keep", "4,2"}, {"side", "end"}}, "090-1234-5678") ==
        "090-1234-5678 > ***-****-5678 > ***-****-**78 > *");
  CHECK(Ladder("mask",
               {{"keep", "2"}, {"mask_character", "#"}, {"separators", ""}},
               "a-b") == "a-b > a-# > *");
  CHECK(Ladder("mask", {{"keep", "9"}}, "ab") == "ab > ab > *");
  CHECK(Ladder("mask", {{"keep", "9"}, {"side", "end"}}, "ab") ==
        "ab > ab > *");
  CHECK(Ladder("mask", {{"keep", "2,1"}}, "") == " >  >  > *");
}

TEST_CASE("Mask rule: parameters") {
  CHECK(Refusal("mask", {}) == "mask needs the parameter keep");
  for (const char* const keep : {"2,2", "1,2", "-1"}) {
    CHECK(Refusal("mask", {{"keep", keep}}) ==
          "mask needs numbers of 0 or more that fall for keep");
  }
  for (const char* const keep : {"", "two", "2,", "2;1"}) {
    CHECK(Refusal("mask", {{"keep", keep}}) ==
          "mask needs whole numbers with commas between for keep");
  }
  CHECK(Refusal("mask", {{"keep", "1"}, {"mask_character", "＊"}}) ==
        "mask needs one ASCII character for mask_character");
  CHECK(Refusal("mask", {{"keep", "1"}, {"mask_character", "-"}}) ==
        "mask needs a printable ASCII character for mask_character that is not "
        "a separator");
  CHECK(Refusal("mask", {{"keep", "1"}, {"separators", "‐"}}) ==
        "mask needs printable ASCII characters for separators");
  CHECK(Refusal("mask", {{"keep", "1"}, {"side", "left"}}) ==
        "mask needs one of start, end for side");
}

TEST_CASE("Prefix rule: lengths do not show") {
  CHECK(Ladder("prefix", {{"lengths", "3,1"}}, "abcdef") ==
        "abcdef > abc* > a* > *");
  CHECK(Ladder("prefix", {{"lengths", "3,1"}}, "abc") == "abc > abc > a* > *");
  CHECK(Ladder("prefix", {{"lengths", "2"}}, "東京都港区") ==
        "東京都港区 > 東京* > *");
  CHECK(Refusal("prefix", {{"lengths", "1,0"}}) ==
        "prefix needs numbers of 1 or more that fall for lengths");
}

TEST_CASE("Mask and prefix rules: any strings get a hierarchy") {
  const auto text = [](test::SeededRandom& random) {
    std::string made;
    const std::uint64_t size = random.Below(8);
    for (std::uint64_t i = 0; i < size; ++i) {
      const char* const letters[] = {"a", "b", "*", "-", "あ", "😀", "\xFF"};
      made += letters[random.Below(7)];
    }
    return made;
  };
  CheckIsHierarchy(*test::Rule("mask", {{"keep", "4,2,1,0"}}), 5000, text);
  CheckIsHierarchy(*test::Rule("mask", {{"keep", "4,2,1,0"}, {"side", "end"}}),
                   5000, text);
  CheckIsHierarchy(*test::Rule("prefix", {{"lengths", "5,4,2,1"}}), 5000, text);
}

}  // namespace
}  // namespace anon
