// SPDX-License-Identifier: Apache-2.0
//
// Identifiers of browsers and devices: UUIDs (advertising identifiers of iOS
// and Android are random ones; RFC 9562 asks for a version and a variant), and
// cookies by the names and shapes of those that are common.
#include "residue/detector.h"

namespace anon::internal {
namespace {

constexpr std::size_t kUuidLength = 36;

bool IsUuid(std::string_view text) {
  bool zero = true;
  for (std::size_t i = 0; i < kUuidLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
    zero &= dash || text[i] == '0';
  }
  const char variant = text[19];
  return !zero && text[14] >= '1' && text[14] <= '8' &&
         std::string_view("89abAB").find(variant) != std::string_view::npos;
}

void FindUuids(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.text();
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos;
       dash = text.find('-', dash + 1)) {
    if (dash < 8 || dash - 8 + kUuidLength > text.size()) continue;
    const std::size_t begin = dash - 8;
    const std::size_t end = begin + kUuidLength;
    if (!IsUuid(text.substr(begin, kUuidLength))) continue;
    if (begin > 0 && IsAlnum(text[begin - 1])) continue;
    if (end < text.size() && (IsAlnum(text[end]) || text[end] == '-')) continue;
    AddCertain(kDeviceUuid, begin, end, matches);
  }
}

constexpr std::string_view kCookies[] = {
    "_ga=",    "_gid=",       "_fbp=",       "_fbc=",      "_gcl_au=",
    "__gads=", "_yjsu_yjad=", "jsessionid=", "phpsessid=", "muid="};

// ga1.2.1234567890.1700000000, fb.1.1700000000000.1234567890
bool IsCookieValue(std::string_view text, std::size_t begin, std::size_t& end) {
  std::size_t runs = 0;
  std::size_t longest = 0;
  std::size_t run = 0;
  end = begin;
  for (; end < text.size() && (IsDigit(text[end]) || text[end] == '.'); ++end) {
    run = IsDigit(text[end]) ? run + 1 : 0;
    runs += run == 1 ? 1 : 0;
    longest = run > longest ? run : longest;
  }
  return runs >= 3 && longest >= 8;
}

void FindCookies(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.lower();
  for (const std::string_view cookie : kCookies) {
    const std::size_t at = text.find(cookie);
    if (at == std::string_view::npos) continue;
    if (at > 0 && (IsAlnum(text[at - 1]) || text[at - 1] == '_')) continue;
    std::size_t end = at + cookie.size();
    const std::size_t value = end;
    while (end < text.size() && text[end] > ' ' && text[end] != ';' &&
           text[end] < 0x7F) {
      ++end;
    }
    if (end - value >= 8) AddCertain(kCookieId, at, end, matches);
  }
  for (const std::string_view prefix : {"ga1.", "gs1.", "fb.1."}) {
    const std::size_t at = text.find(prefix);
    if (at == std::string_view::npos || (at > 0 && IsAlnum(text[at - 1]))) {
      continue;
    }
    std::size_t end = 0;
    if (IsCookieValue(text, at + 2 + (prefix[2] == '1' ? 0 : 1), end)) {
      AddCertain(kCookieId, at, end, matches);
    }
  }
}

}  // namespace

void FindOnlineIdentifiers(const Cell& cell, Matches& matches) {
  FindUuids(cell, matches);
  FindCookies(cell, matches);
}

}  // namespace anon::internal
