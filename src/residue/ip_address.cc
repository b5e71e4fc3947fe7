// SPDX-License-Identifier: Apache-2.0
//
// IP addresses. Four numbers with dots are as often a version: an address is
// certain by a word, or if two of its last three numbers are 20 and more, and
// nothing calls it a version. Addresses that point nowhere outside a house
// (private, loopback, masks) are possible at most. IPv6: the shapes of RFC 4291
// with a group of three digits; hardware addresses and times have none.
#include <arpa/inet.h>

#include <array>
#include <string>

#include "residue/detector.h"

namespace anon::internal {
namespace {

constexpr std::string_view kVersionWords[] = {
    "version", "ver", "firmware",   "build",    "release",
    "os",      "v",   "バージョン", "ファーム", "版"};

bool ReadQuad(const Cell& cell, std::size_t g, std::array<int, 4>& octets) {
  const auto groups = cell.groups();
  const std::string_view text = cell.text();
  if (g + 4 > groups.size()) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    const DigitGroup& group = groups[g + i];
    if (group.size() > 3 || (group.size() > 1 && text[group.begin] == '0')) {
      return false;
    }
    if (i > 0 && (group.begin != groups[g + i - 1].end + 1 ||
                  text[group.begin - 1] != '.')) {
      return false;
    }
    octets[i] = std::stoi(std::string(text.substr(group.begin, group.size())));
    if (octets[i] > 255) return false;
  }
  const std::size_t begin = groups[g].begin;
  const std::size_t end = groups[g + 3].end;
  if (begin > 0 && (IsAlnum(text[begin - 1]) || text[begin - 1] == '.' ||
                    text[begin - 1] == '-')) {
    return false;
  }
  if (end == text.size()) return true;
  const bool more =
      text[end] == '.' && end + 1 < text.size() && IsDigit(text[end + 1]);
  return !IsLetter(text[end]) && text[end] != '-' && !more;
}

bool PointsNowhere(const std::array<int, 4>& o) {
  return o[0] == 0 || o[0] == 10 || o[0] == 127 || o[0] >= 224 ||
         (o[0] == 172 && o[1] >= 16 && o[1] < 32) ||
         (o[0] == 192 && o[1] == 168) || (o[0] == 169 && o[1] == 254);
}

void FindIpv4(const Cell& cell, Matches& matches) {
  for (std::size_t g = 0; g < cell.groups().size(); ++g) {
    std::array<int, 4> octets{};
    if (!ReadQuad(cell, g, octets)) continue;
    const std::size_t begin = cell.groups()[g].begin;
    const std::size_t end = cell.groups()[g + 3].end;
    const auto& words = ResidueRules()[kIpv4].words;
    if (cell.ContextOf(begin, end, kVersionWords) == Context::kFor) continue;
    const Context context = cell.ContextOf(begin, end, words);
    if (context == Context::kAgainst) continue;
    const int wide = (octets[1] >= 20) + (octets[2] >= 20) + (octets[3] >= 20);
    const bool certain =
        !PointsNowhere(octets) && (context == Context::kFor || wide >= 2);
    const Number number{begin, end, cell.text().substr(begin, end - begin),
                        true};
    if (certain) {
      AddCertain(kIpv4, begin, end, matches);
    } else {
      matches.push_back(
          {kIpv4, begin, end, Certainty::kLookAlike, HashOf(number.digits)});
    }
  }
}

void FindIpv6(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.text();
  std::size_t begin = 0;
  while (begin < text.size()) {
    if (!IsHex(text[begin]) && text[begin] != ':') {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    std::size_t colons = 0, run = 0, longest = 0;
    for (; end < text.size() && (IsHex(text[end]) || text[end] == ':'); ++end) {
      run = text[end] == ':' ? 0 : run + 1;
      colons += text[end] == ':' ? 1 : 0;
      longest = run > longest ? run : longest;
    }
    const bool bounded = (begin == 0 || !IsAlnum(text[begin - 1])) &&
                         (end == text.size() || !IsAlnum(text[end]));
    in6_addr address;
    if (bounded && colons >= 2 && longest >= 3 && end - begin <= 39 &&
        inet_pton(AF_INET6,
                  std::string(text.substr(begin, end - begin)).c_str(),
                  &address) == 1) {
      AddCertain(kIpv6, begin, end, matches);
    }
    begin = end;
  }
}

}  // namespace

void FindIpAddresses(const Cell& cell, Matches& matches) {
  FindIpv4(cell, matches);
  FindIpv6(cell, matches);
}

}  // namespace anon::internal
