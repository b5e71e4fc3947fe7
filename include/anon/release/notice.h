// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_NOTICE_H_
#define ANON_RELEASE_NOTICE_H_

#include <cstdint>
#include <map>
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

// How the recipient is told what the data are (明示). Not how the data travel.
enum class NoticeRoute { kWithData, kEmail, kDocument };
std::string_view ToString(NoticeRoute route);  // "with_data", "email", ...

// The facts of handing a notice over.
struct NoticeIssue {
  std::string issued_on = {};  // ISO 8601; empty: the day the data were made
  NoticeRoute route = NoticeRoute::kWithData;
  // Where the manifest is published; empty: as the terms say.
  std::string manifest_url = {};
};

// The notice that goes with the data, in all its forms by file name: plain text
// 72 columns wide for a mail ("notice.ja.txt"), a page to print
// ("notice.ja.html"), both in Japanese and English, and a sidecar for machines
// ("data.csv.notice.json", schema "recipient_notice/1", see
// docs/schema/recipient-notice-1.schema.json) that stays beside the file so
// that the file never lies there without saying what it is.
//
// Anonymized information: the statement to the recipient that this is
// anonymized information (明示), and what the Act asks of the recipient.
// Pseudonymized information, which no third party gets: the handling notice
// to an entrusted party, a joint user or staff, with what is forbidden. Without
// terms.recipient it is addressed to all who handle the data.
//
// `manifest_sha256` is the digest of the published manifest (JSON).
absl::StatusOr<std::map<std::string, std::string>> RenderNotice(
    const ReleaseTerms& terms, const ManifestFacts& facts, const DataFile& data,
    std::string_view manifest_sha256, const NoticeIssue& issue = {});

// Only the plain text in one language.
absl::StatusOr<std::string> Notice(const ReleaseTerms& terms,
                                   const ManifestFacts& facts,
                                   const DataFile& data,
                                   std::string_view manifest_sha256,
                                   Language language,
                                   const NoticeIssue& issue = {});

}  // namespace anon

#endif  // ANON_RELEASE_NOTICE_H_
