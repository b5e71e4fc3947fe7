// SPDX-License-Identifier: Apache-2.0
//
// Rolling up without a hash table. Where classes are sorted and an attribute
// has some of the lowest bits of their tuples, those that become one are among
// the few that share all bits above. A table of what the low bits may be counts
// them. What branches costs most here: few classes share the bits above, and
// how many do is a coin's toss. Tested against the hash table in
// tests/solve/sorted_roller_test.cc.
#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "data/radix_sort.h"
#include "solve/class_roller.h"

namespace anon::internal {
namespace {

constexpr unsigned kLowBits = 8;
constexpr std::size_t kLow = std::size_t{1} << kLowBits;

unsigned BitsUpTo(const TupleField& field) {
  return field.shift + static_cast<unsigned>(std::bit_width(field.mask));
}

// What the low bits of tuples become.
struct LowBits {
  LowBits(const ClassRoller::Step& step, std::size_t codes)
      : mask((std::uint64_t{1} << BitsUpTo(step.field)) - 1) {
    const TupleField& field = step.field;
    std::array<bool, kLow> is_target{};
    for (std::uint64_t bits = 0; bits <= mask; ++bits) {
      const std::uint32_t code = field.Code(bits);
      if (code >= codes) continue;  // nobody has it
      const std::uint64_t others = bits & ~(field.mask << field.shift);
      becomes[bits] = static_cast<std::uint8_t>(
          others | std::uint64_t{step.map[code]} << field.shift);
      is_target[becomes[bits]] = true;
    }
    for (std::size_t bits = 0; bits < kLow; ++bits) {
      if (is_target[bits]) targets[size++] = static_cast<std::uint8_t>(bits);
    }
  }

  std::uint64_t mask;
  std::array<std::uint8_t, kLow> becomes{};
  std::array<std::uint8_t, kLow> targets{};  // ascending
  std::size_t size = 0;                      // of targets
};

struct Source {
  std::span<const std::uint64_t> tuples;
  const std::uint32_t* records;
};
struct Sink {
  std::uint64_t* tuples;
  std::uint32_t* records;
};

// All that share the bits above become one: neighbours are added up.
std::size_t UniteNeighbours(const Source& in, const LowBits& low,
                            const Sink& out) {
  std::size_t found = 0;
  std::uint64_t last = ~in.tuples[0];
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < in.tuples.size(); ++i) {
    const std::uint64_t tuple = (in.tuples[i] & ~low.mask) | low.targets[0];
    const bool fresh = tuple != last;
    found += fresh ? 1 : 0;
    sum = (fresh ? 0 : sum) + in.records[i];
    out.tuples[found - 1] = last = tuple;
    out.records[found - 1] = sum;
  }
  return found;
}

// Few may come of those that share the bits above: each is written, and counts
// only if somebody is there.
std::size_t UniteToFew(const Source& in, const LowBits& low, const Sink& out) {
  std::array<std::uint32_t, kLow> records{};
  std::size_t found = 0;
  for (std::size_t i = 0; i < in.tuples.size();) {
    const std::uint64_t above = in.tuples[i] & ~low.mask;
    for (; i < in.tuples.size() && (in.tuples[i] & ~low.mask) == above; ++i) {
      records[low.becomes[in.tuples[i] & low.mask]] += in.records[i];
    }
    for (std::size_t t = 0; t < low.size; ++t) {
      const std::uint8_t to = low.targets[t];
      out.tuples[found] = above | to;
      out.records[found] = records[to];
      found += records[to] > 0 ? 1 : 0;
      records[to] = 0;
    }
  }
  return found;
}

// The same where many may come: marks say which did.
std::size_t UniteToMany(const Source& in, const LowBits& low, const Sink& out) {
  std::array<std::uint32_t, kLow> records{};
  std::size_t found = 0;
  for (std::size_t i = 0; i < in.tuples.size();) {
    const std::uint64_t above = in.tuples[i] & ~low.mask;
    std::array<std::uint64_t, kLow / 64> marks{};
    for (; i < in.tuples.size() && (in.tuples[i] & ~low.mask) == above; ++i) {
      const std::uint8_t to = low.becomes[in.tuples[i] & low.mask];
      records[to] += in.records[i];
      marks[to / 64] |= std::uint64_t{1} << to % 64;
    }
    for (std::size_t m = 0; m < marks.size(); ++m) {
      for (std::uint64_t left = marks[m]; left != 0; left &= left - 1) {
        const auto to =
            64 * m + static_cast<std::size_t>(std::countr_zero(left));
        out.tuples[found] = above | to;
        out.records[found++] = std::exchange(records[to], 0);
      }
    }
  }
  return found;
}

// Of sorted classes.
void RollUpLow(const ClassArrays& in, const LowBits& low, ClassArrays& out) {
  constexpr std::size_t kFew = 8;
  // Room for all of them, and for one that is written without being counted.
  out.tuples[0].resize(in.size() + kFew);
  out.records.resize(in.size() + kFew);
  const Source source{in.tuples[0], in.records.data()};
  const Sink sink{out.tuples[0].data(), out.records.data()};
  const std::size_t found = in.size() == 0  ? 0
                            : low.size == 1 ? UniteNeighbours(source, low, sink)
                            : low.size <= kFew ? UniteToFew(source, low, sink)
                                               : UniteToMany(source, low, sink);
  out.tuples[0].resize(found);
  out.records.resize(found);
  out.words = 1;
  out.sorted = true;
  out.histograms.clear();
}

}  // namespace

void ClassRoller::RollUpSorted(const ClassArrays& in, const Step& step,
                               std::size_t codes, std::uint64_t most,
                               ClassArrays& out) {
  if (in.sorted && BitsUpTo(step.field) <= kLowBits) {
    RollUpLow(in, LowBits(step, codes), out);
    return;
  }
  RollUp(in, {&step, 1}, most, out);
  if (out.words == 1 && out.histograms.empty() && !out.members) Sort(out);
}

// By their only word. Not where word and place in the array take too many bits.
void ClassRoller::Sort(ClassArrays& classes) {
  const std::size_t n = classes.size();
  std::uint64_t any = 0;
  for (const std::uint64_t tuple : classes.tuples[0]) any |= tuple;
  const auto place_bits = static_cast<unsigned>(std::bit_width(n));
  const unsigned bits = static_cast<unsigned>(std::bit_width(any)) + place_bits;
  if (bits > 64) return;
  keys_.resize(2 * n);
  for (std::size_t i = 0; i < n; ++i) {
    keys_[i] = classes.tuples[0][i] << place_bits | i;
  }
  records_.assign(classes.records.begin(), classes.records.end());
  const std::uint64_t* const sorted =
      RadixSort(keys_.data(), keys_.data() + n, n, bits, place_bits);
  const std::uint64_t place = (std::uint64_t{1} << place_bits) - 1;
  for (std::size_t i = 0; i < n; ++i) {
    classes.tuples[0][i] = sorted[i] >> place_bits;
    classes.records[i] = records_[sorted[i] & place];
  }
  classes.sorted = true;
}

}  // namespace anon::internal
