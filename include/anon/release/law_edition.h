// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_LAW_EDITION_H_
#define ANON_RELEASE_LAW_EDITION_H_

#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"

namespace anon {

// A dated edition of the law that citations are taken from. The citations
// themselves are a table, src/release/law_editions.inc.
struct LawEdition {
  std::string id;           // "jp-appi-2026"
  std::string as_of;        // ISO 8601 date of the state described
  std::string verified_by;  // counsel who read the table; empty: nobody yet
  std::string verified_on;  // ISO 8601 date
  // Until then, citations that were recalled and not read are not printed.
  bool verified() const { return !verified_by.empty() && !verified_on.empty(); }
};

// Fails on an unknown id, and says which are known.
absl::StatusOr<LawEdition> FindLawEdition(std::string_view id);

// All editions, oldest first.
std::vector<LawEdition> LawEditions();

}  // namespace anon

#endif  // ANON_RELEASE_LAW_EDITION_H_
