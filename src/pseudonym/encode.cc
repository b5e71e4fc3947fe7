// SPDX-License-Identifier: Apache-2.0
#include "pseudonym/encode.h"

#include <cstdlib>

namespace anon::internal {
namespace {

void EncodeHex(std::span<const std::byte, kPseudonymBytes> bytes, char* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const std::byte byte : bytes) {
    *out++ = kDigits[std::to_integer<unsigned>(byte) >> 4];
    *out++ = kDigits[std::to_integer<unsigned>(byte) & 15];
  }
}

// RFC 4648, lower case, no padding: 128 bits are 25 digits and 3 bits.
void EncodeBase32(std::span<const std::byte, kPseudonymBytes> bytes,
                  char* out) {
  static constexpr char kDigits[] = "abcdefghijklmnopqrstuvwxyz234567";
  unsigned pending = 0;
  unsigned bits = 0;
  for (const std::byte byte : bytes) {
    pending = (pending << 8 | std::to_integer<unsigned>(byte)) & 0xFFFU;
    for (bits += 8; bits >= 5; bits -= 5) {
      *out++ = kDigits[pending >> (bits - 5) & 31U];
    }
  }
  *out = kDigits[pending << (5 - bits) & 31U];
}

}  // namespace

std::size_t WidthOf(PseudonymEncoding encoding) {
  switch (encoding) {
    case PseudonymEncoding::kBase32:
      return 26;
    case PseudonymEncoding::kHex:
      return 32;
  }
  std::abort();  // not a value of the enumeration
}

void Encode(PseudonymEncoding encoding,
            std::span<const std::byte, kPseudonymBytes> bytes,
            std::span<char> out) {
  switch (encoding) {
    case PseudonymEncoding::kBase32:
      return EncodeBase32(bytes, out.data());
    case PseudonymEncoding::kHex:
      return EncodeHex(bytes, out.data());
  }
}

}  // namespace anon::internal
