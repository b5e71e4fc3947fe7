// SPDX-License-Identifier: Apache-2.0
//
// Division by a constant as a multiplication. Source: Granlund and Montgomery,
// Division by invariant integers using multiplication (1994).
#ifndef ANON_SRC_DATA_DIVISOR_H_
#define ANON_SRC_DATA_DIVISOR_H_

#include <cstdint>

namespace anon::internal {

__extension__ using Uint128 = unsigned __int128;

// Exact for dividends below 2^63.
class Divisor {
 public:
  // Requires 1 <= value <= 2^63.
  explicit Divisor(std::uint64_t value = 1);
  std::uint64_t value() const { return value_; }
  std::uint64_t Quotient(std::uint64_t n) const {
    return static_cast<std::uint64_t>((Uint128{magic_} * (n << 1)) >> 64) >>
           shift_;
  }
  std::uint64_t Remainder(std::uint64_t n) const {
    return n - Quotient(n) * value_;
  }

 private:
  std::uint64_t value_;
  std::uint64_t magic_;
  unsigned shift_;
};

// For dividends below 2^32, of which several go into a register: see the
// kernel `divide`.
struct NarrowDivisor {
  // Requires 1 <= of <= 2^32.
  explicit NarrowDivisor(std::uint64_t of);

  std::uint32_t value;  // modulo 2^32, as remainders are
  std::uint32_t magic;
  unsigned first_shift;
  unsigned second_shift;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_DIVISOR_H_
