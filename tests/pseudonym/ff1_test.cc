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

// Wycheproof counts domains of 100 to a million values as valid
// (SmallMessageSize); revision 1 does not, and neither do we.
void CheckWycheproof(const std::string& name) {
  const auto path = test::TestData("vectors/wycheproof/" + name);
  if (!path) {
    MESSAGE("SKIPPED: no test data vectors/wycheproof");
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
      if (test["result"] != "valid" || small) {
        wrong += fits && ff1->Encrypt(work, tweak).ok();
        continue;
      }
      ++valid;
      const Digits cipher = test["ct"].get<Digits>();
      wrong += !fits || !ff1->Encrypt(work, tweak).ok() || work != cipher ||
               !ff1->Decrypt(work, tweak).ok() || work != plain;
    }
  }
  CHECK(valid > 2000);
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
