// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a division moves about.
#ifndef ANON_SRC_SOLVE_MONDRIAN_POINT_H_
#define ANON_SRC_SOLVE_MONDRIAN_POINT_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace anon::internal {

// A point in as few bytes as the table allows: the ranks of its attributes, its
// class, and how many of its people the point stands for.
template <typename Lane, std::size_t kBytes>
struct alignas(16) Point {
  static constexpr std::size_t kLanes = kBytes / sizeof(Lane);
  // In 16 bytes class and people share four, else they have four each.
  static constexpr bool kTight = kBytes == 16;
  static constexpr std::size_t kTail = (kTight ? 4 : 8) / sizeof(Lane);
  static constexpr std::size_t kMostAttributes = kLanes - kTail;
  static constexpr std::int64_t kMostPeople = kTight ? 255 : 0xFFFFFFFF;
  static constexpr std::size_t kMostClasses = std::size_t{1}
                                              << (kTight ? 24 : 32);

  std::array<Lane, kLanes> lane;

  // Made in registers: a point that is read right after it was written in parts
  // is not ready. `rank_of`: [lane below kMostAttributes].
  template <typename RankOf>
  void Set(const RankOf& rank_of, std::uint32_t of_class,
           std::uint32_t people) {
    std::array<std::uint64_t, kBytes / 8> words{};
    const auto set = [&words](std::size_t byte, std::size_t size,
                              std::uint64_t value) {
      const std::size_t at = byte % 8;
      const bool little = std::endian::native == std::endian::little;
      words[byte / 8] |= value << 8 * (little ? at : 8 - size - at);
    };
    for (std::size_t q = 0; q < kMostAttributes; ++q) {
      set(q * sizeof(Lane), sizeof(Lane), rank_of(q));
    }
    if constexpr (kTight) {
      set(kBytes - 4, 4, of_class << 8 | people);
    } else {
      set(kBytes - 8, 4, of_class);
      set(kBytes - 4, 4, people);
    }
    std::memcpy(&lane, &words, kBytes);
  }
  std::uint32_t Tail(std::size_t i) const {
    std::uint32_t tail = 0;
    std::memcpy(&tail, &lane[kMostAttributes + 4 / sizeof(Lane) * i], 4);
    return tail;
  }
  std::uint32_t of_class() const { return kTight ? Tail(0) >> 8 : Tail(0); }
  std::uint32_t people() const {
    if constexpr (kTight) {
      return Tail(0) & 0xFF;
    } else {
      return Tail(1);
    }
  }

  // Lane by lane, in registers of 16 bytes; tails too, for nothing.
  using Register [[gnu::vector_size(16)]] = Lane;
  template <typename Pick>
  void Fold(const Point& other, const Pick& pick) {
    for (std::size_t at = 0; at < kLanes; at += 16 / sizeof(Lane)) {
      Register mine;
      Register theirs;
      std::memcpy(&mine, &lane[at], 16);
      std::memcpy(&theirs, &other.lane[at], 16);
      mine = pick(mine, theirs);
      std::memcpy(&lane[at], &mine, 16);
    }
  }
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_MONDRIAN_POINT_H_
