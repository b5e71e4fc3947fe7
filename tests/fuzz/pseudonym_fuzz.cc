// SPDX-License-Identifier: Apache-2.0
//
// Any text as a pseudonym of any encoding: what decodes encodes to the very
// same text. And any text as an identifier of any normalization: what comes out
// is its own normal form, or the complaint is text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "anon/base/text.h"
#include "anon/pseudonym/encoding.h"
#include "anon/pseudonym/normalization.h"

namespace {

void Decode(std::string_view text, unsigned encoding_number,
            std::size_t bytes) {
  const auto encoding =
      static_cast<anon::PseudonymEncoding>(encoding_number % 4);
  const auto value = anon::DecodePseudonym(encoding, bytes, text);
  if (!value.ok()) return;
  std::string again(anon::PseudonymWidth(encoding, bytes), '\0');
  anon::EncodePseudonym(encoding, bytes, *value, again);
  if (again != text) std::abort();
}

void Normalize(std::string_view text, unsigned profile_number) {
  const auto profile = static_cast<anon::Normalization>(profile_number % 5);
  std::string buffer;
  const auto normal = anon::Normalize(profile, text, buffer);
  if (!normal.ok()) {
    if (anon::FindInvalidUtf8(anon::Message(normal.status()))) std::abort();
    return;
  }
  std::string again_buffer;
  const auto again = anon::Normalize(profile, *normal, again_buffer);
  if (!again.ok() || *again != *normal) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 2),
                              size - 2);
  Decode(text, data[0], 8 + data[1] % 9);
  Normalize(text, data[0]);
  return 0;
}
