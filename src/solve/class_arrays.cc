// SPDX-License-Identifier: Apache-2.0
#include "solve/class_arrays.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "data/unite_holdings.h"

namespace anon::internal {

namespace {

std::size_t Bytes(const HoldingLists& lists) {
  return lists.starts.size() * sizeof(std::size_t) +
         lists.holdings.size() * sizeof(Holding);
}

RawVector<std::uint32_t> SizesOf(const HoldingLists& lists) {
  RawVector<std::uint32_t> sizes(lists.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    sizes[i] = static_cast<std::uint32_t>(lists.At(i).size());
  }
  return sizes;
}

HistogramArrays HistogramsOf(const HoldingLists& lists) {
  HistogramArrays made;
  made.starts.push_back(0);
  for (std::size_t i = 0; i < lists.size(); ++i) {
    CountByCode(lists.At(i),
                [&](const ValueCount& cell) { made.cells.push_back(cell); });
    made.starts.push_back(static_cast<std::uint32_t>(made.cells.size()));
  }
  return made;
}

}  // namespace

void CountMembers(ClassArrays& classes) {
  const Membership& members = *classes.members;
  classes.groups = SizesOf(members.groups);
  if (members.principals.size() == 0) return;
  classes.principals = SizesOf(members.principals);
  for (std::size_t s = 0; s < members.values.size(); ++s) {
    if (members.values[s].size() == 0) continue;
    classes.histograms[s] = HistogramsOf(members.values[s]);
  }
}

std::size_t ClassArrays::bytes() const {
  std::size_t sum =
      size() * (words * sizeof(std::uint64_t) + sizeof(std::uint32_t)) +
      (principals.size() + groups.size()) * sizeof(std::uint32_t);
  if (members) {
    sum += Bytes(members->principals) + Bytes(members->groups);
    for (const HoldingLists& lists : members->values) sum += Bytes(lists);
  }
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
absl::Status TooWide(std::span<const unsigned> widths,
                     const std::vector<std::string>& names) {
  constexpr std::size_t kNamed = 5;
  std::vector<std::pair<unsigned, std::string_view>> widest;
  for (std::size_t q = 0; q < widths.size(); ++q) {
    widest.emplace_back(widths[q], names[q]);
  }
  std::ranges::stable_sort(widest, std::greater(),
                           &std::pair<unsigned, std::string_view>::first);
  std::string list;
  for (std::size_t i = 0; i < std::min(kNamed, widest.size()); ++i) {
    list += fmt::format("{}{} ({})", i == 0 ? "" : ", ", widest[i].second,
                        widest[i].first);
  }
  return PolicyError(fmt::format(
      "a search packs the labels of a record into {} bits, and these "
      "quasi-identifiers need {}, the widest of them {}: raise their "
      "min_level, drop one, or divide the table instead (solver: mondrian)",
      kMostBits, std::accumulate(widths.begin(), widths.end(), 0U), list));
}

}  // namespace

// If one word is enough, the narrowest lowest: sorted_roller.cc. Else each
// into the first word that has room for it, the widest first. Up to kMostBits
// three are: where one of w <= 32 bits found no room, each word would have less
// than w left, and all fields together take more than 3 (64 - w) + w = 192 - 2
// w >= 128 bits.
std::vector<TupleField> PlaceFields(std::span<const unsigned> widths) {
  std::vector<std::size_t> order(widths.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(),
                           [&](std::size_t q) { return widths[q]; });
  if (std::accumulate(widths.begin(), widths.end(), 0U) <= 64) {
    std::ranges::reverse(order);
  }
  std::vector<TupleField> fields(widths.size());
  std::array<unsigned, kMostWords> taken{};
  for (const std::size_t q : order) {
    TupleField& field = fields[q];
    while (taken[field.word] + widths[q] > 64) ++field.word;
    field.shift = taken[field.word] % 64;  // of no bits: may be behind the last
    field.mask = (std::uint64_t{1} << widths[q]) - 1;
    taken[field.word] += widths[q];
  }
  return fields;
}

absl::StatusOr<std::vector<TupleField>> PackFields(
    const LevelMaps& maps, const std::vector<SearchAttribute>& attributes,
    const std::vector<std::string>& names) {
  std::vector<unsigned> widths;
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
    widths.push_back(static_cast<unsigned>(std::bit_width(codes - 1)));
    bits += widths.back();
  }
  if (bits > kMostBits) return TooWide(widths, names);
  return PlaceFields(widths);
}

namespace {

HistogramArrays HistogramsOf(const Classes& classes, std::size_t s) {
  HistogramArrays made;
  made.starts.push_back(0);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto cells = classes.histogram(i, s);
    made.cells.insert(made.cells.end(), cells.begin(), cells.end());
    made.starts.push_back(static_cast<std::uint32_t>(made.cells.size()));
  }
  return made;
}

// Who is in which class, and who has which of the wanted values.
Membership MembersOf(const Membership& all, const std::vector<bool>& wanted) {
  Membership members{
      .principals = all.principals, .values = {}, .groups = all.groups};
  members.values.resize(wanted.empty() ? 0 : all.values.size());
  for (std::size_t s = 0; s < members.values.size(); ++s) {
    if (wanted[s]) members.values[s] = all.values[s];
  }
  return members;
}

}  // namespace

absl::StatusOr<ClassArrays> ArraysOf(const Classes& classes,
                                     std::span<const TupleField> fields,
                                     const std::vector<bool>& wanted) {
  ClassArrays arrays;
  if (classes.total_records() > std::numeric_limits<std::uint32_t>::max()) {
    return PolicyError("a search takes at most 2^32 - 1 records");
  }
  const std::size_t size = classes.size();
  for (const TupleField& field : fields) {
    arrays.words = std::max(arrays.words, field.word + 1);
  }
  for (std::size_t w = 0; w < arrays.words; ++w) {
    arrays.tuples[w].assign(size, 0);
  }
  arrays.records.resize(size);
  constexpr std::size_t kBlock = 512;
  std::vector<std::uint32_t> codes(kBlock * fields.size());
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    const std::size_t n = std::min(kBlock, size - begin);
    classes.AllCodes(begin, n, codes);
    for (std::size_t q = 0; q < fields.size(); ++q) {
      const TupleField field = fields[q];
      std::uint64_t* const words = arrays.tuples[field.word].data() + begin;
      for (std::size_t i = 0; i < n; ++i) {
        words[i] |= std::uint64_t{codes[q * n + i]} << field.shift;
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    arrays.records[i] = static_cast<std::uint32_t>(classes.records(i));
  }
  arrays.histograms.resize(wanted.size());
  for (std::size_t s = 0; s < wanted.size(); ++s) {
    if (wanted[s]) arrays.histograms[s] = HistogramsOf(classes, s);
  }
  if (classes.membership() != nullptr) {
    arrays.members = MembersOf(*classes.membership(), wanted);
    CountMembers(arrays);
  }
  return arrays;
}

}  // namespace anon::internal
