// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/generalization.h"

#include <fmt/format.h>

#include "base/status_macros.h"

namespace anon {

absl::StatusOr<Generalization> Generalization::Create(
    std::string attribute, std::shared_ptr<const Hierarchy> hierarchy,
    std::int64_t level) {
  Generalization result;
  result.attribute_ = std::move(attribute);
  result.hierarchy_ = std::move(hierarchy);
  ANON_RETURN_IF_ERROR(result.SetLevel(level));
  return result;
}

absl::Status Generalization::SetLevel(std::int64_t level) {
  if (hierarchy_ == nullptr) return absl::OkStatus();
  if (level < 0 || level > static_cast<std::int64_t>(hierarchy_->height())) {
    return PolicyError(
        fmt::format("column {}: level {} is not in its hierarchy, which has "
                    "levels 0 to {}",
                    attribute_, level, hierarchy_->height()));
  }
  level_ = static_cast<std::size_t>(level);
  labels_.clear();
  for (std::uint32_t leaf = 0; leaf < hierarchy_->domain_size(); ++leaf) {
    labels_.push_back(hierarchy_->Generalize(leaf, 0, level_));
  }
  return absl::OkStatus();
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
          : hierarchy_->height() == 0
              ? "a value that the hierarchy of this column lacks, which has no "
                "level above the values: is its file read with the right "
                "delimiter?"
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
