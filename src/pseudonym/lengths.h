// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what pseudonyms of every kind have in common.
#ifndef ANON_SRC_PSEUDONYM_LENGTHS_H_
#define ANON_SRC_PSEUDONYM_LENGTHS_H_

#include <cstddef>
#include <span>

#include "anon/pseudonym/pseudonymizer.h"

namespace anon::internal {

// The collision rule: whether so short a pseudonym keeps so many identifiers
// apart.
absl::Status CheckLengths(const PseudonymOptions& options);

// The first `bytes` of at least 16 bytes, as a number.
PseudonymValue FirstBytes(std::span<const std::byte> from, std::size_t bytes);

// EncodePseudonym for many, one after the other in `out`.
void EncodePseudonyms(PseudonymEncoding encoding, std::size_t bytes,
                      std::span<const PseudonymValue> values,
                      std::span<char> out);

}  // namespace anon::internal

#endif  // ANON_SRC_PSEUDONYM_LENGTHS_H_
