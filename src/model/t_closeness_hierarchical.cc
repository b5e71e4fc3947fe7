// SPDX-License-Identifier: Apache-2.0
//
// t-closeness, hierarchical distance. Flu and pneumonia are nearer to each
// other than flu and cancer: a class of three respiratory diseases tells
// "respiratory". Two values are at distance level/height, with level the lowest
// one where they share a label. Moving as much as possible as low as possible
// is optimal, so the earth mover's distance is
//   sum over labels of level/height * min(surplus, deficit)
// where surplus and deficit add the positive and the negative q - p of the
// labels just below.
//
// Example: respiratory {flu, pneumonia, bronchitis}, digestive {gastritis,
// ulcer, cancer}; the class {flu, gastritis, cancer} of the paper's table has
// 5/18.
//
// Cost: per class and level, the labels above its values: where a class has
// nobody there is no surplus and nothing moves. Exact: whole numbers over
// height N T. Source: Li, Li and Venkatasubramanian, t-Closeness (2007),
// section 5.2. Tested in tests/model/t_closeness_test.cc.
#include "anon/model/t_closeness_hierarchical.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "model/distance_model.h"

namespace anon {
namespace {

using internal::Baseline;
using internal::Int128;
using internal::SensitiveValues;

// People of a class below a label.
struct Node {
  std::uint32_t label = 0;
  std::int64_t people = 0;
};

class Bound final : public internal::DistanceAtMost {
 public:
  Bound(const Classes& classes, SensitiveValues values, const Ratio& t,
        std::shared_ptr<const Hierarchy> hierarchy,
        std::vector<std::uint32_t> leaves)
      : DistanceAtMost(classes, std::move(values), t),
        hierarchy_(std::move(hierarchy)),
        leaves_(std::move(leaves)) {
    for (const Baseline& table : this->values().baselines()) {
      auto& levels = people_.emplace_back();
      for (std::size_t level = 0; level <= hierarchy_->height(); ++level) {
        auto& labels = levels.emplace_back(hierarchy_->size(level));
        for (std::size_t v = 0; v < leaves_.size(); ++v) {
          labels[hierarchy_->Generalize(leaves_[v], 0, level)] +=
              table.people[v];
        }
      }
    }
  }

 private:
  Outcome Against(std::span<const ValueCount> shares, std::int64_t people,
                  std::size_t baseline) const override {
    const std::int64_t total = values().baselines()[baseline].total;
    const auto& levels = people_[baseline];
    static thread_local std::vector<Node> nodes;
    nodes.clear();
    for (const ValueCount& share : shares) {
      nodes.push_back({leaves_[share.code], share.principals});
    }
    Int128 moved = 0;
    for (std::size_t level = 1; level <= hierarchy_->height(); ++level) {
      moved += static_cast<Int128>(level) *
               Step(nodes, level, levels, people, total);
    }
    return Distance(moved,
                    static_cast<Int128>(hierarchy_->height()) * people * total);
  }

  // What moves below labels of `level`; leaves the nodes of that level.
  Int128 Step(std::vector<Node>& nodes, std::size_t level,
              const std::vector<std::vector<std::int64_t>>& levels,
              std::int64_t people, std::int64_t total) const {
    const auto extra = [&](const Node& node, std::size_t at) {
      return static_cast<Int128>(node.people) * total -
             static_cast<Int128>(levels[at][node.label]) * people;
    };
    struct Child {
      std::uint32_t parent = 0;
      std::int64_t people = 0;
      Int128 extra = 0;
    };
    static thread_local std::vector<Child> children;
    children.clear();
    for (const Node& node : nodes) {
      children.push_back({hierarchy_->Generalize(node.label, level - 1, level),
                          node.people, extra(node, level - 1)});
    }
    std::ranges::sort(children, {}, &Child::parent);
    nodes.clear();
    Int128 moved = 0;
    for (std::size_t c = 0; c < children.size();) {
      Node parent{children[c].parent, 0};
      Int128 surplus = 0;
      for (; c < children.size() && children[c].parent == parent.label; ++c) {
        parent.people += children[c].people;
        if (children[c].extra > 0) surplus += children[c].extra;
      }
      const Int128 deficit = surplus - extra(parent, level);
      moved += std::min(surplus, deficit);
      nodes.push_back(parent);
    }
    return moved;
  }

  const std::shared_ptr<const Hierarchy> hierarchy_;
  const std::vector<std::uint32_t> leaves_;  // [value]: its code at level 0
  // [baseline][level][label]
  std::vector<std::vector<std::vector<std::int64_t>>> people_;
};

class Model final : public internal::TCloseness {
 public:
  using TCloseness::TCloseness;
  std::string_view name() const override { return "t_closeness_hierarchical"; }
  ModelNeeds needs() const override {
    return {.distribution = true, .hierarchy = true};
  }

 private:
  absl::StatusOr<std::unique_ptr<BoundModel>> BindTo(
      const Classes& classes, const ModelContext& context,
      SensitiveValues values) const override {
    const auto known = context.sensitive.find(attribute());
    if (known == context.sensitive.end() ||
        known->second.hierarchy == nullptr ||
        values.labels().size() != values.size()) {
      return PolicyError(fmt::format(
          "{} needs a hierarchy of '{}' and the values behind its codes",
          name(), attribute()));
    }
    const auto& hierarchy = known->second.hierarchy;
    if (hierarchy->height() == 0) {
      return PolicyError(fmt::format(
          "{}: the hierarchy of '{}' has no level above the values; add a last "
          "column with '*'",
          name(), attribute()));
    }
    if (hierarchy->size(hierarchy->height()) != 1) {
      return PolicyError(fmt::format(
          "{}: the hierarchy of '{}' needs one label for all values at its "
          "highest level; add a last column with '*'",
          name(), attribute()));
    }
    std::vector<std::uint32_t> leaves;
    for (const std::string& label : values.labels()) {
      const auto leaf = hierarchy->Find(label);
      if (!leaf) {
        return PolicyError(fmt::format(
            "{}: the hierarchy of '{}' lacks a value of the table; add a line "
            "for it",
            name(), attribute()));
      }
      leaves.push_back(*leaf);
    }
    return std::make_unique<Bound>(classes, std::move(values), t(), hierarchy,
                                   std::move(leaves));
  }
};

}  // namespace

std::shared_ptr<const PrivacyModel> TClosenessHierarchical(
    std::string_view attribute, const Ratio& t) {
  return std::make_shared<Model>(attribute, t);
}

}  // namespace anon
