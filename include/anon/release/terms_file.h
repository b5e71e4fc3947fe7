// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_TERMS_FILE_H_
#define ANON_RELEASE_TERMS_FILE_H_

#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/release/manifest.h"
#include "anon/release/terms.h"

namespace anon {

// What a release said of itself, kept so that manifest and notice can be
// rendered again when the facts of publication and provision are known. A run
// writes it as terms.json into its internal directory: it names the recipient,
// which no public file does.
struct StoredTerms {
  ReleaseTerms terms;
  ManifestFacts facts;
};

// Canonical JSON, schema "release_terms/1".
std::string TermsJson(const StoredTerms& stored);

// Refuses what TermsJson did not write, and terms that CheckTerms refuses. The
// same terms and facts render the same bytes as before.
absl::StatusOr<StoredTerms> ReadTerms(std::string_view json);

}  // namespace anon

#endif  // ANON_RELEASE_TERMS_FILE_H_
