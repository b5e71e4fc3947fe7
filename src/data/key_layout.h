// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_KEY_LAYOUT_H_
#define ANON_SRC_DATA_KEY_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "anon/data/code_column.h"
#include "data/divisor.h"
#include "data/kernels.h"

namespace anon::internal {

// How a tuple of codes becomes one number: mixed radix, the first attribute
// most significant, so that numbers are ordered as tuples are.
class KeyLayout {
 public:
  // The most keys a layout may have.
  static constexpr std::uint64_t kMaxCells = std::uint64_t{1} << 63;

  // Nothing if the product of the radices is more than kMaxCells. A radix is
  // at most 2^32 and counts as 1 where it is 0.
  static std::optional<KeyLayout> Of(std::vector<std::uint64_t> radices);

  std::size_t width() const { return radices_.size(); }
  const std::vector<std::uint64_t>& radices() const { return radices_; }
  std::uint64_t cells() const { return cells_; }

  std::uint32_t Code(std::uint64_t key, std::size_t q) const {
    const std::uint64_t above = strides_[q].Quotient(key);
    return static_cast<std::uint32_t>(moduli_[q].Remainder(above));
  }
  // The same of many keys.
  void Codes(std::span<const std::uint64_t> keys, std::size_t q,
             std::span<std::uint32_t> codes) const;
  // Of all attributes: codes[q * keys.size() + i].
  void AllCodes(std::span<const std::uint64_t> keys,
                std::span<std::uint32_t> codes) const;
  // Nothing if a code is not below its radix.
  std::optional<std::uint64_t> Key(std::span<const std::uint32_t> codes) const;

 private:
  friend class KeyPacker;
  // Neighbouring attributes whose product fits 32 bits are packed together.
  struct Group {
    std::size_t first;
    std::size_t last;  // past the end
    std::uint64_t cells;
  };

  KeyLayout() = default;

  std::vector<std::uint64_t> radices_;
  std::vector<Divisor> strides_;
  std::vector<Divisor> moduli_;
  std::vector<Group> groups_;
  std::uint64_t cells_ = 1;
};

// Where the codes of `column` from row `from` on start.
inline const void* From(const CodeColumn& column, std::size_t from) {
  return static_cast<const char*>(column.data()) + from * column.width();
}

// They as a digit; the radix is at least 1.
inline Digit DigitFrom(const CodeColumn& column, std::size_t from,
                       std::uint64_t radix) {
  return {.codes = From(column, from),
          .width = column.width(),
          .most = static_cast<std::uint32_t>(radix - 1),
          .radix = static_cast<std::uint32_t>(radix)};
}

// Makes keys of rows, some at a time. Layout and columns must outlive it.
class KeyPacker {
 public:
  KeyPacker(const KeyLayout& layout, std::span<const CodeColumn> columns,
            std::size_t from);

  // Packs the next `n` rows. False if a code is not below its radix; keys are
  // then undefined and the place is lost. Narrow requires cells() <= 2^32, and
  // is not for the same packer as Wide. `scratch` has room for n.
  bool Narrow(std::size_t n, std::uint32_t* keys);
  bool Wide(std::size_t n, std::uint32_t* scratch, std::uint64_t* keys);

 private:
  bool Group(std::size_t g, std::size_t n, std::uint32_t* keys);

  const KeyLayout* layout_;
  const Kernels* kernels_ = &BestKernels();
  std::vector<Digit> digits_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_KEY_LAYOUT_H_
