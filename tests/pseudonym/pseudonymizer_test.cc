// SPDX-License-Identifier: Apache-2.0
#include "anon/pseudonym/pseudonymizer.h"

#include <doctest/doctest.h>
#include <openssl/hmac.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/text.h"
#include "anon/secret/reveal_secret.h"
#include "pseudonym/hmac.h"
#include "support/support.h"

namespace anon {
namespace {

using internal::HmacRestart;

// The slow obvious way.
std::string OneShot(std::span<const std::byte> key, std::string_view message) {
  std::string out(32, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(out.data()), &length);
  return out;
}

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

Key TestKey(std::uint64_t seed = 1) {
  test::SeededRandom random(seed);
  return *Key::Generate(random);
}

Pseudonymizer Make(const Key& key, PseudonymOptions options) {
  auto made = Pseudonymizer::Create(key, options);
  REQUIRE(made.ok());
  return *std::move(made);
}

TEST_CASE("HMAC: gives the values of RFC 4231, by either restart") {
  struct Vector {
    std::string key, message, mac;
  };
  const std::string long_key(131, '\xaa');
  const Vector vectors[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11"
       "\x12\x13\x14\x15\x16\x17\x18\x19",
       std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {long_key, "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {long_key,
       "This is a test using a larger than block-size key and a larger than "
       "block-size data. The key needs to be hashed before being used by the "
       "HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
  const auto mac = internal::FetchHmac();
  REQUIRE(mac.ok());
  for (const auto restart : {HmacRestart::kReuseKey, HmacRestart::kKeyAnew}) {
    for (const Vector& vector : vectors) {
      auto hmac =
          internal::HmacSha256::Create(mac->get(), Bytes(vector.key), restart);
      REQUIRE(hmac.ok());
      std::array<std::byte, 32> out{};
      for (int round = 0; round < 3; ++round) {
        REQUIRE(hmac->Compute(vector.message, out).ok());
        CHECK(ToHex(out) == vector.mac);
      }
    }
  }
}

TEST_CASE("Pseudonymizer: agrees with HMAC() for ids of every length to 300") {
  const Key key = TestKey();
  const SecretBytes subkey = *key.Derive(
      {.kind = "pseudonym", .domain = "univ-a/2026", .attribute = "id"});
  test::SeededRandom random(3);
  for (const auto encoding :
       {PseudonymEncoding::kBase32, PseudonymEncoding::kHex}) {
    const Pseudonymizer pseudonymizer =
        Make(key, {"univ-a/2026", "id", encoding});
    std::vector<std::string> ids;
    for (std::size_t size = 1; size <= 300; ++size) {
      for (int repeat = 0; repeat < 10; ++repeat) {
        ids.emplace_back(size, '\0');
        random.Fill(std::as_writable_bytes(std::span(ids.back())));
      }
    }
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    const std::size_t width = pseudonymizer.width();
    std::string out(width * ids.size(), '\0');
    REQUIRE(pseudonymizer.Pseudonymize(views, out).ok());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::string mac = OneShot(RevealSecret::Bytes(subkey), ids[i]);
      const auto first = Bytes(mac).first(16);
      const std::string expected =
          encoding == PseudonymEncoding::kHex ? ToHex(first) : ToBase32(first);
      wrong += out.substr(i * width, width) != expected;
    }
    CHECK(wrong == 0);
    CHECK(*pseudonymizer.Pseudonymize(ids[0]) == out.substr(0, width));
  }
}

// Computed with Python's hmac module from the definition in pseudonymizer.cc.
TEST_CASE("Pseudonymizer: the format never changes") {
  std::string secret = "0123456789abcdef0123456789ABCDEF";
  const Key key = *Key::Create(
      "k", *SecretBytes::TakeFrom(std::as_writable_bytes(std::span(secret))));
  CHECK(*Make(key, {"univ-a/2026", "subscriber_id"}).Pseudonymize("S-1") ==
        "dkqduzsm6jszodga2ajov3s7ea");
  CHECK(*Make(key, {"univ-a/2026", "subscriber_id", PseudonymEncoding::kHex})
             .Pseudonymize("S-1") == "1aa03a664cf265970cc0d012eaee5f20");
}

TEST_CASE("Pseudonymizer: keys, domains and attributes never link") {
  const Key key = TestKey(1);
  const Key other = TestKey(2);
  const std::set<std::string> all = {
      *Make(key, {"ab", "c"}).Pseudonymize("1"),
      *Make(key, {"a", "bc"}).Pseudonymize("1"),
      *Make(key, {"abc", "ab"}).Pseudonymize("1"),
      *Make(key, {"ab", "abc"}).Pseudonymize("1"),
      *Make(other, {"ab", "c"}).Pseudonymize("1"),
      *Make(key, {"ab", "c"}).Pseudonymize("2"),
      *Make(key, {"ab", "c"}).Pseudonymize(std::string("1\0", 2))};
  CHECK(all.size() == 7);
}

TEST_CASE("Pseudonymizer: epochs never link, and no epoch is the life") {
  const Key key = TestKey();
  const auto in = [&](std::string epoch) {
    return *Make(key, {.domain = "d", .attribute = "id", .epoch = epoch})
                .Pseudonymize("1");
  };
  CHECK(in("2026-04") == in("2026-04"));
  CHECK(in("2026-04") != in("2026-05"));
  CHECK(in("") != in("2026-04"));
  CHECK(in("") == *Make(key, {"d", "id"}).Pseudonymize("1"));
}

TEST_CASE("Pseudonymizer: one person, one pseudonym, across habits") {
  const Pseudonymizer phones =
      Make(TestKey(), {.domain = "d",
                       .attribute = "msisdn",
                       .normalization = Normalization::kPhoneJp1});
  const std::string_view ids[] = {"090-1234-5678", "+81 90 1234 5678",
                                  "０９０ー１２３４ー５６７８"};
  std::vector<PseudonymValue> out(3);
  REQUIRE(phones.PseudonymizeToValues(ids, out).ok());
  CHECK(out[0] == out[1]);
  CHECK(out[0] == out[2]);
  const std::string_view bad[] = {"090-1234-5678", "090-1234"};
  const absl::Status status =
      phones.PseudonymizeToValues(bad, std::span(out).first(2));
  CHECK(absl::IsDataLoss(status));
  CHECK(Message(status).find("identifier 2 of 2 is no telephone number") !=
        std::string_view::npos);
  CHECK_FALSE(phones.Pseudonymize(" ").ok());
}

TEST_CASE("Pseudonymizer: a shorter one is the first bytes of the longest") {
  const Key key = TestKey();
  const auto hex = [&](std::size_t bytes, std::uint64_t most) {
    return Make(key, {.domain = "d",
                      .attribute = "id",
                      .encoding = PseudonymEncoding::kHex,
                      .bytes = bytes,
                      .most_identifiers = most});
  };
  const std::string longest = *hex(16, 1).Pseudonymize("x");
  for (std::size_t bytes = 8; bytes < 16; ++bytes) {
    CHECK(*hex(bytes, 1000).Pseudonymize("x") == longest.substr(0, 2 * bytes));
    const std::string_view ids[] = {"x"};
    PseudonymValue value;
    REQUIRE(hex(bytes, 1000).PseudonymizeToValues(ids, {&value, 1}).ok());
    CHECK(*DecodePseudonym(PseudonymEncoding::kHex, bytes,
                           longest.substr(0, 2 * bytes)) == value);
  }
}

TEST_CASE("Pseudonymizer: refuses one too short for the domain") {
  const Key key = TestKey();
  const auto status = [&](std::size_t bytes, std::uint64_t most) {
    return Pseudonymizer::Create(key, {.domain = "d",
                                       .attribute = "id",
                                       .bytes = bytes,
                                       .most_identifiers = most})
        .status();
  };
  CHECK(status(10, 16'000'000).ok());
  CHECK(absl::IsInvalidArgument(status(9, 16'000'000)));
  CHECK(absl::IsInvalidArgument(status(12, std::uint64_t{1} << 48)));
  CHECK(absl::IsInvalidArgument(status(16, std::uint64_t{1} << 49)));
  CHECK(absl::IsInvalidArgument(status(7, 1)));
  CHECK(absl::IsInvalidArgument(status(17, 1)));
}

TEST_CASE("Pseudonymizer: refuses no domain, no attribute, no key") {
  Key key = TestKey();
  CHECK_FALSE(Pseudonymizer::Create(key, {"", "id"}).ok());
  CHECK_FALSE(Pseudonymizer::Create(key, {"d", ""}).ok());
  key.Destroy();
  CHECK_FALSE(Pseudonymizer::Create(key, {"d", "id"}).ok());
}

TEST_CASE("Pseudonymizer: an empty identifier fails and nothing is written") {
  const Pseudonymizer pseudonymizer = Make(TestKey(), {"d", "id"});
  const std::string_view ids[] = {"090-1234-5678", ""};
  std::string out(2 * pseudonymizer.width(), '#');
  const absl::Status status = pseudonymizer.Pseudonymize(ids, out);
  CHECK(absl::IsDataLoss(status));
  CHECK(Message(status).find("identifier 2 of 2") != std::string_view::npos);
  CHECK(Message(status).find("090") == std::string_view::npos);
  CHECK(out == std::string(out.size(), '#'));
  CHECK_FALSE(pseudonymizer.Pseudonymize("").ok());
}

TEST_CASE("Pseudonymizer: says which of many could not be normalized") {
  const Pseudonymizer phones =
      Make(TestKey(), {.domain = "d",
                       .attribute = "msisdn",
                       .normalization = Normalization::kPhoneJp1});
  for (const std::size_t bad : {0U, 15U, 16U, 17U, 39U}) {
    std::vector<std::string_view> ids(40, "090-1234-5678");
    ids[bad] = "nobody";
    std::vector<PseudonymValue> out(ids.size());
    const absl::Status status = phones.PseudonymizeToValues(ids, out);
    CHECK(Message(status).starts_with("identifier " + std::to_string(bad + 1) +
                                      " of 40 is no telephone number"));
    CHECK(Message(status).find("nobody") == std::string_view::npos);
  }
}

TEST_CASE("Pseudonymizer: out must have the room of the batch exactly") {
  const Pseudonymizer pseudonymizer = Make(TestKey(), {"d", "id"});
  const std::string_view ids[] = {"a", "b"};
  std::string out(2 * pseudonymizer.width() + 1, '#');
  CHECK_FALSE(pseudonymizer.Pseudonymize(ids, out).ok());
  out.resize(2 * pseudonymizer.width() - 1);
  CHECK_FALSE(pseudonymizer.Pseudonymize(ids, out).ok());
  CHECK(pseudonymizer.Pseudonymize({}, {}).ok());
}

TEST_CASE("Pseudonymizer: threads share one") {
  const Pseudonymizer pseudonymizer = Make(TestKey(), {"d", "id"});
  std::vector<std::string> ids;
  for (int i = 0; i < 2000; ++i) ids.push_back(std::to_string(i));
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  std::vector<std::string> outs(
      4, std::string(views.size() * pseudonymizer.width(), '\0'));
  std::vector<std::thread> threads;
  for (std::string& out : outs) {
    threads.emplace_back([&pseudonymizer, &views, &out] {
      const absl::Status status = pseudonymizer.Pseudonymize(views, out);
      if (!status.ok()) out.clear();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& out : outs) CHECK(out == outs[0]);
  CHECK(outs[0].starts_with(*pseudonymizer.Pseudonymize("0")));
}

TEST_CASE("Pseudonymizer: a forked child is refused, not given other values") {
  const Pseudonymizer pseudonymizer = Make(TestKey(), {"d", "id"});
  const std::string before = *pseudonymizer.Pseudonymize("x");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(pseudonymizer.Pseudonymize("x").ok() ? 1 : 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(*pseudonymizer.Pseudonymize("x") == before);
}

}  // namespace
}  // namespace anon
