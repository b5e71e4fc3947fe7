// SPDX-License-Identifier: Apache-2.0
#include "data/divisor.h"

#include <algorithm>
#include <bit>

namespace anon::internal {
namespace {

constexpr unsigned kDividendBits = 63;

}  // namespace

// magic = ceil(2^(63 + s) / value) with 2^s >= value: the theorem's condition
// 2^(63 + s) <= magic * value <= 2^(63 + s) + 2^s holds. The dividend is
// doubled so that the upper half of the product is what is left to shift by s.
Divisor::Divisor(std::uint64_t value)
    : value_(value), shift_(static_cast<unsigned>(std::bit_width(value - 1))) {
  const Uint128 power = Uint128{1} << (kDividendBits + shift_);
  magic_ = static_cast<std::uint64_t>((power + value - 1) / value);
}

// The multiplier has 33 bits; `magic` is it without the highest, whose part of
// the product the shifts of the kernel add: figure 4.1 of the paper.
NarrowDivisor::NarrowDivisor(std::uint64_t of)
    : value(static_cast<std::uint32_t>(of)) {
  const auto bits = static_cast<unsigned>(std::bit_width(of - 1));
  const std::uint64_t above = (std::uint64_t{1} << bits) - of;
  magic = static_cast<std::uint32_t>((above << 32) / of + 1);
  first_shift = std::min(bits, 1U);
  second_shift = bits - first_shift;
}

}  // namespace anon::internal
