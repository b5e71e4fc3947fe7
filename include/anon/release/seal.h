// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_SEAL_H_
#define ANON_RELEASE_SEAL_H_

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "anon/assess/assess.h"
#include "anon/base/status.h"
#include "anon/release/manifest.h"
#include "anon/release/terms.h"
#include "anon/secret/signing_key.h"

namespace anon {

// Says that the secrets of a run are gone. Without them nobody, the maker
// included, can compute the pseudonyms of an anonymized data set again.
struct DestructionCertificate {
  std::string key_id;        // the name the key had
  std::string destroyed_at;  // ISO 8601, UTC
  std::string method;        // "overwritten in memory; never stored"
  std::string scope;         // what was made with it
};

// A written data set that waits in its stage: stage/provide/data.csv.
struct StagedRelease {
  std::filesystem::path stage;
  std::string data_name = "data.csv";
  bool shuffled = false;
  std::optional<DestructionCertificate> destruction;
  // Printed in the pages: when and where they are going to be published.
  PublicationFacts publication = {};
  // Signs the attestation as the maker; null: nobody does yet.
  const SigningKey* signing_key = nullptr;
};

// The digests of every file of a sealed release, by name below the release
// directory ("provide/data.csv").
struct Release {
  std::map<std::string, std::string> sha256;
  ManifestDigests manifest;
};

// Turns a staged data set into a release: writes the recipient notice beside
// the data, the public item list (JSON, Japanese and English page) into
// publish/, publish/SHA256SUMS over both directories (paths relative to
// publish/) and publish/attestation.json (see attestation.h). Without a legal
// kind there are the sums and nothing to publish or tell. Refuses an assessment
// that is not satisfied or is of other bytes, an item list that does not match
// the columns, an anonymized data set that was judged by no model or not
// shuffled, or whose key lives.
absl::StatusOr<Release> Seal(const StagedRelease& staged,
                             const Assessment& assessment,
                             const ReleaseTerms& terms,
                             const ManifestFacts& facts);

}  // namespace anon

#endif  // ANON_RELEASE_SEAL_H_
