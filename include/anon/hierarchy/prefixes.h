// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_PREFIXES_H_
#define ANON_HIERARCHY_PREFIXES_H_

#include <cstdint>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

// Numbers whose first digits say where: each rule checks a value, brings it to
// one form, and cuts it to prefixes, one level for each number, falling.

// Japanese postal codes, 123-4567 or 1234567 (full-width too), to their first
// `digits`: 123-**** for 3 or more, 12* for fewer. Three digits are the area of
// a post office, two a prefecture or a part of one.
struct PostalCodeRuleOptions {
  std::vector<std::int64_t> digits = {3, 2};
};
absl::StatusOr<HierarchyRulePtr> PostalCodeRule(
    const PostalCodeRuleOptions& options);

// Telephone numbers to their first `digits`: 0312345678 -> 031234*. Hyphens,
// spaces and parentheses are dropped and +81 becomes 0. Numbers of Japan have
// 10, 11 or 14 digits and begin with 0; others begin with + and have 8 to 15.
struct TelephoneRuleOptions {
  std::vector<std::int64_t> digits = {6, 3};
};
absl::StatusOr<HierarchyRulePtr> TelephoneRule(
    const TelephoneRuleOptions& options);

// IP addresses to networks: 192.0.2.0/24, 2001:db8::/32. As many lengths for
// IPv4 as for IPv6; IPv4 addresses inside IPv6 (::ffff:192.0.2.1) are IPv4. A
// subscriber has a whole /56 or /48 of IPv6: longer prefixes hide no one.
struct IpAddressRuleOptions {
  std::vector<std::int64_t> ipv4_bits = {24, 16, 8};
  std::vector<std::int64_t> ipv6_bits = {40, 32, 16};
};
absl::StatusOr<HierarchyRulePtr> IpAddressRule(
    const IpAddressRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_PREFIXES_H_
