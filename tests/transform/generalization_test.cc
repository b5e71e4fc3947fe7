// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/generalization.h"

#include <doctest/doctest.h>

#include "support/support.h"

namespace anon {
namespace {

// The records of a small hierarchy, from memory.
class Records final : public RecordSource {
 public:
  explicit Records(std::vector<std::vector<std::string>> rows)
      : rows_(std::move(rows)), attributes_(rows_[0].size(), "") {}
  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override {
    return attributes_;
  }
  absl::StatusOr<bool> Next(Batch& batch) override {
    batch.Reset(attributes_.size());
    for (; at_ < rows_.size(); ++at_) {
      for (std::size_t c = 0; c < attributes_.size(); ++c) {
        batch.columns[c].emplace_back(rows_[at_][c]);
      }
      batch.lines.push_back(static_cast<std::int64_t>(at_) + 1);
    }
    return batch.rows() > 0;
  }
  absl::Status Rewind() override {
    at_ = 0;
    return absl::OkStatus();
  }

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> attributes_;
  std::string name_ = "memory";
  std::size_t at_ = 0;
};

std::shared_ptr<const Hierarchy> Ages() {
  Records records({{"18", "10s", "*"}, {"21", "20s", "*"}, {"29", "20s", "*"}});
  return std::make_shared<Hierarchy>(*Hierarchy::FromRecords(records));
}

Batch Column(std::vector<std::string_view> values) {
  Batch batch;
  batch.Reset(1);
  for (std::size_t r = 0; r < values.size(); ++r) {
    batch.lines.push_back(static_cast<std::int64_t>(r) + 2);
  }
  batch.columns[0] = std::move(values);
  return batch;
}

TEST_CASE("Generalization: values under one label share its code") {
  auto ages = Generalization::Create("age", Ages(), 1);
  REQUIRE(ages.ok());
  std::vector<std::uint32_t> codes(3);
  REQUIRE(ages->Encode(Column({"21", "18", "29"}), 0, "t", codes).ok());
  CHECK(codes[0] == codes[2]);
  CHECK(codes[0] != codes[1]);
  CHECK(ages->label(codes[0]) == "20s");
}

TEST_CASE(
    "Generalization: a value outside the hierarchy names its place only") {
  auto ages = Generalization::Create("age", Ages(), 1);
  std::vector<std::uint32_t> codes(2);
  const absl::Status status =
      ages->Encode(Column({"21", "9999"}), 0, "people.csv", codes);
  CHECK(Message(status) ==
        "people.csv, line 3, column 1 (age): a value that the hierarchy of "
        "this column lacks");
  CHECK(absl::IsDataLoss(ages->Encode(Column({""}), 0, "p", codes)));
}

TEST_CASE("Generalization: a level the hierarchy lacks is refused") {
  CHECK(absl::IsInvalidArgument(
      Generalization::Create("age", Ages(), 3).status()));
  CHECK_FALSE(Generalization::Create("age", Ages(), -1).ok());
}

TEST_CASE("Generalization: without a hierarchy values are their own labels") {
  Generalization same = Generalization::Identity("sex");
  std::vector<std::uint32_t> codes(3);
  REQUIRE(same.Encode(Column({"男", "", "男"}), 0, "t", codes).ok());
  CHECK(codes[0] == codes[2]);
  CHECK(same.label(codes[0]) == "男");
  CHECK(same.label(codes[1]) == "");
}

}  // namespace
}  // namespace anon
