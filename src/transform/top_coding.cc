// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/top_coding.h"

#include <utility>

#include "transform/operator_descriptors.h"

namespace anon {
namespace {

class Coding final : public CellOperator {
 public:
  Coding(bool top, Decimal at, std::string label)
      : top_(top), at_(at), label_(std::move(label)) {}
  const OperatorDescriptor& descriptor() const override {
    return top_ ? internal::TopCodeDescriptor()
                : internal::BottomCodeDescriptor();
  }
  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    if (value.empty()) return "";
    const auto number = Decimal::Parse(value);
    if (!number) return InputError("not a decimal number");
    const bool beyond = top_ ? *number >= at_ : *number <= at_;
    return beyond ? label_ : std::string(value);
  }

 private:
  bool top_;
  Decimal at_;
  std::string label_;
};

}  // namespace

namespace internal {

const OperatorDescriptor& TopCodeDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "top_code",
      .technique = "top_code",
      .ja = "上限以上の数値を一つの値にまとめる（トップコーディング）",
      .en = "Merge all numbers from an upper bound on into one value",
      .takes = "decimal numbers",
      .missing = "stays missing",
      .example = "{operator: top_code, at: 90, label: 90以上}",
      .leaves_part = true};
  return descriptor;
}

const OperatorDescriptor& BottomCodeDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "bottom_code",
      .technique = "bottom_code",
      .ja = "下限以下の数値を一つの値にまとめる（ボトムコーディング）",
      .en = "Merge all numbers down from a lower bound into one value",
      .takes = "decimal numbers",
      .missing = "stays missing",
      .example = "{operator: bottom_code, at: 18, label: 18以下}",
      .leaves_part = true};
  return descriptor;
}

}  // namespace internal

std::shared_ptr<const CellOperator> TopCode(Decimal at, std::string label) {
  return std::make_shared<Coding>(true, at, std::move(label));
}

std::shared_ptr<const CellOperator> BottomCode(Decimal at, std::string label) {
  return std::make_shared<Coding>(false, at, std::move(label));
}

}  // namespace anon
