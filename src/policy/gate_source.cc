// SPDX-License-Identifier: Apache-2.0
#include "policy/gate_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "data/find_attribute.h"

namespace anon::internal {
namespace {

// Leaves rows `kept` of `list`, which are in order.
template <typename T>
void Keep(std::vector<T>& list, const std::vector<std::size_t>& kept) {
  for (std::size_t i = 0; i < kept.size(); ++i) list[i] = list[kept[i]];
  list.resize(kept.size());
}

}  // namespace

absl::StatusOr<std::unique_ptr<GateSource>> GateSource::Create(
    const Policy& policy, RecordSource& source, std::string_view today,
    RandomSource& random) {
  std::unique_ptr<GateSource> gate(new GateSource(policy, source, random));
  if (!policy.principal.empty()) {
    ANON_ASSIGN_OR_RETURN(gate->principal_column_,
                          FindAttribute(source, policy.principal));
  }
  if (const auto& consent = policy.gates.consent) {
    if (!consent->column.empty()) {
      ANON_ASSIGN_OR_RETURN(gate->consent_column_,
                            FindAttribute(source, consent->column));
      gate->given_ = consent->given;
    } else {
      ANON_ASSIGN_OR_RETURN(gate->consents_,
                            Consents::Read(*consent, policy.use.purpose, today,
                                           gate->form_, gate->fingerprinter_));
    }
  }
  if (const auto& exclusion = policy.gates.exclusion) {
    if (exclusion->cut_off > today) {
      return PolicyError(
          fmt::format("gates.exclusion.cut_off lies after {}, the day of the "
                      "run: the list cannot be complete until then",
                      today));
    }
    gate->excluded_.emplace();
    ANON_RETURN_IF_ERROR(ReadExclusions(
        *exclusion, gate->form_, [&](std::string_view principal) {
          gate->excluded_->insert(gate->fingerprinter_.Of(principal));
        }));
  }
  return gate;
}

GateSource::HeldBack* GateSource::HolderOf(const Batch& batch, std::size_t r,
                                           const Fingerprint& principal) {
  if (excluded_ && excluded_->contains(principal)) return &by_exclusion_;
  if (consents_ && !consents_->Passes(principal)) return &by_consent_;
  if (consent_column_ &&
      std::ranges::find(given_, batch.columns[*consent_column_][r]) ==
          given_.end()) {
    return &by_consent_;
  }
  return nullptr;
}

absl::StatusOr<bool> GateSource::Next(Batch& batch) {
  ANON_ASSIGN_OR_RETURN(const bool more, source_.Next(batch));
  ended_ = !more;
  if (ended_) return false;
  kept_.clear();
  for (std::size_t r = 0; r < batch.rows(); ++r) {
    const Fingerprint principal =
        principal_column_ ? fingerprinter_.Of(form_.OfSource(
                                batch.columns[*principal_column_][r]))
                          : Fingerprint{};
    HeldBack* const holder = HolderOf(batch, r, principal);
    if (holder == nullptr) {
      kept_.push_back(r);
      continue;
    }
    ++holder->records;
    if (principal_column_) holder->principals.insert(principal);
  }
  passed_ += std::ssize(kept_);
  if (kept_.size() == batch.rows()) return true;
  for (auto& column : batch.columns) Keep(column, kept_);
  Keep(batch.lines, kept_);
  return true;
}

absl::Status GateSource::Rewind() {
  passed_ = 0;
  ended_ = false;
  by_consent_ = {};
  by_exclusion_ = {};
  return source_.Rewind();
}

std::vector<GateTally> GateSource::tallies() const {
  const auto tally = [this](std::string name, const HeldBack& held) {
    return GateTally{
        .gate = std::move(name),
        .records = held.records,
        .principals = principal_column_
                          ? static_cast<std::int64_t>(held.principals.size())
                          : held.records,
        .unmatched = 0};
  };
  std::vector<GateTally> all;
  if (excluded_) {
    all.push_back(tally("exclusion", by_exclusion_));
    all.back().unmatched = static_cast<std::int64_t>(
        excluded_->size() - by_exclusion_.principals.size());
  }
  if (consents_ || consent_column_) {
    all.push_back(tally("consent", by_consent_));
  }
  return all;
}

}  // namespace anon::internal
