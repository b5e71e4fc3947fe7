// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/hierarchy_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/status_macros.h"

namespace anon {
namespace {

// Values that a rule cannot read, by what it says about them.
class Unreadable {
 public:
  void Add(const Place& place, std::string_view why) {
    lines_[std::string(why)].push_back(place.line);
    ++count_;
  }

  absl::Status status(const ValueDomain& domain) const {
    if (count_ == 0) return absl::OkStatus();
    std::string text;
    std::size_t left = kNamed;
    for (auto [why, lines] : lines_) {
      if (left == 0) break;
      std::ranges::sort(lines);
      lines.resize(std::min(lines.size(), left));
      left -= lines.size();
      text += fmt::format("{}{} {}: {}", text.empty() ? "" : "; ",
                          lines.size() == 1 ? "line" : "lines",
                          fmt::join(lines, ", "), why);
    }
    if (count_ > kNamed) text += fmt::format("; and {} more", count_ - kNamed);
    return InputError(fmt::format("{}: {} of {} values do not fit the rule: {}",
                                  domain.name(), count_, domain.size(), text));
  }

 private:
  static constexpr std::size_t kNamed = 10;
  std::map<std::string, std::vector<std::int64_t>> lines_;
  std::size_t count_ = 0;
};

// The labels of a domain as records, computed as they are asked for.
class LabelledDomain final : public RecordSource {
 public:
  LabelledDomain(const HierarchyRule& rule, const ValueDomain& domain)
      : rule_(rule),
        domain_(domain),
        name_(domain.name()),
        order_(domain.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::sort(order_, {},
                      [&](std::size_t i) { return domain_.value(i); });
    for (std::size_t level = 0; level <= rule.height(); ++level) {
      attributes_.push_back(fmt::format("{}", level));
    }
  }

  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override {
    return attributes_;
  }
  absl::Status Rewind() override {
    next_ = 0;
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(Batch& batch) override {
    batch.Reset(attributes_.size());
    labels_.clear();
    while (next_ < order_.size() && labels_.size() < kRows) {
      const std::size_t index = order_[next_++];
      auto labels = rule_.Labels(domain_.value(index));
      if (!labels.ok()) {
        unreadable_.Add(domain_.place(index), Message(labels.status()));
        continue;
      }
      batch.lines.push_back(domain_.place(index).line);
      labels_.push_back(*std::move(labels));
    }
    for (const std::vector<std::string>& labels : labels_) {
      for (std::size_t level = 0; level < labels.size(); ++level) {
        batch.columns[level].emplace_back(labels[level]);
      }
    }
    if (next_ == order_.size()) {
      ANON_RETURN_IF_ERROR(unreadable_.status(domain_));
    }
    return !labels_.empty();
  }

 private:
  static constexpr std::size_t kRows = 1024;
  const HierarchyRule& rule_;
  const ValueDomain& domain_;
  std::string name_;
  std::vector<std::size_t> order_;
  std::vector<std::string> attributes_;
  std::vector<std::vector<std::string>> labels_;  // of the batch
  std::size_t next_ = 0;
  Unreadable unreadable_;
};

class Flat final : public HierarchyRule {
 public:
  Flat() : HierarchyRule(0) {}

 private:
  absl::Status AddLabels(std::string_view,
                         std::vector<std::string>&) const override {
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::vector<std::string>> HierarchyRule::Labels(
    std::string_view value) const {
  std::vector<std::string> labels;
  labels.reserve(inner_levels_ + 2);
  labels.emplace_back(value);
  if (value.empty()) {
    labels.resize(inner_levels_ + 1);
  } else {
    ANON_RETURN_IF_ERROR(AddLabels(value, labels));
  }
  labels.emplace_back("*");
  return labels;
}

absl::StatusOr<std::shared_ptr<const HierarchyRule>> HierarchyRule::FitTo(
    const ValueDomain&) const {
  return nullptr;
}

absl::StatusOr<Hierarchy> BuildHierarchy(const HierarchyRule& rule,
                                         const ValueDomain& domain) {
  if (domain.size() == 0) {
    return InputError(
        fmt::format("{}: a hierarchy needs at least one value", domain.name()));
  }
  ANON_ASSIGN_OR_RETURN(const HierarchyRulePtr fitted, rule.FitTo(domain));
  LabelledDomain records(fitted ? *fitted : rule, domain);
  return Hierarchy::FromRecords(records);
}

HierarchyRulePtr FlatRule() { return std::make_shared<Flat>(); }

}  // namespace anon
