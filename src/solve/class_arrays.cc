// SPDX-License-Identifier: Apache-2.0
//
// Rolling up. Every class gets its tuple at coarser levels by table look-ups of
// the attributes that change; a hash table of what can be there at most unites
// equal ones. Neither input nor output is sorted: nobody needs it. Cost: some
// nanoseconds a class, plus its histogram's cells. Tested against
// Classes::RollUp in tests/solve/solve_test.cc.
#include "solve/class_arrays.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

namespace anon::internal {
namespace {

constexpr std::uint32_t kFree = 0xFFFFFFFF;
// From so many classes on they are united in parts.
constexpr std::size_t kMany = std::size_t{1} << 14;
constexpr unsigned kPartBits = 4;
constexpr std::size_t kParts = std::size_t{1} << kPartBits;

// After how many parts it is asked whether that is enough. Not late: whoever
// stops has no classes that the next nodes could be rolled up from.
constexpr std::array<std::size_t, 3> kStops = {2, 4, kParts};

std::int64_t PeopleInSmall(std::span<const std::uint32_t> people,
                           std::uint32_t least_size) {
  std::uint64_t sum = 0;
  for (const std::uint32_t n : people) sum += n < least_size ? n : 0;
  return static_cast<std::int64_t>(sum);
}

std::uint64_t Hash(std::uint64_t tuple) { return tuple * 0x9E3779B97F4A7C15; }
std::size_t PartOf(std::uint64_t hash) { return hash >> (64 - kPartBits); }

// Unites `n` old classes with equal tuples, in the order of the first of each;
// returns how many there are, and writes tuples, people and, if not null, the
// new class of every old one. Outputs may be the inputs. There are `most` new
// ones at most. Whether a class is new is a coin's toss, so nothing branches on
// it; and slots are four times as many as classes at least, for a collision is
// a branch that nobody foresees.
std::uint32_t UniteEqual(const std::uint64_t* old_tuples,
                         const std::uint32_t* old_people, std::size_t n,
                         std::uint64_t most, unsigned skipped_bits,
                         std::vector<std::uint32_t>& slots,
                         std::uint64_t* tuples, std::uint32_t* people,
                         std::uint32_t* classes) {
  const auto bits = static_cast<unsigned>(
      std::bit_width(4 * std::min<std::uint64_t>(most, n) + 1));
  slots.assign(std::size_t{1} << bits, kFree);
  const std::size_t mask = slots.size() - 1;
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t tuple = old_tuples[i];
    const std::uint32_t count = old_people[i];
    std::size_t at = (Hash(tuple) << skipped_bits) >> (64 - bits);
    std::uint32_t slot = slots[at];
    while ((slot != kFree) & (tuples[slot == kFree ? 0 : slot] != tuple)) {
      at = (at + 1) & mask;
      slot = slots[at];
    }
    const bool fresh = slot == kFree;
    const std::uint32_t to = fresh ? found : slot;
    const std::uint32_t before = fresh ? 0 : people[to];
    slots[at] = to;
    tuples[to] = tuple;
    people[to] = before + count;
    found += fresh ? 1 : 0;
    if (classes != nullptr) classes[i] = to;
  }
  return found;
}

}  // namespace

std::size_t ClassArrays::bytes() const {
  std::size_t sum = tuples.size() * sizeof(std::uint64_t) +
                    principals.size() * sizeof(std::uint32_t);
  for (const HistogramArrays& histogram : histograms) {
    sum += histogram.starts.size() * sizeof(std::uint32_t) +
           histogram.cells.size() * sizeof(ValueCount);
  }
  return sum;
}

LevelMaps::LevelMaps(const std::vector<SearchAttribute>& attributes,
                     const Classes& classes) {
  for (std::size_t q = 0; q < attributes.size(); ++q) {
    Attribute& made = attributes_.emplace_back();
    const Hierarchy* const hierarchy = attributes[q].hierarchy;
    if (hierarchy == nullptr) {
      std::vector<std::uint32_t> codes(classes.size());
      classes.Codes(q, 0, codes);
      const auto most = std::ranges::max_element(codes);
      made.sizes = {most == codes.end() ? 1 : *most + std::size_t{1}};
      auto& map = made.maps.emplace_back().emplace_back(made.sizes.front());
      std::iota(map.begin(), map.end(), 0U);
      continue;
    }
    made.base = attributes[q].counted_level;
    const std::size_t most = attributes[q].most.value_or(hierarchy->height());
    for (std::size_t from = made.base; from <= most; ++from) {
      made.sizes.push_back(hierarchy->size(from));
      auto& maps = made.maps.emplace_back();
      for (std::size_t to = from; to <= most; ++to) {
        auto& map = maps.emplace_back(hierarchy->size(from));
        for (std::uint32_t code = 0; code < map.size(); ++code) {
          map[code] = hierarchy->Generalize(code, from, to);
        }
      }
    }
  }
}

namespace {

// Names the attributes that take most of the bits.
absl::Status TooWide(std::span<const TupleField> fields,
                     const std::vector<std::string>& names) {
  constexpr std::size_t kNamed = 5;
  std::vector<std::pair<int, std::string_view>> widest;
  int bits = 0;
  for (std::size_t q = 0; q < fields.size(); ++q) {
    widest.emplace_back(std::popcount(fields[q].mask), names[q]);
    bits += widest.back().first;
  }
  std::ranges::stable_sort(widest, std::greater(),
                           &std::pair<int, std::string_view>::first);
  std::string list;
  for (std::size_t i = 0; i < std::min(kNamed, widest.size()); ++i) {
    list += fmt::format("{}{} ({})", i == 0 ? "" : ", ", widest[i].second,
                        widest[i].first);
  }
  return PolicyError(fmt::format(
      "a search packs the labels of a record into 64 bits, and these "
      "quasi-identifiers need {}, the widest of them {}: raise their "
      "min_level, drop one, or divide the table instead (solver: mondrian)",
      bits, list));
}

}  // namespace

absl::StatusOr<std::vector<TupleField>> PackFields(
    const LevelMaps& maps, const std::vector<SearchAttribute>& attributes,
    const std::vector<std::string>& names) {
  std::vector<TupleField> fields;
  unsigned bits = 0;
  for (std::size_t q = 0; q < maps.width(); ++q) {
    const SearchAttribute& a = attributes[q];
    const std::size_t base = a.hierarchy == nullptr ? 0 : a.counted_level;
    std::size_t codes = maps.size(q, base);
    if (a.hierarchy != nullptr) {
      for (std::size_t l = base; l <= a.most.value_or(a.hierarchy->height());
           ++l) {
        codes = std::max(codes, maps.size(q, l));
      }
    }
    const auto width = static_cast<unsigned>(std::bit_width(codes - 1));
    fields.push_back(
        {.shift = bits % 64, .mask = (std::uint64_t{1} << width) - 1});
    bits += width;
  }
  if (bits > 64) return TooWide(fields, names);
  return fields;
}

absl::StatusOr<ClassArrays> ArraysOf(const Classes& classes,
                                     std::span<const TupleField> fields,
                                     bool histograms) {
  ClassArrays arrays;
  if (classes.total_principals() > std::numeric_limits<std::uint32_t>::max()) {
    return PolicyError("a search takes at most 2^32 - 1 principals");
  }
  const std::size_t size = classes.size();
  arrays.tuples.resize(size);
  arrays.principals.resize(size);
  std::vector<std::uint32_t> codes(size);
  for (std::size_t q = 0; q < fields.size(); ++q) {
    classes.Codes(q, 0, codes);
    for (std::size_t i = 0; i < size; ++i) {
      arrays.tuples[i] |= std::uint64_t{codes[i]} << fields[q].shift;
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    arrays.principals[i] = static_cast<std::uint32_t>(classes.principals(i));
  }
  if (!histograms) return arrays;
  for (std::size_t s = 0; s < classes.sensitive_attributes().size(); ++s) {
    HistogramArrays& histogram = arrays.histograms.emplace_back();
    histogram.starts.push_back(0);
    for (std::size_t i = 0; i < size; ++i) {
      const auto cells = classes.histogram(i, s);
      histogram.cells.insert(histogram.cells.end(), cells.begin(), cells.end());
      histogram.starts.push_back(
          static_cast<std::uint32_t>(histogram.cells.size()));
    }
  }
  return arrays;
}

void ClassRoller::Retuple(const ClassArrays& in, std::span<const Step> steps,
                          Range range) {
  std::copy_n(in.tuples.data() + range.begin, range.end - range.begin,
              tuples_.data() + range.begin);
  for (const Step& step : steps) {
    const unsigned shift = step.field.shift;
    const std::uint64_t mask = step.field.mask;
    const std::uint64_t others = ~(mask << shift);
    const std::uint32_t* const map = step.map;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const std::uint64_t tuple = tuples_[i];
      tuples_[i] = (tuple & others) |
                   std::uint64_t{map[(tuple >> shift) & mask]} << shift;
    }
  }
}

void ClassRoller::Unite(const ClassArrays& in, std::uint64_t most,
                        ClassArrays& out) {
  people_.assign(in.principals.begin(), in.principals.end());
  class_.resize(in.histograms.empty() ? 0 : in.size());
  const std::uint32_t found = UniteEqual(
      tuples_.data(), people_.data(), in.size(), most, 0, slots_,
      tuples_.data(), people_.data(), class_.empty() ? nullptr : class_.data());
  out.tuples.assign(tuples_.begin(), tuples_.begin() + found);
  out.principals.assign(people_.begin(), people_.begin() + found);
}

// Old classes with their new tuples to their parts; each thread takes a range
// of them, and places are counted first, so that their order is kept.
void ClassRoller::Scatter(const ClassArrays& in, std::span<const Step> steps) {
  const std::size_t n = in.size();
  const bool histograms = !in.histograms.empty();
  tuples_.resize(n);
  parts_.tuples.resize(n);
  parts_.principals.resize(n);
  parts_.olds.resize(histograms ? n : 0);
  parts_.news.resize(histograms ? n : 0);
  const auto range = [&](std::size_t thread) {
    return Range{n * thread / threads_, n * (thread + 1) / threads_};
  };
  std::vector<std::array<std::size_t, kParts>> places(threads_);
  team_.Run([&](std::size_t thread) {
    const Range mine = range(thread);
    Retuple(in, steps, mine);
    places[thread].fill(0);
    for (std::size_t i = mine.begin; i < mine.end; ++i) {
      ++places[thread][PartOf(Hash(tuples_[i]))];
    }
  });
  parts_.starts.assign(1, 0);
  for (std::size_t part = 0, at = 0; part < kParts; ++part) {
    for (auto& of_thread : places) {
      const std::size_t count = of_thread[part];
      of_thread[part] = at;
      at += count;
    }
    parts_.starts.push_back(at);
  }
  team_.Run([&](std::size_t thread) {
    const Range mine = range(thread);
    auto& place = places[thread];
    for (std::size_t i = mine.begin; i < mine.end; ++i) {
      const std::size_t to = place[PartOf(Hash(tuples_[i]))]++;
      parts_.tuples[to] = tuples_[i];
      parts_.principals[to] = in.principals[i];
      if (histograms) parts_.olds[to] = static_cast<std::uint32_t>(i);
    }
  });
}

void ClassRoller::UnitePart(std::size_t part, std::uint64_t most,
                            std::uint32_t least_size,
                            std::vector<std::uint32_t>& slots) {
  const std::size_t begin = parts_.starts[part];
  std::uint64_t* const tuples = parts_.tuples.data() + begin;
  std::uint32_t* const people = parts_.principals.data() + begin;
  parts_.classes[part] = UniteEqual(
      tuples, people, parts_.starts[part + 1] - begin, most, kPartBits, slots,
      tuples, people, parts_.news.empty() ? nullptr : &parts_.news[begin]);
  parts_.small[part] =
      PeopleInSmall({people, parts_.classes[part]}, least_size);
}

// Where a hash table of all new classes would not fit a near cache, and where
// several threads are worth starting: part by part. Parts are a random sample
// of the classes, so that a few tell that far too many are small.
std::int64_t ClassRoller::UniteMany(const ClassArrays& in,
                                    std::span<const Step> steps,
                                    std::uint64_t most, ClassArrays& out,
                                    const Enough& enough) {
  Scatter(in, steps);
  parts_.classes.resize(kParts);
  parts_.small.assign(kParts, 0);
  part_slots_.resize(threads_);
  std::size_t done = 0;
  std::int64_t small = 0;
  for (const std::size_t stop : kStops) {
    if (enough.least_size == 0 && stop != kParts) continue;
    team_.Run([&](std::size_t thread) {
      for (std::size_t part = done + thread; part < stop; part += threads_) {
        UnitePart(part, most, enough.least_size, part_slots_[thread]);
      }
    });
    for (; done < stop; ++done) small += parts_.small[done];
    if (small > enough.people) break;
  }
  const bool stopped = done < kParts;
  std::array<std::size_t, kParts + 1> places{};
  for (std::size_t part = 0; part < done; ++part) {
    places[part + 1] = places[part] + parts_.classes[part];
  }
  out.tuples.resize(places[done]);
  out.principals.resize(places[done]);
  class_.resize(stopped ? 0 : parts_.news.size());
  team_.Run([&](std::size_t thread) {
    for (std::size_t part = thread; part < done; part += threads_) {
      const std::size_t begin = parts_.starts[part];
      std::copy_n(parts_.tuples.data() + begin, parts_.classes[part],
                  out.tuples.data() + places[part]);
      std::copy_n(parts_.principals.data() + begin, parts_.classes[part],
                  out.principals.data() + places[part]);
      if (class_.empty()) continue;
      for (std::size_t i = begin; i < parts_.starts[part + 1]; ++i) {
        class_[parts_.olds[i]] =
            static_cast<std::uint32_t>(places[part]) + parts_.news[i];
      }
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

std::int64_t ClassRoller::RollUp(const ClassArrays& in,
                                 std::span<const Step> steps,
                                 std::uint64_t most, ClassArrays& out,
                                 const Enough& enough) {
  std::int64_t small = 0;
  if (in.size() < kMany) {
    tuples_.resize(in.size());
    Retuple(in, steps, {0, in.size()});
    Unite(in, most, out);
    if (!in.histograms.empty()) {
      small = PeopleInSmall(out.principals, enough.least_size);
    }
    if (small <= enough.people) small = 0;
  } else {
    small = UniteMany(in, steps, most, out, enough);
  }
  out.histograms.clear();
  if (small > 0 || in.histograms.empty()) return small;
  out.histograms.resize(in.histograms.size());
  GroupMembers(out.size());
  for (std::size_t s = 0; s < in.histograms.size(); ++s) {
    UniteHistograms(in.histograms[s], out.histograms[s]);
  }
  return 0;
}

}  // namespace anon::internal
