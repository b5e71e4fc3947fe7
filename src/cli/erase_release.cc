// SPDX-License-Identifier: Apache-2.0
#include "cli/erase_release.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/release/life_cycle.h"
#include "base/json.h"
#include "base/status_macros.h"
#include "cli/today.h"

namespace anon::cli {
namespace {

namespace fs = std::filesystem;
using internal::Json;

// Files below `directory`; `last`, if it is among them, is the last.
absl::StatusOr<std::vector<fs::path>> FilesBelow(const fs::path& directory,
                                                 const fs::path& last = {}) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(directory, error)) return files;
  for (fs::recursive_directory_iterator at(directory, error), end;
       !error && at != end; at.increment(error)) {
    if (!at->is_directory() || at->is_symlink()) files.push_back(at->path());
  }
  if (error) return IoError("read", directory.string(), error.value());
  std::ranges::stable_partition(
      files, [&last](const fs::path& file) { return file != last; });
  return files;
}

// Removes files, and notes name and digest of each.
absl::Status RemoveFiles(const std::vector<fs::path>& files, Json& removed) {
  for (const fs::path& file : files) {
    ANON_ASSIGN_OR_RETURN(const Digest digest, Sha256OfFile(file));
    std::error_code error;
    if (!fs::remove(file, error) || error) {
      return IoError("remove", file.string(), error.value());
    }
    ANON_RETURN_IF_ERROR(SyncPath(file.parent_path()));
    removed.push_back({{"file", file.string()}, {"sha256", ToHex(digest)}});
  }
  return absl::OkStatus();
}

// Somebody else's directory is not emptied: the report in it names the release.
// The report goes last, so that an erasure can be repeated.
absl::StatusOr<std::vector<fs::path>> InternalFiles(const std::string& path,
                                                    const std::string& id) {
  const fs::path directory(path);
  const fs::path report = directory / "report.json";
  std::error_code ignored;
  if (path.empty() || fs::is_empty(directory, ignored)) {
    return std::vector<fs::path>();
  }
  ANON_ASSIGN_OR_RETURN(const std::string text, ReadFile(report));
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("release_id", "") != id) {
    return PolicyError(fmt::format(
        "{}: not the report of release {}; name its internal directory",
        report.string(), id));
  }
  return FilesBelow(directory, report);
}

// The release in the ledger. A release whose data are partly gone does not
// verify any more, so its id comes from the attestation.
absl::StatusOr<std::string> ReleaseIdOf(const fs::path& directory) {
  ANON_ASSIGN_OR_RETURN(const std::string text,
                        ReadFile(directory / "publish" / "attestation.json"));
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("release_id") ||
      !json["release_id"].is_string()) {
    return InputError(fmt::format("{}: not a release", directory.string()));
  }
  return json["release_id"].get<std::string>();
}

absl::StatusOr<ReleaseStatus> StatusIn(Ledger& ledger, const std::string& id) {
  ANON_ASSIGN_OR_RETURN(const std::vector<LedgerRecord> records,
                        ledger.Records());
  for (ReleaseStatus& status : StatusOf(records, Today())) {
    if (status.id == id) return std::move(status);
  }
  return absl::NotFoundError(fmt::format(
      "the ledger does not know release {}: record it with anon ledger add",
      id));
}

// The vault's certificate; an erasure that was interrupted may have done it.
absl::StatusOr<Json> EraseDeletionInformation(
    const CustodianArguments& custodian, const std::string& data_set) {
  if (data_set.empty()) return Json("none was kept");
  ANON_ASSIGN_OR_RETURN(VaultCustodian vault, custodian.Open());
  const auto erased = vault.EraseDataSet(data_set);
  if (absl::IsNotFound(erased.status())) {
    return Json(
        "was gone already: the vault's access log says when and by whom");
  }
  if (!erased.ok()) return erased.status();
  const std::string certificate = CertificateOf(*erased);
  Json json = Json::parse(certificate, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? Json(certificate) : json;
}

}  // namespace

absl::StatusOr<std::string> EraseRelease(const EraseReleaseArguments& a,
                                         const CustodianArguments& custodian) {
  ANON_ASSIGN_OR_RETURN(Ledger ledger, Ledger::Open(a.ledger));
  ANON_ASSIGN_OR_RETURN(const std::string id, ReleaseIdOf(a.directory));
  ANON_ASSIGN_OR_RETURN(const ReleaseStatus status, StatusIn(ledger, id));
  const std::string data_set =
      status.data_set_id.empty() ? a.data_set : status.data_set_id;
  if (!data_set.empty() && custodian.place.vault.empty()) {
    return absl::FailedPreconditionError(fmt::format(
        "release {}: data and deletion information are erased together; name "
        "the vault with its custodian's key (data set {})",
        id, data_set));
  }
  const std::string actor =
      custodian.options.actor.empty() ? UserName() : custodian.options.actor;
  const Ending erasure{actor, Today(), custodian.options.reason};
  ANON_ASSIGN_OR_RETURN(const std::vector<fs::path> internal_files,
                        InternalFiles(a.internal, id));
  ANON_RETURN_IF_ERROR(RecordErasing(ledger, id, erasure).status());
  Json removed = Json::array();
  ANON_ASSIGN_OR_RETURN(const Json deletion_information,
                        EraseDeletionInformation(custodian, data_set));
  ANON_ASSIGN_OR_RETURN(const std::vector<fs::path> provided,
                        FilesBelow(fs::path(a.directory) / "provide"));
  ANON_RETURN_IF_ERROR(RemoveFiles(provided, removed));
  ANON_RETURN_IF_ERROR(RemoveFiles(internal_files, removed));
  Json certificate = {
      {"certificate", "release_erasure/1"},
      {"release_id", id},
      {"kind", status.kind},
      {"day", erasure.day},
      {"actor", actor},
      {"reason", erasure.reason},
      {"files", removed},
      {"deletion_information", deletion_information},
      {"may_still_exist",
       {"copies that recipients hold: the ledger lists the provisions",
        "backups and snapshots of the file system and of the vault",
        "blocks of a solid-state disk that were not trimmed yet"}},
      {"provisions", status.provisions}};
  const std::string text = internal::PrettyJson(certificate);
  ANON_RETURN_IF_ERROR(RecordErased(ledger, id, erasure, text).status());
  return text;
}

}  // namespace anon::cli
