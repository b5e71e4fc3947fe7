// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what is known of a lattice too large to keep a figure
// for each node. Neither is shared between threads.
#ifndef ANON_SRC_SOLVE_NODE_BOUNDS_H_
#define ANON_SRC_SOLVE_NODE_BOUNDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "solve/lattice.h"

namespace anon::internal {

// Lower bounds, each of a node and all nodes on one side of it.
class NodeBounds {
 public:
  enum class Side { kFiner, kCoarser };
  struct Bound {
    double value = 0;
    PackedLevels at;
  };

  // Keeps the `most` highest.
  NodeBounds(Side side, std::size_t width, std::size_t most)
      : side_(side), words_((width + 7) / 8), most_(most) {}

  // Forgets what the new one says as well.
  void Add(const Levels& levels, double value) {
    const PackedLevels at(levels);
    const Bound* const known = Of(at);
    if (known != nullptr && known->value >= value) return;
    const auto place = std::ranges::lower_bound(
        bounds_, value, [](double a, double b) { return a > b; },
        &Bound::value);
    const auto index = place - bounds_.begin();
    bounds_.erase(
        std::remove_if(place, bounds_.end(),
                       [&](const Bound& bound) { return Holds(at, bound.at); }),
        bounds_.end());
    bounds_.insert(bounds_.begin() + index, {value, at});
    if (bounds_.size() > most_) bounds_.pop_back();
  }
  // The highest that holds for a node; null if none does.
  const Bound* Of(const PackedLevels& node) const {
    const auto at = std::ranges::find_if(
        bounds_, [&](const Bound& bound) { return Holds(bound.at, node); });
    return at == bounds_.end() ? nullptr : &*at;
  }
  std::size_t size() const { return bounds_.size(); }

 private:
  bool Holds(const PackedLevels& bound, const PackedLevels& node) const {
    return side_ == Side::kFiner ? node.FinerOrSame(bound, words_)
                                 : bound.FinerOrSame(node, words_);
  }

  Side side_;
  std::size_t words_;
  std::size_t most_;
  std::vector<Bound> bounds_;  // the highest first
};

// All nodes from `least` to `most`; none of them costs less than `bound`.
struct NodeBox {
  double bound = 0;
  std::size_t height = 0;  // of `least`
  PackedLevels least;
  PackedLevels most;
};

// Parts of a lattice that have not been dealt with, no two of which overlap.
// Taken by rising bound, then height of the finest node.
class NodeBoxes {
 public:
  // One box, of all nodes. At most `most` are made of it.
  NodeBoxes(const Lattice& lattice, std::size_t most)
      : width_(lattice.width()), most_(most) {
    Add({.bound = 0,
         .height = Height(lattice.least()),
         .least = PackedLevels(lattice.least()),
         .most = PackedLevels(lattice.most())});
  }

  bool empty() const { return boxes_.empty(); }
  std::size_t size() const { return boxes_.size(); }
  // Whether no part was lost because there were too many.
  bool complete() const { return complete_; }

  NodeBox Take() {
    const NodeBox box = boxes_.top();
    boxes_.pop();
    return box;
  }
  void Add(const NodeBox& box) { boxes_.push(box); }

  // Adds all of `box`, which was taken, but the nodes that are as fine as
  // `done`, which is not finer than the finest: a box for each level that can
  // be above that of `done`. bound_of(levels): a bound of a node and all that
  // are coarser. Once too many are made, only the cheapest is added.
  template <typename BoundOf>
  void AddWithout(const NodeBox& box, const PackedLevels& done,
                  const BoundOf& bound_of) {
    const Levels least = box.least.Unpack(width_);
    Levels most = box.most.Unpack(width_);
    const Levels gone = done.Unpack(width_);
    std::vector<NodeBox> parts;
    for (std::size_t q = 0; q < width_; ++q) {
      if (gone[q] >= most[q]) continue;
      Levels from = least;
      from[q] = gone[q] + 1;
      parts.push_back({.bound = std::max(box.bound, bound_of(from)),
                       .height = Height(from),
                       .least = PackedLevels(from),
                       .most = PackedLevels(most)});
      most[q] = gone[q];
    }
    if (made_ + parts.size() > most_ && parts.size() > 1) {
      complete_ = false;
      std::ranges::iter_swap(parts.begin(),
                             std::ranges::min_element(parts, Before));
      parts.resize(1, box);
    } else {
      made_ += parts.size();
    }
    for (const NodeBox& part : parts) Add(part);
  }

 private:
  static std::size_t Height(const Levels& levels) {
    std::size_t height = 0;
    for (const std::size_t level : levels) height += level;
    return height;
  }
  static bool Before(const NodeBox& a, const NodeBox& b) {
    return std::tie(a.bound, a.height, a.least.words) <
           std::tie(b.bound, b.height, b.least.words);
  }
  struct Later {
    bool operator()(const NodeBox& a, const NodeBox& b) const {
      return Before(b, a);
    }
  };

  std::size_t width_;
  std::size_t most_;
  std::size_t made_ = 1;
  bool complete_ = true;
  std::priority_queue<NodeBox, std::vector<NodeBox>, Later> boxes_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_NODE_BOUNDS_H_
