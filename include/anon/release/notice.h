// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_NOTICE_H_
#define ANON_RELEASE_NOTICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/release/manifest.h"
#include "anon/release/terms.h"

namespace anon {

// The file that is handed over.
struct DataFile {
  std::string name;    // "data.csv"
  std::string sha256;  // hexadecimal
  std::optional<std::uint64_t> bytes = std::nullopt;
};

// The plain text that goes with the data, 72 columns wide.
//
// Anonymized information: the statement to the recipient that this is
// anonymized information (明示), and what the Act asks of the recipient.
// Pseudonymized information, which no third party gets: the handling notice
// to an entrusted party, a joint user or staff, with what is forbidden. Without
// terms.recipient it is addressed to all who handle the data.
//
// `manifest_sha256` is the digest of the published manifest.
absl::StatusOr<std::string> Notice(const ReleaseTerms& terms,
                                   const ManifestFacts& facts,
                                   const DataFile& data,
                                   std::string_view manifest_sha256,
                                   Language language);

}  // namespace anon

#endif  // ANON_RELEASE_NOTICE_H_
