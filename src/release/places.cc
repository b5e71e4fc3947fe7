// SPDX-License-Identifier: Apache-2.0
#include "anon/release/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "anon/base/files.h"
#include "base/status_macros.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

struct NamedDirectory {
  std::string name;
  fs::path path;
  bool closed = false;  // nothing else may lie inside it
};

bool Inside(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end())
             .first == outer.end();
}

}  // namespace

absl::StatusOr<Places> ResolvePlaces(const Places& places) {
  if (places.out.empty() || places.internal.empty()) {
    return PolicyError(
        "a run needs a directory for the release (--out) and "
        "one for internal files (--internal)");
  }
  Places real;
  ANON_ASSIGN_OR_RETURN(real.out, RealPath(places.out));
  ANON_ASSIGN_OR_RETURN(real.internal, RealPath(places.internal));
  std::vector<NamedDirectory> directories = {
      {"the release (--out)", real.out, true},
      {"the internal directory (--internal)", real.internal, true}};
  if (!places.vault.empty()) {
    ANON_ASSIGN_OR_RETURN(real.vault, RealPath(places.vault));
    directories.push_back(
        {"the vault's directory", real.vault.parent_path(), false});
  }
  if (!places.keyring.empty()) {
    ANON_ASSIGN_OR_RETURN(real.keyring, RealPath(places.keyring));
    directories.push_back(
        {"the keyring's directory", real.keyring.parent_path(), false});
  }
  for (const NamedDirectory& a : directories) {
    for (const NamedDirectory& b : directories) {
      if (&a == &b) continue;
      if (a.path == b.path) {
        return PolicyError(
            fmt::format("{} and {} are the same: {}; keep them "
                        "apart",
                        a.name, b.name, a.path.string()));
      }
      if (b.closed && Inside(a.path, b.path)) {
        return PolicyError(fmt::format("{} lies inside {}: {}; keep them apart",
                                       a.name, b.name, a.path.string()));
      }
    }
  }
  for (const fs::path& file : places.outside) {
    ANON_RETURN_IF_ERROR(CheckOutside(real, file));
    ANON_ASSIGN_OR_RETURN(real.outside.emplace_back(), RealPath(file));
  }
  return real;
}

absl::Status CheckOutside(const Places& resolved, const fs::path& file) {
  ANON_ASSIGN_OR_RETURN(const fs::path real, RealPath(file));
  for (const fs::path& place : {resolved.out, resolved.internal}) {
    if (!Inside(real, place)) continue;
    return PolicyError(fmt::format(
        "{}: the run reads it, so it may not lie in {}, which the run writes",
        file.string(), place.string()));
  }
  return absl::OkStatus();
}

}  // namespace anon
