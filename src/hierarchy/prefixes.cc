// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/prefixes.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "hierarchy/nesting.h"
#include "hierarchy/width.h"

namespace anon {
namespace {

bool AllDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class PostalCodes final : public HierarchyRule {
 public:
  explicit PostalCodes(const PostalCodeRuleOptions& options)
      : HierarchyRule(options.digits.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    std::string code = internal::FoldWidth(value);
    if (code.size() == 8 && code[3] == '-') code.erase(3, 1);
    if (code.size() != 7 || !AllDigits(code)) {
      return InputError("expected a postal code such as 123-4567 or 1234567");
    }
    for (const std::int64_t digits : options_.digits) {
      const auto kept = static_cast<std::size_t>(digits);
      if (kept < 3) {
        labels.push_back(code.substr(0, kept) + '*');
      } else {
        labels.push_back(fmt::format("{}-{}{}", code.substr(0, 3),
                                     code.substr(3, kept - 3),
                                     std::string(7 - kept, '*')));
      }
    }
    return absl::OkStatus();
  }

  PostalCodeRuleOptions options_;
};

class Telephones final : public HierarchyRule {
 public:
  explicit Telephones(const TelephoneRuleOptions& options)
      : HierarchyRule(options.digits.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    std::string number = internal::FoldWidth(value);
    std::erase_if(number, [](char c) {
      return c == '-' || c == ' ' || c == '(' || c == ')';
    });
    if (number.starts_with("+81")) number.replace(0, 3, "0");
    const bool abroad = number.starts_with('+');
    const std::size_t plus = abroad ? 1 : 0;
    const std::size_t size = number.size() - plus;
    const bool fits = abroad ? size >= 8 && size <= 15 && number[1] != '0'
                             : number.starts_with('0') &&
                                   (size == 10 || size == 11 || size == 14);
    if (!fits || !AllDigits(std::string_view(number).substr(plus))) {
      return InputError(
          "expected a telephone number such as 03-1234-5678, 090-1234-5678 "
          "or +81 3 1234 5678");
    }
    for (const std::int64_t digits : options_.digits) {
      const std::size_t kept = static_cast<std::size_t>(digits) + plus;
      labels.push_back(kept < number.size() ? number.substr(0, kept) + '*'
                                            : number);
    }
    return absl::OkStatus();
  }

  TelephoneRuleOptions options_;
};

using Ipv6Bytes = std::array<unsigned char, 16>;
constexpr Ipv6Bytes kMappedIpv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// The network of `bits` around an address, in the text form of RFC 5952.
std::string Network(int family, const unsigned char* address, std::size_t size,
                    std::int64_t bits) {
  Ipv6Bytes masked{};
  for (std::size_t i = 0; i < size; ++i) {
    const std::int64_t left =
        std::clamp<std::int64_t>(bits - static_cast<std::int64_t>(i) * 8, 0, 8);
    masked[i] =
        static_cast<unsigned char>(address[i] & (0xFF00U >> left & 0xFFU));
  }
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(family, masked.data(), text, sizeof(text));
  return fmt::format("{}/{}", text, bits);
}

class IpAddresses final : public HierarchyRule {
 public:
  explicit IpAddresses(const IpAddressRuleOptions& options)
      : HierarchyRule(options.ipv4_bits.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    const std::string text(value);
    Ipv6Bytes bytes{};
    const bool whole = value.find('\0') == value.npos;
    if (whole && inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
      AddNetworks(AF_INET, bytes.data(), labels);
    } else if (whole && inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
      if (std::equal(bytes.begin(), bytes.begin() + 12, kMappedIpv4.begin())) {
        AddNetworks(AF_INET, bytes.data() + 12, labels);
      } else {
        AddNetworks(AF_INET6, bytes.data(), labels);
      }
    } else {
      return InputError(
          "expected an IP address such as 192.0.2.1 or 2001:db8::1");
    }
    return absl::OkStatus();
  }

  void AddNetworks(int family, const unsigned char* address,
                   std::vector<std::string>& labels) const {
    const bool v4 = family == AF_INET;
    for (const std::int64_t bits :
         v4 ? options_.ipv4_bits : options_.ipv6_bits) {
      labels.push_back(Network(family, address, v4 ? 4 : 16, bits));
    }
  }

  IpAddressRuleOptions options_;
};

}  // namespace

absl::StatusOr<HierarchyRulePtr> PostalCodeRule(
    const PostalCodeRuleOptions& options) {
  if (!internal::Falling(options.digits, 1, 6)) {
    return PolicyError(
        "postal_code needs numbers from 1 to 6 that fall for digits");
  }
  return std::make_shared<PostalCodes>(options);
}

absl::StatusOr<HierarchyRulePtr> TelephoneRule(
    const TelephoneRuleOptions& options) {
  if (!internal::Falling(options.digits, 1, 13)) {
    return PolicyError(
        "telephone needs numbers from 1 to 13 that fall for digits");
  }
  return std::make_shared<Telephones>(options);
}

absl::StatusOr<HierarchyRulePtr> IpAddressRule(
    const IpAddressRuleOptions& options) {
  if (!internal::Falling(options.ipv4_bits, 1, 32) ||
      !internal::Falling(options.ipv6_bits, 1, 128) ||
      options.ipv4_bits.size() != options.ipv6_bits.size()) {
    return PolicyError(
        "ip_address needs numbers that fall, from 1 to 32 for ipv4_bits and "
        "from 1 to 128 for ipv6_bits, as many of one as of the other");
  }
  return std::make_shared<IpAddresses>(options);
}

}  // namespace anon
