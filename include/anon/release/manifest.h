// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_MANIFEST_H_
#define ANON_RELEASE_MANIFEST_H_

#include <map>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/release/terms.h"

namespace anon {

// A privacy model the release meets, for policies that disclose models.
struct DisclosedModel {
  std::string model;      // "k_anonymity"
  std::string attribute;  // the sensitive column; empty if none
  std::string asked;      // "5"
};

// What the run itself established, as far as the public may know it.
struct ManifestFacts {
  std::vector<std::string> output_columns;
  // What was done, as words of a closed list (wording.inc, technique_*):
  // "suppress_attribute", "suppress_record", "generalize",
  // "assign_pseudonym", "shuffle_records", ... Never with parameters.
  std::vector<std::string> technique_verbs;
  bool run_key_destroyed = false;
  std::string tool_version;
  // Printed as they are: leave empty unless the policy discloses models.
  std::vector<DisclosedModel> disclosed_models;
  // What no public text may hold: names of keys and of deletion information. A
  // manifest that would is refused.
  std::vector<std::string> sealed_words;
};

// What became of a release after it was made. Dates are ISO 8601; empty: not
// yet.
struct PublicationFacts {
  std::string published_on = {};
  std::string url = {};  // where the manifest was published
  std::string first_provided_on = {};
  std::string ended_on = {};
};

// The public item list of a release (公表): what the Act wants published when
// anonymized information is made and provided, or what a publisher chooses to
// publish about pseudonymized information. It holds categories after
// processing; never a value, a bin, a parameter, a count of people or a key.
//
// Pure functions: the same terms and facts give the same bytes. All of them
// begin with CheckTerms(terms, facts.output_columns), and refuse a publication
// whose dates are out of order: nothing is provided before it was published.

// All forms of the manifest by file name: "manifest.json", a JSON-LD twin
// "manifest.jsonld", and "manifest.ja.html", ".md", ".txt", and the same in
// English. Called again with the facts of publication when they are known.
absl::StatusOr<std::map<std::string, std::string>> RenderManifest(
    const ReleaseTerms& terms, const ManifestFacts& facts,
    const PublicationFacts& publication = {});

// Schema "manifest/1" (docs/schema/manifest-1.schema.json): sorted keys, both
// languages, each block with its basis in law.
absl::StatusOr<std::string> ManifestJson(
    const ReleaseTerms& terms, const ManifestFacts& facts,
    const PublicationFacts& publication = {});

// The same as one self-contained accessible page: no script, no request to
// elsewhere, an anchor per item that does not move with the order of items.
absl::StatusOr<std::string> ManifestHtml(
    const ReleaseTerms& terms, const ManifestFacts& facts, Language language,
    const PublicationFacts& publication = {});

// Whether a later release is covered by this publication: it is while both
// digests stay the same. Internal; never printed in a public artefact.
struct ManifestDigests {
  std::string schema;           // of columns and how the item list calls them
  std::string technique_class;  // of kind and techniques, without parameters
};
ManifestDigests DigestsOf(const ReleaseTerms& terms,
                          const ManifestFacts& facts);

}  // namespace anon

#endif  // ANON_RELEASE_MANIFEST_H_
