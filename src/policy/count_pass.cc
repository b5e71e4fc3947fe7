// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "base/status_macros.h"
#include "policy/passes.h"
#include "policy/principal_tally.h"

namespace anon::internal {
namespace {

// For a policy that says one row per principal.
class OneRowEach {
 public:
  absl::Status Check(const CodedRows& rows, const Batch& batch,
                     const std::string& source) {
    for (std::size_t r = 0; r < rows.principals.size(); ++r) {
      if (seen_.Add(rows.principals[r], true)) continue;
      return InputErrorAt(
          {.file = source, .line = batch.lines[r]},
          "a second record of one principal; if that is meant, say "
          "'several_rows: count_once' or 'aggregate' under 'principal'");
    }
    return absl::OkStatus();
  }

 private:
  PrincipalTally seen_;
};

}  // namespace

absl::StatusOr<CountedSource> CountPass(RecordSource& source, TablePlan& plan,
                                        const Policy& policy,
                                        bool keep_membership,
                                        const AfterBatch& after_batch) {
  ClassCounterOptions options = plan.counter_options(policy.class_budget);
  // Rounds and divisions refuse principals of several records.
  options.keep_membership = keep_membership && !policy.solver.mondrian &&
                            !policy.solver.local_recoding;
  ClassCounter counter(std::move(options));
  OneRowEach one_row_each;
  std::int64_t records = 0;
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, source.Next(batch));
    if (!more) break;
    ANON_ASSIGN_OR_RETURN(const CodedRows rows, plan.Encode(batch));
    if (policy.several_rows == SeveralRows::kRefuse) {
      ANON_RETURN_IF_ERROR(one_row_each.Check(rows, batch, source.name()));
    }
    ANON_RETURN_IF_ERROR(counter.Add(rows));
    records += static_cast<std::int64_t>(batch.rows());
    ANON_RETURN_IF_ERROR(after_batch(records));
  }
  if (records == 0) {
    return InputErrorAt({.file = source.name(), .line = 2, .column = 1},
                        "no records after the header");
  }
  return CountedSource{.classes = std::move(counter).Finish(),
                       .digest = source.digest()};
}

}  // namespace anon::internal
