// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/suppression.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "transform/operator_descriptors.h"

namespace anon {
namespace {

absl::StatusOr<bool> Means(const ValueCondition& condition,
                           std::string_view value) {
  if (value.empty()) return condition.missing;
  if (std::ranges::find(condition.values, value) != condition.values.end()) {
    return true;
  }
  if (!condition.below && !condition.above) return false;
  const auto number = Decimal::Parse(value);
  if (!number) return InputError("not a decimal number, as a bound needs");
  return (condition.below && *number < *condition.below) ||
         (condition.above && *number > *condition.above);
}

class SuppressCellOperator final : public CellOperator {
 public:
  explicit SuppressCellOperator(ValueCondition condition)
      : condition_(std::move(condition)) {}
  const OperatorDescriptor& descriptor() const override {
    return internal::SuppressCellDescriptor();
  }
  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    ANON_ASSIGN_OR_RETURN(const bool meant, Means(condition_, value));
    return std::string(meant ? "" : value);
  }

 private:
  ValueCondition condition_;
};

class SuppressRecordOperator final : public CellOperator {
 public:
  explicit SuppressRecordOperator(ValueCondition condition)
      : condition_(std::move(condition)) {}
  const OperatorDescriptor& descriptor() const override {
    return internal::SuppressRecordDescriptor();
  }
  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    ANON_ASSIGN_OR_RETURN(const bool meant, Means(condition_, value));
    if (meant) return std::nullopt;
    return std::string(value);
  }

 private:
  ValueCondition condition_;
};

}  // namespace

namespace internal {

const OperatorDescriptor& SuppressCellDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "suppress_cell",
      .technique = "suppress_cell",
      .ja = "条件に当たる値を欠損にする（セル削除）",
      .en = "Make the values that meet a condition missing",
      .takes = "any text with values; decimal numbers with below or above",
      .missing = "stays missing",
      .example = "{operator: suppress_cell, above: 110}",
      .leaves_part = true};
  return descriptor;
}

const OperatorDescriptor& SuppressRecordDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "suppress_record",
      .technique = "suppress_record",
      .ja = "条件に当たるレコードを削除する（レコード削除）",
      .en = "Delete the records whose value meets a condition",
      .takes = "any text with values; decimal numbers with below or above",
      .missing = "stays, or deletes the record with missing: true",
      .example = "{operator: suppress_record, values: [テスト回線]}",
      .leaves_part = true};
  return descriptor;
}

}  // namespace internal

std::shared_ptr<const CellOperator> SuppressCell(ValueCondition condition) {
  return std::make_shared<SuppressCellOperator>(std::move(condition));
}

std::shared_ptr<const CellOperator> SuppressRecord(ValueCondition condition) {
  return std::make_shared<SuppressRecordOperator>(std::move(condition));
}

}  // namespace anon
