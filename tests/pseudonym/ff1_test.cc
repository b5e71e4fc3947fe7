// SPDX-License-Identifier: Apache-2.0
#include "pseudonym/ff1.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "secret/aead.h"
#include "support/support.h"

namespace anon::internal {
namespace {

using nlohmann::json;

Digits ToDigits(std::string_view text) {
  Digits digits;
  for (const char c : text) {
    digits.push_back(
        static_cast<std::uint16_t>(c <= '9' ? c - '0' : c - 'a' + 10));
  }
  return digits;
}

absl::StatusOr<Ff1> Make(const std::string& key, std::uint32_t radix) {
  return Ff1::Create(std::as_bytes(std::span(key)), radix);
}

struct Sample {
  const char* key;
  std::uint32_t radix;
  const char* tweak;
  const char* plain;
  const char* cipher;
};

// NIST, FF1samples.pdf, samples 1 to 9.
constexpr char k128[] = "2b7e151628aed2a6abf7158809cf4f3c";
constexpr char k192[] = "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f";
constexpr char k256[] =
    "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94";
constexpr char kTweak10[] = "39383736353433323130";
constexpr char kTweak36[] = "3737373770717273373737";
constexpr char kPlain36[] = "0123456789abcdefghi";
constexpr Sample kSamples[] = {
    {k128, 10, "", "0123456789", "2433477484"},
    {k128, 10, kTweak10, "0123456789", "6124200773"},
    {k128, 36, kTweak36, kPlain36, "a9tv40mll9kdu509eum"},
    {k192, 10, "", "0123456789", "2830668132"},
    {k192, 10, kTweak10, "0123456789", "2496655549"},
    {k192, 36, kTweak36, kPlain36, "xbj3kv35jrawxv32ysr"},
    {k256, 10, "", "0123456789", "6657667009"},
    {k256, 10, kTweak10, "0123456789", "1001623463"},
    {k256, 36, kTweak36, kPlain36, "xs8a0azh2avyalyzuwd"}};

TEST_CASE("FF1: gives NIST's samples, both ways") {
  for (const Sample& sample : kSamples) {
    auto ff1 = Make(*FromHex(sample.key), sample.radix);
    REQUIRE(ff1.ok());
    const std::string tweak = *FromHex(sample.tweak);
    Digits digits = ToDigits(sample.plain);
    REQUIRE(ff1->Encrypt(digits, tweak).ok());
    CHECK(digits == ToDigits(sample.cipher));
    REQUIRE(ff1->Decrypt(digits, tweak).ok());
    CHECK(digits == ToDigits(sample.plain));
  }
}

// `one` so many times over.
Digits Repeated(const Digits& one, std::size_t times) {
  Digits all;
  for (std::size_t i = 0; i < times; ++i) {
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

TEST_CASE("FF1: gives NIST's samples in batches of every size") {
  for (const Sample& sample : kSamples) {
    auto ff1 = Make(*FromHex(sample.key), sample.radix);
    REQUIRE(ff1.ok());
    const std::string tweak = *FromHex(sample.tweak);
    const Digits plain = ToDigits(sample.plain);
    const Digits cipher = ToDigits(sample.cipher);
    for (const std::size_t times : {1U, 2U, 255U, 256U, 257U, 1000U}) {
      Digits digits = Repeated(plain, times);
      REQUIRE(ff1->EncryptAll(digits, plain.size(), tweak).ok());
      CHECK(digits == Repeated(cipher, times));
      REQUIRE(ff1->DecryptAll(digits, plain.size(), tweak).ok());
      CHECK(digits == Repeated(plain, times));
    }
  }
}

// Wycheproof counts domains of 100 to a million values as valid
// (SmallMessageSize); revision 1 does not, and neither do we.
void CheckWycheproof(const std::string& name, int least = 2000) {
  const auto path = test::TestData("vectors/wycheproof/" + name);
  if (!path) {
    MESSAGE("SKIPPED: no test data vectors/wycheproof/" << name);
    return;
  }
  const json vectors = json::parse(std::ifstream(*path));
  int valid = 0;
  int wrong = 0;
  for (const json& group : vectors["testGroups"]) {
    for (const json& test : group["tests"]) {
      auto ff1 = Make(*FromHex(test["key"].get<std::string>()), group["radix"]);
      Digits plain;
      bool fits = ff1.ok();
      for (const json& digit : test["msg"]) {
        const auto number = digit.get<std::int64_t>();
        fits = fits && number >= 0 && number < 65536;
        plain.push_back(static_cast<std::uint16_t>(number));
      }
      const auto& flags = test["flags"];
      const bool small = std::find(flags.begin(), flags.end(),
                                   "SmallMessageSize") != flags.end();
      const std::string tweak = *FromHex(test["tweak"].get<std::string>());
      Digits work = plain;
      Digits twice = Repeated(plain, 2);
      const std::size_t n = plain.size();
      if (test["result"] != "valid" || small) {
        wrong += fits && ff1->Encrypt(work, tweak).ok();
        wrong += fits && n > 0 && ff1->EncryptAll(twice, n, tweak).ok();
        continue;
      }
      ++valid;
      const Digits cipher = test["ct"].get<Digits>();
      wrong += !fits || !ff1->Encrypt(work, tweak).ok() || work != cipher ||
               !ff1->Decrypt(work, tweak).ok() || work != plain;
      wrong += !ff1->EncryptAll(twice, n, tweak).ok() ||
               twice != Repeated(cipher, 2) ||
               !ff1->DecryptAll(twice, n, tweak).ok() ||
               twice != Repeated(plain, 2);
    }
  }
  CHECK(valid > least);
  CHECK(wrong == 0);
}

TEST_CASE("FF1: gives the values of Wycheproof, radix 10") {
  CheckWycheproof("aes_ff1_radix10_test.json");
}
TEST_CASE("FF1: gives the values of Wycheproof, radix 26") {
  CheckWycheproof("aes_ff1_radix26_test.json");
}
TEST_CASE("FF1: gives the values of Wycheproof, radix 36") {
  CheckWycheproof("aes_ff1_radix36_test.json");
}

TEST_CASE("FF1: gives the values of Wycheproof, radices of bytes and words") {
  for (const char* const name :
       {"aes_ff1_radix255_test.json", "aes_ff1_radix256_test.json",
        "aes_ff1_radix65535_test.json", "aes_ff1_radix65536_test.json"}) {
    CAPTURE(name);
    CheckWycheproof(name, 500);
  }
}

TEST_CASE("FF1: comes back for every radix and length") {
  test::SeededRandom random(2);
  const std::string key(32, 'k');
  for (const std::uint32_t radix :
       {2U, 3U, 10U, 94U, 255U, 256U, 257U, 4096U, 65535U, 65536U}) {
    for (std::size_t n = 2; n < 60; ++n) {
      auto ff1 = Make(key, radix);
      Digits digits(n);
      for (auto& digit : digits) {
        digit = static_cast<std::uint16_t>(random.Below(radix));
      }
      Digits work = digits;
      const absl::Status status = ff1->Encrypt(work, "tweak");
      if (!status.ok()) {
        CHECK(absl::IsInvalidArgument(status));
        CHECK(std::pow(radix, n) < 1e6);
        continue;
      }
      CHECK(std::pow(radix, n) >= 1e6);
      CHECK(work != digits);
      REQUIRE(ff1->Decrypt(work, "tweak").ok());
      CHECK(work == digits);
    }
  }
}

// One string after the other is the oracle.
TEST_CASE("FF1: a batch is its strings, for every radix, length and tweak") {
  test::SeededRandom random(3);
  const std::string key(32, 'k');
  std::size_t tried = 0;
  for (const std::uint32_t radix : {2U, 3U, 10U, 16U, 26U, 36U, 94U, 255U, 256U,
                                    257U, 4096U, 65535U, 65536U}) {
    auto ff1 = Make(key, radix);
    REQUIRE(ff1.ok());
    for (std::size_t n = 2; n < 60; ++n) {
      const std::string tweak(random.Below(40), 't');
      const std::size_t count = 1 + random.Below(n < 12 ? 300 : 5);
      Digits all(n * count);
      for (auto& digit : all) {
        digit = static_cast<std::uint16_t>(random.Below(radix));
      }
      // The least and the greatest number, too.
      std::fill_n(all.begin(), n, std::uint16_t{0});
      if (count > 1) {
        std::fill_n(all.end() - static_cast<std::ptrdiff_t>(n), n,
                    static_cast<std::uint16_t>(radix - 1));
      }
      Digits expected;
      bool refused = false;
      for (std::size_t i = 0; i < count; ++i) {
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(i * n);
        Digits one(from, from + static_cast<std::ptrdiff_t>(n));
        refused = refused || !ff1->Encrypt(one, tweak).ok();
        expected.insert(expected.end(), one.begin(), one.end());
      }
      Digits batch = all;
      REQUIRE(ff1->EncryptAll(batch, n, tweak).ok() == !refused);
      CHECK(batch == expected);
      if (refused) continue;
      REQUIRE(ff1->DecryptAll(batch, n, tweak).ok());
      CHECK(batch == all);
      tried += count;
    }
  }
  CHECK(tried > 5000);
}

TEST_CASE("FF1: a batch is refused as its strings are, and left as it was") {
  auto ff1 = Make(std::string(32, 'k'), 10);
  REQUIRE(ff1.ok());
  Digits digits(24, 1);
  CHECK(ff1->EncryptAll(digits, 6, "").ok());
  digits[23] = 10;
  const Digits before = digits;
  CHECK(absl::IsDataLoss(ff1->EncryptAll(digits, 6, "")));
  CHECK(digits == before);
  digits[23] = 1;
  CHECK(absl::IsInvalidArgument(ff1->EncryptAll(digits, 4, "")));
  CHECK(absl::IsInvalidArgument(ff1->EncryptAll(digits, 0, "")));
  CHECK_FALSE(ff1->EncryptAll(digits, 7, "").ok());
  CHECK(ff1->EncryptAll(std::span(digits).first(0), 6, "").ok());
}

TEST_CASE("FF1: refuses small domains, bad digits, keys and radixes") {
  const std::string key(32, 'k');
  Digits five(5, 1);
  Digits six(6, 1);
  Digits bad(6, 10);
  Digits one(1, 1);
  Digits none;
  auto ff1 = Make(key, 10);
  CHECK(absl::IsInvalidArgument(ff1->Encrypt(five, "")));
  CHECK(ff1->Encrypt(six, "").ok());
  CHECK(absl::IsDataLoss(ff1->Encrypt(bad, "")));
  CHECK(absl::IsInvalidArgument(ff1->Encrypt(one, "")));
  CHECK(absl::IsInvalidArgument(ff1->Encrypt(none, "")));
  CHECK_FALSE(ff1->Encrypt(six, std::string(257, 't')).ok());
  CHECK_FALSE(Make(key, 1).ok());
  CHECK_FALSE(Make(key, 65537).ok());
  CHECK_FALSE(Make("short", 10).ok());
}

}  // namespace
}  // namespace anon::internal
