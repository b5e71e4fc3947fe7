// SPDX-License-Identifier: Apache-2.0
//
// What makes the pseudonyms of a run.
#include <utility>

#include "base/status_macros.h"
#include "policy/passes.h"
#include "policy/preconditions.h"

namespace anon::internal {

const Key* PrimaryKey(const RunOptions& options) {
  return options.keyring == nullptr ? nullptr : &options.keyring->primary();
}

absl::StatusOr<std::string> AddPseudonymizers(
    const Policy& policy, const std::vector<OutputColumn>& output,
    const Key* key, RandomSource& random, WriteTargets& targets) {
  for (const OutputColumn& column : output) {
    if (column.treatment != Treatment::kPseudonymize) continue;
    PseudonymOptions options = column.pseudonym;
    options.normalization = Normalization::kNone;  // done before the passes
    if (column.fresh) {
      ANON_ASSIGN_OR_RETURN(FreshPseudonyms fresh,
                            FreshPseudonyms::Create(options, random));
      targets.fresh.emplace(column.name, std::move(fresh));
      continue;
    }
    if (key == nullptr) return absl::InternalError("pseudonyms need a key");
    options.domain = policy.pseudonym_domain;
    options.attribute = column.name;
    ANON_ASSIGN_OR_RETURN(Pseudonymizer pseudonymizer,
                          Pseudonymizer::Create(*key, options));
    targets.pseudonymizers.emplace(column.name, std::move(pseudonymizer));
  }
  return key != nullptr && UsesKey(policy) ? key->id() : std::string();
}

DeletionDataSet DescribeDataSet(const Policy& policy, const RunReport& report,
                                std::string origin, std::string retain_until) {
  return {.id = report.data_set_id,
          .origin = std::move(origin),
          .kind = policy.kind == DatasetKind::kNone
                      ? "pseudonymization_as_security_measure"
                      : std::string(ToString(policy.kind)),
          .key_id = report.key_id,
          .retain_until = std::move(retain_until)};
}

}  // namespace anon::internal
