// SPDX-License-Identifier: Apache-2.0
#include "anon/base/text.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "base/utf8.h"
#include "support/support.h"

namespace anon {
namespace {

TEST_CASE("FindInvalidUtf8: accepts what Unicode calls well-formed") {
  for (const std::string_view text :
       {"", "ascii only, longer than eight bytes", "日本語テキスト", "é",
        "𠮷野家", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"}) {
    CHECK_FALSE(FindInvalidUtf8(text).has_value());
  }
}

TEST_CASE("FindInvalidUtf8: names the first bad byte") {
  CHECK(FindInvalidUtf8("abc\xFF") == 3);
  CHECK(FindInvalidUtf8("\xC0\xAF") == 0);             // overlong
  CHECK(FindInvalidUtf8("\xE0\x9F\xBF") == 0);         // overlong
  CHECK(FindInvalidUtf8("\xED\xA0\x80") == 0);         // surrogate
  CHECK(FindInvalidUtf8("\xF4\x90\x80\x80") == 0);     // past U+10FFFF
  CHECK(FindInvalidUtf8("12345678日\xE6\x97") == 11);  // cut short
  CHECK(FindInvalidUtf8("\x80") == 0);
}

// Text of all lengths of sequences, then damaged here and there.
std::string RandomText(test::SeededRandom& random) {
  static constexpr std::array<std::string_view, 12> kPieces = {
      "a",
      "bcdefghijklm",
      "é",
      "日",
      "本語テキスト",
      "𠮷",
      "\xF4\x8F\xBF\xBF",
      "\xED\x9F\xBF",
      "\xEE\x80\x80",
      "\xE0\xA0\x80",
      "\xF0\x90\x80\x80",
      "0123456789012345678901234567890123456789"};
  std::string text;
  for (std::uint64_t n = random.Below(200); n > 0; --n) {
    text += kPieces[random.Below(kPieces.size())];
  }
  if (text.empty()) return text;
  for (std::uint64_t n = random.Below(3); n > 0; --n) {
    const std::size_t at = random.Below(text.size());
    switch (random.Below(3)) {
      case 0:
        text[at] = static_cast<char>(random.Below(256));
        break;
      case 1:
        text[at] = static_cast<char>(0x80 | random.Below(128));
        break;
      default:
        text.resize(at + 1);
    }
  }
  return text;
}

TEST_CASE("FindInvalidUtf8: every kind of CPU finds the same first bad byte") {
  test::SeededRandom random(1);
  const auto finders = internal::Utf8Finders();
  for (int trial = 0; trial < 20'000; ++trial) {
    const std::string text = RandomText(random);
    const auto expected = internal::FindInvalidUtf8Scalar(text);
    for (const auto find : finders) REQUIRE(find(text) == expected);
  }
}

TEST_CASE("FindInvalidUtf8: every two bytes, at every place of a block") {
  const auto finders = internal::Utf8Finders();
  std::string text;
  for (std::size_t at = 0; at < 132; at += 1 + at % 7) {
    for (unsigned pair = 0; pair < 0x10000; ++pair) {
      for (const std::string_view tail : {"", "\x80\x80"}) {
        text.assign(at, 'a');
        text += static_cast<char>(pair >> 8);
        text += static_cast<char>(pair & 255);
        text += tail;
        text.append(300 - text.size(), 'b');
        const auto expected = internal::FindInvalidUtf8Scalar(text);
        for (const auto find : finders) {
          if (find(text) != expected) FAIL("bytes ", pair, " at ", at);
        }
      }
    }
  }
}

TEST_CASE("ToBase32: RFC 4648 test vectors, lower case, unpadded") {
  const auto encode = [](std::string_view text) {
    return ToBase32(std::as_bytes(std::span(text)));
  };
  CHECK(encode("") == "");
  CHECK(encode("f") == "my");
  CHECK(encode("fo") == "mzxq");
  CHECK(encode("foo") == "mzxw6");
  CHECK(encode("foob") == "mzxw6yq");
  CHECK(encode("fooba") == "mzxw6ytb");
  CHECK(encode("foobar") == "mzxw6ytboi");
}

TEST_CASE("Nearest: a slip of the pen is found, another word is not") {
  const std::vector<std::string> words = {"principal", "columns", "models"};
  CHECK(Nearest("princpal", words) == "principal");
  CHECK(Nearest("colums", words) == "columns");
  CHECK_FALSE(Nearest("kind", words).has_value());
}

TEST_CASE("EscapeHtml: nothing in a value can open a tag") {
  CHECK(EscapeHtml("<a href=\"x\">'&") ==
        "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

}  // namespace
}  // namespace anon
