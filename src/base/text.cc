// SPDX-License-Identifier: Apache-2.0
#include "anon/base/text.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "base/utf8.h"

namespace anon {
namespace {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substitute, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::size_t> FindInvalidUtf8(std::string_view text) {
  static const internal::Utf8Finder best = internal::Utf8Finders().back();
  return best(text);
}

std::string ToBase32(std::span<const std::byte> bytes) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  unsigned pending = 0;
  unsigned bits = 0;
  for (const std::byte byte : bytes) {
    pending = (pending << 8) | std::to_integer<unsigned>(byte);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += kAlphabet[(pending >> bits) & 31];
    }
    pending &= (1U << bits) - 1;
  }
  if (bits > 0) text += kAlphabet[(pending << (5 - bits)) & 31];
  return text;
}

std::string EscapeHtml(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> nearest;
  std::size_t least = 3;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < least &&
        2 * distance < std::max(word.size(), std::size_t{3})) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace anon
