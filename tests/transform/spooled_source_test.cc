// SPDX-License-Identifier: Apache-2.0
#include "transform/spooled_source.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

// 30 records in batches of one, two, ..., and then never again.
class Pipe final : public RecordSource {
 public:
  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override { return names_; }
  absl::StatusOr<bool> Next(Batch& batch) override {
    ++reads;
    batch.Reset(2);
    values_.clear();
    ++size_;
    for (std::size_t i = 0; i < size_ && given_ < 30; ++i) {
      values_.push_back("canary-" + std::to_string(given_));
      batch.lines.push_back(static_cast<std::int64_t>(++given_) + 1);
    }
    for (const std::string& value : values_) {
      batch.columns[0].emplace_back(value);
      batch.columns[1].emplace_back("");
    }
    return batch.rows() > 0;
  }
  absl::Status Rewind() override { return InputError("a pipe"); }

  int reads = 0;

 private:
  const std::string name_ = "a pipe";
  const std::vector<std::string> names_ = {"id", "empty"};
  std::vector<std::string> values_;
  std::size_t size_ = 0;
  std::size_t given_ = 0;
};

std::vector<std::string> ReadRows(RecordSource& source, int batches) {
  std::vector<std::string> rows;
  Batch batch;
  while (batches-- > 0) {
    const auto more = source.Next(batch);
    REQUIRE_MESSAGE(more.ok(), more.status().ToString());
    if (!*more) break;
    REQUIRE(batch.columns.size() == 2);
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      rows.push_back(std::to_string(batch.lines[r]) + ":" +
                     std::string(batch.columns[0][r]) + "|" +
                     std::string(batch.columns[1][r]));
    }
  }
  return rows;
}

TEST_CASE("SpooledSource: what can be read once is read again, encrypted") {
  test::SeededRandom random(7);
  const test::TempDir dir;
  Pipe pipe;
  const auto source = internal::SpooledSource::Create(pipe, dir.path(), random);
  REQUIRE(source.ok());
  std::vector<std::string> expected;
  for (int i = 0; i < 30; ++i) {
    expected.push_back(std::to_string(i + 2) + ":canary-" + std::to_string(i) +
                       "|");
  }
  RecordSource& again = **source;
  CHECK(again.name() == "a pipe");
  CHECK(again.Rewind().ok());
  CHECK(ReadRows(again, 3).size() == 6);
  CHECK(again.Rewind().ok());
  for (int time = 0; time < 3; ++time) {
    CHECK(ReadRows(again, 100) == expected);
    CHECK(ReadRows(again, 1).empty());
    CHECK(again.Rewind().ok());
  }
  CHECK(pipe.reads == 9);  // eight batches and the end

  CHECK(fs::is_empty(dir.path()));
  std::string spooled;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const fs::path target = fs::read_symlink(entry.path(), gone);
    if (!gone &&
        target.string().starts_with(fs::canonical(dir.path()).string())) {
      spooled += test::Read(entry.path());
    }
  }
  CHECK(spooled.size() > 300);
  CHECK(spooled.find("canary") == std::string::npos);
}

TEST_CASE("SpooledSource: a directory that cannot take files is an error") {
  test::SeededRandom random(7);
  Pipe pipe;
  const auto source = internal::SpooledSource::Create(pipe, "/nowhere", random);
  Batch batch;
  CHECK(absl::IsUnavailable((*source)->Next(batch).status()));
}

}  // namespace
}  // namespace anon
