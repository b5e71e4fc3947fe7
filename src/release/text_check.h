// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what any text must be before it is published. `term`
// names it in errors ("release.publisher.name").
#ifndef ANON_SRC_RELEASE_TEXT_CHECK_H_
#define ANON_SRC_RELEASE_TEXT_CHECK_H_

#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/release/terms.h"

namespace anon::internal {

// UTF-8 of bearable length, without control characters or marks that turn the
// direction of text, and without a parameter of the processing.
absl::Status CheckText(std::string_view term, std::string_view text);

// Not blank, besides.
absl::Status RequireText(std::string_view term, std::string_view text);
absl::Status RequireText(std::string_view term, const BilingualText& text);
absl::Status RequireTexts(std::string_view term,
                          const std::vector<BilingualText>& texts);
// Empty, or in both languages.
absl::Status AllowText(std::string_view term, const BilingualText& text);

// An ISO 8601 date of a day that exists.
absl::Status RequireDate(std::string_view term, std::string_view text);
absl::Status AllowDate(std::string_view term, std::string_view text);

// Where somebody can be reached; each may be empty.
absl::Status CheckEmail(std::string_view term, std::string_view email);
absl::Status CheckPhone(std::string_view term, std::string_view phone);
absl::Status CheckUrl(std::string_view term, std::string_view url);

// Letters, digits, '-', '_' and '.', as in file names.
absl::Status CheckName(std::string_view term, std::string_view name);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_TEXT_CHECK_H_
