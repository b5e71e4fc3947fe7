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
#include <bit>
#include <limits>

namespace anon::internal {

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
      std::size_t codes = 1;
      for (std::size_t i = 0; i < classes.size(); ++i) {
        codes = std::max<std::size_t>(codes, classes.code(i, q) + 1U);
      }
      made.sizes = {codes};
      made.maps.resize(1);
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

absl::StatusOr<std::vector<TupleField>> PackFields(
    const LevelMaps& maps, const std::vector<SearchAttribute>& attributes) {
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
  if (bits > 64) {
    return PolicyError(fmt::format(
        "a search packs the labels of a record into 64 bits, and these "
        "quasi-identifiers need {}: raise min_level, or drop a column",
        bits));
  }
  return fields;
}

absl::StatusOr<ClassArrays> ArraysOf(const Classes& classes,
                                     std::span<const TupleField> fields,
                                     bool histograms) {
  ClassArrays arrays;
  if (classes.total_principals() > std::numeric_limits<std::uint32_t>::max()) {
    return PolicyError("a search takes at most 2^32 - 1 principals");
  }
  arrays.tuples.reserve(classes.size());
  arrays.principals.reserve(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    std::uint64_t tuple = 0;
    for (std::size_t q = 0; q < fields.size(); ++q) {
      tuple |= std::uint64_t{classes.code(i, q)} << fields[q].shift;
    }
    arrays.tuples.push_back(tuple);
    arrays.principals.push_back(
        static_cast<std::uint32_t>(classes.principals(i)));
  }
  if (!histograms) return arrays;
  for (std::size_t s = 0; s < classes.sensitive_attributes().size(); ++s) {
    HistogramArrays& histogram = arrays.histograms.emplace_back();
    histogram.starts.push_back(0);
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const auto cells = classes.histogram(i, s);
      histogram.cells.insert(histogram.cells.end(), cells.begin(), cells.end());
      histogram.starts.push_back(
          static_cast<std::uint32_t>(histogram.cells.size()));
    }
  }
  return arrays;
}

void ClassRoller::Retuple(const ClassArrays& in, std::span<const Step> steps) {
  tuples_.assign(in.tuples.begin(), in.tuples.end());
  for (const Step& step : steps) {
    const unsigned shift = step.field.shift;
    const std::uint64_t mask = step.field.mask;
    const std::uint64_t others = ~(mask << shift);
    const std::uint32_t* const map = step.map;
    for (std::uint64_t& tuple : tuples_) {
      tuple = (tuple & others) | std::uint64_t{map[(tuple >> shift) & mask]}
                                     << shift;
    }
  }
}

void ClassRoller::Unite(const ClassArrays& in, std::uint64_t most,
                        ClassArrays& out) {
  const std::uint64_t room =
      std::min<std::uint64_t>(std::max<std::uint64_t>(most, 1), in.size() + 1);
  const auto bits = static_cast<unsigned>(std::bit_width(2 * room - 1));
  constexpr std::uint32_t kFree = 0xFFFFFFFF;
  slots_.assign(std::size_t{1} << bits, kFree);
  const std::size_t mask = slots_.size() - 1;
  class_.resize(in.size());
  out.tuples.clear();
  out.principals.clear();
  std::uint64_t last = 0;
  std::uint32_t at = kFree;
  for (std::size_t i = 0; i < tuples_.size(); ++i) {
    const std::uint64_t tuple = tuples_[i];
    if (at == kFree || tuple != last) {
      last = tuple;
      std::size_t slot = (tuple * 0x9E3779B97F4A7C15) >> (64 - bits);
      for (;; slot = (slot + 1) & mask) {
        at = slots_[slot];
        if (at == kFree) {
          at = static_cast<std::uint32_t>(out.tuples.size());
          slots_[slot] = at;
          out.tuples.push_back(tuple);
          out.principals.push_back(0);
          break;
        }
        if (out.tuples[at] == tuple) break;
      }
    }
    out.principals[at] += in.principals[i];
    class_[i] = at;
  }
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

void ClassRoller::RollUp(const ClassArrays& in, std::span<const Step> steps,
                         std::uint64_t most, ClassArrays& out) {
  Retuple(in, steps);
  Unite(in, most, out);
  out.histograms.resize(in.histograms.size());
  if (in.histograms.empty()) return;
  GroupMembers(out.size());
  for (std::size_t s = 0; s < in.histograms.size(); ++s) {
    UniteHistograms(in.histograms[s], out.histograms[s]);
  }
}

}  // namespace anon::internal
