// SPDX-License-Identifier: Apache-2.0
#include "policy/preconditions.h"

#include <fmt/format.h>

#include "base/status_macros.h"

namespace anon::internal {

bool UsesPseudonyms(const Policy& policy) {
  for (const ColumnPolicy& column : policy.columns) {
    if (column.treatment == Treatment::kPseudonymize) return true;
  }
  return false;
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
  if (options.keyring == nullptr) {
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
