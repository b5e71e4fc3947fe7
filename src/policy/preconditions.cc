// SPDX-License-Identifier: Apache-2.0
#include "policy/preconditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "anon/release/sealed_release.h"
#include "base/status_macros.h"

namespace anon::internal {

bool UsesPseudonyms(const Policy& policy) {
  for (const ColumnPolicy& column : policy.columns) {
    if (column.treatment == Treatment::kPseudonymize) return true;
  }
  return false;
}

bool UsesKey(const Policy& policy) {
  return std::ranges::any_of(policy.columns, [](const ColumnPolicy& column) {
    return column.treatment == Treatment::kPseudonymize &&
           !column.fresh_pseudonyms;
  });
}

// Keys and vault belong to pseudonymized information, and to it alone.
absl::Status CheckSecrets(const Policy& policy, const RunOptions& options) {
  const bool given =
      options.keyring != nullptr || options.deletion_sink != nullptr ||
      !options.places.vault.empty() || !options.places.keyring.empty();
  if (policy.kind == DatasetKind::kAnonymizedPersonalInformation) {
    if (!given) return absl::OkStatus();
    return PolicyError(
        "anonymized personal information takes no keyring and no vault: its "
        "key is made for the run and destroyed at sealing, and nothing that "
        "could undo it is kept");
  }
  if (!UsesPseudonyms(policy)) return absl::OkStatus();
  if (policy.kind == DatasetKind::kNone && !given) return absl::OkStatus();
  if (options.keyring == nullptr && UsesKey(policy)) {
    return PolicyError(
        "no key, no run: pseudonyms need a keyring (--keyring; make one with "
        "'anon key create')");
  }
  if (options.deletion_sink == nullptr) {
    return PolicyError(
        "pseudonyms need a place for the deletion information they replace "
        "(--vault; make one with 'anon vault init')");
  }
  return absl::OkStatus();
}

absl::Status CheckCollation(const Policy& policy) {
  std::vector<std::pair<const char*, std::filesystem::path>> others;
  if (!policy.population.empty()) {
    others.emplace_back("population", policy.population);
  }
  if (policy.gates.consent && !policy.gates.consent->file.empty()) {
    others.emplace_back("gates.consent.file", policy.gates.consent->file);
  }
  if (policy.gates.exclusion) {
    others.emplace_back("gates.exclusion.file", policy.gates.exclusion->file);
  }
  const auto anonymized = [](const std::filesystem::path& file) {
    return KindOfReleaseAround(file) ==
           DatasetKind::kAnonymizedPersonalInformation;
  };
  const bool source = anonymized(policy.source);
  for (const auto& [key, file] : others) {
    if (!source && !anonymized(file)) continue;
    return PolicyError(fmt::format(
        "{}: {} is anonymized personal information, which is not collated "
        "with other tables; remove {}",
        policy.file.string(), source ? "the source" : key, key));
  }
  if (source && policy.kind != DatasetKind::kAnonymizedPersonalInformation) {
    return PolicyError(fmt::format(
        "{}: the source is anonymized personal information and stays so; "
        "make pseudonymized or other data from the personal information",
        policy.file.string()));
  }
  return absl::OkStatus();
}

// Entrusted work ends on a day.
absl::Status CheckContractor(const Policy& policy, std::string_view created) {
  const std::string& expires = policy.use.contractor_expires;
  if (expires.empty() || created <= expires) return absl::OkStatus();
  return PolicyError(fmt::format(
      "use.contractor.expires has passed: what is entrusted ended on {}",
      expires));
}

// A run that replaces a release must not delete what it is made from.
absl::Status CheckInputs(const Policy& policy, const RunOptions& options,
                         const Places& places) {
  ANON_RETURN_IF_ERROR(CheckOutside(places, policy.file));
  if (options.source == nullptr) {
    ANON_RETURN_IF_ERROR(CheckOutside(places, policy.source));
  }
  if (policy.gates.consent && !policy.gates.consent->file.empty()) {
    ANON_RETURN_IF_ERROR(CheckOutside(places, policy.gates.consent->file));
  }
  if (policy.gates.exclusion) {
    ANON_RETURN_IF_ERROR(CheckOutside(places, policy.gates.exclusion->file));
  }
  if (!policy.wording.empty()) {
    ANON_RETURN_IF_ERROR(CheckOutside(places, policy.wording));
  }
  for (const ColumnPolicy& column : policy.columns) {
    if (column.treatment != Treatment::kGeneralize ||
        column.hierarchy.empty()) {
      continue;
    }
    ANON_RETURN_IF_ERROR(CheckOutside(places, column.hierarchy));
  }
  return absl::OkStatus();
}

}  // namespace anon::internal
