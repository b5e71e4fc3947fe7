// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the records that the gates let pass.
#ifndef ANON_SRC_POLICY_GATE_SOURCE_H_
#define ANON_SRC_POLICY_GATE_SOURCE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "policy/consents.h"

namespace anon::internal {

// Another source's records without those that consent or exclusion hold back.
// Default deny: a principal without a consent stays out. Exclusion is asked
// first. One thread at a time.
class GateSource final : public RecordSource {
 public:
  // Reads consents and exclusions. `source` must outlive this; `today` is an
  // ISO 8601 date. Fails if `source` lacks a column that the gates ask.
  static absl::StatusOr<std::unique_ptr<GateSource>> Create(
      const Policy& policy, RecordSource& source, std::string_view today,
      RandomSource& random);

  const std::string& name() const override { return source_.name(); }
  const std::vector<std::string>& attributes() const override {
    return source_.attributes();
  }
  absl::StatusOr<bool> Next(Batch& batch) override;
  absl::Status Rewind() override;
  std::optional<Digest> digest() const override { return source_.digest(); }

  // Records that passed, and what was held back, since the beginning.
  std::int64_t passed() const { return passed_; }
  bool ended() const { return ended_; }  // all of them have been read
  std::vector<GateTally> tallies() const;

 private:
  struct HeldBack {
    std::int64_t records = 0;
    absl::flat_hash_set<Fingerprint, FingerprintHash> principals;
  };

  GateSource(const Policy& policy, RecordSource& source, RandomSource& random)
      : source_(source), fingerprinter_(random), form_(policy) {}
  // Which gate holds row `r` back, or null.
  HeldBack* HolderOf(const Batch& batch, std::size_t r,
                     const Fingerprint& principal);

  RecordSource& source_;
  Fingerprinter fingerprinter_;
  PrincipalForm form_;
  std::optional<std::size_t> principal_column_;
  std::optional<std::size_t> consent_column_;
  std::vector<std::string> given_;
  std::optional<Consents> consents_;
  std::optional<absl::flat_hash_set<Fingerprint, FingerprintHash>> excluded_;
  HeldBack by_consent_;
  HeldBack by_exclusion_;
  std::vector<std::size_t> kept_;
  std::int64_t passed_ = 0;
  bool ended_ = false;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_GATE_SOURCE_H_
