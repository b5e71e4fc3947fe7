// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/shuffle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

// Collects what reaches it.
class Collector final : public RecordSink {
 public:
  absl::Status Append(const Batch& batch) override {
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      std::string row;
      for (const auto& column : batch.columns) {
        row += std::string(column[r]) + "|";
      }
      rows.push_back(row);
    }
    return absl::OkStatus();
  }
  absl::Status Finish() override {
    finished = true;
    return absl::OkStatus();
  }
  std::vector<std::string> rows;
  bool finished = false;
};

void AppendNumbers(RecordSink& sink, std::size_t from, std::size_t to) {
  std::vector<std::string> values;
  for (std::size_t i = from; i < to; ++i) {
    values.push_back("canary-" + std::to_string(i));
  }
  Batch batch;
  batch.Reset(2);
  for (const std::string& value : values) {
    batch.columns[0].emplace_back(value);
    batch.columns[1].emplace_back("");
    batch.lines.push_back(0);
  }
  REQUIRE(sink.Append(batch).ok());
}

TEST_CASE("ShufflingSink: every order of four records is equally likely") {
  test::SeededRandom random(5);
  std::map<std::vector<std::string>, int> seen;
  constexpr int kTrials = 24'000;
  for (int trial = 0; trial < kTrials; ++trial) {
    Collector out;
    auto shuffle = ShufflingSink::Create(
        out, 2, random, {.temporary_directory = "/nowhere", .buckets = 3});
    AppendNumbers(**shuffle, 0, 4);
    REQUIRE((*shuffle)->Finish().ok());
    ++seen[out.rows];
  }
  CHECK(seen.size() == 24);
  double chi = 0;
  for (const auto& [order, count] : seen) {
    chi += (count - 1000.0) * (count - 1000.0) / 1000.0;
  }
  CHECK(chi < 74.0);  // 23 degrees of freedom, 1 in 4 * 10^6
}

// What is in the files without names that this process has open in `dir`.
std::string TemporaryBytes(const fs::path& dir) {
  std::string bytes;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const fs::path target = fs::read_symlink(entry.path(), gone);
    if (!gone && target.string().starts_with(dir.string())) {
      bytes += test::Read(entry.path());
    }
  }
  return bytes;
}

TEST_CASE("ShufflingSink: spills sealed bytes only, and loses no record") {
  test::SeededRandom random(6);
  const test::TempDir dir;
  Collector out;
  auto shuffle = ShufflingSink::Create(out, 2, random,
                                       {.temporary_directory = dir.path(),
                                        .buckets = 4,
                                        .bucket_buffer_bytes = 100});
  REQUIRE(shuffle.ok());
  AppendNumbers(**shuffle, 0, 1000);
  AppendNumbers(**shuffle, 1000, 2000);
  const std::string spilled = TemporaryBytes(fs::canonical(dir.path()));
  CHECK(spilled.size() > 10'000);
  CHECK(spilled.find("canary") == std::string::npos);
  CHECK(fs::is_empty(dir.path()));

  REQUIRE((*shuffle)->Finish().ok());
  CHECK(out.finished);
  std::vector<std::string> expected;
  for (int i = 0; i < 2000; ++i) {
    expected.push_back("canary-" + std::to_string(i) + "||");
  }
  CHECK(out.rows != expected);
  std::ranges::sort(out.rows);
  std::ranges::sort(expected);
  CHECK(out.rows == expected);
}

TEST_CASE("ShufflingSink: a directory that cannot take files is an error") {
  test::SeededRandom random(6);
  Collector out;
  auto shuffle = ShufflingSink::Create(out, 2, random,
                                       {.temporary_directory = "/nowhere",
                                        .buckets = 1,
                                        .bucket_buffer_bytes = 1});
  Batch batch;
  batch.Reset(2);
  batch.columns[0].emplace_back("x");
  batch.columns[1].emplace_back("y");
  batch.lines.push_back(0);
  CHECK(absl::IsUnavailable((*shuffle)->Append(batch)));
}

}  // namespace
}  // namespace anon
