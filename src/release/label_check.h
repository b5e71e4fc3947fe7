// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what an item label must not show.
#ifndef ANON_SRC_RELEASE_LABEL_CHECK_H_
#define ANON_SRC_RELEASE_LABEL_CHECK_H_

#include <string>
#include <string_view>

namespace anon::internal {

// Full-width letters, digits and signs become ASCII, the many dashes '-', the
// wave dashes '~', and ASCII capitals small, so that one rule meets them all.
std::string FoldLabel(std::string_view label);

// Whether `label` looks like a value, a range or a bin rather than a category:
// "20-29", "20歳〜", "65 or over", "1,000", "20代".
bool ShowsValue(std::string_view label);

// Whether `text` gives a parameter away: "k=5", "k-anonymity", "salt".
bool ShowsParameter(std::string_view text);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_LABEL_CHECK_H_
