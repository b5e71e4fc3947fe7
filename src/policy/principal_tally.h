// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a run does to each principal.
#ifndef ANON_SRC_POLICY_PRINCIPAL_TALLY_H_
#define ANON_SRC_POLICY_PRINCIPAL_TALLY_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "anon/base/fingerprint.h"
#include "base/fingerprint_hash.h"

namespace anon::internal {

// Counts principals by what became of their records. Memory grows with
// principals: 60 million take about 1.6 GB.
class PrincipalTally {
 public:
  // Returns false if the principal had a record before.
  bool Add(const Fingerprint& principal, bool kept) {
    const auto [at, fresh] = fates_.try_emplace(principal, std::uint8_t{0});
    at->second |= kept ? kKept : kDropped;
    return fresh;
  }

  struct Counts {
    std::int64_t all = 0;
    std::int64_t kept = 0;      // at least one record stays
    std::int64_t affected = 0;  // at least one record was dropped
  };
  Counts Count() const {
    Counts counts;
    for (const auto& [principal, fate] : fates_) {
      ++counts.all;
      counts.kept += (fate & kKept) != 0 ? 1 : 0;
      counts.affected += (fate & kDropped) != 0 ? 1 : 0;
    }
    return counts;
  }

 private:
  static constexpr std::uint8_t kKept = 1;
  static constexpr std::uint8_t kDropped = 2;

  absl::flat_hash_map<Fingerprint, std::uint8_t, FingerprintHash> fates_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_PRINCIPAL_TALLY_H_
