// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_SEALED_RELEASE_H_
#define ANON_RELEASE_SEALED_RELEASE_H_

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/release/terms.h"

namespace anon {

// A release directory as the life cycle needs to know it, read from its
// attestation and item list. A plain value.
struct SealedRelease {
  std::filesystem::path directory;
  std::string id;
  DatasetKind kind = DatasetKind::kNone;
  std::string created;      // ISO 8601
  std::string law_edition;  // empty without a legal kind
  BilingualText title;      // of the item list; empty without a legal kind
  BilingualText publisher;
  BilingualText population;
  std::string manifest_id;
  std::string manifest_version;
  std::string published_on;  // the day its pages print; empty: none
  std::vector<BilingualText> items;
  bool continuing = false;
  // Digest of publisher, kind, items, classes of techniques and joint use: a
  // continuing publication covers later releases while it stays the same.
  std::string coverage;
  // The joint users that the item list names, and who is responsible, in both
  // languages; empty: no joint use is published.
  std::vector<std::string> joint_users;
  // The policy asks for a second person, and none has signed as the approver.
  bool approval_missing = false;
  std::map<std::string, std::string> sha256;  // of every attested file

  // Refuses a directory whose files are not those attested, or that holds a
  // signature that is not valid.
  static absl::StatusOr<SealedRelease> Open(
      const std::filesystem::path& directory);
};

// SHA-256 (hex) over the names and digests of all files below `directory`.
absl::StatusOr<std::string> DigestOfDirectory(
    const std::filesystem::path& directory);

// The release that `file` is the data of (<release>/provide/<file>), by its
// kind; kNone if it is not part of any, or of one without a legal kind.
DatasetKind KindOfReleaseAround(const std::filesystem::path& file);

}  // namespace anon

#endif  // ANON_RELEASE_SEALED_RELEASE_H_
