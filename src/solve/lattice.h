// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the nodes of a lattice. A node is a level for every
// attribute; nodes are numbered so that numbers order by levels.
#ifndef ANON_SRC_SOLVE_LATTICE_H_
#define ANON_SRC_SOLVE_LATTICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace anon::internal {

using Levels = std::vector<std::size_t>;

// Levels in bytes, for fast comparison: the top bit of each byte is free.
struct PackedLevels {
  static constexpr std::size_t kMost = 32;
  std::array<std::uint64_t, kMost / 8> words{};

  PackedLevels() = default;
  explicit PackedLevels(std::span<const std::size_t> levels) {
    for (std::size_t q = 0; q < levels.size(); ++q) {
      words[q / 8] |= std::uint64_t{levels[q]} << (q % 8 * 8);
    }
  }
  Levels Unpack(std::size_t width) const {
    Levels levels(width);
    for (std::size_t q = 0; q < width; ++q) {
      levels[q] = words[q / 8] >> (q % 8 * 8) & 0xFF;
    }
    return levels;
  }
  // Whether no level is above that of `other`.
  bool FinerOrSame(const PackedLevels& other, std::size_t used) const {
    constexpr std::uint64_t kTops = 0x8080808080808080;
    for (std::size_t w = 0; w < used; ++w) {
      if ((((other.words[w] | kTops) - words[w]) & kTops) != kTops) {
        return false;
      }
    }
    return true;
  }
};

class Lattice {
 public:
  Lattice(Levels least, Levels most)
      : least_(std::move(least)), most_(std::move(most)) {
    strides_.resize(least_.size());
    for (std::size_t q = least_.size(); q-- > 0;) {
      strides_[q] = size_;
      const std::uint64_t radix = most_[q] - least_[q] + 1;
      if (size_ > kMany / radix) {
        size_ = kMany;
        many_ = true;
      } else {
        size_ *= radix;
      }
    }
  }

  static constexpr std::uint64_t kMany =
      std::numeric_limits<std::int64_t>::max();

  std::size_t width() const { return least_.size(); }
  std::uint64_t size() const { return size_; }
  bool numbered() const { return !many_; }
  const Levels& least() const { return least_; }
  const Levels& most() const { return most_; }

  std::uint64_t Number(std::span<const std::size_t> levels) const {
    std::uint64_t number = 0;
    for (std::size_t q = 0; q < width(); ++q) {
      number += (levels[q] - least_[q]) * strides_[q];
    }
    return number;
  }
  void At(std::uint64_t number, Levels& levels) const {
    levels.resize(width());
    for (std::size_t q = 0; q < width(); ++q) {
      levels[q] = least_[q] + static_cast<std::size_t>(number / strides_[q]);
      number %= strides_[q];
    }
  }
  std::uint64_t stride(std::size_t q) const { return strides_[q]; }

 private:
  Levels least_;
  Levels most_;
  std::vector<std::uint64_t> strides_;
  std::uint64_t size_ = 1;
  bool many_ = false;
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_LATTICE_H_
