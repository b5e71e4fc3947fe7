// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_WORDING_H_
#define ANON_RELEASE_WORDING_H_

#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/release/terms.h"

namespace anon {

// The sentences of all public artefacts stand in one table, Japanese beside
// English. A publisher whose counsel words one differently names a wording file
// in the policy; what it does not mention stays as it is.

// Whether `text` may stand for the sentence `key`. Refuses an unknown key; a
// language that is missing; a {name} that the sentence does not fill in, and
// one that it does and `text` has lost; a sentence that no longer names the
// legal kind where the standard one does; and what no public text may hold (see
// CheckTerms).
absl::Status CheckWording(std::string_view key, const BilingualText& text);

// The whole table as a wording file (YAML), in the order of the pages:
// docs/wording.yaml.
std::string WordingTemplate();

}  // namespace anon

#endif  // ANON_RELEASE_WORDING_H_
