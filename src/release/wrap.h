// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: plain text in lines of a given width.
#ifndef ANON_SRC_RELEASE_WRAP_H_
#define ANON_SRC_RELEASE_WRAP_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace anon::internal {

// Columns `text` takes in a fixed-width font: two for a character of East
// Asian scripts, one for others.
std::size_t DisplayWidth(std::string_view text);

// `text` (UTF-8, no line breaks) in lines of at most `width` columns, each
// ending in a newline: the first after `first`, the others after as many
// spaces as `first` is wide. Breaks at spaces and beside East Asian
// characters that are not beside a digit, but leaves no closing mark at the
// start of a line and no opening one at its end. A run that cannot be broken
// may stick out.
std::string Wrap(std::string_view text, std::string_view first,
                 std::size_t width = 72);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_WRAP_H_
