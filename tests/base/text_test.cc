// SPDX-License-Identifier: Apache-2.0
#include "anon/base/text.h"

#include <doctest/doctest.h>

#include <array>

namespace anon {
namespace {

TEST_CASE("FindInvalidUtf8: accepts what Unicode calls well-formed") {
  for (const std::string_view text :
       {"", "ascii only, longer than eight bytes", "日本語テキスト", "é", "𠮷野家",
        "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"}) {
    CHECK_FALSE(FindInvalidUtf8(text).has_value());
  }
}

TEST_CASE("FindInvalidUtf8: names the first bad byte") {
  CHECK(FindInvalidUtf8("abc\xFF") == 3);
  CHECK(FindInvalidUtf8("\xC0\xAF") == 0);              // overlong
  CHECK(FindInvalidUtf8("\xE0\x9F\xBF") == 0);          // overlong
  CHECK(FindInvalidUtf8("\xED\xA0\x80") == 0);          // surrogate
  CHECK(FindInvalidUtf8("\xF4\x90\x80\x80") == 0);      // past U+10FFFF
  CHECK(FindInvalidUtf8("12345678日\xE6\x97") == 11);   // cut short
  CHECK(FindInvalidUtf8("\x80") == 0);
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
