// SPDX-License-Identifier: Apache-2.0
#include "pseudonym/hmac.h"

#include <doctest/doctest.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "anon/base/digest.h"
#include "anon/pseudonym/pseudonymizer.h"
#include "anon/secret/reveal_secret.h"
#include "pseudonym/hmac_pads.h"
#include "support/support.h"

namespace anon::internal {
namespace {

using Mac = std::array<std::byte, 32>;

Mac OneShot(std::span<const std::byte> key, std::string_view message) {
  Mac out{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(out.data()), &length);
  return out;
}

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(
        std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST_CASE("HMAC: precomputed pads, EVP_MAC and HMAC() agree on a million ids") {
  test::SeededRandom random(11);
  const auto mac = FetchHmac();
  REQUIRE(mac.ok());
  const auto restart = ChooseHmacRestart(mac->get());
  REQUIRE(restart.ok());
  REQUIRE(PadsMayBeUsed(mac->get()));
  std::array<std::byte, 300> id{};
  std::size_t wrong = 0;
  std::size_t ids = 0;
  // Every length from 0 to 300, under 34 keys of lengths around the block's.
  for (int round = 0; round < 34; ++round) {
    auto key =
        SecretBytes::Random(static_cast<std::size_t>(32 + round), random);
    REQUIRE(key.ok());
    const auto bytes = RevealSecret::Bytes(*key);
    const auto pads = MakePads(bytes);
    auto evp = HmacSha256::Create(mac->get(), bytes, *restart);
    REQUIRE((pads.ok() && evp.ok()));
    PadHmac fast(RevealSecret::Bytes(*pads).first<kPadBytes>());
    for (int repeat = 0; repeat < 100; ++repeat) {
      random.Fill(id);
      for (std::size_t size = 0; size <= id.size(); ++size, ++ids) {
        // A fresh first byte: no two ids are equal.
        id[0] = static_cast<std::byte>(ids);
        const std::string_view message(reinterpret_cast<const char*>(id.data()),
                                       size);
        Mac a{};
        Mac b{};
        fast.Compute(message, a);
        wrong += !evp->Compute(message, b).ok();
        wrong += a != b || a != OneShot(bytes, message);
      }
    }
  }
  CHECK(ids > 1'000'000);
  CHECK(wrong == 0);
}

TEST_CASE("HMAC: ANON_CRYPTO=evp chooses EVP_MAC, with the same pseudonyms") {
  test::SeededRandom random(12);
  const auto mac = FetchHmac();
  REQUIRE(mac.ok());
  const Key key = *Key::Generate(random);
  const auto fast = Pseudonymizer::Create(key, {"d", "id"});
  REQUIRE(setenv("ANON_CRYPTO", "evp", 1) == 0);
  CHECK_FALSE(PadsMayBeUsed(mac->get()));
  const auto slow = Pseudonymizer::Create(key, {"d", "id"});
  REQUIRE(unsetenv("ANON_CRYPTO") == 0);
  CHECK(PadsMayBeUsed(mac->get()));
  for (int i = 0; i < 1000; ++i) {
    const std::string id = std::to_string(i);
    CHECK(*fast->Pseudonymize(id) == *slow->Pseudonymize(id));
  }
  // Short and long ids beside each other, in batches of every size.
  std::vector<std::string> ids;
  for (std::size_t count = 1; count <= 50; ++count) {
    ids.emplace_back(1 + random.Below(130), 'x').back() =
        static_cast<char>('a' + count % 26);
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    std::string a(count * fast->width(), '#');
    std::string b(a);
    REQUIRE(fast->Pseudonymize(views, a).ok());
    REQUIRE(slow->Pseudonymize(views, b).ok());
    CHECK(a == b);
    std::string c;
    for (const std::string& id : ids) c += *fast->Pseudonymize(id);
    CHECK(a == c);
  }
}

TEST_CASE("HMAC: no pads without a key") {
  CHECK(absl::IsFailedPrecondition(MakePads({}).status()));
}

// Every valid value of Wycheproof; truncated and forged ones as stated.
TEST_CASE("HMAC: gives the values of Wycheproof by either path") {
  ANON_REQUIRE_TEST_DATA(path, "vectors/wycheproof/hmac_sha256_test.json");
  const auto mac = FetchHmac();
  REQUIRE(mac.ok());
  const auto vectors = nlohmann::json::parse(std::ifstream(path));
  int tried = 0;
  for (const auto& group : vectors["testGroups"]) {
    for (const auto& test : group["tests"]) {
      const std::string key = FromHex(test["key"].get<std::string>());
      const std::string message = FromHex(test["msg"].get<std::string>());
      const std::string tag = test["tag"];
      const bool valid = test["result"] == "valid";
      const auto bytes = std::as_bytes(std::span(key));
      auto evp = HmacSha256::Create(mac->get(), bytes, HmacRestart::kReuseKey);
      const auto pads = MakePads(bytes);
      REQUIRE((evp.ok() && pads.ok()));
      Mac a{};
      Mac b{};
      REQUIRE(evp->Compute(message, a).ok());
      PadHmac(RevealSecret::Bytes(*pads).first<kPadBytes>())
          .Compute(message, b);
      CHECK((ToHex(a).substr(0, tag.size()) == tag) == valid);
      CHECK(a == b);
      ++tried;
    }
  }
  CHECK(tried == vectors["numberOfTests"]);
}

}  // namespace
}  // namespace anon::internal
