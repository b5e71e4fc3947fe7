// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: who consented and who asked to be left out.
#ifndef ANON_SRC_POLICY_CONSENTS_H_
#define ANON_SRC_POLICY_CONSENTS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "anon/base/fingerprint.h"
#include "anon/base/status.h"
#include "anon/policy/policy.h"
#include "anon/pseudonym/normalization.h"
#include "base/fingerprint_hash.h"

namespace anon::internal {

// A receipt as its file has it. Dates are ISO 8601; empty: not withdrawn.
struct ConsentReceipt {
  std::int64_t version = 0;
  std::string_view given_on;
  std::string_view withdrawn_on;
};

// What a receipt is worth on a day.
enum class ConsentValue { kGiven, kWithdrawn, kNotYet, kOlderVersion };
ConsentValue Judge(const ConsentReceipt& receipt, const ConsentGate& gate,
                   std::string_view today);
std::string_view ToString(ConsentValue value);

// How the identifiers of a policy's principal are compared: in the form in
// which they are pseudonymized, if they are, so that all spellings of one
// person are that person. One thread at a time.
class PrincipalForm {
 public:
  explicit PrincipalForm(const Policy& policy);

  bool as_is() const { return profile_ == Normalization::kNone; }
  // An error, without the identifier, if it has no such form. A view of
  // `identifier`, or of this object until the next call.
  absl::StatusOr<std::string_view> Of(std::string_view identifier);
  // What has no such form stays as it is: nobody on a list is like it, and
  // normalizing the column will stop the run if it gets so far.
  std::string_view OfSource(std::string_view identifier);

 private:
  Normalization profile_ = Normalization::kNone;
  std::string buffer_;
};

// Calls `visit` for every receipt for this purpose and recipient class, with
// the principal in its form. Fails, with the place, on a missing column, a
// principal that is empty or has no such form, a version that is no number, a
// date that is none.
absl::Status ReadConsents(
    const ConsentGate& gate, std::string_view purpose, PrincipalForm& form,
    const std::function<void(std::string_view principal,
                             const ConsentReceipt& receipt)>& visit);

// Calls `visit` for every principal on the list, in its form.
absl::Status ReadExclusions(
    const ExclusionGate& gate, PrincipalForm& form,
    const std::function<void(std::string_view principal)>& visit);

// Everyone whose latest receipt is worth something today. Of receipts of one
// day, one that is worth nothing decides. 60 million take about 2 GB.
class Consents {
 public:
  static absl::StatusOr<Consents> Read(const ConsentGate& gate,
                                       std::string_view purpose,
                                       std::string_view today,
                                       PrincipalForm& form,
                                       const Fingerprinter& fingerprinter);
  bool Passes(const Fingerprint& principal) const {
    const auto at = latest_.find(principal);
    return at != latest_.end() && at->second.passes;
  }

 private:
  struct Latest {
    std::int32_t given_on = 0;  // yyyymmdd
    bool passes = false;
  };
  absl::flat_hash_map<Fingerprint, Latest, FingerprintHash> latest_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_CONSENTS_H_
