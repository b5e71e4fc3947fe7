// SPDX-License-Identifier: Apache-2.0
#include "solve/mondrian_space.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <span>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

using Kind = MondrianAttribute::Kind;

// Which codes of `q` occur: [code] below `domain`; nothing if one is not below.
std::optional<std::vector<std::uint8_t>> Used(const Classes& classes,
                                              std::size_t q,
                                              std::size_t domain) {
  std::vector<std::uint8_t> used(domain);
  std::size_t unseen = domain;
  std::array<std::uint32_t, 1024> codes;
  for (std::size_t begin = 0; begin < classes.size() && unseen > 0;) {
    const auto block =
        std::span(codes).first(std::min(codes.size(), classes.size() - begin));
    classes.Codes(q, begin, block);
    for (const std::uint32_t code : block) {
      if (code >= domain) return std::nullopt;
      unseen -= used[code] == 0 ? 1 : 0;
      used[code] = 1;
    }
    begin += block.size();
  }
  return used;
}

}  // namespace

MondrianAxis::MondrianAxis(const MondrianAttribute& attribute,
                           const std::vector<std::uint8_t>& used)
    : attribute_(attribute) {
  if (attribute.tree != nullptr) {
    const Hierarchy& tree = *attribute.tree;
    const std::size_t base = attribute.counted_level;
    codes_.resize(tree.size(base));
    std::iota(codes_.begin(), codes_.end(), 0);
    // By the highest label first: what lies under one label is one range.
    for (std::size_t level = base + 1; level <= tree.height(); ++level) {
      std::ranges::stable_sort(codes_, {}, [&](std::uint32_t code) {
        return tree.Generalize(code, base, level);
      });
    }
    for (std::size_t level = base; level <= tree.height(); ++level) {
      auto& up = up_.emplace_back();
      for (const std::uint32_t code : codes_) {
        up.push_back(tree.Generalize(code, base, level));
      }
      auto& end = end_.emplace_back(up.size());
      for (auto r = static_cast<std::uint32_t>(up.size()); r-- > 0;) {
        const bool last = r + 1 == up.size() || up[r + 1] != up[r];
        end[r] = last ? r : end[r + 1];
      }
    }
    rank_.resize(codes_.size());
    for (std::uint32_t r = 0; r < codes_.size(); ++r) rank_[codes_[r]] = r;
    return;
  }
  std::vector<std::uint32_t> sorted;
  for (std::uint32_t code = 0; code < used.size(); ++code) {
    if (used[code] != 0) sorted.push_back(code);
  }
  const auto number = [&](std::uint32_t code) {
    return *attribute.positions[code];
  };
  std::ranges::stable_sort(sorted, {}, number);
  rank_.resize(used.size());
  for (const std::uint32_t code : sorted) {
    if (codes_.empty() || number(code) != number(codes_.back())) {
      codes_.push_back(code);
      place_.push_back(Decimal::Distance(number(codes_.front()), number(code)));
    }
    rank_[code] = static_cast<std::uint32_t>(codes_.size() - 1);
  }
}

std::size_t MondrianAxis::Meet(std::uint32_t lo, std::uint32_t hi) const {
  std::size_t l = 0;
  while (l < up_.size() && up_[l][lo] != up_[l][hi]) ++l;
  return l;
}

double MondrianAxis::TreeWidth(std::uint32_t lo, std::uint32_t hi) const {
  const std::size_t l = lo == hi ? 0 : Meet(lo, hi);
  if (l == up_.size()) return 1;
  const Hierarchy& tree = *attribute_.tree;
  const std::int64_t leaves =
      tree.leaves(l + attribute_.counted_level, up_[l][lo]);
  return leaves == 1 ? 0
                     : static_cast<double>(leaves) /
                           static_cast<double>(tree.domain_size());
}

void MondrianAxis::Branches(std::uint32_t lo, std::uint32_t hi,
                            std::vector<std::uint32_t>& last) const {
  const std::vector<std::uint32_t>& end = end_[Meet(lo, hi) - 1];
  last.clear();
  for (std::uint32_t r = lo; r <= hi; r = last.back() + 1) {
    last.push_back(end[r]);
  }
}

std::vector<std::string> MondrianAxis::Covers(std::uint32_t lo,
                                              std::uint32_t hi) const {
  if (is_tree()) {
    const std::size_t l = lo == hi ? 0 : Meet(lo, hi);
    return {std::to_string(l + attribute_.counted_level)};
  }
  std::vector<std::string> covers;
  if (attribute_.kind == Kind::kNumbers) {
    covers.reserve(2);
    covers.emplace_back(attribute_.label(codes_[lo]));
    covers.emplace_back(attribute_.label(codes_[hi]));
    return covers;
  }
  covers.reserve(hi - lo + std::size_t{1});
  for (std::uint32_t r = lo; r <= hi; ++r) {
    covers.emplace_back(attribute_.label(codes_[r]));
  }
  return covers;
}

std::string MondrianAxis::Label(std::uint32_t lo, std::uint32_t hi,
                                const std::vector<std::string>& covers) const {
  if (is_tree()) {
    const std::size_t l = lo == hi ? 0 : Meet(lo, hi);
    if (l == up_.size()) return "*";
    return std::string(
        attribute_.tree->label(l + attribute_.counted_level, up_[l][lo]));
  }
  if (lo == hi) return covers.front();
  if (attribute_.kind == Kind::kNumbers) {
    return absl::StrCat("[", covers.front(), ", ", covers.back(), "]");
  }
  return absl::StrCat("{", absl::StrJoin(covers, ", "), "}");
}

absl::StatusOr<std::vector<MondrianAxis>> MakeAxes(const Classes& classes,
                                                   const MondrianGoal& goal) {
  std::vector<MondrianAxis> axes;
  for (std::size_t q = 0; q < goal.attributes.size(); ++q) {
    const MondrianAttribute& a = goal.attributes[q];
    const auto used = Used(
        classes, q,
        a.tree != nullptr ? a.tree->size(a.counted_level) : a.positions.size());
    if (!used) return NoPlace(classes, q);
    for (std::size_t code = 0; code < a.positions.size(); ++code) {
      if ((*used)[code] != 0 && !a.positions[code]) {
        return NoPlace(classes, q);
      }
    }
    axes.emplace_back(a, *used);
  }
  return axes;
}

absl::Status NoPlace(const Classes& classes, std::size_t q) {
  return InputError(fmt::format("column {}: a value without a place",
                                classes.quasi_identifiers()[q]));
}

}  // namespace anon::internal
