// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_NUMBER_INTERVALS_H_
#define ANON_HIERARCHY_NUMBER_INTERVALS_H_

#include <optional>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

// From numbers to intervals that hold their lower bound and not their upper
// one: 10 is in [10, 20) and never in [0, 10). Numbers are decimal text and
// compared exactly ("9.9999999" is below 10); parameters have at most six
// decimals. Give `widths` or `edges`.
struct IntervalRuleOptions {
  // One level for each width, each a multiple of the one before; intervals
  // begin at `origin`.
  std::vector<std::string> widths;
  std::string origin = "0";
  // Everything below `bottom`, and everything from `top` on, is one interval at
  // all levels (bottom and top coding). They are edges of every level.
  std::optional<std::string> bottom;
  std::optional<std::string> top;

  // Or the edges of each level, growing, each level's a part of those of the
  // one before. Below the first and from the last on is one interval each.
  std::vector<std::vector<std::string>> edges;

  // Values are whole numbers (others are refused) and labels name the first and
  // the last of an interval: "10-19", "90以上" or "90+", "0未満" or "<0". If
  // not: "10以上20未満" or "[10, 20)", "90以上" or ">=90".
  bool whole = false;
  LabelLanguage language = LabelLanguage::kJapanese;
};
absl::StatusOr<HierarchyRulePtr> IntervalRule(
    const IntervalRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_NUMBER_INTERVALS_H_
