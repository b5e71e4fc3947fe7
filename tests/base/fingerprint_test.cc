// SPDX-License-Identifier: Apache-2.0
#include "anon/base/fingerprint.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string>

#include "support/support.h"

namespace anon {
namespace {

TEST_CASE("Fingerprinter: equal values agree, others and other runs differ") {
  test::SeededRandom random(1);
  const Fingerprinter a(random);
  const Fingerprinter b(random);
  CHECK(a.Of("090-1234-5678") == a.Of("090-1234-5678"));
  CHECK(a.Of("090-1234-5678") != a.Of("090-1234-5679"));
  CHECK(a.Of("") != a.Of(std::string_view("\0", 1)));
  CHECK(a.Of("x") != b.Of("x"));
}

// Hands out one key.
class Fixed : public RandomSource {
 public:
  explicit Fixed(const std::array<unsigned char, 16>& key) : key_(key) {}
  void Fill(std::span<std::byte> bytes) override {
    REQUIRE(bytes.size() == key_.size());
    std::ranges::copy(std::as_bytes(std::span(key_)), bytes.begin());
  }

 private:
  std::array<unsigned char, 16> key_;
};

Fingerprint FromBytes(const std::array<unsigned char, 16>& bytes) {
  Fingerprint value;
  for (std::size_t i = 8; i-- > 0;) {
    value.high = value.high << 8 | bytes[i];
    value.low = value.low << 8 | bytes[i + 8];
  }
  return value;
}

TEST_CASE("Fingerprinter: gives the first vector of SipHash-2-4-128") {
  std::array<unsigned char, 16> key{};
  for (unsigned char i = 0; i < 16; ++i) key[i] = i;
  Fixed random(key);
  CHECK(Fingerprinter(random).Of("") ==
        FromBytes({0xA3, 0x81, 0x7F, 0x04, 0xBA, 0x25, 0xA8, 0xE6, 0x6D, 0xF6,
                   0x72, 0x14, 0xC7, 0x55, 0x02, 0x93}));
}

TEST_CASE("Fingerprinter: agrees with OpenSSL's SipHash on every length") {
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
  REQUIRE(mac != nullptr);
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(mac);
  test::SeededRandom random(7);
  int different = 0;
  for (std::size_t length = 0; length <= 300; ++length) {
    std::array<unsigned char, 16> key{};
    random.Fill(std::as_writable_bytes(std::span(key)));
    std::string value(length, '\0');
    random.Fill(std::as_writable_bytes(std::span(value)));
    std::array<unsigned char, 16> out{};
    std::size_t written = 0;
    REQUIRE(EVP_MAC_init(context, key.data(), key.size(), nullptr) == 1);
    EVP_MAC_update(context,
                   reinterpret_cast<const unsigned char*>(value.data()),
                   value.size());
    REQUIRE(EVP_MAC_final(context, out.data(), &written, out.size()) == 1);
    Fixed fixed(key);
    different += Fingerprinter(fixed).Of(value) == FromBytes(out) ? 0 : 1;
  }
  CHECK(different == 0);
  EVP_MAC_CTX_free(context);
  EVP_MAC_free(mac);
}

}  // namespace
}  // namespace anon
