// SPDX-License-Identifier: Apache-2.0
#include "anon/release/seal.h"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/release/attestation.h"
#include "anon/release/notice.h"
#include "anon/release/pages.h"
#include "base/status_macros.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

absl::Status Refused(std::string_view why) {
  return absl::FailedPreconditionError(fmt::format("not sealed: {}", why));
}

absl::Status CheckSealable(const StagedRelease& staged,
                           const Assessment& assessment,
                           const ReleaseTerms& terms,
                           const ManifestFacts& facts) {
  if (!assessment.satisfied) return Refused("a model is not met");
  if (assessment.attributes != facts.output_columns) {
    return Refused("the assessment is of a table with other columns");
  }
  if (terms.kind == DatasetKind::kAnonymizedPersonalInformation) {
    if (assessment.verdicts.empty()) return Refused("no model was judged");
    if (!staged.shuffled) {
      return Refused("the records stand in the order of their source");
    }
    if (!staged.destruction) {
      return Refused("the key of the run has not been destroyed");
    }
  }
  ANON_ASSIGN_OR_RETURN(
      const Digest digest,
      Sha256OfFile(staged.stage / "provide" / staged.data_name));
  if (digest != assessment.digest) {
    return Refused("the assessment is of other bytes than the staged data");
  }
  return absl::OkStatus();
}

// Writes files below the stage and remembers their digests.
class Pages {
 public:
  Pages(const fs::path& stage, Release& release)
      : stage_(stage), release_(release) {}

  absl::Status Write(
      const std::string& directory,
      const absl::StatusOr<std::map<std::string, std::string>>& files) {
    ANON_RETURN_IF_ERROR(files.status());
    for (const auto& [name, text] : *files) {
      ANON_RETURN_IF_ERROR(WriteFile(stage_ / (directory + name), text));
      release_.sha256[directory + name] = ToHex(Sha256(text));
    }
    return absl::OkStatus();
  }

 private:
  const fs::path& stage_;
  Release& release_;
};

std::string Sha256Sums(const Release& release) {
  std::string text;
  for (const auto& [name, sha256] : release.sha256) {
    constexpr std::string_view kPublish = "publish/";
    text +=
        fmt::format("{}  {}\n", sha256,
                    name.starts_with(kPublish) ? name.substr(kPublish.size())
                                               : "../" + name);
  }
  return text;
}

// Item list, the pages that go with it, and notice.
absl::Status WritePages(const StagedRelease& staged, const ReleaseTerms& terms,
                        const ManifestFacts& facts, Release& release) {
  const std::string data = "provide/" + staged.data_name;
  release.manifest = DigestsOf(terms, facts);
  Pages pages(staged.stage, release);
  ANON_RETURN_IF_ERROR(pages.Write(
      "publish/", RenderManifest(terms, facts, staged.publication)));
  if (terms.joint_use) {
    ANON_RETURN_IF_ERROR(
        pages.Write("publish/", RenderJointUsePage(terms, facts)));
  }
  if (terms.purpose_change) {
    ANON_RETURN_IF_ERROR(
        pages.Write("publish/", RenderPurposeChangeNotice(terms, facts)));
  }
  std::error_code error;
  const DataFile file{.name = staged.data_name,
                      .sha256 = release.sha256[data],
                      .bytes = fs::file_size(staged.stage / data, error)};
  if (error) return IoError("open", data, error.value());
  return pages.Write("provide/",
                     RenderNotice(terms, facts, file,
                                  release.sha256["publish/manifest.json"]));
}

}  // namespace

absl::StatusOr<Release> Seal(const StagedRelease& staged,
                             const Assessment& assessment,
                             const ReleaseTerms& terms,
                             const ManifestFacts& facts) {
  ANON_RETURN_IF_ERROR(CheckSealable(staged, assessment, terms, facts));
  Release release;
  const std::string data = "provide/" + staged.data_name;
  release.sha256[data] = ToHex(assessment.digest);
  ANON_RETURN_IF_ERROR(MakeDirectory(staged.stage / "publish", 0755));
  if (terms.kind != DatasetKind::kNone) {
    ANON_RETURN_IF_ERROR(WritePages(staged, terms, facts, release));
  }
  const std::string sums = Sha256Sums(release);
  ANON_RETURN_IF_ERROR(
      WriteFile(staged.stage / "publish" / "SHA256SUMS", sums));
  std::map<std::string, std::string> attested = release.sha256;
  attested["publish/SHA256SUMS"] = ToHex(Sha256(sums));
  ANON_RETURN_IF_ERROR(WriteFile(staged.stage / "publish" / "attestation.json",
                                 AttestationJson(terms, facts, attested)));
  if (staged.signing_key != nullptr) {
    ANON_RETURN_IF_ERROR(
        SignRelease(staged.stage, *staged.signing_key, SignerRole::kMaker));
  }
  return release;
}

}  // namespace anon
