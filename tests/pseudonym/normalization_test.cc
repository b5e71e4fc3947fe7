// SPDX-License-Identifier: Apache-2.0
#include "anon/pseudonym/normalization.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anon/base/text.h"

namespace anon {
namespace {

using enum Normalization;

std::string Normal(Normalization profile, std::string_view text) {
  std::string buffer;
  const auto normal = Normalize(profile, text, buffer);
  if (!normal.ok()) return "error: " + std::string(Message(normal.status()));
  return std::string(*normal);
}

bool Refused(Normalization profile, std::string_view text) {
  std::string buffer;
  return absl::IsDataLoss(Normalize(profile, text, buffer).status());
}

TEST_CASE("Normalization: one mobile number in every way it is written") {
  for (const std::string_view text : {"09012345678",
                                      "090-1234-5678",
                                      "090 1234 5678",
                                      "(090)1234-5678",
                                      "090.1234.5678",
                                      "０９０－１２３４－５６７８",
                                      "090‐1234‐5678",
                                      "090−1234−5678",
                                      "090ー1234ー5678",
                                      "０９０ー１２３４ー５６７８",
                                      "090ｰ1234ｰ5678",
                                      "090—1234—5678",
                                      "+819012345678",
                                      "+81 90-1234-5678",
                                      "＋８１　９０　１２３４　５６７８",
                                      "+81 (0)90-1234-5678",
                                      "81 90 1234 5678",
                                      "819012345678",
                                      "  090-1234-5678\t",
                                      "\u202d090-1234-5678\u202c",
                                      "090\u00a01234\u00a05678"}) {
    CAPTURE(text);
    CHECK(Normal(kPhoneJp1, text) == "+819012345678");
  }
}

TEST_CASE("Normalization: fixed, free and foreign numbers") {
  CHECK(Normal(kPhoneJp1, "03-1234-5678") == "+81312345678");
  CHECK(Normal(kPhoneJp1, "+81 3 1234 5678") == "+81312345678");
  CHECK(Normal(kPhoneJp1, "81-3-1234-5678") == "+81312345678");
  CHECK(Normal(kPhoneJp1, "0120-123-456") == "+81120123456");
  CHECK(Normal(kPhoneJp1, "0800-123-4567") == "+818001234567");
  CHECK(Normal(kPhoneJp1, "+1 (212) 555-0100") == "+12125550100");
}

TEST_CASE("Normalization: numbers of machines have 11 or 14 digits") {
  CHECK(Normal(kPhoneJp1, "020-1234-5678") == "+812012345678");
  for (const std::string_view text :
       {"0200-12345-67890", "02001234567890", "+81 200 12345 67890",
        "81 200 12345 67890", "+81 (0)200-12345-67890"}) {
    CAPTURE(text);
    CHECK(Normal(kPhoneJp1, text) == "+812001234567890");
  }
  for (const std::string_view text :
       {"0200-123-4567", "0200-12345-6789", "0200-12345-678901",
        "020-12345-678901", "090-12345-678901", "81 90 12345 678901"}) {
    CAPTURE(text);
    CHECK(Refused(kPhoneJp1, text));
  }
}

TEST_CASE("Normalization: what is no telephone number is no guess") {
  for (const std::string_view text :
       {"090-1234-567", "090-1234-56789", "03-1234-56789", "0901234567",
        "12345", "9012345678", "090-1234-5678 内線12", "090-1234-567x", "+",
        "+0123456789", "+8190123456", "00-1234-5678", "()", "+81 (00)90",
        "090+12345678", "٠٩٠-1234-5678", "\xff\xfe"}) {
    CAPTURE(text);
    CHECK(Refused(kPhoneJp1, text));
  }
  CHECK(Normal(kPhoneJp1, " \u3000") == "");
}

TEST_CASE("Normalization: e-mail addresses") {
  for (const std::string_view text :
       {"taro.yamada@example.jp", "Taro.Yamada@Example.JP",
        " taro.yamada@example.jp\u3000",
        "ｔａｒｏ．ｙａｍａｄａ＠ｅｘａｍｐｌｅ．ｊｐ"}) {
    CHECK(Normal(kEmail1, text) == "taro.yamada@example.jp");
  }
  CHECK(Normal(kEmail1, "a+b.c@x.jp") == "a+b.c@x.jp");
  for (const std::string_view text :
       {"example.jp", "@example.jp", "taro@", "a@b@c", "a b@example.jp"}) {
    CHECK(Refused(kEmail1, text));
  }
}

TEST_CASE("Normalization: text and codes") {
  CHECK(Normal(kText1, " ﾔﾏﾀﾞ　 太郎 ") == "ヤマダ 太郎");
  CHECK(Normal(kText1, "Ａ－1") == "A-1");
  CHECK(Normal(kCode1, "ＡＢ－12 3") == "ab123");
  CHECK(Normal(kCode1, "ab–12―3") == "ab123");
  CHECK(Normal(kCode1, "が") == Normal(kCode1, "か\u3099"));
  CHECK(Normal(kNone, " ＡＢ ") == " ＡＢ ");
}

TEST_CASE("Normalization: is its own fixed point") {
  for (const auto profile : {kText1, kCode1, kPhoneJp1, kEmail1}) {
    for (const std::string_view text :
         {"  ＡＢ－12 3 ", "０９０ー１２３４ー５６７８", "Ｘ@Ｙ.jp", "ﬁ ß Å",
          "ǅ ͅ ά", "か-\u3099", "+1 (212) 555-0100"}) {
      const std::string once = Normal(profile, text);
      if (once.starts_with("error")) continue;
      CHECK(Normal(profile, once) == once);
    }
  }
}

TEST_CASE("Normalization: errors do not show the identifier") {
  CHECK(Normal(kPhoneJp1, "090-1234-567").find("1234") == std::string::npos);
  CHECK(Refused(kText1, "\xff"));
  CHECK(Refused(kText1, "a\U0002FFF0"));  // unassigned
  CHECK(Refused(kText1, std::string(70000, 'a')));
}

TEST_CASE("Normalization: names lead back, short ones to the newest") {
  for (const auto profile : {kNone, kText1, kCode1, kPhoneJp1, kEmail1}) {
    CHECK(ParseNormalization(ToString(profile)) == profile);
  }
  CHECK(ParseNormalization("phone") == kPhoneJp1);
  CHECK_FALSE(ParseNormalization("Phone").has_value());
}

}  // namespace
}  // namespace anon
