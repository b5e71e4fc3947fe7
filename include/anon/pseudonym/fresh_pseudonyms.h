// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PSEUDONYM_FRESH_PSEUDONYMS_H_
#define ANON_PSEUDONYM_FRESH_PSEUDONYMS_H_

#include <cstddef>
#include <span>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/pseudonym/pseudonymizer.h"

namespace anon {

// A new random pseudonym for every record: two records of one person do not
// link, and no frequency is left to attack. There is no key; what undoes them
// is the deletion information alone. One thread at a time.
class FreshPseudonyms {
 public:
  // Of `options`, encoding, bytes and most_identifiers (here: records) count;
  // domain, attribute, epoch and normalization must be as they are by default.
  // `random` must outlive this.
  static absl::StatusOr<FreshPseudonyms> Create(const PseudonymOptions& options,
                                                RandomSource& random);

  std::size_t width() const;
  // Fills `out`, a multiple of width() characters.
  absl::Status Make(std::span<char> out) const;

 private:
  FreshPseudonyms(PseudonymEncoding encoding, std::size_t bytes,
                  RandomSource& random)
      : encoding_(encoding), bytes_(bytes), random_(&random) {}

  PseudonymEncoding encoding_;
  std::size_t bytes_;
  RandomSource* random_;
};

}  // namespace anon

#endif  // ANON_PSEUDONYM_FRESH_PSEUDONYMS_H_
