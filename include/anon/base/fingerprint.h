// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_FINGERPRINT_H_
#define ANON_BASE_FINGERPRINT_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <string_view>

#include "anon/base/random.h"

namespace anon {

// 128 bits that stand for a value inside one run: equal values, equal
// fingerprints; different values differ but for a chance of n^2 / 2^129 over n
// values. 60 million subscribers: 10^-23.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

// SipHash-2-4-128 under a key drawn at construction and dropped with the
// object, so that a fingerprint means nothing outside its run and cannot be
// found by trying values. For counting principals; not a pseudonym. One thread
// at a time. Source: Aumasson and Bernstein, SipHash (2012).
class Fingerprinter {
 public:
  explicit Fingerprinter(RandomSource& random);
  ~Fingerprinter();
  Fingerprinter(Fingerprinter&&) noexcept;
  Fingerprinter& operator=(Fingerprinter&&) noexcept;

  Fingerprint Of(std::string_view value) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_BASE_FINGERPRINT_H_
