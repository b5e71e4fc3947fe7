// SPDX-License-Identifier: Apache-2.0
#include "solve/mondrian_divide.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

// Lanes of a point: the ranks of its attributes, how many people it stands for,
// and, where models need it, its class.
template <typename Lane, std::size_t kLanes>
class Divider {
 public:
  struct alignas(16) Point {
    std::array<Lane, kLanes> lane;
  };
  static constexpr std::int64_t kMostPeople = std::numeric_limits<Lane>::max();

  Divider(const std::vector<MondrianAxis>& axes, PartJudge& judge, bool relaxed)
      : axes_(axes), judge_(judge), relaxed_(relaxed) {}

  std::vector<Point>& points() { return points_; }

  // Points must satisfy all models together. `stop` is asked now and then;
  // false if it said yes.
  template <typename Stop>
  bool Divide(const Stop& stop) {
    work_.push_back({0, points_.size(), 0});
    out_.nodes.emplace_back();
    for (std::size_t done = 0; !work_.empty(); ++done) {
      if (done % 1024 == 0 && stop()) return false;
      const Part part = work_.back();
      work_.pop_back();
      Bounds(part);
      if (!Cut(part)) MakeRegion(part);
    }
    return true;
  }
  Division& result() { return out_; }

 private:
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::uint32_t node = 0;
  };
  struct Child {
    std::size_t end = 0;
    std::uint32_t last = 0;
  };

  std::size_t width() const { return axes_.size(); }
  std::int64_t People(std::size_t begin, std::size_t end) const {
    std::int64_t sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
      sum += points_[i].lane[width()];
    }
    return sum;
  }

  void Bounds(const Part& part) {
    low_ = high_ = points_[part.begin];
    people_ = 0;
    const std::size_t weight = width();
    for (std::size_t i = part.begin; i < part.end; ++i) {
      const Point& point = points_[i];
      people_ += point.lane[weight];
      for (std::size_t l = 0; l < kLanes; ++l) {
        low_.lane[l] = std::min(low_.lane[l], point.lane[l]);
      }
      for (std::size_t l = 0; l < kLanes; ++l) {
        high_.lane[l] = std::max(high_.lane[l], point.lane[l]);
      }
    }
  }

  bool Cut(const Part& part) {
    if (people_ < 2 * judge_.least_people()) return false;
    std::array<double, kLanes> urgency{};
    std::array<std::uint32_t, kLanes> order{};
    std::size_t count = 0;
    for (std::uint32_t q = 0; q < width(); ++q) {
      urgency[q] = axes_[q].Urgency(low_.lane[q], high_.lane[q]);
      if (low_.lane[q] == high_.lane[q]) continue;
      std::size_t at = count++;
      // Insertion: the widest first, equal ones in their order.
      for (; at > 0 && urgency[order[at - 1]] < urgency[q]; --at) {
        order[at] = order[at - 1];
      }
      order[at] = q;
    }
    for (std::size_t n = 0; n < count; ++n) {
      const std::uint32_t q = order[n];
      if (axes_[q].is_tree() ? Branch(part, q)
          : relaxed_         ? Halve(part, q)
                             : CutLine(part, q)) {
        return true;
      }
    }
    return false;
  }

  // How many people have each rank of `q`, from its lowest: in counts_, with
  // ranks in ranks_ if few of those between occur.
  void Count(const Part& part, std::uint32_t q) {
    const std::size_t weight = width();
    const std::uint32_t low = low_.lane[q];
    const std::size_t range = high_.lane[q] - low + std::size_t{1};
    const std::size_t points = part.end - part.begin;
    ranks_.clear();
    if (range <= 64 || range <= 4 * points) {
      counts_.assign(range, 0);
      for (std::size_t i = part.begin; i < part.end; ++i) {
        counts_[points_[i].lane[q] - low] += points_[i].lane[weight];
      }
      return;
    }
    pairs_.clear();
    for (std::size_t i = part.begin; i < part.end; ++i) {
      pairs_.push_back(std::uint64_t{points_[i].lane[q]} << 32 |
                       points_[i].lane[weight]);
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

  // Between two values, as near the middle as can be.
  bool CutLine(const Part& part, std::uint32_t q) {
    Count(part, q);
    const auto all = static_cast<std::uint64_t>(people_);
    std::uint64_t below = 0;  // people left of the value in the middle
    std::size_t middle = 0;
    while (2 * (below + counts_[middle]) < all) below += counts_[middle++];
    const std::uint64_t with = below + counts_[middle];
    // The value in the middle goes to the emptier side; if that does not do, to
    // the other.
    const bool up = with == all || (below > 0 && all - below < with);
    if (TryLine(part, q, middle, up ? below : with, up)) return true;
    return judge_.by_histograms() &&
           TryLine(part, q, middle, up ? with : below, !up);
  }

  // Cuts after the value `middle`, or before it, with `left` people on the
  // left.
  bool TryLine(const Part& part, std::uint32_t q, std::size_t middle,
               std::uint64_t left, bool before) {
    const std::uint64_t right = static_cast<std::uint64_t>(people_) - left;
    const auto least = static_cast<std::uint64_t>(judge_.least_people());
    if (std::min(left, right) < least || std::min(left, right) == 0) {
      return false;
    }
    if (before) {
      do {
        --middle;
      } while (counts_[middle] == 0);
    }
    const std::uint32_t cut = RankAt(middle, q);
    const std::size_t at = Part2(part.begin, part.end, q, cut);
    children_ = {{at, cut}, {part.end, high_.lane[q]}};
    return Accept(part, q);
  }

  // Points of ranks up to `cut` first; where the others begin.
  std::size_t Part2(std::size_t begin, std::size_t end, std::uint32_t q,
                    std::uint32_t cut) {
    std::size_t left = begin;
    Point* const points = points_.data();
    for (std::size_t i = begin; i < end; ++i) {
      const Point point = points[i];
      points[i] = points[left];
      points[left] = point;
      left += point.lane[q] <= cut;
    }
    return left;
  }

  // Into the branches of the label that all have in common.
  bool Branch(const Part& part, std::uint32_t q) {
    axes_[q].Branches(low_.lane[q], high_.lane[q], last_);
    Count(part, q);
    children_.clear();
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
      children_.push_back({0, last});
    }
    std::size_t begin = part.begin;
    for (Child& child : children_) {
      begin = child.end = Part2(begin, part.end, q, child.last);
    }
    return Accept(part, q);
  }

  // Relaxed: points are one record each.
  bool Halve(const Part& part, std::uint32_t q) {
    const std::size_t half = (part.end - part.begin) / 2;
    const std::size_t middle = part.begin + half;
    const auto before = [this, q](const Point& a, const Point& b) {
      if (a.lane[q] != b.lane[q]) return a.lane[q] < b.lane[q];
      return a.lane < b.lane;
    };
    // The last of the left half; all before it come no later in the order.
    std::nth_element(At(part.begin), At(middle - 1), At(part.end), before);
    const Point pivot = points_[middle - 1];
    std::uint32_t quota = 0;
    for (std::size_t i = part.begin; i < middle; ++i) {
      quota += points_[i].lane == pivot.lane;
    }
    children_ = {{middle, pivot.lane[q]}, {part.end, high_.lane[q]}};
    Accept(part, q);
    MondrianNode& node = out_.nodes[part.node];
    node.pivot = static_cast<std::uint32_t>(out_.pivots.size() / width());
    node.quota = quota;
    out_.pivots.insert(out_.pivots.end(), pivot.lane.begin(),
                       pivot.lane.begin() + std::ptrdiff_t(width()));
    return true;
  }
  auto At(std::size_t i) { return points_.begin() + std::ptrdiff_t(i); }

  // Whether children_ of `part` satisfy the models; if so it is divided.
  bool Accept(const Part& part, std::uint32_t q) {
    if (judge_.by_histograms()) {
      std::size_t begin = part.begin;
      for (const Child& child : children_) {
        const std::size_t first = std::exchange(begin, child.end);
        classes_.clear();
        for (std::size_t i = first; i < child.end; ++i) {
          classes_.push_back(points_[i].lane[width() + 1]);
        }
        if (!judge_.Holds(People(first, child.end), classes_)) return false;
      }
    }
    const auto at = static_cast<std::uint32_t>(out_.nodes.size());
    out_.nodes[part.node].attribute = q;
    out_.nodes[part.node].at = at;
    std::size_t begin = part.begin;
    for (const Child& child : children_) {
      work_.push_back(
          {begin, child.end, static_cast<std::uint32_t>(out_.nodes.size())});
      out_.nodes.emplace_back().last = child.last;
      begin = child.end;
    }
    // The first child is looked at next.
    std::reverse(work_.end() - std::ssize(children_), work_.end());
    return true;
  }

  void MakeRegion(const Part& part) {
    out_.nodes[part.node].at = static_cast<std::uint32_t>(out_.people.size());
    for (std::size_t q = 0; q < width(); ++q) {
      out_.low.push_back(low_.lane[q]);
      out_.high.push_back(high_.lane[q]);
    }
    out_.people.push_back(people_);
  }

  const std::vector<MondrianAxis>& axes_;
  PartJudge& judge_;
  const bool relaxed_;
  std::vector<Point> points_;
  std::vector<Part> work_;
  Division out_;

  Point low_{};  // of the part at hand
  Point high_{};
  std::int64_t people_ = 0;
  std::vector<std::uint64_t> counts_;
  std::vector<std::uint32_t> ranks_;
  std::vector<std::uint64_t> pairs_;
  std::vector<std::uint32_t> last_;
  std::vector<Child> children_;
  std::vector<std::uint32_t> classes_;
};

// One point a class, several if it has more people than a lane can say, one a
// record in relaxed mode.
template <typename D>
void AddPoints(const Classes& classes, const std::vector<MondrianAxis>& axes,
               bool one_each, bool with_class, D& divider) {
  const std::size_t width = axes.size();
  typename D::Point point{};
  using Lane = typename decltype(point.lane)::value_type;
  auto& points = divider.points();
  points.reserve(one_each ? static_cast<std::size_t>(classes.total_records())
                          : classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (std::size_t q = 0; q < width; ++q) {
      point.lane[q] = static_cast<Lane>(axes[q].rank(classes.code(i, q)));
    }
    if (with_class) point.lane[width + 1] = static_cast<Lane>(i);
    for (std::int64_t left = classes.principals(i); left > 0;) {
      const std::int64_t now = one_each ? 1 : std::min(left, D::kMostPeople);
      point.lane[width] = static_cast<Lane>(now);
      points.push_back(point);
      left -= now;
    }
  }
}

template <typename Lane, std::size_t kLanes>
absl::StatusOr<Division> DivideWith(const Classes& classes,
                                    const MondrianGoal& goal,
                                    const std::vector<MondrianAxis>& axes,
                                    PartJudge& judge) {
  Divider<Lane, kLanes> divider(axes, judge, goal.relaxed);
  AddPoints(classes, axes, goal.relaxed, judge.by_histograms(), divider);
  if (!divider.Divide([&] { return goal.stop.stop_requested(); })) {
    return absl::CancelledError("stopped on request; nothing has changed");
  }
  return std::move(divider.result());
}

}  // namespace

absl::StatusOr<Division> Divide(const Classes& classes,
                                const MondrianGoal& goal,
                                const std::vector<MondrianAxis>& axes,
                                PartJudge& judge) {
  // Ranks, people and perhaps the class.
  const std::size_t lanes = axes.size() + (judge.by_histograms() ? 2 : 1);
  std::size_t most = judge.by_histograms() ? std::size_t{1} << 32 : 1;
  for (const MondrianAxis& axis : axes) most = std::max(most, axis.size());
  if (most <= 65536) {
    if (lanes <= 8) {
      return DivideWith<std::uint16_t, 8>(classes, goal, axes, judge);
    }
    if (lanes <= 16) {
      return DivideWith<std::uint16_t, 16>(classes, goal, axes, judge);
    }
    return DivideWith<std::uint16_t, 40>(classes, goal, axes, judge);
  }
  if (lanes <= 8) {
    return DivideWith<std::uint32_t, 8>(classes, goal, axes, judge);
  }
  if (lanes <= 16) {
    return DivideWith<std::uint32_t, 16>(classes, goal, axes, judge);
  }
  return DivideWith<std::uint32_t, 40>(classes, goal, axes, judge);
}

}  // namespace anon::internal
