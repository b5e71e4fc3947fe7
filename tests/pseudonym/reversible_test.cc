// SPDX-License-Identifier: Apache-2.0
#include "anon/pseudonym/reversible.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pseudonym/siv.h"
#include "secret/aead.h"
#include "support/support.h"

namespace anon {
namespace {

using nlohmann::json;

Key TestKey() {
  test::SeededRandom random(1);
  return *Key::Generate(random);
}

TEST_CASE("AES-SIV: gives the values of Wycheproof") {
  ANON_REQUIRE_TEST_DATA(path, "vectors/wycheproof/aes_siv_cmac_test.json");
  const json vectors = json::parse(std::ifstream(path));
  int tried = 0;
  const auto field = [](const json& test, const char* name) {
    return *internal::FromHex(test[name].get<std::string>());
  };
  for (const json& group : vectors["testGroups"]) {
    for (const json& test : group["tests"]) {
      const std::string key = field(test, "key");
      const std::string associated = field(test, "aad");
      const std::string plain = field(test, "msg");
      const std::string sealed = field(test, "ct");
      const auto bytes = std::as_bytes(std::span(key));
      ++tried;
      if (plain.empty()) {  // not of OpenSSL 3.0, and refused by its callers
        CHECK_FALSE(internal::SealSiv(bytes, associated, plain).ok());
        continue;
      }
      const auto opened = internal::OpenSiv(bytes, associated, sealed);
      CAPTURE(test["tcId"].get<int>());
      if (test["result"] == "valid") {
        CHECK(internal::SealSiv(bytes, associated, plain).value() == sealed);
        REQUIRE(opened.ok());
        CHECK(*opened == plain);
      } else {
        CHECK_FALSE(opened.ok());
      }
    }
  }
  CHECK(tried == vectors["numberOfTests"]);
}

TEST_CASE("IdentifierCipher: comes back, hides lengths, notices a change") {
  const auto cipher =
      IdentifierCipher::Create(TestKey(), {.domain = "d", .attribute = "id"});
  REQUIRE(cipher.ok());
  for (const std::string id : {"a", "090-1234-5678", "0123456789abcde",
                               "0123456789abcdef", "\x80", "東京"}) {
    const auto text = cipher->Encrypt(id);
    REQUIRE(text.ok());
    CHECK(text->size() == (16 + (id.size() / 16 + 1) * 16) * 2);
    CHECK(*cipher->Encrypt(id) == *text);
    CHECK(*cipher->Decrypt(*text) == id);
    std::string bad = *text;
    bad[5] = bad[5] == '0' ? '1' : '0';
    CHECK(absl::IsDataLoss(cipher->Decrypt(bad).status()));
  }
  CHECK_FALSE(cipher->Encrypt("").ok());
  CHECK_FALSE(cipher->Decrypt("").ok());
  CHECK_FALSE(cipher->Decrypt("XX").ok());
}

TEST_CASE("Reversible: domains, attributes and epochs have their own keys") {
  const Key key = TestKey();
  std::set<std::string> seen;
  for (const ReversibleOptions& options :
       {ReversibleOptions{"d", "id"}, ReversibleOptions{"e", "id"},
        ReversibleOptions{"d", "if"}, ReversibleOptions{"d", "id", "2026"}}) {
    seen.insert(*IdentifierCipher::Create(key, options)->Encrypt("x"));
    seen.insert(*FormatPreservingCipher::Create(key, options, "0123456789")
                     ->Encrypt("0000000000000000000000"));
  }
  CHECK(seen.size() == 8);
  CHECK_FALSE(IdentifierCipher::Create(key, {"", "id"}).ok());
  CHECK_FALSE(FormatPreservingCipher::Create(key, {"d", ""}, "01").ok());
}

TEST_CASE("FormatPreservingCipher: keeps the format and comes back") {
  const auto cipher = FormatPreservingCipher::Create(
      TestKey(), {.domain = "d", .attribute = "msisdn"}, "0123456789");
  REQUIRE(cipher.ok());
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    std::string value = "0901234" + std::to_string(1000 + i);
    const auto text = cipher->Encrypt(value);
    REQUIRE(text.ok());
    CHECK(text->size() == value.size());
    CHECK(text->find_first_not_of("0123456789") == std::string::npos);
    CHECK(*cipher->Decrypt(*text) == value);
    seen.insert(*text);
  }
  CHECK(seen.size() == 1000);
  CHECK(absl::IsDataLoss(cipher->Encrypt("090-1234-5678").status()));
  CHECK(absl::IsInvalidArgument(cipher->Encrypt("12345").status()));
  const Key key = TestKey();
  for (const std::string_view alphabet : {"", "0", "00", "0 1", "0\x80"}) {
    CHECK_FALSE(
        FormatPreservingCipher::Create(key, {"d", "id"}, alphabet).ok());
  }
}

TEST_CASE("FormatPreservingCipher: a batch is its values, of any lengths") {
  const auto cipher = FormatPreservingCipher::Create(
      TestKey(), {.domain = "d", .attribute = "msisdn"}, "0123456789");
  REQUIRE(cipher.ok());
  test::SeededRandom random(5);
  std::vector<std::string> values;
  for (int i = 0; i < 3000; ++i) {
    std::string& value = values.emplace_back(6 + random.Below(35), '0');
    for (char& c : value) c = static_cast<char>('0' + random.Below(10));
  }
  const std::vector<std::string_view> views(values.begin(), values.end());
  std::string plain;
  std::string expected;
  for (const std::string& value : values) {
    plain += value;
    expected += *cipher->Encrypt(value);
  }
  std::string out(plain.size(), '#');
  REQUIRE(cipher->Encrypt(views, out).ok());
  CHECK(out == expected);
  std::vector<std::string_view> sealed;
  for (std::string_view rest = expected; const std::string& value : values) {
    sealed.push_back(rest.substr(0, value.size()));
    rest.remove_prefix(value.size());
  }
  REQUIRE(cipher->Decrypt(sealed, out).ok());
  CHECK(out == plain);
  CHECK(cipher->Encrypt({}, {}).ok());
}

TEST_CASE("FormatPreservingCipher: a batch says which value is refused") {
  const auto cipher = FormatPreservingCipher::Create(
      TestKey(), {.domain = "d", .attribute = "msisdn"}, "0123456789");
  REQUIRE(cipher.ok());
  std::string out(22, '#');
  const auto refusal = [&](std::string_view one, std::string_view two) {
    const std::string_view values[] = {one, two};
    out.resize(one.size() + two.size());
    const absl::Status status = cipher->Encrypt(values, out);
    return std::pair(status.code(), std::string(Message(status)));
  };
  const auto letter = refusal("09012345678", "0901234x678");
  CHECK(letter.first == absl::StatusCode::kDataLoss);
  CHECK(letter.second.starts_with("value 2 of 2: a character is not of"));
  CHECK(letter.second.find("0901234") == std::string::npos);
  const auto few = refusal("12345", "09012345678");
  CHECK(few.first == absl::StatusCode::kInvalidArgument);
  CHECK(few.second.starts_with("value 1 of 2: fewer than a million"));
  CHECK_FALSE(refusal("", "09012345678").second.empty());
  const std::string_view one[] = {"09012345678"};
  out.resize(10);
  CHECK(absl::IsInvalidArgument(cipher->Encrypt(one, out)));
}

}  // namespace
}  // namespace anon
