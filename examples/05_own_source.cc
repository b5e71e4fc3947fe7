// SPDX-License-Identifier: Apache-2.0
//
// A service's own rows instead of a file: a RecordSource over a query, and a
// run that reads it. The policy, its checks and the release stay the same.
//
//   05_own_source POLICY DIRECTORY
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "anon/anon.h"

namespace fs = std::filesystem;

// Stands for a database cursor. A run reads a source twice and stops if the
// readings differ, so Rewind must show the same rows: open the cursor in one
// read-only transaction (REPEATABLE READ) and seek to its beginning.
class QuerySource final : public anon::RecordSource {
 public:
  explicit QuerySource(std::vector<std::vector<std::string>> rows)
      : rows_(std::move(rows)) {}

  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override { return names_; }

  // Fetches some rows at a time: the batch holds views, and the rows behind
  // them have to stay until the next call.
  absl::StatusOr<bool> Next(anon::Batch& batch) override {
    batch.Reset(names_.size());
    for (; at_ < rows_.size() && batch.rows() < 1000; ++at_) {
      for (std::size_t c = 0; c < names_.size(); ++c) {
        batch.columns[c].push_back(rows_[at_][c]);
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
  const std::string name_ = "query subscribers-2026-11";  // for messages
  const std::vector<std::string> names_ = {"subscriber_id", "sex", "plan"};
  std::vector<std::vector<std::string>> rows_;
  std::size_t at_ = 0;
};

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 3000; ++i) {
    rows.push_back({"S" + std::to_string(i / 2), i % 4 < 2 ? "女" : "男",
                    i % 3 == 0 ? "シンプル3GB" : "データ専用プラン"});
  }
  QuerySource query(std::move(rows));

  const auto policy = anon::LoadPolicy(argv[1]);
  if (!policy.ok()) {
    std::cerr << policy.status() << '\n';
    return 2;
  }
  anon::RunOptions options;
  options.source = &query;  // instead of the file the policy names
  options.created = "2026-11-01";
  options.places.out = fs::path(argv[2]) / "release";
  options.places.internal = fs::path(argv[2]) / "internal";
  const auto report = anon::Run(*policy, options);
  if (!report.ok() || !report->released) {
    std::cerr << (report.ok() ? report->reason : report.status().ToString());
    return report.ok() ? 1 : 3;
  }
  std::cout << report->records_out << " records of " << report->principals_out
            << " principals from " << report->source << '\n';
}
