// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the gates that stand behind the written file.
#ifndef ANON_SRC_POLICY_OUTPUT_GATE_H_
#define ANON_SRC_POLICY_OUTPUT_GATE_H_

#include <optional>
#include <string>
#include <vector>

#include "anon/assess/assess.h"
#include "anon/assess/frequency_attack.h"
#include "anon/assess/uniqueness.h"
#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "anon/policy/run.h"
#include "anon/residue/residue_scanner.h"

namespace anon::internal {

// The records of the written file, looked at on their way to the assessment:
// for residue of identifiers in every column, for insensitive columns that
// single people out, and for how often pseudonyms occur. One thread at a time.
class OutputGate final : public RecordSource {
 public:
  // `written` must outlive this. `principals` says whose its records are; null:
  // each is a principal.
  static absl::StatusOr<std::unique_ptr<OutputGate>> Create(
      const Policy& policy, RecordSource& written, PrincipalReader principals,
      RandomSource& random);

  const std::string& name() const override { return written_.name(); }
  const std::vector<std::string>& attributes() const override {
    return written_.attributes();
  }
  absl::StatusOr<bool> Next(Batch& batch) override;
  // Once, before the first record.
  absl::Status Rewind() override { return written_.Rewind(); }
  std::optional<Digest> digest() const override { return written_.digest(); }

  // After the last record.
  void Report(RunReport& report) const;

 private:
  OutputGate(const Policy& policy, RecordSource& written,
             PrincipalReader principals)
      : policy_(policy),
        written_(written),
        principals_(std::move(principals)) {}
  absl::Status CountUniqueness(const Batch& batch);

  const Policy& policy_;
  RecordSource& written_;
  PrincipalReader principals_;
  std::optional<ResidueScanner> scanner_;
  std::optional<UniquenessCounter> uniqueness_;
  std::optional<FrequencyAttackCounter> frequencies_;  // of pseudonyms
  std::vector<std::size_t> insensitive_;               // columns
  Batch insensitive_batch_;                            // those, and principals
  std::vector<Fingerprint> whose_;
};

// Why the written file may not be released; empty if the gates let it pass.
std::string ResidueRefusal(const RunReport& report);
std::string UniquenessRefusal(const Policy& policy, const RunReport& report);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_OUTPUT_GATE_H_
