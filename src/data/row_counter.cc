// SPDX-License-Identifier: Apache-2.0
#include "data/row_counter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "data/row_place.h"
#include "data/threads.h"

namespace anon::internal {
namespace {

// Rows looked at before radices are chosen, and counted before threads share.
constexpr std::size_t kLookAhead = std::size_t{1} << 18;
// A thread is not started for fewer rows.
constexpr std::size_t kRowsPerThread = std::size_t{1} << 16;
// Numbers of tuples; with values of 32 bits still 63 bits together.
constexpr std::uint64_t kMostTuples = std::uint64_t{1} << 31;
constexpr std::uint64_t kNarrow = std::uint64_t{1} << 32;

}  // namespace

RowCounter::RowCounter(const RowKind& kind, std::vector<std::uint64_t> radices,
                       std::size_t sensitive_attributes, std::size_t lanes)
    : kind_(kind), values_(sensitive_attributes, 1), lanes_(lanes) {
  for (Lane& lane : lanes_) {
    lane.narrow.resize(kBlock);
    lane.low.resize(kBlock);
    lane.narrow_pairs.resize(kBlock);
    lane.keys.resize(kBlock);
    lane.pairs.resize(kBlock);
  }
  const std::size_t width = radices.size();
  layout_ = KeyLayout::Of(std::move(radices));
  if (!layout_) tuples_ = std::make_unique<TupleIndex>(width);
  const std::uint64_t cells = class_cells();
  for (std::size_t s = 0; s < values_.size(); ++s) {
    histograms_.emplace_back(cells, lanes);
  }
  if (kind.principals || values_.empty()) classes_.emplace(cells, lanes);
  if (kind.principals) {
    further_.emplace(cells, 1);
    principals_.emplace(values_.size());
  }
  if (kind.groups) {
    group_counts_.emplace(cells, 1);
    groups_.emplace(0);
  }
  if (kind.weights) population_.emplace(cells, 1);
}

std::uint64_t RowCounter::class_cells() const {
  return layout_ ? layout_->cells() : kMostTuples;
}

bool RowCounter::is_narrow() const {
  return layout_ && layout_->cells() <= kNarrow;
}

bool RowCounter::primed() const {
  return (!classes_ || classes_->primed()) &&
         std::ranges::all_of(histograms_, &KeyCounter::primed);
}

template <typename Visit>
void RowCounter::ForEachClassCounter(const Visit& visit) {
  for (auto* counter : {&classes_, &further_, &group_counts_, &population_}) {
    if (*counter) visit(**counter);
  }
}

// ---- Layout

bool RowCounter::ValuesFit(const CodedRows& rows, std::size_t from,
                           std::size_t n) const {
  for (std::size_t s = 0; s < values_.size(); ++s) {
    const CodeColumn& column = rows.sensitive_attributes[s];
    const bool always = std::uint64_t{1} << (8 * column.width()) <= values_[s];
    if (!always &&
        kernels_.max(From(column, from), column.width(), n) >= values_[s]) {
      return false;
    }
  }
  return true;
}

// Chooses radices that the next rows fit. One that grew before grows by a
// quarter at least, or a slowly growing dictionary would renumber all the time;
// exactly, if keys would get too long otherwise.
void RowCounter::Widen(const CodedRows& rows, std::size_t from) {
  const std::size_t n = std::min(kLookAhead, rows.rows - from);
  std::vector<std::uint64_t> exact;
  std::vector<std::uint64_t> roomy;
  const auto choose = [&](const CodeColumn& column, std::uint64_t old) {
    const std::uint64_t need =
        kernels_.max(From(column, from), column.width(), n) + std::uint64_t{1};
    exact.push_back(std::max(old, need));
    const bool grew_before = old > 1 && need > old;
    roomy.push_back(std::min(
        kNarrow, grew_before ? std::max(need, old + old / 4) : exact.back()));
  };
  const std::size_t width = layout_ ? layout_->width() : 0;
  for (std::size_t q = 0; q < width; ++q) {
    choose(rows.quasi_identifiers[q], layout_->radices()[q]);
  }
  for (std::size_t s = 0; s < values_.size(); ++s) {
    choose(rows.sensitive_attributes[s], values_[s]);
  }
  const auto split = static_cast<std::ptrdiff_t>(width);
  const auto quasi = [&](const std::vector<std::uint64_t>& radices) {
    return std::vector(radices.begin(), radices.begin() + split);
  };
  const auto sensitive = [&](const std::vector<std::uint64_t>& radices) {
    return std::vector(radices.begin() + split, radices.end());
  };
  if (!layout_) {
    Renumber([](std::uint64_t key) { return key; }, std::nullopt,
             sensitive(roomy));
  } else if (!TryLayout(quasi(roomy), sensitive(roomy)) &&
             !TryLayout(quasi(exact), sensitive(exact))) {
    TurnToTuples(sensitive(exact));
  }
}

bool RowCounter::TryLayout(std::vector<std::uint64_t> radices,
                           const std::vector<std::uint64_t>& values) {
  std::optional<KeyLayout> wider = KeyLayout::Of(std::move(radices));
  if (!wider) return false;
  for (const std::uint64_t radix : values) {
    if (wider->cells() > KeyLayout::kMaxCells / radix) return false;
  }
  const KeyLayout old = *layout_;
  const KeyLayout& next = *wider;
  Renumber(
      [&](std::uint64_t key) {
        std::uint64_t mapped = 0;
        for (std::size_t q = 0; q < old.width(); ++q) {
          mapped = mapped * next.radices()[q] + old.Code(key, q);
        }
        return mapped;
      },
      wider, values);
  return true;
}

// Known tuples are numbered in their order, so that the map keeps it.
void RowCounter::TurnToTuples(const std::vector<std::uint64_t>& values) {
  const KeyLayout old = *layout_;
  tuples_ = std::make_unique<TupleIndex>(old.width());
  std::vector<std::uint32_t> tuple(old.width());
  const auto intern = [&](std::uint64_t key) -> std::uint64_t {
    for (std::size_t q = 0; q < tuple.size(); ++q) tuple[q] = old.Code(key, q);
    return tuples_->Intern(tuple);
  };
  const Divisor divisor = primary_divisor();
  for (const std::uint64_t key : primary().Settled()) {
    intern(divisor.Quotient(key));
  }
  Renumber(intern, std::nullopt, values);
}

void RowCounter::Renumber(const Map& map, std::optional<KeyLayout> layout,
                          const std::vector<std::uint64_t>& values) {
  layout_ = std::move(layout);
  const std::uint64_t cells = class_cells();
  ForEachClassCounter([&](KeyCounter& counter) { counter.Remap(map, cells); });
  for (std::size_t s = 0; s < values.size(); ++s) {
    const Divisor old(values_[s]);
    const std::uint64_t radix = values[s];
    histograms_[s].Remap(
        [&](std::uint64_t pair) {
          const std::uint64_t key = old.Quotient(pair);
          return map(key) * radix + (pair - key * old.value());
        },
        cells * radix);
  }
  values_ = values;
  if (principals_) principals_->Remap(map);
  if (groups_) groups_->Remap(map);
}

// ---- Counting

std::size_t RowCounter::LanesFor(std::size_t rows) const {
  if (!layout_ || !primed()) return 1;
  return std::clamp<std::size_t>(rows / kRowsPerThread, 1, lanes_.size());
}

absl::Status RowCounter::Count(const CodedRows& rows, std::size_t from,
                               std::size_t end) {
  ForEachClassCounter([&](KeyCounter& c) { c.Expect(end - from); });
  for (KeyCounter& counter : histograms_) counter.Expect(end - from);
  if (!kind_.plain()) return CountSpecial(rows, {from, end});
  std::vector<Range> todo{{from, end}};
  while (!todo.empty()) {
    const Range range = todo.back();
    todo.pop_back();
    const std::size_t lanes = LanesFor(range.end - range.from);
    if (lanes > 1) {
      CountInParallel(rows, range, lanes, todo);
      continue;
    }
    // Without threads to come there is no reason to stop and look again.
    const std::size_t stop = lanes_.size() == 1 || primed()
                                 ? range.end
                                 : std::min(range.end, range.from + kLookAhead);
    const std::size_t next = CountPlain(0, rows, {range.from, stop});
    if (next < stop) Widen(rows, next);
    if (next < range.end) todo.push_back({next, range.end});
  }
  return absl::OkStatus();
}

// Each lane counts until its end or a code that does not fit; what is left
// over then goes to `todo`.
void RowCounter::CountInParallel(const CodedRows& rows, Range range,
                                 std::size_t lanes, std::vector<Range>& todo) {
  std::vector<Range> left(lanes);
  const std::size_t share = (range.end - range.from + lanes - 1) / lanes;
  RunThreads(lanes, [&](std::size_t lane) {
    const std::size_t from = std::min(range.end, range.from + lane * share);
    const std::size_t end = std::min(range.end, from + share);
    left[lane] = {CountPlain(lane, rows, {from, end}), end};
  });
  for (const Range& rest : left) {
    if (rest.from == rest.end) continue;
    Widen(rows, rest.from);
    todo.push_back(rest);
  }
}

// Returns where it stopped: the end, or the start of a block with a code that
// does not fit.
std::size_t RowCounter::CountPlain(std::size_t lane, const CodedRows& rows,
                                   Range range) {
  if (only_dense_pairs()) return CountDensePairs(lane, rows, range);
  std::optional<KeyPacker> packer = PackerFrom(rows, range.from);
  for (std::size_t at = range.from; at < range.end; at += kBlock) {
    const std::size_t n = std::min(kBlock, range.end - at);
    if (!Pack(lanes_[lane], packer, rows, at, n)) return at;
    if (classes_) FeedClasses(lane, n);
    for (std::size_t s = 0; s < histograms_.size(); ++s) {
      FeedPairs(lane, rows, s, at, n);
    }
  }
  return range.end;
}

bool RowCounter::only_dense_pairs() const {
  return layout_ && !classes_ && histograms_.size() == 1 &&
         histograms_[0].dense();
}

// The value is one more digit of the key.
std::size_t RowCounter::CountDensePairs(std::size_t lane, const CodedRows& rows,
                                        Range range) {
  std::vector<std::uint64_t> radices = layout_->radices();
  radices.push_back(values_[0]);
  std::vector<CodeColumn> columns = rows.quasi_identifiers;
  columns.push_back(rows.sensitive_attributes[0]);
  const auto pairs = KeyLayout::Of(std::move(radices));
  KeyPacker packer(*pairs, columns, range.from);
  const std::span keys(lanes_[lane].narrow_pairs);
  for (std::size_t at = range.from; at < range.end; at += kBlock) {
    const std::size_t n = std::min(kBlock, range.end - at);
    if (!packer.Narrow(n, keys.data())) return at;
    histograms_[0].AddNarrow(lane, keys.first(n));
  }
  return range.end;
}

std::optional<KeyPacker> RowCounter::PackerFrom(const CodedRows& rows,
                                                std::size_t from) const {
  if (!layout_) return std::nullopt;
  return KeyPacker(*layout_, rows.quasi_identifiers, from);
}

bool RowCounter::Pack(Lane& lane, std::optional<KeyPacker>& packer,
                      const CodedRows& rows, std::size_t from, std::size_t n) {
  if (!ValuesFit(rows, from, n)) return false;
  lane.keys_are_wide = !is_narrow();
  if (is_narrow()) return packer->Narrow(n, lane.narrow.data());
  if (packer) return packer->Wide(n, lane.low.data(), lane.keys.data());
  tuples_->Intern(rows.quasi_identifiers, from, n, lane.keys.data());
  return true;
}

std::span<const std::uint64_t> RowCounter::WideKeys(Lane& lane, std::size_t n) {
  if (!lane.keys_are_wide) {
    kernels_.widen(lane.narrow.data(), n, lane.keys.data());
    lane.keys_are_wide = true;
  }
  return {lane.keys.data(), n};
}

std::span<const std::uint64_t> RowCounter::WidePairs(Lane& lane,
                                                     const CodedRows& rows,
                                                     std::size_t s,
                                                     std::size_t from,
                                                     std::size_t n) {
  const Digit value = DigitFrom(rows.sensitive_attributes[s], from, values_[s]);
  std::ranges::copy(WideKeys(lane, n), lane.pairs.begin());
  kernels_.pack({&value, 1}, n, lane.low.data());
  kernels_.append_wide(lane.low.data(), n, values_[s], lane.pairs.data());
  return {lane.pairs.data(), n};
}

void RowCounter::FeedClasses(std::size_t at, std::size_t n) {
  Lane& lane = lanes_[at];
  if (classes_->dense()) {
    classes_->AddNarrow(at, {lane.narrow.data(), n});
  } else {
    classes_->Add(at, WideKeys(lane, n));
  }
}

void RowCounter::FeedPairs(std::size_t at, const CodedRows& rows, std::size_t s,
                           std::size_t from, std::size_t n) {
  Lane& lane = lanes_[at];
  KeyCounter& counter = histograms_[s];
  if (!counter.dense()) {
    return counter.Add(at, WidePairs(lane, rows, s, from, n));
  }
  const CodeColumn keys{std::span<const std::uint32_t>(lane.narrow)};
  const std::array pair{
      DigitFrom(keys, 0, kNarrow),
      DigitFrom(rows.sensitive_attributes[s], from, values_[s])};
  kernels_.pack(pair, n, lane.narrow_pairs.data());
  counter.AddNarrow(at, {lane.narrow_pairs.data(), n});
}

absl::Status RowCounter::CountSpecial(const CodedRows& rows, Range range) {
  std::optional<KeyPacker> packer = PackerFrom(rows, range.from);
  for (std::size_t at = range.from; at < range.end; at += kBlock) {
    const std::size_t n = std::min(kBlock, range.end - at);
    while (!Pack(lanes_[0], packer, rows, at, n)) {
      Widen(rows, at);
      packer = PackerFrom(rows, at);
    }
    WideKeys(lanes_[0], n);
    if (kind_.groups) CountGroups(rows, at, n);
    if (kind_.principals) {
      ANON_RETURN_IF_ERROR(CountOwners(rows, at, n));
    } else if (kind_.frequencies) {
      CountTimes(rows, at, n);
    } else {
      if (classes_) FeedClasses(0, n);
      for (std::size_t s = 0; s < histograms_.size(); ++s) {
        FeedPairs(0, rows, s, at, n);
      }
    }
    if (kind_.weights) {
      std::vector<std::int64_t> weights(n);
      for (std::size_t i = 0; i < n; ++i) {
        weights[i] = rows.weights[at + i] *
                     (kind_.frequencies ? rows.frequencies[at + i] : 1);
      }
      population_->AddTimes(WideKeys(lanes_[0], n), weights);
    }
  }
  return absl::OkStatus();
}

void RowCounter::CountTimes(const CodedRows& rows, std::size_t from,
                            std::size_t n) {
  const auto times = rows.frequencies.subspan(from, n);
  if (classes_) classes_->AddTimes(WideKeys(lanes_[0], n), times);
  for (std::size_t s = 0; s < histograms_.size(); ++s) {
    histograms_[s].AddTimes(WidePairs(lanes_[0], rows, s, from, n), times);
  }
}

void RowCounter::CountGroups(const CodedRows& rows, std::size_t from,
                             std::size_t n) {
  const auto keys = WideKeys(lanes_[0], n);
  const auto owners = rows.groups.subspan(from, n);
  for (const Fingerprint& owner : owners) groups_->Prefetch(owner);
  std::vector<std::uint64_t> fresh;
  for (std::size_t i = 0; i < n; ++i) {
    if (groups_->Add(owners[i], keys[i], {}, {}).in_class) {
      fresh.push_back(keys[i]);
    }
  }
  group_counts_->Add(0, fresh);
}

absl::Status RowCounter::CountOwners(const CodedRows& rows, std::size_t from,
                                     std::size_t n) {
  const std::size_t width = values_.size();
  const auto keys = WideKeys(lanes_[0], n);
  const auto owners = rows.principals.subspan(from, n);
  for (const Fingerprint& owner : owners) principals_->Prefetch(owner);
  std::vector<std::uint64_t> fresh;
  std::vector<std::uint64_t> further;
  std::vector<std::vector<std::uint64_t>> pairs(width);
  std::vector<std::uint32_t> values(width);
  const auto new_values = std::make_unique<bool[]>(width);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t s = 0; s < width; ++s) {
      values[s] = rows.sensitive_attributes[s][from + i];
    }
    const OwnerIndex::News news =
        principals_->Add(owners[i], keys[i], values, {new_values.get(), width});
    if (kind_.weights && !news.owner) {
      return InputErrorOf(
          rows, from + i,
          "a second record of one principal, but sampling weights are of one "
          "person each: bring the table to one record per principal first");
    }
    one_row_each_ &= news.owner;
    (news.in_class ? fresh : further).push_back(keys[i]);
    for (std::size_t s = 0; s < width; ++s) {
      if (new_values[s]) pairs[s].push_back(keys[i] * values_[s] + values[s]);
    }
  }
  classes_->Add(0, fresh);
  further_->Add(0, further);
  for (std::size_t s = 0; s < width; ++s) histograms_[s].Add(0, pairs[s]);
  return absl::OkStatus();
}

}  // namespace anon::internal
