// SPDX-License-Identifier: Apache-2.0
//
// Everything before the first invalid byte is valid UTF-8, and escaped text has
// none of the characters that mean something to HTML.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "anon/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto offset = anon::FindInvalidUtf8(text)) {
    if (*offset >= size) std::abort();
    if (anon::FindInvalidUtf8(text.substr(0, *offset))) std::abort();
  }
  const std::string html = anon::EscapeHtml(text);
  if (html.find_first_of("<>\"'") != std::string::npos) std::abort();
  if (html.size() < size) std::abort();
  if (anon::ToBase32(std::as_bytes(std::span(data, size))).size() !=
      (size * 8 + 4) / 5) {
    std::abort();
  }
  return 0;
}
