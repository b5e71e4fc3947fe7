// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/rounding.h"

#include "transform/operator_descriptors.h"

namespace anon {
namespace {

class Rounding final : public CellOperator {
 public:
  Rounding(Decimal base, Decimal::Toward toward)
      : base_(base), toward_(toward) {}
  const OperatorDescriptor& descriptor() const override {
    return internal::RoundToBaseDescriptor();
  }
  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    if (value.empty()) return "";
    const auto number = Decimal::Parse(value);
    if (!number) return InputError("not a decimal number");
    const auto rounded = number->RoundTo(base_, toward_);
    if (!rounded) return InputError("too large a number to round");
    return rounded->ToString();
  }

 private:
  Decimal base_;
  Decimal::Toward toward_;
};

}  // namespace

const OperatorDescriptor& internal::RoundToBaseDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "round_to_base",
      .technique = "round_to_base",
      .ja = "数値を基数の倍数に丸める（丸め）",
      .en = "Round numbers to a multiple of a base",
      .takes = "decimal numbers of at most 18 digits",
      .missing = "stays missing",
      .example = "{operator: round_to_base, base: 500, toward: nearest}",
      .leaves_part = true};
  return descriptor;
}

std::shared_ptr<const CellOperator> RoundToBase(Decimal base,
                                                Decimal::Toward toward) {
  return std::make_shared<Rounding>(base, toward);
}

}  // namespace anon
