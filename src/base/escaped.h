// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: text from a file, as a terminal may show it.
#ifndef ANON_SRC_BASE_ESCAPED_H_
#define ANON_SRC_BASE_ESCAPED_H_

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "anon/base/text.h"

namespace anon::internal {

// How many bytes at the front of `text` steer a terminal: control characters,
// or marks that end a line or turn the direction of text.
inline std::size_t LeadingControl(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return 2;  // C1
  static constexpr std::array<std::string_view, 14> kMarks = {
      "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B", "\u202C",
      "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF"};
  for (const std::string_view mark : kMarks) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

// `text` with \xNN for every byte that steers a terminal or is not UTF-8.
inline std::string Escaped(std::string_view text) {
  std::string escaped;
  const auto invalid_from = [&](std::size_t from) {
    const auto found = FindInvalidUtf8(text.substr(from));
    return found ? from + *found : text.size();
  };
  std::size_t invalid = invalid_from(0);
  for (std::size_t i = 0; i < text.size();) {
    std::size_t bytes = LeadingControl(text.substr(i));
    if (i == invalid) bytes = 1;
    if (bytes == 0) escaped += text[i++];
    for (; bytes > 0; --bytes, ++i) {
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i]));
    }
    if (i > invalid) invalid = invalid_from(i);
  }
  return escaped;
}

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_ESCAPED_H_
