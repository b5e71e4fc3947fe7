// SPDX-License-Identifier: Apache-2.0
#include "anon/pseudonym/fresh_pseudonyms.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "support/support.h"

namespace anon {
namespace {

TEST_CASE("FreshPseudonyms: are all different, and read back as written") {
  OsRandom random;
  for (const PseudonymEncoding encoding :
       {PseudonymEncoding::kBase32, PseudonymEncoding::kHex,
        PseudonymEncoding::kBase64Url, PseudonymEncoding::kDecimal}) {
    const auto fresh = FreshPseudonyms::Create(
        {.encoding = encoding, .bytes = 12, .most_identifiers = 1'000'000},
        random);
    REQUIRE(fresh.ok());
    CHECK(fresh->width() == PseudonymWidth(encoding, 12));
    std::string out(fresh->width() * 2000, '\0');
    REQUIRE(fresh->Make(out).ok());
    std::set<std::string_view> different;
    for (std::size_t at = 0; at < out.size(); at += fresh->width()) {
      const std::string_view one =
          std::string_view(out).substr(at, fresh->width());
      CHECK(DecodePseudonym(encoding, 12, one).ok());
      different.insert(one);
    }
    CHECK(different.size() == 2000);
    CHECK_FALSE(fresh->Make(std::span(out).first(out.size() - 1)).ok());
  }
}

TEST_CASE("FreshPseudonyms: every bit of them varies") {
  OsRandom random;
  const auto fresh = FreshPseudonyms::Create({}, random);
  std::string out(fresh->width() * 200, '\0');
  REQUIRE(fresh->Make(out).ok());
  PseudonymValue ones;
  PseudonymValue zeros;
  for (std::size_t at = 0; at < out.size(); at += fresh->width()) {
    const auto value =
        DecodePseudonym(PseudonymEncoding::kBase32, 16,
                        std::string_view(out).substr(at, fresh->width()));
    REQUIRE(value.ok());
    ones.high |= value->high;
    ones.low |= value->low;
    zeros.high |= ~value->high;
    zeros.low |= ~value->low;
  }
  const PseudonymValue all{~std::uint64_t{0}, ~std::uint64_t{0}};
  CHECK(ones == all);
  CHECK(zeros == all);
}

TEST_CASE("FreshPseudonyms: the collision rule and keys do not mix") {
  OsRandom random;
  CHECK_FALSE(FreshPseudonyms::Create({.bytes = 8}, random).ok());
  CHECK_FALSE(FreshPseudonyms::Create({.domain = "d"}, random).ok());
  CHECK_FALSE(FreshPseudonyms::Create({.epoch = "e"}, random).ok());
}

}  // namespace
}  // namespace anon
