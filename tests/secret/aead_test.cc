// SPDX-License-Identifier: Apache-2.0
//
// Wycheproof (C2SP) for what secrets are encrypted and wrapped with.
#include "secret/aead.h"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "anon/secret/reveal_secret.h"
#include "support/support.h"

namespace anon::internal {
namespace {

using nlohmann::json;

SecretBytes Secret(std::string text) {
  return *SecretBytes::TakeFrom(std::as_writable_bytes(std::span(text)));
}

std::string Text(const SecretBytes& secret) {
  const auto bytes = RevealSecret::Bytes(secret);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string Field(const json& test, const char* name) {
  return *FromHex(test[name].get<std::string>());
}

int ForEachTest(const std::filesystem::path& path,
                const std::function<void(const json&)>& check) {
  const json vectors = json::parse(std::ifstream(path));
  int tried = 0;
  for (const json& group : vectors["testGroups"]) {
    for (const json& test : group["tests"]) {
      check(test);
      ++tried;
    }
  }
  CHECK(tried == vectors["numberOfTests"]);
  return tried;
}

TEST_CASE("AES-GCM: gives the values of Wycheproof") {
  ANON_REQUIRE_TEST_DATA(path, "vectors/wycheproof/aes_gcm_test.json");
  int used = 0;
  ForEachTest(path, [&](const json& test) {
    const std::string nonce = Field(test, "iv");
    const SecretBytes key = Secret(Field(test, "key"));
    const std::string associated = Field(test, "aad");
    const std::string plain = Field(test, "msg");
    const auto sealed =
        SealGcm(key, nonce, associated, std::as_bytes(std::span(plain)));
    if (nonce.size() != 12) {
      CHECK_FALSE(sealed.ok());
      return;
    }
    ++used;
    const bool valid = test["result"] == "valid";
    const std::string expected = nonce + Field(test, "ct") + Field(test, "tag");
    REQUIRE(sealed.ok());
    CHECK((*sealed == expected) == valid);
    const auto opened = OpenGcm(key, associated, expected);
    CHECK(opened.ok() == valid);
    if (opened.ok()) CHECK(Text(*opened) == plain);
  });
  CHECK(used > 100);
}

TEST_CASE("AES key wrap: gives the values of Wycheproof") {
  ANON_REQUIRE_TEST_DATA(path, "vectors/wycheproof/aes_wrap_test.json");
  ForEachTest(path, [&](const json& test) {
    const SecretBytes key = Secret(Field(test, "key"));
    const std::string plain = Field(test, "msg");
    const std::string wrapped = Field(test, "ct");
    const auto opened = UnwrapAes(key, wrapped);
    if (test["result"] == "valid") {
      REQUIRE(opened.ok());
      CHECK(Text(*opened) == plain);
      CHECK(*WrapAes(key, Secret(plain)) == wrapped);
    } else if (test["result"] == "invalid") {
      CHECK_FALSE((opened.ok() && Text(*opened) == plain));
    }
  });
}

TEST_CASE("Hex: only what was written comes back") {
  CHECK(HexOf(*FromHex("00ff7a")) == "00ff7a");
  CHECK_FALSE(FromHex("0").ok());
  CHECK_FALSE(FromHex("0G").ok());
  CHECK_FALSE(FromHex("FF").ok());
}

}  // namespace
}  // namespace anon::internal
