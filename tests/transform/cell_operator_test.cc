// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/cell_operator.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "anon/base/decimal.h"

namespace anon {
namespace {

std::shared_ptr<const CellOperator> Make(const OperatorSpec& spec) {
  auto made = MakeOperator(spec);
  REQUIRE_MESSAGE(made.ok(), std::string(Message(made.status())));
  return *made;
}

// What becomes of a value: "(record)" if its record goes, "(error)".
std::string Apply(const CellOperator& op, std::string_view value) {
  const auto result = op.Apply(value);
  if (!result.ok()) return "(error)";
  return result->value_or("(record)");
}

std::string Refusal(const OperatorSpec& spec) {
  const auto made = MakeOperator(spec);
  REQUIRE_FALSE(made.ok());
  CHECK(made.status().code() == absl::StatusCode::kInvalidArgument);
  return std::string(Message(made.status()));
}

TEST_CASE("top coding merges large numbers and leaves the others as written") {
  const auto op = Make({"top_code", {{"at", {"90"}}, {"label", {"90以上"}}}});
  CHECK(Apply(*op, "89.99") == "89.99");
  CHECK(Apply(*op, "007") == "007");
  CHECK(Apply(*op, "90") == "90以上");
  CHECK(Apply(*op, "90.0") == "90以上");
  CHECK(Apply(*op, "116") == "90以上");
  CHECK(Apply(*op, "") == "");
  CHECK(Apply(*op, "old") == "(error)");
  CHECK(Apply(*Make({"top_code", {{"at", {"90"}}}}), "95") == "90");
}

TEST_CASE("bottom coding merges small numbers") {
  const auto op = Make({"bottom_code", {{"at", {"-1.5"}}}});
  CHECK(Apply(*op, "-2") == "-1.5");
  CHECK(Apply(*op, "-1.50") == "-1.5");
  CHECK(Apply(*op, "-1.49") == "-1.49");
  CHECK(Apply(*op, "") == "");
}

TEST_CASE("rounding gives multiples of the base") {
  const auto op = Make({"round_to_base", {{"base", {"500"}}}});
  CHECK(Apply(*op, "749") == "500");
  CHECK(Apply(*op, "750") == "1000");
  CHECK(Apply(*op, "-750") == "-1000");
  CHECK(Apply(*op, "12,000") == "(error)");
  const auto down =
      Make({"round_to_base", {{"base", {"0.05"}}, {"toward", {"down"}}}});
  CHECK(Apply(*down, "1.99") == "1.95");
}

TEST_CASE("masking hides characters, not bytes") {
  const auto postal =
      Make({"mask_characters", {{"keep_first", {"3"}}, {"leave", {"-"}}}});
  CHECK(Apply(*postal, "123-4567") == "123-****");
  const auto name =
      Make({"mask_characters",
            {{"keep_first", {"1"}}, {"mask", {"〇"}}, {"collapse", {"true"}}}});
  CHECK(Apply(*name, "山田太郎") == "山〇");
  CHECK(Apply(*name, "山") == "〇");  // nothing would be hidden otherwise
  const auto ends =
      Make({"mask_characters", {{"keep_first", {"1"}}, {"keep_last", {"1"}}}});
  CHECK(Apply(*ends, "abcd") == "a**d");
  CHECK(Apply(*ends, "ab") == "**");
  CHECK(Apply(*ends, "") == "");
}

TEST_CASE("cell and record suppression act on the values meant") {
  const auto cell =
      Make({"suppress_cell", {{"above", {"110"}}, {"values", {"unknown"}}}});
  CHECK(Apply(*cell, "110") == "110");
  CHECK(Apply(*cell, "110.5") == "");
  CHECK(Apply(*cell, "unknown") == "");
  CHECK(Apply(*cell, "other") == "(error)");
  CHECK(Apply(*cell, "") == "");
  const auto record =
      Make({"suppress_record", {{"below", {"0"}}, {"missing", {"true"}}}});
  CHECK(Apply(*record, "-0.5") == "(record)");
  CHECK(Apply(*record, "0") == "0");
  CHECK(Apply(*record, "") == "(record)");
}

TEST_CASE("an operator that makes no sense is refused by name") {
  CHECK(Refusal({"top_cod", {}}).find("did you mean top_code?") !=
        std::string::npos);
  CHECK(Refusal({"top_code", {}}) == "top_code needs the parameter at");
  CHECK(Refusal({"top_code", {{"at", {"x"}}}}) ==
        "top_code needs a decimal number for at");
  CHECK(Refusal({"top_code", {{"at", {"1", "2"}}}}) ==
        "top_code needs one value for at");
  CHECK(Refusal({"round_to_base", {{"base", {"0"}}}}) ==
        "round_to_base needs a number above 0 for base");
  CHECK(
      Refusal({"round_to_base", {{"bas", {"5"}}}}).find("did you mean base?") !=
      std::string::npos);
  CHECK(Refusal({"suppress_cell", {}}).find("needs a condition") !=
        std::string::npos);
  CHECK(Refusal({"mask_characters", {{"keep_first", {"-1"}}}})
            .find("whole number") != std::string::npos);
  CHECK(Refusal({"truncate_time", {{"slot", {"7min"}}}}).find("divide a day") !=
        std::string::npos);
}

TEST_CASE("no message of an operator repeats the value") {
  for (const OperatorSpec& spec :
       {OperatorSpec{"top_code", {{"at", {"90"}}}},
        OperatorSpec{"round_to_base", {{"base", {"5"}}}},
        OperatorSpec{"suppress_cell", {{"above", {"1"}}}},
        OperatorSpec{"truncate_time", {{"slot", {"1h"}}}}}) {
    const auto result = Make(spec)->Apply("Yamada-Taro");
    REQUIRE_FALSE(result.ok());
    CHECK(Message(result.status()).find("Yamada") == std::string_view::npos);
  }
}

TEST_CASE("coding and rounding are idempotent and keep the order of numbers") {
  std::mt19937_64 chance(3);  // NOLINT(cert-msc51-cpp)
  const auto top = Make({"top_code", {{"at", {"500"}}}});
  const auto bottom = Make({"bottom_code", {{"at", {"-500"}}}});
  const auto round = Make({"round_to_base", {{"base", {"7"}}}});
  for (int i = 0; i < 5000; ++i) {
    const Decimal a(static_cast<std::int64_t>(chance() % 20001) - 10000, 1);
    const Decimal b(static_cast<std::int64_t>(chance() % 20001) - 10000, 1);
    for (const auto& op : {top, bottom, round}) {
      const std::string once = Apply(*op, a.ToString());
      CHECK(Apply(*op, once) == once);
      const auto low = Decimal::Parse(Apply(*op, std::min(a, b).ToString()));
      const auto high = Decimal::Parse(Apply(*op, std::max(a, b).ToString()));
      REQUIRE(low.has_value());
      CHECK(*low <= *high);
    }
  }
}

TEST_CASE("every operator says what it is in both languages") {
  std::set<std::string> names;
  for (const OperatorDescriptor& operator_ : KnownOperators()) {
    CAPTURE(operator_.name);
    CHECK(names.insert(operator_.name).second);
    CHECK_FALSE(operator_.ja.empty());
    CHECK_FALSE(operator_.en.empty());
    CHECK_FALSE(operator_.takes.empty());
    CHECK_FALSE(operator_.missing.empty());
    CHECK_FALSE(operator_.example.empty());
    CHECK_FALSE(operator_.technique.empty());
  }
  CHECK(names.size() >= 12);
}

}  // namespace
}  // namespace anon
