// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: how 128 bits of a pseudonym are written, without
// allocating.
#ifndef ANON_SRC_PSEUDONYM_ENCODE_H_
#define ANON_SRC_PSEUDONYM_ENCODE_H_

#include <cstddef>
#include <span>

#include "anon/pseudonym/pseudonymizer.h"

namespace anon::internal {

inline constexpr std::size_t kPseudonymBytes = 16;

// Characters of an encoded pseudonym.
std::size_t WidthOf(PseudonymEncoding encoding);

// `out` has WidthOf(encoding) characters.
void Encode(PseudonymEncoding encoding,
            std::span<const std::byte, kPseudonymBytes> bytes,
            std::span<char> out);

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_ENCODE_H_
