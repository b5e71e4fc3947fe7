// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/prefixes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "hierarchy/hierarchy_support.h"

namespace anon {
namespace {

using test::CheckIsHierarchy;
using test::Ladder;
using test::Refusal;

TEST_CASE("Postal code rule: from the code to its area") {
  CHECK(Ladder("postal_code", {}, "123-4567") ==
        "123-4567 > 123-**** > 12* > *");
  CHECK(Ladder("postal_code", {{"digits", "5,3,1"}}, "1234567") ==
        "1234567 > 123-45** > 123-**** > 1* > *");
  CHECK(Ladder("postal_code", {}, "１２３－４５６７") ==
        "１２３－４５６７ > 123-**** > 12* > *");
  for (const char* const text : {"123-456", "12-34567", "1234-567", "123 4567",
                                 "123-45678", "abc-defg", "〒123-4567"}) {
    CHECK(Ladder("postal_code", {}, text) ==
          "expected a postal code such as 123-4567 or 1234567");
  }
  CHECK(Refusal("postal_code", {{"digits", "7"}}) ==
        "postal_code needs numbers from 1 to 6 that fall for digits");
}

TEST_CASE("Telephone rule: one form, then prefixes") {
  for (const char* const text :
       {"090-0000-5678", "09000005678", "+81 90 0000 5678", "+81-90-0000-5678",
        "０９０－００００－５６７８", "090 (0000) 5678", "090ー0000ー5678"}) {
    CHECK(Ladder("telephone", {}, text) ==
          fmt::format("{} > 090000* > 090* > *", text));
  }
  CHECK(Ladder("telephone", {{"digits", "2"}}, "03-1234-5678") ==
        "03-1234-5678 > 03* > *");
  CHECK(Ladder("telephone", {}, "+1 212 555 0100") ==
        "+1 212 555 0100 > +121255* > +121* > *");
  CHECK(Ladder("telephone", {{"digits", "13,3"}}, "03-1234-5678") ==
        "03-1234-5678 > 0312345678 > 031* > *");
  for (const char* const text :
       {"110", "090-0000-56", "9000005678", "0900000567x", "+", "+0123456789",
        "+1234567", "+81", "-", "03/1234/5678"}) {
    CAPTURE(text);
    CHECK(Ladder("telephone", {}, text) ==
          "expected a telephone number such as 03-1234-5678, 090-1234-5678 or "
          "+81 3 1234 5678");
  }
}

TEST_CASE("IP address rule: networks of both families") {
  CHECK(Ladder("ip_address", {}, "192.0.2.77") ==
        "192.0.2.77 > 192.0.2.0/24 > 192.0.0.0/16 > 192.0.0.0/8 > *");
  CHECK(Ladder("ip_address", {}, "2001:DB8:1234:5678::1") ==
        "2001:DB8:1234:5678::1 > 2001:db8:1200::/40 > 2001:db8::/32 > "
        "2001::/16 > *");
  CHECK(Ladder("ip_address", {}, "::ffff:192.0.2.77") ==
        "::ffff:192.0.2.77 > 192.0.2.0/24 > 192.0.0.0/16 > 192.0.0.0/8 > *");
  CHECK(Ladder("ip_address",
               {{"ipv4_bits", "32,25,7"}, {"ipv6_bits", "128,61,1"}},
               "203.0.113.200") ==
        "203.0.113.200 > 203.0.113.200/32 > 203.0.113.128/25 > 202.0.0.0/7 > "
        "*");
  CHECK(Ladder("ip_address",
               {{"ipv4_bits", "32,25,7"}, {"ipv6_bits", "128,61,1"}},
               "ffff:ffff:ffff:ffff::1") ==
        "ffff:ffff:ffff:ffff::1 > ffff:ffff:ffff:ffff::1/128 > "
        "ffff:ffff:ffff:fff8::/61 > 8000::/1 > *");
  for (const char* const text :
       {"192.0.2", "192.0.2.256", "192.0.2.1/24", "192.0.02.1", "::1%eth0",
        "1:2:3", "localhost", " 192.0.2.1"}) {
    CAPTURE(text);
    CHECK(Ladder("ip_address", {}, text) ==
          "expected an IP address such as 192.0.2.1 or 2001:db8::1");
  }
  CHECK(Refusal("ip_address", {{"ipv4_bits", "24"}}) ==
        "ip_address needs numbers that fall, from 1 to 32 for ipv4_bits and "
        "from 1 to 128 for ipv6_bits, as many of one as of the other");
}

TEST_CASE("Prefix rules: any numbers get a hierarchy") {
  CheckIsHierarchy(*test::Rule("postal_code", {{"digits", "6,5,4,3,2,1"}}),
                   3000, [](test::SeededRandom& random) {
                     return fmt::format("{:03}-{:04}", random.Below(20),
                                        random.Below(10000));
                   });
  CheckIsHierarchy(
      *test::Rule("ip_address",
                  {{"ipv4_bits", "31,24,9,1"}, {"ipv6_bits", "65,64,33,2"}}),
      3000, [](test::SeededRandom& random) {
        return random.Below(2)
                   ? fmt::format("10.{}.{}.{}", random.Below(3),
                                 random.Below(3), random.Below(256))
                   : fmt::format("2001:db8:{:x}:{:x}::{:x}", random.Below(3),
                                 random.Below(9), random.Below(9));
      });
  CheckIsHierarchy(*test::Rule("telephone", {{"digits", "9,6,4,3,1"}}), 3000,
                   [](test::SeededRandom& random) {
                     return fmt::format("0{}{:08}", random.Below(100),
                                        random.Below(100'000'000));
                   });
}

}  // namespace
}  // namespace anon
