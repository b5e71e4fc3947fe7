// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/generalization.h"

#include <fmt/format.h>

namespace anon {

absl::StatusOr<Generalization> Generalization::Create(
    std::string attribute, std::shared_ptr<const Hierarchy> hierarchy,
    std::int64_t level) {
  if (level < 0 || level > static_cast<std::int64_t>(hierarchy->height())) {
    return PolicyError(
        fmt::format("column {}: level {} is not in its hierarchy, which has "
                    "levels 0 to {}",
                    attribute, level, hierarchy->height()));
  }
  Generalization result;
  result.attribute_ = std::move(attribute);
  result.hierarchy_ = std::move(hierarchy);
  result.level_ = static_cast<std::size_t>(level);
  for (std::uint32_t leaf = 0; leaf < result.hierarchy_->domain_size();
       ++leaf) {
    result.labels_.push_back(
        result.hierarchy_->Generalize(leaf, 0, result.level_));
  }
  return result;
}

Generalization Generalization::Identity(std::string attribute) {
  Generalization result;
  result.attribute_ = std::move(attribute);
  return result;
}

absl::Status Generalization::Encode(const Batch& batch, std::size_t column,
                                    const std::string& source,
                                    std::span<std::uint32_t> codes) {
  const auto& values = batch.columns[column];
  if (hierarchy_ == nullptr) {
    values_.Intern(values, codes.data(), batch.slack);
    return absl::OkStatus();
  }
  hierarchy_->Find(values, codes.data(), batch.slack);
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (codes[r] == Hierarchy::kNone) {
      return InputErrorAt(
          {.file = source,
           .line = batch.lines[r],
           .column = static_cast<std::int64_t>(column) + 1,
           .attribute = attribute_},
          values[r].empty()
              ? "an empty value, which the hierarchy of this column lacks"
              : "a value that the hierarchy of this column lacks");
    }
    codes[r] = labels_[codes[r]];
  }
  return absl::OkStatus();
}

std::string_view Generalization::label(std::uint32_t code) const {
  return hierarchy_ == nullptr ? values_.value(code)
                               : hierarchy_->label(level_, code);
}

}  // namespace anon
