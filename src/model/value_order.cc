// SPDX-License-Identifier: Apache-2.0
#include "model/value_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace anon::internal {
namespace {

// A decimal number without sign, leading and trailing zeros.
struct Parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
};

Parts Split(std::string_view text) {
  Parts parts;
  if (text.starts_with('-') || text.starts_with('+')) {
    parts.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::size_t dot = std::min(text.find('.'), text.size());
  parts.whole = text.substr(0, dot);
  parts.fraction = text.substr(std::min(dot + 1, text.size()));
  while (parts.whole.starts_with('0')) parts.whole.remove_prefix(1);
  while (parts.fraction.ends_with('0')) parts.fraction.remove_suffix(1);
  if (parts.whole.empty() && parts.fraction.empty()) parts.negative = false;
  return parts;
}

std::strong_ordering CompareMagnitudes(const Parts& a, const Parts& b) {
  if (a.whole.size() != b.whole.size()) {
    return a.whole.size() <=> b.whole.size();
  }
  if (const auto order = a.whole <=> b.whole; order != 0) return order;
  return a.fraction <=> b.fraction;
}

absl::Status NoPlace(const PrivacyModel& model, std::string_view why) {
  return PolicyError(fmt::format("{}: a value of '{}' {}", model.name(),
                                 model.attribute(), why));
}

absl::StatusOr<std::vector<std::size_t>> GivenRanks(
    const PrivacyModel& model, const SensitiveValues& values,
    const std::vector<std::string>& order) {
  std::map<std::string_view, std::size_t> places;
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (!places.emplace(order[place], place).second) {
      return NoPlace(model, "stands twice in the given order");
    }
  }
  std::vector<std::size_t> ranks;
  for (const std::string& label : values.labels()) {
    const auto at = places.find(label);
    if (at == places.end()) {
      return NoPlace(model, "is missing from the given order: add it");
    }
    ranks.push_back(at->second);
  }
  return ranks;
}

}  // namespace

bool IsNumber(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto digits = [](std::string_view part) {
    return !part.empty() &&
           part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return digits(text.substr(0, dot)) &&
         (dot == text.size() || digits(text.substr(dot + 1)));
}

std::strong_ordering CompareNumbers(std::string_view a, std::string_view b) {
  const Parts left = Split(a);
  const Parts right = Split(b);
  if (left.negative != right.negative) {
    return left.negative ? std::strong_ordering::less
                         : std::strong_ordering::greater;
  }
  return left.negative ? CompareMagnitudes(right, left)
                       : CompareMagnitudes(left, right);
}

absl::StatusOr<std::vector<std::size_t>> RanksOf(const PrivacyModel& model,
                                                 const SensitiveValues& values,
                                                 const ModelContext& context,
                                                 ValueOrder order) {
  if (values.labels().size() != values.size()) {
    return PolicyError(
        fmt::format("{} needs the values of '{}' to order them: give "
                    "SensitiveContext::label",
                    model.name(), model.attribute()));
  }
  const std::vector<std::string>& labels = values.labels();
  const auto known = context.sensitive.find(model.attribute());
  if (known != context.sensitive.end() && !known->second.order.empty()) {
    return GivenRanks(model, values, known->second.order);
  }
  const bool numbers = order == ValueOrder::kNumber;
  if (numbers && !std::ranges::all_of(labels, IsNumber)) {
    return NoPlace(
        model,
        "is not a number: order values by their bytes ('order: text' "
        "in a policy, --order text), or use t_closeness_equal");
  }
  std::vector<std::size_t> sorted(labels.size());
  std::iota(sorted.begin(), sorted.end(), std::size_t{0});
  const auto compare = [&](std::size_t a, std::size_t b) {
    return numbers ? CompareNumbers(labels[a], labels[b])
                   : labels[a] <=> labels[b];
  };
  std::ranges::sort(
      sorted, [&](std::size_t a, std::size_t b) { return compare(a, b) < 0; });
  std::vector<std::size_t> ranks(labels.size());
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const bool same = compare(sorted[i - 1], sorted[i]) == 0;
    ranks[sorted[i]] = ranks[sorted[i - 1]] + (same ? 0 : 1);
  }
  return ranks;
}

}  // namespace anon::internal
