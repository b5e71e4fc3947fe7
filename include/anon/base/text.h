// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_TEXT_H_
#define ANON_BASE_TEXT_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anon {

// Offset of the first byte that is not well-formed UTF-8 (Unicode 15, table
// 3-7: no overlong forms, no surrogates, nothing past U+10FFFF), or nothing.
std::optional<std::size_t> FindInvalidUtf8(std::string_view text);

// RFC 4648 base32, lower case, no padding: 16 bytes give 26 characters.
std::string ToBase32(std::span<const std::byte> bytes);

// Text for an HTML page: & < > " ' become character references.
std::string EscapeHtml(std::string_view text);

// The candidate nearest to `word` by edit distance, if near enough to be meant
// (distance at most 2, and less than half the word). For "did you mean".
std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace anon

#endif  // ANON_BASE_TEXT_H_
