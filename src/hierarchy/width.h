// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the ways Japanese data write ASCII.
#ifndef ANON_SRC_HIERARCHY_WIDTH_H_
#define ANON_SRC_HIERARCHY_WIDTH_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace anon::internal {

// Full-width letters, digits and signs as ASCII ones, the ideographic space as
// a space, hyphens, dashes, minus and long-vowel signs as "-". Everything else
// as it is.
std::string FoldWidth(std::string_view text);

// How many bytes the first `characters` characters (code points) of UTF-8 text
// have; all of them if it has fewer.
std::size_t PrefixBytes(std::string_view text, std::size_t characters);
std::size_t CharacterCount(std::string_view text);

}  // namespace anon::internal

#endif  // ANON_SRC_HIERARCHY_WIDTH_H_
