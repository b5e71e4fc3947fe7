// SPDX-License-Identifier: Apache-2.0
#include "anon/release/sealed_release.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/release/attestation.h"
#include "base/json.h"
#include "base/status_macros.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::Json;

constexpr std::array kKinds = {DatasetKind::kAnonymizedPersonalInformation,
                               DatasetKind::kPseudonymizedPersonalInformation,
                               DatasetKind::kNone};

// The member at `pointer` ("/items_created/items"), or null.
const Json& At(const Json& json, const char* pointer) {
  static const Json kNothing;
  const Json::json_pointer path(pointer);
  return json.contains(path) ? json.at(path) : kNothing;
}

std::string TextAt(const Json& json, const char* pointer) {
  const Json& text = At(json, pointer);
  return text.is_string() ? text.get<std::string>() : "";
}

BilingualText BilingualAt(const Json& json, const char* pointer) {
  const Json& text = At(json, pointer);
  return {TextAt(text, "/ja"), TextAt(text, "/en")};
}

absl::StatusOr<Json> ReadJson(const fs::path& path) {
  ANON_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return InputError(fmt::format("{}: not a JSON object; put the release back",
                                  path.string()));
  }
  return json;
}

void ReadManifest(const Json& manifest, SealedRelease& release) {
  release.title = BilingualAt(manifest, "/title");
  release.publisher = BilingualAt(manifest, "/publisher/name");
  release.manifest_id = TextAt(manifest, "/manifest_id");
  release.manifest_version = At(manifest, "/version").dump();
  release.published_on = TextAt(manifest, "/published_at");
  release.population = BilingualAt(manifest, "/population");
  release.continuing = TextAt(manifest, "/continuity/mode") == "continuing";
  for (const Json& item : At(manifest, "/items_created/items")) {
    release.items.push_back(BilingualAt(item, "/label"));
  }
  const auto add_user = [&release](const Json& user) {
    const BilingualText name = BilingualAt(user, "");
    if (!name.ja.empty()) release.joint_users.push_back(name.ja);
    if (!name.en.empty()) release.joint_users.push_back(name.en);
  };
  for (const Json& user : At(manifest, "/joint_use/users")) add_user(user);
  add_user(At(manifest, "/joint_use/responsible/name"));
  std::set<std::string> items;
  for (const Json& item : At(manifest, "/items_created/items")) {
    items.insert(item.dump());
  }
  std::set<std::string> techniques;
  for (const Json& technique : At(manifest, "/processing_summary/techniques")) {
    techniques.insert(technique.dump());
  }
  Json covered = {{"publisher", At(manifest, "/publisher/name")},
                  {"kind", At(manifest, "/kind")},
                  {"items", items},
                  {"techniques", techniques}};
  // Other joint users, or another purpose of theirs, are published anew.
  for (const char* const member :
       {"range", "users", "purpose", "responsible"}) {
    const Json& said =
        At(manifest, fmt::format("/joint_use/{}", member).c_str());
    if (!said.is_null()) covered["joint_use"][member] = said;
  }
  release.coverage = ToHex(Sha256(internal::PrettyJson(covered)));
}

}  // namespace

absl::StatusOr<SealedRelease> SealedRelease::Open(const fs::path& directory) {
  ANON_ASSIGN_OR_RETURN(const VerifiedRelease verified,
                        VerifyRelease(directory, {}));
  if (!verified.problems.empty()) {
    return absl::FailedPreconditionError(
        fmt::format("{}: not the release that was sealed: {}; put it back",
                    directory.string(), verified.problems.front()));
  }
  ANON_ASSIGN_OR_RETURN(const Json attestation,
                        ReadJson(directory / "publish" / "attestation.json"));
  SealedRelease release;
  release.directory = directory;
  release.id = verified.release_id;
  release.created = verified.created;
  release.law_edition = TextAt(attestation, "/law_edition");
  const auto kind = std::ranges::find(
      kKinds, verified.kind, [](DatasetKind k) { return ToString(k); });
  if (kind == kKinds.end()) {
    return InputError(fmt::format("{}: its kind is unknown to this version",
                                  directory.string()));
  }
  release.kind = *kind;
  release.approval_missing = verified.approval_missing;
  for (const auto& [name, sha256] : attestation["files"].items()) {
    release.sha256[name] = sha256.get<std::string>();
  }
  if (release.kind == DatasetKind::kNone) return release;
  ANON_ASSIGN_OR_RETURN(const Json manifest,
                        ReadJson(directory / "publish" / "manifest.json"));
  ReadManifest(manifest, release);
  return release;
}

absl::StatusOr<std::string> DigestOfDirectory(const fs::path& directory) {
  std::map<std::string, std::string> digests;
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error), end;
       !error && at != end; at.increment(error)) {
    if (!at->is_regular_file()) continue;
    ANON_ASSIGN_OR_RETURN(const Digest digest, Sha256OfFile(at->path()));
    digests[at->path().lexically_relative(directory).generic_string()] =
        ToHex(digest);
  }
  if (error) return IoError("read", directory.string(), error.value());
  return ToHex(Sha256(internal::PrettyJson(digests)));
}

DatasetKind KindOfReleaseAround(const fs::path& file) {
  std::error_code ignored;
  const fs::path provide = fs::weakly_canonical(file, ignored).parent_path();
  if (provide.filename() != "provide") return DatasetKind::kNone;
  const auto attestation =
      ReadJson(provide.parent_path() / "publish" / "attestation.json");
  if (!attestation.ok()) return DatasetKind::kNone;
  const auto kind =
      std::ranges::find(kKinds, TextAt(*attestation, "/kind"),
                        [](DatasetKind k) { return ToString(k); });
  return kind == kKinds.end() ? DatasetKind::kNone : *kind;
}

}  // namespace anon
