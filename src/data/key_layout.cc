// SPDX-License-Identifier: Apache-2.0
#include "data/key_layout.h"

#include <algorithm>
#include <array>
#include <bit>

namespace anon::internal {
namespace {

constexpr std::uint64_t kNarrow = std::uint64_t{1} << 32;

}  // namespace

std::optional<KeyLayout> KeyLayout::Of(std::vector<std::uint64_t> radices) {
  KeyLayout layout;
  for (std::uint64_t& radix : radices) {
    radix = std::max<std::uint64_t>(radix, 1);
    if (layout.cells_ > kMaxCells / radix) return std::nullopt;
    layout.cells_ *= radix;
  }
  std::uint64_t stride = layout.cells_;
  for (std::size_t q = 0; q < radices.size(); ++q) {
    stride /= radices[q];
    layout.strides_.emplace_back(stride);
    layout.moduli_.emplace_back(radices[q]);
    if (!layout.groups_.empty() &&
        layout.groups_.back().cells * radices[q] <= kNarrow) {
      layout.groups_.back().last = q + 1;
      layout.groups_.back().cells *= radices[q];
    } else {
      layout.groups_.push_back({q, q + 1, radices[q]});
    }
  }
  layout.radices_ = std::move(radices);
  return layout;
}

std::optional<std::uint64_t> KeyLayout::Key(
    std::span<const std::uint32_t> codes) const {
  std::uint64_t key = 0;
  for (std::size_t q = 0; q < radices_.size(); ++q) {
    if (codes[q] >= radices_[q]) return std::nullopt;
    key = key * radices_[q] + codes[q];
  }
  return key;
}

void KeyLayout::Codes(std::span<const std::uint64_t> keys, std::size_t q,
                      std::span<std::uint32_t> codes) const {
  const Divisor stride = strides_[q];
  const Divisor modulus = moduli_[q];
  if (q == 0) {  // nothing is above it
    for (std::size_t i = 0; i < keys.size(); ++i) {
      codes[i] = static_cast<std::uint32_t>(stride.Quotient(keys[i]));
    }
    return;
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    codes[i] =
        static_cast<std::uint32_t>(modulus.Remainder(stride.Quotient(keys[i])));
  }
}

// The last group first, and of a group the last attribute: what is left of a
// key is divided once for each, in 32 bits within a group.
void KeyLayout::AllCodes(std::span<const std::uint64_t> keys,
                         std::span<std::uint32_t> codes) const {
  const Kernels& kernels = BestKernels();
  std::array<std::uint64_t, 256> left;
  std::array<std::uint32_t, 256> number;
  for (std::size_t begin = 0; begin < keys.size(); begin += left.size()) {
    const std::size_t n = std::min(left.size(), keys.size() - begin);
    for (std::size_t i = 0; i < n; ++i) left[i] = keys[begin + i];
    for (std::size_t g = groups_.size(); g-- > 0;) {
      const Divisor cells(groups_[g].cells);
      for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t above = g > 0 ? cells.Quotient(left[i]) : 0;
        number[i] = static_cast<std::uint32_t>(left[i] - above * cells.value());
        left[i] = above;
      }
      for (std::size_t q = groups_[g].last; q-- > groups_[g].first;) {
        kernels.divide(NarrowDivisor(radices_[q]), n, number.data(),
                       &codes[q * keys.size() + begin]);
      }
    }
  }
}

KeyPacker::KeyPacker(const KeyLayout& layout,
                     std::span<const CodeColumn> columns, std::size_t from)
    : layout_(&layout) {
  // A radix of 2^32 leaves room for others of radix 1 only: keys stay codes.
  for (std::size_t q = 0; q < layout.width(); ++q) {
    digits_.push_back(DigitFrom(columns[q], from, layout.radices()[q]));
  }
}

bool KeyPacker::Group(std::size_t g, std::size_t n, std::uint32_t* keys) {
  const auto [first, last, cells] = layout_->groups_[g];
  const auto digits = std::span(digits_).subspan(first, last - first);
  if (!kernels_->pack(digits, n, keys)) return false;
  for (Digit& digit : digits) {
    digit.codes = static_cast<const char*>(digit.codes) + n * digit.width;
  }
  return true;
}

bool KeyPacker::Narrow(std::size_t n, std::uint32_t* keys) {
  if (!layout_->groups_.empty()) return Group(0, n, keys);
  std::fill_n(keys, n, 0U);
  return true;
}

bool KeyPacker::Wide(std::size_t n, std::uint32_t* scratch,
                     std::uint64_t* keys) {
  if (!Narrow(n, scratch)) return false;
  kernels_->widen(scratch, n, keys);
  for (std::size_t g = 1; g < layout_->groups_.size(); ++g) {
    if (!Group(g, n, scratch)) return false;
    kernels_->append_wide(scratch, n, layout_->groups_[g].cells, keys);
  }
  return true;
}

}  // namespace anon::internal
