// SPDX-License-Identifier: Apache-2.0
//
// Rolling up. Every class gets its tuple at coarser levels by table look-ups of
// the attributes that change; a hash table of what can be there at most unites
// equal ones. Neither input nor output is sorted; where that is of use, see
// sorted_roller.cc. Cost: some nanoseconds a class, plus its histogram's cells.
// Tested against adding up one by one in tests/solve/class_roller_test.cc.
#include "solve/class_roller.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <limits>

namespace anon::internal {
namespace {

constexpr std::uint32_t kFree = 0xFFFFFFFF;
// From so many classes on they are united in parts.
constexpr std::size_t kMany = std::size_t{1} << 14;
constexpr unsigned kPartBits = 4;
constexpr std::size_t kParts = std::size_t{1} << kPartBits;

// In which threads take turns at old classes.
constexpr std::size_t kRanges = 16;

// After how many parts it is asked whether that is enough. Not late: whoever
// stops has no classes that the next nodes could be rolled up from.
constexpr std::array<std::size_t, 3> kStops = {2, 4, kParts};

// Whether it is to be known which old classes a new one is made of.
bool WantsMembers(const ClassArrays& in) {
  return !in.histograms.empty() || in.members;
}

std::int64_t PeopleInSmall(std::span<const std::uint32_t> people,
                           std::uint32_t least_size) {
  std::uint64_t sum = 0;
  for (const std::uint32_t n : people) sum += n < least_size ? n : 0;
  return static_cast<std::int64_t>(sum);
}

template <std::size_t W>
using Tuple = std::array<std::uint64_t, W>;

// The tuples of some classes.
template <std::size_t W>
class Tuples {
 public:
  explicit Tuples(TupleWords& words, std::size_t from = 0) {
    for (std::size_t w = 0; w < W; ++w) words_[w] = words[w].data() + from;
  }
  Tuple<W> At(std::size_t i) const {
    Tuple<W> tuple;
    for (std::size_t w = 0; w < W; ++w) tuple[w] = words_[w][i];
    return tuple;
  }
  void Set(std::size_t i, const Tuple<W>& tuple) const {
    for (std::size_t w = 0; w < W; ++w) words_[w][i] = tuple[w];
  }
  bool Differs(std::size_t i, const Tuple<W>& tuple) const {
    std::uint64_t bits = 0;
    for (std::size_t w = 0; w < W; ++w) bits |= words_[w][i] ^ tuple[w];
    return bits != 0;
  }

 private:
  std::array<std::uint64_t*, W> words_;
};

// What counts of a hash are its upper bits, so those of one word are brought
// down before the next one is added.
template <std::size_t W>
std::uint64_t Hash(const Tuple<W>& tuple) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  std::uint64_t hash = tuple[0] * kOdd;
  for (std::size_t w = 1; w < W; ++w) {
    hash = (hash ^ (hash >> 32) ^ tuple[w]) * kOdd;
  }
  return hash;
}
std::size_t PartOf(std::uint64_t hash) { return hash >> (64 - kPartBits); }

// Unites `n` old classes with equal tuples, in the order of the first of each
// and in their place; returns how many there are, and writes, if not null, the
// new class of every old one. There are `most` new ones at most. Whether a
// class is new is a coin's toss, so nothing branches on it; and slots are four
// times as many as classes at least, for a collision is a branch that nobody
// foresees.
template <std::size_t W>
std::uint32_t UniteEqual(const Tuples<W>& tuples, std::uint32_t* records,
                         std::size_t n, std::uint64_t most,
                         unsigned skipped_bits,
                         std::vector<std::uint32_t>& slots,
                         std::uint32_t* classes) {
  const auto bits = static_cast<unsigned>(
      std::bit_width(4 * std::min<std::uint64_t>(most, n) + 1));
  slots.assign(std::size_t{1} << bits, kFree);
  const std::size_t mask = slots.size() - 1;
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Tuple<W> tuple = tuples.At(i);
    const std::uint32_t count = records[i];
    std::size_t at = (Hash(tuple) << skipped_bits) >> (64 - bits);
    std::uint32_t slot = slots[at];
    while ((slot != kFree) & tuples.Differs(slot == kFree ? 0 : slot, tuple)) {
      at = (at + 1) & mask;
      slot = slots[at];
    }
    const bool fresh = slot == kFree;
    const std::uint32_t to = fresh ? found : slot;
    const std::uint32_t before = fresh ? 0 : records[to];
    slots[at] = to;
    tuples.Set(to, tuple);
    records[to] = before + count;
    found += fresh ? 1 : 0;
    if (classes != nullptr) classes[i] = to;
  }
  return found;
}

}  // namespace

// work(n, thread) for n from `begin` to `end`, each by whichever thread is
// free.
template <typename Work>
void ClassRoller::ForEach(std::size_t begin, std::size_t end,
                          const Work& work) {
  std::atomic<std::size_t> next = begin;
  team_.Run([&](std::size_t thread) {
    for (std::size_t n = next++; n < end; n = next++) work(n, thread);
  });
}

void ClassRoller::Retuple(const ClassArrays& in, std::span<const Step> steps,
                          Range range) {
  for (std::size_t w = 0; w < in.words; ++w) {
    std::copy_n(in.tuples[w].data() + range.begin, range.end - range.begin,
                tuples_[w].data() + range.begin);
  }
  for (const Step& step : steps) {
    const unsigned shift = step.field.shift;
    const std::uint64_t mask = step.field.mask;
    const std::uint64_t others = ~(mask << shift);
    const std::uint32_t* const map = step.map;
    std::uint64_t* const words = tuples_[step.field.word].data();
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const std::uint64_t word = words[i];
      words[i] = (word & others) | std::uint64_t{map[(word >> shift) & mask]}
                                       << shift;
    }
  }
}

template <std::size_t W>
void ClassRoller::Unite(const ClassArrays& in, std::uint64_t most,
                        ClassArrays& out) {
  records_.assign(in.records.begin(), in.records.end());
  class_.resize(WantsMembers(in) ? in.size() : 0);
  const std::uint32_t found =
      UniteEqual(Tuples<W>(tuples_), records_.data(), in.size(), most, 0,
                 slots_, class_.empty() ? nullptr : class_.data());
  for (std::size_t w = 0; w < W; ++w) {
    out.tuples[w].assign(tuples_[w].begin(), tuples_[w].begin() + found);
  }
  out.records.assign(records_.begin(), records_.begin() + found);
}

// Old classes with their new tuples to their parts, range by range; places are
// counted first, so that their order is kept.
template <std::size_t W>
void ClassRoller::Scatter(const ClassArrays& in, std::span<const Step> steps) {
  const std::size_t n = in.size();
  const bool numbered = WantsMembers(in);
  for (std::size_t w = 0; w < W; ++w) {
    tuples_[w].resize(n);
    parts_.tuples[w].resize(n);
  }
  const Tuples<W> retupled(tuples_);
  const Tuples<W> parted(parts_.tuples);
  parts_.records.resize(n);
  parts_.olds.resize(numbered ? n : 0);
  parts_.news.resize(numbered ? n : 0);
  const auto range = [n](std::size_t r) {
    return Range{n * r / kRanges, n * (r + 1) / kRanges};
  };
  std::array<std::array<std::size_t, kParts>, kRanges> places{};
  ForEach(0, kRanges, [&](std::size_t r, std::size_t /*thread*/) {
    const Range mine = range(r);
    Retuple(in, steps, mine);
    for (std::size_t i = mine.begin; i < mine.end; ++i) {
      ++places[r][PartOf(Hash(retupled.At(i)))];
    }
  });
  parts_.starts.assign(1, 0);
  for (std::size_t part = 0, at = 0; part < kParts; ++part) {
    for (auto& of_range : places) {
      const std::size_t count = of_range[part];
      of_range[part] = at;
      at += count;
    }
    parts_.starts.push_back(at);
  }
  ForEach(0, kRanges, [&](std::size_t r, std::size_t /*thread*/) {
    const Range mine = range(r);
    auto& place = places[r];
    for (std::size_t i = mine.begin; i < mine.end; ++i) {
      const Tuple<W> tuple = retupled.At(i);
      const std::size_t to = place[PartOf(Hash(tuple))]++;
      parted.Set(to, tuple);
      parts_.records[to] = in.records[i];
      if (numbered) parts_.olds[to] = static_cast<std::uint32_t>(i);
    }
  });
}

template <std::size_t W>
void ClassRoller::UnitePart(std::size_t part, std::uint64_t most,
                            std::uint32_t least_size,
                            std::vector<std::uint32_t>& slots) {
  const std::size_t begin = parts_.starts[part];
  std::uint32_t* const records = parts_.records.data() + begin;
  parts_.classes[part] =
      UniteEqual(Tuples<W>(parts_.tuples, begin), records,
                 parts_.starts[part + 1] - begin, most, kPartBits, slots,
                 parts_.news.empty() ? nullptr : &parts_.news[begin]);
  parts_.small[part] =
      PeopleInSmall({records, parts_.classes[part]}, least_size);
}

// Where a hash table of all new classes would not fit a near cache, and where
// several threads are worth starting: part by part. Parts are a random sample
// of the classes, so that a few tell that far too many are small.
template <std::size_t W>
std::int64_t ClassRoller::UniteMany(const ClassArrays& in,
                                    std::span<const Step> steps,
                                    std::uint64_t most, ClassArrays& out,
                                    const Enough& enough) {
  Scatter<W>(in, steps);
  parts_.classes.resize(kParts);
  parts_.small.assign(kParts, 0);
  part_slots_.resize(threads_);
  std::size_t done = 0;
  std::int64_t small = 0;
  for (const std::size_t stop : kStops) {
    if (enough.least_size == 0 && stop != kParts) continue;
    ForEach(done, stop, [&](std::size_t part, std::size_t thread) {
      UnitePart<W>(part, most, enough.least_size, part_slots_[thread]);
    });
    for (; done < stop; ++done) small += parts_.small[done];
    if (small > enough.people) break;
  }
  const bool stopped = done < kParts;
  std::array<std::size_t, kParts + 1> places{};
  for (std::size_t part = 0; part < done; ++part) {
    places[part + 1] = places[part] + parts_.classes[part];
  }
  for (std::size_t w = 0; w < W; ++w) out.tuples[w].resize(places[done]);
  out.records.resize(places[done]);
  class_.resize(stopped ? 0 : parts_.news.size());
  ForEach(0, done, [&](std::size_t part, std::size_t /*thread*/) {
    const std::size_t begin = parts_.starts[part];
    for (std::size_t w = 0; w < W; ++w) {
      std::copy_n(parts_.tuples[w].data() + begin, parts_.classes[part],
                  out.tuples[w].data() + places[part]);
    }
    std::copy_n(parts_.records.data() + begin, parts_.classes[part],
                out.records.data() + places[part]);
    if (class_.empty()) return;
    for (std::size_t i = begin; i < parts_.starts[part + 1]; ++i) {
      class_[parts_.olds[i]] =
          static_cast<std::uint32_t>(places[part]) + parts_.news[i];
    }
  });
  return stopped ? small : 0;
}

// Old classes by the new class they are in.
void ClassRoller::GroupMembers(std::size_t classes) {
  starts_.assign(classes + 1, 0);
  for (const std::uint32_t at : class_) ++starts_[at + 1];
  for (std::size_t c = 0; c < classes; ++c) starts_[c + 1] += starts_[c];
  members_.resize(class_.size());
  for (std::size_t i = class_.size(); i-- > 0;) {
    members_[--starts_[class_[i] + 1]] = static_cast<std::uint32_t>(i);
  }
  // Each start now stands one place late.
  starts_.erase(starts_.begin());
  starts_.push_back(static_cast<std::uint32_t>(class_.size()));
}

void ClassRoller::UniteHistograms(const HistogramArrays& in,
                                  HistogramArrays& out) {
  std::uint32_t codes = 0;
  for (const ValueCount& cell : in.cells) codes = std::max(codes, cell.code);
  sums_.assign(std::size_t{codes} + 1, 0);
  out.cells.clear();
  out.starts.assign(1, 0);
  for (std::size_t c = 0; c + 1 < starts_.size(); ++c) {
    seen_.clear();
    for (std::uint32_t m = starts_[c]; m < starts_[c + 1]; ++m) {
      const std::uint32_t old = members_[m];
      for (std::uint32_t e = in.starts[old]; e < in.starts[old + 1]; ++e) {
        const ValueCount& cell = in.cells[e];
        std::int64_t& sum = sums_[cell.code];
        if (sum == 0) seen_.push_back(cell.code);
        sum += cell.principals;
      }
    }
    std::ranges::sort(seen_);
    for (const std::uint32_t code : seen_) {
      out.cells.push_back({code, sums_[code]});
      sums_[code] = 0;
    }
    out.starts.push_back(static_cast<std::uint32_t>(out.cells.size()));
  }
}

// Who has records in several old classes of a new one is in it once.
void ClassRoller::UniteLists(const HoldingLists& in, HoldingLists& out) {
  out.owners = in.owners;
  if (in.size() == 0) return;
  out.holdings.reserve(in.holdings.size());
  std::vector<std::span<const Holding>> lists;
  for (std::size_t c = 0; c + 1 < starts_.size(); ++c) {
    lists.clear();
    for (std::uint32_t m = starts_[c]; m < starts_[c + 1]; ++m) {
      lists.push_back(in.At(members_[m]));
    }
    uniter_.Append(lists, out);
  }
}

void ClassRoller::UniteMembers(const Membership& in, ClassArrays& out) {
  Membership& members = out.members.emplace();
  UniteLists(in.principals, members.principals);
  UniteLists(in.groups, members.groups);
  members.values.resize(in.values.size());
  for (std::size_t s = 0; s < in.values.size(); ++s) {
    UniteLists(in.values[s], members.values[s]);
  }
  CountMembers(out);
}

// Everything but histograms and members.
template <std::size_t W>
std::int64_t ClassRoller::UniteAll(const ClassArrays& in,
                                   std::span<const Step> steps,
                                   std::uint64_t most, ClassArrays& out,
                                   const Enough& enough) {
  if (in.size() >= kMany) return UniteMany<W>(in, steps, most, out, enough);
  for (std::size_t w = 0; w < W; ++w) tuples_[w].resize(in.size());
  Retuple(in, steps, {0, in.size()});
  Unite<W>(in, most, out);
  if (!WantsMembers(in)) return 0;
  const std::int64_t small = PeopleInSmall(out.records, enough.least_size);
  return small <= enough.people ? 0 : small;
}

std::int64_t ClassRoller::RollUp(const ClassArrays& in,
                                 std::span<const Step> steps,
                                 std::uint64_t most, ClassArrays& out,
                                 const Enough& enough) {
  static_assert(kMostWords == 3);
  const std::int64_t small =
      in.words == 1   ? UniteAll<1>(in, steps, most, out, enough)
      : in.words == 2 ? UniteAll<2>(in, steps, most, out, enough)
                      : UniteAll<3>(in, steps, most, out, enough);
  out.words = in.words;
  out.sorted = false;
  out.histograms.clear();
  out.members.reset();
  out.principals.clear();
  out.groups.clear();
  if (small > 0 || !WantsMembers(in)) return small;
  out.histograms.resize(in.histograms.size());
  GroupMembers(out.size());
  const bool once = in.members && in.members->principals.size() > 0;
  for (std::size_t s = 0; s < in.histograms.size() && !once; ++s) {
    if (in.histograms[s].starts.empty()) continue;
    UniteHistograms(in.histograms[s], out.histograms[s]);
  }
  if (in.members) UniteMembers(*in.members, out);
  return 0;
}

}  // namespace anon::internal
