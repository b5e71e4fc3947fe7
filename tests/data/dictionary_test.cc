// SPDX-License-Identifier: Apache-2.0
#include "anon/data/dictionary.h"

#include <doctest/doctest.h>

#include <string>

namespace anon {
namespace {

TEST_CASE("Dictionary: numbers values in order of first appearance") {
  Dictionary dictionary;
  CHECK(dictionary.Intern("b") == 0);
  CHECK(dictionary.Intern("") == 1);
  CHECK(dictionary.Intern("b") == 0);
  CHECK(dictionary.value(1) == "");
  CHECK(dictionary.Find("b") == 0U);
  CHECK_FALSE(dictionary.Find("a").has_value());
  CHECK(dictionary.size() == 2);
}

TEST_CASE("Dictionary: keeps values when it grows, moves and its input dies") {
  Dictionary dictionary;
  for (int i = 0; i < 100'000; ++i) {
    std::string value = "value " + std::to_string(i);
    REQUIRE(dictionary.Intern(value) == static_cast<std::uint32_t>(i));
  }
  const std::string long_value(1 << 20, 'x');
  const std::uint32_t code = dictionary.Intern(long_value);
  const Dictionary moved = std::move(dictionary);
  CHECK(moved.value(0) == "value 0");
  CHECK(moved.value(99'999) == "value 99999");
  CHECK(moved.value(code) == long_value);
}

}  // namespace
}  // namespace anon
