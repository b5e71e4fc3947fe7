// SPDX-License-Identifier: Apache-2.0
#include "model/class_block.h"

#include <algorithm>

namespace anon::internal {

ClassBlocks::ClassBlocks(const Classes& classes)
    : classes_(classes), attributes_(classes.sensitive_attributes().size()) {}

bool ClassBlocks::Next() {
  begin_ = end_;
  end_ = std::min(classes_.size(), begin_ + kBlock);
  return begin_ < end_;
}

const ClassRow& ClassBlocks::principals() {
  if (principals_at_ != begin_) {
    principals_at_ = begin_;
    principals_.fill(0);
    for (std::size_t i = begin_; i < end_; ++i) {
      principals_[i - begin_] = static_cast<double>(classes_.principals(i));
    }
  }
  return principals_;
}

const ClassBlock* ClassBlocks::Of(std::size_t sensitive) {
  Attribute& attribute = attributes_[sensitive];
  if (!attribute.known) Number(sensitive);
  if (attribute.numbers.empty()) return nullptr;
  if (attribute.filled_at != begin_) Fill(sensitive);
  return attribute.dense ? &attribute.block : nullptr;
}

void ClassBlocks::Number(std::size_t sensitive) {
  Attribute& attribute = attributes_[sensitive];
  attribute.known = true;
  const auto table = classes_.table_histogram(sensitive);
  constexpr std::uint32_t kMostCodes = 1 << 16;
  if (table.empty() || table.size() > kMostValues ||
      table.back().code >= kMostCodes) {
    return;
  }
  attribute.values = table.size();
  attribute.numbers.resize(table.back().code + 1);
  for (std::size_t v = 0; v < table.size(); ++v) {
    attribute.numbers[table[v].code] = static_cast<std::uint32_t>(v);
  }
}

void ClassBlocks::Fill(std::size_t sensitive) {
  Attribute& attribute = attributes_[sensitive];
  attribute.filled_at = begin_;
  std::array<std::span<const ValueCount>, kBlock> histograms;
  std::size_t cells = 0;
  for (std::size_t i = begin_; i < end_; ++i) {
    histograms[i - begin_] = classes_.histogram(i, sensitive);
    cells += histograms[i - begin_].size();
  }
  attribute.dense = kSparse * cells >= attribute.values * (end_ - begin_);
  if (!attribute.dense) return;

  ClassBlock& block = attribute.block;
  block.people.assign(attribute.values, {});
  block.distinct.fill(0);
  for (std::size_t c = 0; c < end_ - begin_; ++c) {
    block.distinct[c] = static_cast<double>(histograms[c].size());
    for (const ValueCount& value : histograms[c]) {
      block.people[attribute.numbers[value.code]][c] =
          static_cast<double>(value.principals);
    }
  }
  ClassRow total{};
  ClassRow most{};
  for (const ClassRow& people : block.people) {
    for (std::size_t c = 0; c < kBlock; ++c) {
      total[c] += people[c];
      most[c] = std::max(most[c], people[c]);
    }
  }
  block.total = total;
  block.most = most;
  block.largest_total = *std::ranges::max_element(total);
}

}  // namespace anon::internal
