// SPDX-License-Identifier: Apache-2.0
#include "solve/mondrian_divide.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "data/kernels.h"
#include "solve/mondrian_point.h"

namespace anon::internal {
namespace {

template <typename P>
class Divider {
 public:
  Divider(const std::vector<MondrianAxis>& axes, PartJudge& judge, bool relaxed)
      : axes_(axes), judge_(judge), relaxed_(relaxed) {}

  std::vector<P>& points() { return points_; }

  // Points must satisfy all models together. False if it was cancelled.
  bool Divide(const Classes& classes, DivisionWatch& watch) {
    out_.region_of.assign(classes.size(), Recoding::kSuppressed);
    work_.push_back({0, points_.size(), classes.total_principals()});
    if (!(watch.limited() ? DivideLargestFirst(watch) : DivideAll(watch))) {
      return false;
    }
    Share();
    return true;
  }
  Division& result() { return out_; }

 private:
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::int64_t people = 0;
  };

  // Below every urgency.
  static constexpr double kNothingToCut = -1;

  std::size_t width() const { return axes_.size(); }
  bool IsLarge(const Part& part) const {
    return part.people >= 2 * judge_.least_people();
  }

  bool DivideAll(DivisionWatch& watch) {
    while (!work_.empty()) {
      const Part part = work_.back();
      if (IsLarge(part) &&
          watch.Before(part.end - part.begin) != DivisionWatch::Answer::kGoOn) {
        return false;
      }
      work_.pop_back();
      if (!IsLarge(part)) FetchRegions(part);
      Bounds(part);
      if (!Cut(part)) MakeRegion(part);
    }
    return true;
  }

  // Those with most people first, so that whenever it ends, parts that it has
  // not come to are about alike. What becomes of a part does not depend on
  // when: with no limit reached the regions are those of DivideAll, in its
  // order.
  bool DivideLargestFirst(DivisionWatch& watch) {
    const auto after = [](const Part& a, const Part& b) {
      return a.people != b.people ? a.people < b.people : a.begin > b.begin;
    };
    std::vector<Part> done;
    while (!work_.empty() && IsLarge(work_.front())) {
      const Part part = work_.front();
      const auto answer = watch.Before(part.end - part.begin);
      if (answer == DivisionWatch::Answer::kCancelled) return false;
      out_.complete = answer == DivisionWatch::Answer::kGoOn;
      if (!out_.complete) break;
      std::ranges::pop_heap(work_, after);
      work_.pop_back();
      auto heap = work_.end() - work_.begin();
      Bounds(part);
      if (!Cut(part)) done.push_back(part);
      while (heap < std::ssize(work_)) {
        std::push_heap(work_.begin(), work_.begin() + ++heap, after);
      }
    }
    done.insert(done.end(), work_.begin(), work_.end());
    std::ranges::sort(done, {}, &Part::begin);
    for (const Part& part : done) {
      Bounds(part);
      MakeRegion(part);
    }
    return true;
  }

  void Bounds(const Part& part) {
    const auto lower = [](auto a, auto b) { return a < b ? a : b; };
    const auto higher = [](auto a, auto b) { return a > b ? a : b; };
    // Two at a time, which do not wait for each other.
    P low[] = {points_[part.begin], points_[part.end - 1]};
    P high[] = {low[0], low[1]};
    for (std::size_t i = part.begin; i + 1 < part.end; i += 2) {
      for (std::size_t n = 0; n < 2; ++n) {
        const P point = points_[i + n];
        low[n].Fold(point, lower);
        high[n].Fold(point, higher);
      }
    }
    low[0].Fold(low[1], lower);
    high[0].Fold(high[1], higher);
    low_ = low[0];
    high_ = high[0];
  }

  bool Cut(const Part& part) {
    if (!IsLarge(part)) return false;
    // The widest first; of equal ones the earlier.
    std::array<double, P::kLanes> urgency;
    for (std::uint32_t q = 0; q < width(); ++q) {
      urgency[q] = low_.lane[q] == high_.lane[q]
                       ? kNothingToCut
                       : axes_[q].Urgency(low_.lane[q], high_.lane[q]);
    }
    while (true) {
      std::uint32_t q = 0;
      for (std::uint32_t other = 1; other < width(); ++other) {
        q = urgency[other] > urgency[q] ? other : q;
      }
      if (urgency[q] == kNothingToCut) return false;
      if (axes_[q].is_tree() ? Branch(part, q)
          : relaxed_         ? Halve(part, q)
                             : CutLine(part, q)) {
        return true;
      }
      urgency[q] = kNothingToCut;
    }
  }

  // How many people have each rank of `q`, from its lowest: in counts_, with
  // ranks in ranks_ if few of those between occur.
  void Count(const Part& part, std::uint32_t q) {
    const std::uint32_t low = low_.lane[q];
    const std::size_t range = high_.lane[q] - low + std::size_t{1};
    const std::size_t points = part.end - part.begin;
    ranks_.clear();
    if (range <= 64 || range <= 4 * points) {
      counts_.assign(range, 0);
      for (std::size_t i = part.begin; i < part.end; ++i) {
        counts_[points_[i].lane[q] - low] += points_[i].people();
      }
      return;
    }
    pairs_.clear();
    for (std::size_t i = part.begin; i < part.end; ++i) {
      pairs_.push_back(std::uint64_t{points_[i].lane[q]} << 32 |
                       points_[i].people());
    }
    std::ranges::sort(pairs_);
    counts_.clear();
    for (const std::uint64_t pair : pairs_) {
      const auto rank = static_cast<std::uint32_t>(pair >> 32);
      if (ranks_.empty() || ranks_.back() != rank) {
        ranks_.push_back(rank);
        counts_.push_back(0);
      }
      counts_.back() += pair & 0xFFFFFFFF;
    }
  }
  std::uint32_t RankAt(std::size_t i, std::uint32_t q) const {
    return ranks_.empty() ? static_cast<std::uint32_t>(low_.lane[q] + i)
                          : ranks_[i];
  }

  // The rank of whoever is in the middle, and how many people are below it and
  // at or below it.
  struct Median {
    std::uint32_t rank = 0;
    std::uint64_t below = 0;
    std::uint64_t with = 0;
  };

  // By counting ranks in buckets, about as many as there are points, and then
  // sorting the one that has the middle.
  Median MedianOf(const Part& part, std::uint32_t q) {
    const std::uint32_t low = low_.lane[q];
    const std::uint32_t last = high_.lane[q] - low;
    const auto all = static_cast<std::uint64_t>(part.people);
    const std::size_t most =
        std::max<std::size_t>(64, 2 * (part.end - part.begin));
    unsigned shift = 0;
    while ((last >> shift) >= most) ++shift;
    counts_.assign((last >> shift) + std::size_t{1}, 0);
    for (std::size_t i = part.begin; i < part.end; ++i) {
      counts_[(points_[i].lane[q] - low) >> shift] += points_[i].people();
    }
    std::uint64_t below = 0;
    std::uint32_t bucket = 0;
    while (2 * (below + counts_[bucket]) < all) below += counts_[bucket++];
    if (shift == 0) return {low + bucket, below, below + counts_[bucket]};

    pairs_.resize(part.end - part.begin);
    std::size_t found = 0;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      pairs_[found] =
          std::uint64_t{points_[i].lane[q]} << 32 | points_[i].people();
      found += (points_[i].lane[q] - low) >> shift == bucket ? 1 : 0;
    }
    pairs_.resize(found);
    std::ranges::sort(pairs_);
    Median median{.rank = 0, .below = below, .with = below};
    for (const std::uint64_t pair : pairs_) {
      const auto rank = static_cast<std::uint32_t>(pair >> 32);
      if (rank != median.rank) {
        if (2 * median.with >= all) break;
        median.rank = rank;
        median.below = median.with;
      }
      median.with += pair & 0xFFFFFFFF;
    }
    return median;
  }

  // Between two values, as near the middle as can be.
  bool CutLine(const Part& part, std::uint32_t q) {
    const Median median = MedianOf(part, q);
    const auto all = static_cast<std::uint64_t>(part.people);
    // The value in the middle goes to the emptier side; if that does not do, to
    // the other.
    const bool up = median.with == all ||
                    (median.below > 0 && all - median.below < median.with);
    if (TryLine(part, q, median, up)) return true;
    return judge_.by_histograms() && TryLine(part, q, median, !up);
  }

  // Cuts after the value in the middle, or before it.
  bool TryLine(const Part& part, std::uint32_t q, const Median& median,
               bool before) {
    const std::uint64_t left = before ? median.below : median.with;
    const std::uint64_t right = static_cast<std::uint64_t>(part.people) - left;
    const auto least = static_cast<std::uint64_t>(judge_.least_people());
    if (std::min(left, right) < least || std::min(left, right) == 0) {
      return false;
    }
    const std::uint32_t cut = before ? median.rank - 1 : median.rank;
    const std::size_t at = Part2(part.begin, part.end, q, cut);
    children_ = {{part.begin, at, static_cast<std::int64_t>(left)},
                 {at, part.end, static_cast<std::int64_t>(right)}};
    return Accept();
  }

  // Points of ranks up to `cut` first; where the others begin.
  std::size_t Part2(std::size_t begin, std::size_t end, std::uint32_t q,
                    std::uint32_t cut) {
    std::size_t left = begin;
    P* const points = points_.data();
    for (std::size_t i = begin; i < end; ++i) {
      const bool stays = points[i].lane[q] <= cut;
      const P point = points[i];
      points[i] = points[left];
      points[left] = point;
      left += stays ? 1 : 0;
    }
    return left;
  }

  // Into the branches of the label that all have in common.
  bool Branch(const Part& part, std::uint32_t q) {
    axes_[q].Branches(low_.lane[q], high_.lane[q], last_);
    Count(part, q);
    children_.clear();
    cuts_.clear();
    std::size_t n = 0;
    for (const std::uint32_t last : last_) {
      std::uint64_t people = 0;
      for (; n < counts_.size() && RankAt(n, q) <= last; ++n) {
        people += counts_[n];
      }
      if (people == 0) continue;
      if (people < static_cast<std::uint64_t>(judge_.least_people())) {
        return false;
      }
      children_.push_back({0, 0, static_cast<std::int64_t>(people)});
      cuts_.push_back(last);
    }
    std::size_t begin = part.begin;
    for (std::size_t c = 0; c < children_.size(); ++c) {
      children_[c].begin = begin;
      begin = children_[c].end = Part2(begin, part.end, q, cuts_[c]);
    }
    return Accept();
  }

  // Relaxed: points are one record each. Those of the value in the middle are
  // the only ones to be put in order.
  bool Halve(const Part& part, std::uint32_t q) {
    const std::size_t middle = part.begin + (part.end - part.begin) / 2;
    const Median median = MedianOf(part, q);
    std::size_t begin = part.begin;
    if (median.below > 0) {
      begin = Part2(part.begin, part.end, q, median.rank - 1);
    }
    const std::size_t end = Part2(begin, part.end, q, median.rank);
    const auto at = [this](std::size_t i) {
      return points_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    if (middle > begin && middle < end) {
      std::nth_element(at(begin), at(middle), at(end),
                       [](const P& a, const P& b) { return a.lane < b.lane; });
    }
    children_ = {
        {part.begin, middle, static_cast<std::int64_t>(middle - part.begin)},
        {middle, part.end, static_cast<std::int64_t>(part.end - middle)}};
    return Accept();
  }

  // Whether children_ satisfy the models; if so they are parts from now on.
  bool Accept() {
    if (judge_.by_histograms()) {
      for (const Part& child : children_) {
        classes_.clear();
        for (std::size_t i = child.begin; i < child.end; ++i) {
          classes_.push_back(points_[i].of_class());
        }
        // A large class has several points.
        std::ranges::sort(classes_);
        classes_.erase(std::unique(classes_.begin(), classes_.end()),
                       classes_.end());
        if (!judge_.Holds(child.people, classes_)) return false;
      }
    }
    // The first child is looked at next.
    work_.insert(work_.end(), children_.rbegin(), children_.rend());
    return true;
  }

  // Asks for the memory that MakeRegion writes to.
  void FetchRegions(const Part& part) {
    for (std::size_t i = part.begin; i < part.end; ++i) {
      __builtin_prefetch(&out_.region_of[points_[i].of_class()], 1);
    }
  }

  void MakeRegion(const Part& part) {
    const auto region = static_cast<std::uint32_t>(out_.people.size());
    const auto lanes = static_cast<std::ptrdiff_t>(width());
    out_.low.insert(out_.low.end(), low_.lane.begin(),
                    low_.lane.begin() + lanes);
    out_.high.insert(out_.high.end(), high_.lane.begin(),
                     high_.lane.begin() + lanes);
    out_.people.push_back(part.people);
    for (std::size_t i = part.begin; i < part.end; ++i) {
      std::uint32_t& mine = out_.region_of[points_[i].of_class()];
      if (mine != Recoding::kSuppressed && mine != region) {
        mine = Recoding::kShared;
      }
      if (mine != Recoding::kShared) mine = region;
    }
    if (!relaxed_) return;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      placed_.push_back(std::uint64_t{points_[i].of_class()} << 32 | region);
    }
  }

  // Of classes in more than one region, how many records are in each.
  void Share() {
    std::erase_if(placed_, [this](std::uint64_t at) {
      return out_.region_of[at >> 32] != Recoding::kShared;
    });
    std::ranges::sort(placed_);
    for (const std::uint64_t at : placed_) {
      const std::size_t of_class = at >> 32;
      const auto region = static_cast<std::uint32_t>(at);
      auto& shares = out_.shares;
      if (shares.empty() || shares.back().of_class != of_class ||
          shares.back().region != region) {
        shares.push_back({of_class, region, 0});
      }
      ++shares.back().records;
    }
  }

  const std::vector<MondrianAxis>& axes_;
  PartJudge& judge_;
  const bool relaxed_;
  std::vector<P> points_;
  std::vector<Part> work_;
  Division out_;
  std::vector<std::uint64_t> placed_;  // class and region of every record

  P low_{};  // of the part at hand
  P high_{};
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> ranks_;
  std::vector<std::uint64_t> pairs_;
  std::vector<std::uint32_t> last_;
  std::vector<std::uint32_t> cuts_;
  std::vector<Part> children_;
  std::vector<std::uint32_t> classes_;
};

// One point a class, several if it has more people than a point can say, one a
// record in relaxed mode.
template <typename P>
absl::Status AddPoints(const Classes& classes,
                       const std::vector<MondrianAxis>& axes, bool one_each,
                       std::vector<P>& points) {
  using Lane = typename decltype(P::lane)::value_type;
  points.reserve(one_each ? static_cast<std::size_t>(classes.total_records())
                          : classes.size());
  const std::int64_t most = one_each ? 1 : P::kMostPeople;
  constexpr std::size_t kBlock = 256;
  std::vector<std::uint32_t> codes(kBlock * axes.size());
  // Lanes that are no attribute have rank 0 of code 0: a number of lanes that
  // the compiler knows makes a point in registers.
  const std::vector<std::uint32_t> zeros(kBlock);
  std::array<std::vector<Lane>, P::kMostAttributes> ranks;
  ranks.fill({0});
  for (std::size_t q = 0; q < axes.size(); ++q) {
    ranks[q].assign(axes[q].ranks().begin(), axes[q].ranks().end());
  }
  for (std::size_t begin = 0; begin < classes.size(); begin += kBlock) {
    const std::size_t size = std::min(kBlock, classes.size() - begin);
    classes.AllCodes(begin, size, codes);
    std::array<const std::uint32_t*, P::kMostAttributes> lanes;
    lanes.fill(zeros.data());
    for (std::size_t q = 0; q < axes.size(); ++q) {
      lanes[q] = &codes[q * size];
      const std::uint32_t most_code =
          BestKernels().max(lanes[q], sizeof(std::uint32_t), size);
      if (most_code >= ranks[q].size()) return NoPlace(classes, q);
    }
    for (std::size_t i = 0; i < size; ++i) {
      std::int64_t people = classes.principals(begin + i);
      const auto of_class = static_cast<std::uint32_t>(begin + i);
      for (; people > 0; people -= most) {
        points.emplace_back().Set(
            [&](std::size_t q) { return ranks[q][lanes[q][i]]; }, of_class,
            static_cast<std::uint32_t>(std::min(people, most)));
      }
    }
  }
  return absl::OkStatus();
}

template <typename P>
absl::StatusOr<Division> DivideWith(const Classes& classes,
                                    const MondrianGoal& goal,
                                    const std::vector<MondrianAxis>& axes,
                                    PartJudge& judge, DivisionWatch& watch) {
  Divider<P> divider(axes, judge, goal.relaxed);
  ANON_RETURN_IF_ERROR(
      AddPoints(classes, axes, goal.relaxed, divider.points()));
  if (!divider.Divide(classes, watch)) {
    return absl::CancelledError("stopped on request; nothing has changed");
  }
  return std::move(divider.result());
}

}  // namespace

absl::StatusOr<Division> Divide(const Classes& classes,
                                const MondrianGoal& goal,
                                const std::vector<MondrianAxis>& axes,
                                PartJudge& judge, DivisionWatch& watch) {
  using Tight = Point<std::uint16_t, 16>;
  using Narrow = Point<std::uint16_t, 32>;
  using Wide = Point<std::uint32_t, 64>;
  using Widest = Point<std::uint32_t, 144>;
  std::size_t most = 0;
  for (const MondrianAxis& axis : axes) most = std::max(most, axis.size());
  if (most <= 65536 && axes.size() <= Tight::kMostAttributes &&
      classes.size() <= Tight::kMostClasses) {
    return DivideWith<Tight>(classes, goal, axes, judge, watch);
  }
  if (most <= 65536 && axes.size() <= Narrow::kMostAttributes) {
    return DivideWith<Narrow>(classes, goal, axes, judge, watch);
  }
  if (axes.size() <= Wide::kMostAttributes) {
    return DivideWith<Wide>(classes, goal, axes, judge, watch);
  }
  return DivideWith<Widest>(classes, goal, axes, judge, watch);
}

}  // namespace anon::internal
