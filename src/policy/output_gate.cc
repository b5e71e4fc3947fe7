// SPDX-License-Identifier: Apache-2.0
#include "policy/output_gate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

// No column of a CSV file has this name.
constexpr char kPrincipal[] = "\n";

const ColumnPolicy* FindColumn(const Policy& policy, const std::string& name) {
  const auto at = std::ranges::find(policy.columns, name, &ColumnPolicy::name);
  return at == policy.columns.end() ? nullptr : &*at;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OutputGate>> OutputGate::Create(
    const Policy& policy, RecordSource& written, PrincipalReader principals,
    RandomSource& random) {
  std::unique_ptr<OutputGate> gate(
      new OutputGate(policy, written, std::move(principals)));
  const auto& names = written.attributes();
  if (policy.gates.residue) {
    ANON_ASSIGN_OR_RETURN(gate->scanner_, ResidueScanner::Create(names));
  }
  std::vector<FrequencyAttackCounter::Column> pseudonyms;
  for (std::size_t c = 0; c < names.size(); ++c) {
    const ColumnPolicy* const column = FindColumn(policy, names[c]);
    if (column != nullptr && column->treatment == Treatment::kPseudonymize) {
      pseudonyms.push_back({names[c], c});
    }
  }
  if (!pseudonyms.empty()) {
    gate->frequencies_.emplace(std::move(pseudonyms), random);
  }
  if (!policy.gates.uniqueness) return gate;
  std::vector<std::string> insensitive;
  for (std::size_t c = 0; c < names.size(); ++c) {
    const ColumnPolicy* const column = FindColumn(policy, names[c]);
    if (column == nullptr || column->role != Role::kInsensitive) continue;
    gate->insensitive_.push_back(c);
    insensitive.push_back(names[c]);
  }
  if (insensitive.empty()) return gate;
  std::vector<std::string> counted = insensitive;
  UniquenessOptions options;
  if (gate->principals_ != nullptr) {
    counted.emplace_back(kPrincipal);
    options.principal = kPrincipal;
  }
  ANON_ASSIGN_OR_RETURN(
      gate->uniqueness_,
      UniquenessCounter::Create(counted, Combinations(insensitive, 2), options,
                                random));
  return gate;
}

absl::Status OutputGate::CountUniqueness(const Batch& batch) {
  const bool principals = principals_ != nullptr;
  insensitive_batch_.Reset(insensitive_.size() + (principals ? 1 : 0));
  insensitive_batch_.lines = batch.lines;
  for (std::size_t i = 0; i < insensitive_.size(); ++i) {
    insensitive_batch_.columns[i] = batch.columns[insensitive_[i]];
  }
  if (principals) {
    whose_.resize(batch.rows());
    ANON_RETURN_IF_ERROR(principals_(whose_));
    for (const Fingerprint& who : whose_) {
      insensitive_batch_.columns.back().emplace_back(
          reinterpret_cast<const char*>(&who), sizeof(who));
    }
  }
  uniqueness_->Add(insensitive_batch_);
  return absl::OkStatus();
}

absl::StatusOr<bool> OutputGate::Next(Batch& batch) {
  ANON_ASSIGN_OR_RETURN(const bool more, written_.Next(batch));
  if (!more) return false;
  if (scanner_) scanner_->Scan(batch);
  if (uniqueness_) ANON_RETURN_IF_ERROR(CountUniqueness(batch));
  if (frequencies_) frequencies_->Add(batch);
  return true;
}

void OutputGate::Report(RunReport& report) const {
  if (scanner_) {
    for (ResidueFinding& finding : scanner_->Report().findings) {
      FoundResidue found{
          .finding = std::move(finding), .rule = {}, .allowed = {}};
      found.rule = ResidueRules()[found.finding.rule].name;
      const ColumnPolicy* const column =
          FindColumn(policy_, found.finding.attribute);
      // Free text has no order numbers to be taken for something else.
      if (column != nullptr &&
          column->attribute_class == AttributeClass::kFreeText &&
          found.finding.hits > 0) {
        found.finding.stops = true;
      }
      for (const auto& allowance : policy_.gates.residue->allow) {
        if (allowance.column == found.finding.attribute &&
            allowance.rule == found.rule) {
          found.allowed = allowance.reason;
        }
      }
      if (!found.finding.stops) {
        report.warnings.push_back("looks like residue, and may be chance: " +
                                  ToString(found.finding));
      }
      report.residue.push_back(std::move(found));
    }
  }
  if (uniqueness_) report.uniqueness = uniqueness_->Report();
  if (frequencies_) report.frequency_attacks = frequencies_->Report();
}

std::string ResidueRefusal(const RunReport& report) {
  std::string found;
  for (const FoundResidue& each : report.residue) {
    if (!each.stops()) continue;
    found += (found.empty() ? "" : "; ") + ToString(each.finding);
  }
  if (found.empty()) return "";
  return fmt::format(
      "the written file holds residue of identifiers: {}; treat the column, or "
      "say in gates.residue.allow why it may stay",
      found);
}

std::string UniquenessRefusal(const Policy& policy, const RunReport& report) {
  if (!policy.gates.uniqueness) return "";
  const Ratio& limit = policy.gates.uniqueness->limit;
  for (const Uniqueness& each : report.uniqueness) {
    if (!each.Exceeds(limit)) continue;
    return fmt::format(
        "insensitive columns tell people apart: {} of {} principals are alone "
        "with their value of {}, more than the limit of {} in "
        "gates.uniqueness; treat the column, make it a quasi-identifier or "
        "raise the limit",
        each.alone, each.principals, fmt::join(each.attributes, " and "),
        limit.ToString());
  }
  return "";
}

}  // namespace anon::internal
