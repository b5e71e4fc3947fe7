// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "anon/io/csv.h"
#include "anon/policy/consent.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "policy/consents.h"

namespace anon {
namespace {

using internal::ConsentReceipt;
using internal::ConsentValue;

absl::Status AskReceipts(const Policy& policy, std::string_view principal,
                         std::string_view today, internal::PrincipalForm& form,
                         ConsentStatus& status) {
  const ConsentGate& gate = *policy.gates.consent;
  status.consent = "none";
  return internal::ReadConsents(
      gate, policy.use.purpose, form,
      [&](std::string_view who, const ConsentReceipt& receipt) {
        if (who != principal || receipt.given_on < status.given_on) return;
        const ConsentValue value = internal::Judge(receipt, gate, today);
        // Of receipts of one day, one that is worth nothing decides.
        if (receipt.given_on == status.given_on &&
            value == ConsentValue::kGiven) {
          return;
        }
        status.consent = internal::ToString(value);
        status.version = receipt.version;
        status.given_on = receipt.given_on;
        status.withdrawn_on = receipt.withdrawn_on;
      });
}

// Whether the source knows the person, and what its consent column says of all
// the person's records.
absl::Status AskSource(const Policy& policy, std::string_view principal,
                       internal::PrincipalForm& form, ConsentStatus& status) {
  ANON_ASSIGN_OR_RETURN(
      const auto source,
      CsvSource::Open(policy.source, {.delimiter = policy.delimiter,
                                      .encoding = policy.encoding,
                                      .null_text = policy.null_text,
                                      .digest = false}));
  const auto& names = source->attributes();
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) -
                                    names.begin());
  };
  const std::size_t who = column(policy.principal);
  const bool by_column =
      policy.gates.consent && !policy.gates.consent->column.empty();
  const std::size_t consent =
      by_column ? column(policy.gates.consent->column) : 0;
  if (std::max(who, consent) >= names.size()) {
    return InputErrorAt({.file = source->name(), .line = 1},
                        "a column that the policy names is missing");
  }
  if (by_column) status.consent = "none";
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, source->Next(batch));
    if (!more) return absl::OkStatus();
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      if (form.OfSource(batch.columns[who][r]) != principal) continue;
      status.in_source = true;
      if (by_column && std::ranges::find(policy.gates.consent->given,
                                         batch.columns[consent][r]) !=
                           policy.gates.consent->given.end()) {
        status.consent = "given";
      }
    }
  }
}

}  // namespace

absl::StatusOr<ConsentStatus> FindConsentStatus(const Policy& policy,
                                                std::string_view principal,
                                                std::string_view today) {
  if (policy.principal.empty()) {
    return PolicyError(
        "the policy names no principal column, so nobody can be looked up");
  }
  if (!internal::IsIsoDate(today)) {
    return PolicyError("the day is not a date such as 2026-10-01");
  }
  internal::PrincipalForm form(policy);
  const auto normal = form.Of(principal);
  if (!normal.ok()) return normal.status();
  const std::string wanted(*normal);  // the form is used again
  ConsentStatus status;
  if (policy.gates.consent && policy.gates.consent->column.empty()) {
    ANON_RETURN_IF_ERROR(AskReceipts(policy, wanted, today, form, status));
  }
  if (policy.gates.exclusion) {
    ANON_RETURN_IF_ERROR(internal::ReadExclusions(
        *policy.gates.exclusion, form, [&](std::string_view who) {
          status.excluded = status.excluded || who == wanted;
        }));
  }
  ANON_RETURN_IF_ERROR(AskSource(policy, wanted, form, status));
  status.passes = status.in_source && !status.excluded &&
                  (!policy.gates.consent || status.consent == "given");
  return status;
}

}  // namespace anon
