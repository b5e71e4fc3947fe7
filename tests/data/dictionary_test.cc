// SPDX-License-Identifier: Apache-2.0
#include "anon/data/dictionary.h"

#include <doctest/doctest.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include "support/support.h"

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

// Values that differ little: in length, in one byte, in zeros at the end.
std::string RandomValue(test::SeededRandom& random) {
  std::string value(random.Below(40), random.Below(2) == 0 ? '\0' : 'a');
  for (std::uint64_t n = random.Below(3); n > 0 && !value.empty(); --n) {
    value[random.Below(value.size())] =
        static_cast<char>(random.Below(3) == 0 ? 0xFF : random.Below(4));
  }
  return value;
}

TEST_CASE("Dictionary: batches and single calls agree with a map") {
  test::SeededRandom random(1);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<std::string> texts(random.Below(3000));
    for (std::string& text : texts) {
      text = trial % 2 == 0 ? RandomValue(random)
                            : std::to_string(random.Below(2000));
    }
    std::map<std::string, std::uint32_t, std::less<>> expected;
    Dictionary dictionary;
    std::vector<std::uint32_t> codes(texts.size());
    for (std::size_t at = 0; at < texts.size();) {
      const std::size_t size =
          std::min<std::size_t>(random.Below(200), texts.size() - at);
      const auto part = std::span(texts).subspan(at, size);
      const std::vector<std::string_view> batch(part.begin(), part.end());
      dictionary.Find(batch, codes.data() + at);
      for (std::size_t i = 0; i < size; ++i) {
        const auto known = expected.find(batch[i]);
        REQUIRE(codes[at + i] ==
                (known == expected.end() ? Dictionary::kNone : known->second));
      }
      if (random.Below(3) == 0) {
        for (std::size_t i = 0; i < size; ++i) {
          codes[at + i] = dictionary.Intern(batch[i]);
        }
      } else {
        dictionary.Intern(batch, codes.data() + at);
      }
      for (std::size_t i = 0; i < size; ++i) {
        const auto fresh = static_cast<std::uint32_t>(expected.size());
        const std::uint32_t code =
            expected.emplace(batch[i], fresh).first->second;
        REQUIRE(codes[at + i] == code);
        REQUIRE(dictionary.value(code) == batch[i]);
        REQUIRE(dictionary.Find(batch[i]) == code);
      }
      at += size;
    }
    CHECK(dictionary.size() == expected.size());
  }
}

}  // namespace
}  // namespace anon
