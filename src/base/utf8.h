// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: bytes of UTF-8, and how FindInvalidUtf8 finds,
// one function per kind of CPU.
#ifndef ANON_SRC_BASE_UTF8_H_
#define ANON_SRC_BASE_UTF8_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace anon::internal {

// Whether the byte goes on with a character that began before it.
constexpr bool IsContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

using Utf8Finder = std::optional<std::size_t> (*)(std::string_view text);

// A byte at a time (eight, where they are ASCII): what the others must equal.
std::optional<std::size_t> FindInvalidUtf8Scalar(std::string_view text);

// Those this CPU can run, the scalar one first and the fastest last.
std::vector<Utf8Finder> Utf8Finders();

}  // namespace anon::internal

#endif  // ANON_SRC_BASE_UTF8_H_
