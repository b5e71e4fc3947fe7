// SPDX-License-Identifier: Apache-2.0
#include "anon/residue/find_residue.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace anon;

// "rule:text" of every certain match, in order.
std::string Certain(std::string_view value, std::string_view attribute = "x") {
  std::string found;
  for (const ResidueMatch& match : FindResidue(attribute, value)) {
    if (match.certainty != Certainty::kCertain) continue;
    if (!found.empty()) found += " | ";
    found += ResidueRules()[match.rule].name;
    found += ":";
    found += value.substr(match.begin, match.end - match.begin);
  }
  return found;
}

std::string Possible(std::string_view value, std::string_view attribute = "x") {
  std::string found;
  for (const ResidueMatch& match : FindResidue(attribute, value)) {
    if (match.certainty != Certainty::kPossible) continue;
    if (!found.empty()) found += " ";
    found += ResidueRules()[match.rule].name;
  }
  return found;
}

}  // namespace

TEST_CASE("every rule has a name, both languages and a class") {
  for (const ResidueRule& rule : ResidueRules()) {
    CAPTURE(rule.name);
    CHECK(!rule.en.empty());
    CHECK(!rule.ja.empty());
    CHECK(!rule.attribute_class.empty());
    CHECK(!rule.method.empty());
    CHECK(&ResidueRules()[*FindResidueRule(rule.name)] == &rule);
  }
  CHECK_FALSE(FindResidueRule("phone_book"));
}

TEST_CASE("a match says where it stands in the value as it was written") {
  CHECK(Certain("連絡先 taro@example.jp です") == "email:taro@example.jp");
  CHECK(Certain("電話：０９０－１２３４－５６７８　夜") ==
        "mobile_phone:０９０－１２３４－５６７８");
  CHECK(Certain("カード　４１１１　１１１１　１１１１　１１１１。") ==
        "payment_card:４１１１　１１１１　１１１１　１１１１");
}

TEST_CASE("hyphens of all kinds join a number, invisible characters too") {
  for (const char* const phone :
       {"03-1234-5678", "03‐1234‐5678", "03–1234–5678", "03−1234−5678",
        "03ー1234ー5678", "03ｰ1234ｰ5678", "03－1234－5678", "03─1234─5678",
        "(03) 1234-5678", "03(1234)5678", "（０３）１２３４−５６７８",
        "+81 3 1234 5678", "+81-(0)3-1234-5678", "tel03-1234-5678",
        "0\xE2\x80\x8B"
        "3-1234-5678"}) {
    CAPTURE(phone);
    CHECK(Certain(phone).starts_with("fixed_phone:"));
  }
  CHECK(Certain("サーバー") == "");
}

TEST_CASE("words near a number or in the name of its column decide") {
  CHECK(Certain("123456789018") == "");
  CHECK(Possible("123456789018") == "my_number");
  CHECK(Certain("123456789018", "マイナンバー") == "my_number:123456789018");
  CHECK(Certain("123456789018", "myNumber") == "my_number:123456789018");
  CHECK(Certain("個人番号 1234-5678-9018") == "my_number:1234-5678-9018");
  CHECK(Possible("追跡番号 123456789018") == "");
  CHECK(Certain("4111111111111111") == "");
  CHECK(Possible("4111111111111111") == "payment_card");
  CHECK(Certain("4111111111111111", "card_no") != "");
  CHECK(Certain("払いは 4111111111111111 で") != "");
  CHECK(Certain("注文 4111111111111111 の件") == "");
  CHECK(Certain("discard 4111111111111111x") == "");
  // The nearest word counts.
  CHECK(Certain("注文の支払い、カード 4111111111111111") != "");
  CHECK(Certain("hotel 1234567890") == "");
}

TEST_CASE("a number that is part of something longer is not one") {
  for (const char* const value :
       {"41111111111111110000", "x4111111111111111", "4111111111111111.5",
        "4111-1111-1111-1111-1111-2", "0.4111111111111111",
        "4111111111111111_1", "090-1234-5678-9", "1090-1234-5678",
        "090-1234-56789"}) {
    CAPTURE(value);
    CHECK(Certain(value, "card tel") == "");
  }
}

TEST_CASE("what the rules say of the rest") {
  CHECK(Certain("mailto:a@b.jp?x") == "email:a@b.jp");
  CHECK(Certain("x@localhost a@b@c icon@2x.png") == "");
  CHECK(Certain("https://u:pass@h.example.jp/") ==
        "url_secret:https://u:pass@h.example.jp/");
  CHECK(Certain("https://h.example.jp/?mail=a@b.jp") == "email:a@b.jp");
  CHECK(Certain("see https://h.jp/a?b=c&sid=12345678#t") ==
        "url_secret:https://h.jp/a?b=c&sid=12345678#t");
  CHECK(Certain("203.0.113.45") == "ipv4:203.0.113.45");
  CHECK(Certain("1.2.3.4") == "");
  CHECK(Certain("ip 1.2.3.4") == "ipv4:1.2.3.4");
  CHECK(Certain("192.168.20.30", "client_ip") == "");
  CHECK(Certain("203.0.113.45", "version") == "");
  CHECK(Certain("fe80::1ff:fe23:4567:890a") != "");
  CHECK(Certain("00:1A:2B:3C:4D:5E 12:30:45") == "");
  CHECK(Certain("00000000-0000-0000-0000-000000000000") == "");
  CHECK(Certain("38400000-8cf0-11bd-b23e-10b96e40000d") != "");
  CHECK(Certain("GB82 WEST 1234 5698 7654 32") != "");
  CHECK(Certain("T1180301018771") != "");
  CHECK(Certain("0120-123-456 0800-123-4567") == "");
}
