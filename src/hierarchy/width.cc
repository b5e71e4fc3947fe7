// SPDX-License-Identifier: Apache-2.0
#include "hierarchy/width.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace anon::internal {
namespace {

constexpr std::array<std::string_view, 9> kHyphens = {
    "\u2010", "\u2011", "\u2012", "\u2013", "\u2014",
    "\u2015", "\u2212", "\u30FC", "\uFF70"};

// What three bytes of UTF-8 fold to, or 0.
char Folded(std::string_view bytes) {
  if (bytes == "\u3000") return ' ';
  if (std::ranges::find(kHyphens, bytes) != kHyphens.end()) return '-';
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
  };
  const unsigned code =
      (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  if (code < 0xFF01 || code > 0xFF5E) return 0;
  return static_cast<char>(code - 0xFF01 + '!');
}

}  // namespace

std::string FoldWidth(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const bool three = (static_cast<unsigned char>(text[i]) & 0xF0) == 0xE0 &&
                       i + 3 <= text.size();
    const char c = three ? Folded(text.substr(i, 3)) : '\0';
    folded += c != '\0' ? c : text[i];
    i += c != '\0' ? 3 : 1;
  }
  return folded;
}

std::size_t PrefixBytes(std::string_view text, std::size_t characters) {
  std::size_t end = 0;
  while (end < text.size() && characters > 0) {
    ++end;
    while (end < text.size() && IsContinuation(text[end])) ++end;
    --characters;
  }
  return end;
}

std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !IsContinuation(c); }));
}

}  // namespace anon::internal
