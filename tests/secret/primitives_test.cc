// SPDX-License-Identifier: Apache-2.0
//
// Wycheproof (C2SP) for primitives of OpenSSL that stand behind ours, or next
// to them, without a function of their own here: AES-CMAC is half of AES-SIV
// (pseudonym/siv.h), whose own vectors are in tests/pseudonym. AES key wrap
// with padding is used by nothing: every key we wrap has 32 bytes, which key
// wrap without padding takes (secret/aead.h). It is here so that an OpenSSL
// that mixes the two up is found.
#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "anon/secret/reveal_secret.h"
#include "secret/aead.h"
#include "secret/openssl_ptr.h"
#include "support/support.h"

namespace anon::internal {
namespace {

using nlohmann::json;

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string Field(const json& test, const char* name) {
  return *FromHex(test[name].get<std::string>());
}

void ForEachTest(const std::filesystem::path& path,
                 const std::function<void(const json&)>& check) {
  const json vectors = json::parse(std::ifstream(path));
  int tried = 0;
  for (const json& group : vectors["testGroups"]) {
    for (const json& test : group["tests"]) {
      CAPTURE(test["tcId"].get<int>());
      check(test);
      ++tried;
    }
  }
  CHECK(tried == vectors["numberOfTests"]);
}

// Nothing for a key that is none of AES.
std::optional<std::string> Cmac(const std::string& key,
                                const std::string& message) {
  const MacPtr mac(EVP_MAC_fetch(nullptr, "CMAC", nullptr));
  REQUIRE(mac);
  const MacContext context(EVP_MAC_CTX_new(mac.get()));
  std::string cipher = "AES-" + std::to_string(8 * key.size()) + "-CBC";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher.data(), 0),
      OSSL_PARAM_construct_end()};
  std::string tag(16, '\0');
  std::size_t size = 0;
  if (EVP_MAC_init(context.get(), Bytes(key), key.size(), parameters) != 1) {
    return std::nullopt;
  }
  REQUIRE(EVP_MAC_update(context.get(), Bytes(message), message.size()) == 1);
  REQUIRE(EVP_MAC_final(context.get(), Bytes(tag), &size, tag.size()) == 1);
  REQUIRE(size == tag.size());
  return tag;
}

TEST_CASE("AES-CMAC: OpenSSL's gives the values of Wycheproof") {
  ANON_REQUIRE_TEST_DATA(path, "vectors/wycheproof/aes_cmac_test.json");
  int valid = 0;
  ForEachTest(path, [&](const json& test) {
    const std::string key = Field(test, "key");
    const std::string tag = Field(test, "tag");
    const auto made = Cmac(key, Field(test, "msg"));
    if (test["result"] == "valid") {
      ++valid;
      REQUIRE(made.has_value());
      CHECK(made->substr(0, tag.size()) == tag);
    } else {
      CHECK_FALSE((made && *made == tag));
    }
  });
  CHECK(valid > 50);
}

// The wrapped key, or the key out of it; nothing if OpenSSL refuses.
std::optional<std::string> Padded(const std::string& key, const std::string& in,
                                  bool wrap) {
  const std::string name =
      "AES-" + std::to_string(8 * key.size()) + "-WRAP-PAD";
  const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
  const CipherContext context(EVP_CIPHER_CTX_new());
  REQUIRE((cipher && context));
  REQUIRE(EVP_CipherInit_ex2(context.get(), cipher.get(), Bytes(key), nullptr,
                             wrap ? 1 : 0, nullptr) == 1);
  std::string out(in.size() + 16, '\0');
  int size = 0;
  if (EVP_CipherUpdate(context.get(), Bytes(out), &size, Bytes(in),
                       static_cast<int>(in.size())) != 1 ||
      size <= 0) {
    return std::nullopt;
  }
  out.resize(static_cast<std::size_t>(size));
  return out;
}

SecretBytes Secret(std::string text) {
  return *SecretBytes::TakeFrom(std::as_writable_bytes(std::span(text)));
}

TEST_CASE(
    "AES key wrap with padding: OpenSSL's gives Wycheproof's values, and "
    "is not taken for key wrap") {
  ANON_REQUIRE_TEST_DATA(path, "vectors/wycheproof/aes_kwp_test.json");
  int valid = 0;
  ForEachTest(path, [&](const json& test) {
    const std::string key = Field(test, "key");
    const std::string plain = Field(test, "msg");
    const std::string wrapped = Field(test, "ct");
    const auto opened = Padded(key, wrapped, /*wrap=*/false);
    if (test["result"] == "valid") {
      ++valid;
      CHECK(opened == plain);
      CHECK(Padded(key, plain, /*wrap=*/true) == wrapped);
      // What was wrapped with padding never opens without.
      CHECK_FALSE(UnwrapAes(Secret(key), wrapped).ok());
    } else if (test["result"] == "invalid") {
      CHECK_FALSE(opened == plain);
    }
  });
  CHECK(valid > 50);
}

}  // namespace
}  // namespace anon::internal
