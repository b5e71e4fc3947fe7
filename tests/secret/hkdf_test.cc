// SPDX-License-Identifier: Apache-2.0
#include "secret/hkdf.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "anon/base/digest.h"
#include "anon/secret/reveal_secret.h"
#include "support/support.h"

namespace anon::internal {
namespace {

std::string Hmac(std::string_view key, std::string_view message) {
  std::string out(32, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(out.data()), &length);
  return out;
}

// RFC 5869 for 32 bytes of output, from its text: extract, then one block of
// expand.
std::string Oracle(std::string_view secret, std::string_view info) {
  const std::string extracted = Hmac(std::string(32, '\0'), secret);
  return Hmac(extracted, std::string(info) + '\x01');
}

std::string Hkdf(std::string secret, std::string_view info) {
  const auto taken =
      SecretBytes::TakeFrom(std::as_writable_bytes(std::span(secret)));
  const auto derived = HkdfSha256(*taken, info);
  REQUIRE(derived.ok());
  const auto bytes = RevealSecret::Bytes(*derived);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_CASE("HKDF: gives the values of RFC 5869, test case 3") {
  const std::string key = Hkdf(std::string(22, '\x0b'), "");
  CHECK(ToHex(std::as_bytes(std::span(key))) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

std::string FromHex(const nlohmann::json& hex) {
  const auto text = hex.get<std::string>();
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// Ours gives 32 bytes and takes no salt: of the vectors, those without a salt
// and of 32 bytes or less, which begin what it gives.
TEST_CASE("HKDF: gives the values of Wycheproof") {
  ANON_REQUIRE_TEST_DATA(path, "vectors/wycheproof/hkdf_sha256_test.json");
  int used = 0;
  std::ifstream file(path);
  const auto vectors = nlohmann::json::parse(file);
  for (const auto& group : vectors["testGroups"]) {
    for (const auto& test : group["tests"]) {
      const std::string okm = FromHex(test["okm"]);
      if (test["salt"] != "" || test["result"] != "valid" || okm.empty() ||
          okm.size() > 32) {
        continue;
      }
      ++used;
      CHECK(Hkdf(FromHex(test["ikm"]), FromHex(test["info"])).starts_with(okm));
    }
  }
  CHECK(used > 5);
}

TEST_CASE("HKDF: agrees with its definition by HMAC") {
  test::SeededRandom random(5);
  for (std::size_t size = 1; size <= 200; ++size) {
    std::string secret(size, '\0');
    std::string info(random.Below(1024), '\0');
    random.Fill(std::as_writable_bytes(std::span(secret)));
    random.Fill(std::as_writable_bytes(std::span(info)));
    CHECK(Hkdf(secret, info) == Oracle(secret, info));
  }
}

TEST_CASE("HKDF: an empty or destroyed secret is an error") {
  test::SeededRandom random(5);
  auto secret = SecretBytes::Random(32, random);
  secret->Destroy();
  CHECK(absl::IsFailedPrecondition(HkdfSha256(*secret, "x").status()));
}

TEST_CASE("LengthPrefixed: different lists of fields give different bytes") {
  CHECK(LengthPrefixed({"ab", "c"}) != LengthPrefixed({"a", "bc"}));
  CHECK(LengthPrefixed({"", "a"}) != LengthPrefixed({"a", ""}));
  CHECK(LengthPrefixed({"a"}) != LengthPrefixed({"a", ""}));
  CHECK(LengthPrefixed({"ab"}) == std::string("\0\0\0\0\0\0\0\2ab", 10));
}

}  // namespace
}  // namespace anon::internal
