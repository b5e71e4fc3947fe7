// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/redaction.h"

#include <doctest/doctest.h>

#include <string>

namespace anon {
namespace {

std::string Redacted(RedactOptions options, std::string_view text) {
  const auto made = RedactText(std::move(options));
  REQUIRE(made.ok());
  return **(*made)->Apply(text);
}

TEST_CASE("numbers and addresses in free text are replaced where they stand") {
  CHECK(Redacted({}, "電話 ０９０－１２３４－５６７８ まで") ==
        "電話 [mobile_phone] まで");
  CHECK(Redacted({}, "a@example.jp、b@example.jp") == "[email]、[email]");
  CHECK(Redacted({}, "カード 4111-1111-1111-1111 期限 12/27") ==
        "カード [payment_card] 期限 12/27");
  CHECK(Redacted({}, "特になし") == "特になし");
  CHECK(Redacted({}, "") == "");
}

TEST_CASE("rules and replacement can be chosen") {
  CHECK(Redacted({.rules = {"email"}, .replacement = "＊"},
                 "a@example.jp 090-1234-5678") == "＊ 090-1234-5678");
  CHECK(Redacted({.replacement = ""}, "x a@example.jp") == "x ");
  const auto unknown = RedactText({.rules = {"emial"}});
  REQUIRE_FALSE(unknown.ok());
  CHECK(Message(unknown.status()).find("did you mean 'email'?") !=
        std::string_view::npos);
}

TEST_CASE("redacted text is redacted") {
  for (const char* const text :
       {"電話 090-1234-5678", "4111111111111111", "https://u:p@example.jp/",
        "192.168.0.1 から a@example.jp"}) {
    const std::string once = Redacted({}, text);
    CHECK(Redacted({}, once) == once);
  }
}

}  // namespace
}  // namespace anon
