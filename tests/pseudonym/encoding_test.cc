// SPDX-License-Identifier: Apache-2.0
#include "anon/pseudonym/encoding.h"

#include <doctest/doctest.h>

#include <array>
#include <boost/multiprecision/cpp_int.hpp>
#include <string>

#include "anon/base/digest.h"
#include "anon/base/text.h"
#include "support/support.h"

namespace anon {
namespace {

constexpr std::array kAll = {
    PseudonymEncoding::kBase32, PseudonymEncoding::kHex,
    PseudonymEncoding::kBase64Url, PseudonymEncoding::kDecimal};

std::string Encode(PseudonymEncoding encoding, std::size_t bytes,
                   const PseudonymValue& value) {
  std::string out(PseudonymWidth(encoding, bytes), '#');
  EncodePseudonym(encoding, bytes, value, out);
  return out;
}

// The bytes of a value, by shifts; then the slow obvious way of each encoding.
std::string Oracle(PseudonymEncoding encoding, std::size_t bytes,
                   const PseudonymValue& value) {
  std::array<std::byte, 16> all{};
  for (std::size_t i = 0; i < 8; ++i) {
    all[i] = static_cast<std::byte>(value.high >> (56 - 8 * i));
    all[8 + i] = static_cast<std::byte>(value.low >> (56 - 8 * i));
  }
  const auto used = std::span(all).last(bytes);
  if (encoding == PseudonymEncoding::kHex) return ToHex(used);
  if (encoding == PseudonymEncoding::kBase32) return ToBase32(used);
  if (encoding == PseudonymEncoding::kDecimal) {
    const boost::multiprecision::cpp_int number("0x" + ToHex(used));
    const std::string digits = number.str();
    const boost::multiprecision::cpp_int largest("0x" +
                                                 std::string(2 * bytes, 'f'));
    return std::string(largest.str().size() - digits.size(), '0') + digits;
  }
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned pending = 0;
  int bits = 0;
  for (const std::byte byte : used) {
    pending = pending << 8 | std::to_integer<unsigned>(byte);
    for (bits += 8; bits >= 6; bits -= 6) {
      out += kDigits[pending >> (bits - 6) & 63U];
    }
  }
  if (bits > 0) out += kDigits[pending << (6 - bits) & 63U];
  return out;
}

TEST_CASE("Encodings: agree with the obvious way, and decode to what was") {
  test::SeededRandom random(4);
  for (const auto encoding : kAll) {
    for (std::size_t bytes = 8; bytes <= 16; ++bytes) {
      for (int i = 0; i < 300; ++i) {
        PseudonymValue value;
        random.Fill(std::as_writable_bytes(std::span(&value, 1)));
        if (i == 0) value = {};
        if (i == 1) value = {~std::uint64_t{0}, ~std::uint64_t{0}};
        if (bytes == 8) {
          value.high = 0;
        } else if (bytes < 16) {
          value.high &= (std::uint64_t{1} << (8 * (bytes - 8))) - 1;
        }
        const std::string text = Encode(encoding, bytes, value);
        CHECK(text == Oracle(encoding, bytes, value));
        const auto back = DecodePseudonym(encoding, bytes, text);
        REQUIRE(back.ok());
        CHECK(*back == value);
      }
    }
  }
}

TEST_CASE("Encodings: widths of 128 bits") {
  CHECK(PseudonymWidth(PseudonymEncoding::kBase32, 16) == 26);
  CHECK(PseudonymWidth(PseudonymEncoding::kHex, 16) == 32);
  CHECK(PseudonymWidth(PseudonymEncoding::kBase64Url, 16) == 22);
  CHECK(PseudonymWidth(PseudonymEncoding::kDecimal, 16) == 39);
  CHECK(PseudonymWidth(PseudonymEncoding::kDecimal, 8) == 20);
}

TEST_CASE("Encodings: nothing but the canonical text decodes") {
  const auto refused = [](PseudonymEncoding encoding, std::string text) {
    return absl::IsDataLoss(DecodePseudonym(encoding, 16, text).status());
  };
  using enum PseudonymEncoding;
  CHECK(refused(kHex, std::string(31, 'a')));
  CHECK(refused(kHex, std::string(32, 'A')));
  CHECK(refused(kHex, std::string(33, 'a')));
  CHECK(refused(kHex, ""));
  CHECK(refused(kBase32, std::string(26, 'A')));
  CHECK(refused(kBase32, std::string(25, 'a') + "b"));  // bits beyond the end
  CHECK(refused(kBase64Url, std::string(21, 'A') + "B"));
  CHECK(refused(kBase64Url, std::string(21, '+') + "A"));
  CHECK(refused(kDecimal, "340282366920938463463374607431768211456"));  // 2^128
  CHECK(refused(kDecimal, std::string(39, '9')));
  CHECK(refused(kDecimal, "-" + std::string(38, '1')));
  CHECK(DecodePseudonym(kDecimal, 16, "340282366920938463463374607431768211455")
            .value() == PseudonymValue{~std::uint64_t{0}, ~std::uint64_t{0}});
  for (const std::size_t bytes : {0U, 7U, 17U, 1000U}) {
    CHECK(absl::IsDataLoss(
        DecodePseudonym(kHex, bytes, std::string(2 * bytes, 'a')).status()));
  }
}

TEST_CASE("Encodings: names lead back") {
  for (const auto encoding : kAll) {
    CHECK(ParsePseudonymEncoding(ToString(encoding)) == encoding);
  }
  CHECK_FALSE(ParsePseudonymEncoding("HEX").has_value());
}

TEST_CASE("Encodings: the collision rule") {
  CHECK(LeastPseudonymBytes(1) == 8);
  CHECK(LeastPseudonymBytes(std::uint64_t{1} << 16) == 8);
  CHECK(LeastPseudonymBytes((std::uint64_t{1} << 16) + 1) == 9);
  CHECK(LeastPseudonymBytes(std::uint64_t{1} << 24) == 10);
  CHECK(LeastPseudonymBytes(std::uint64_t{1} << 32) == 12);
  CHECK(LeastPseudonymBytes(std::uint64_t{1} << 48) == 16);
  CHECK(LeastPseudonymBytes((std::uint64_t{1} << 48) + 1) == 17);
}

}  // namespace
}  // namespace anon
