// SPDX-License-Identifier: Apache-2.0
//
// Runs over a caller's own rows, watched and stopped by the caller.
#include <doctest/doctest.h>

#include <set>

#include "anon/policy/run.h"
#include "support/support.h"

namespace anon {
namespace {

// Sixty people in memory, in batches of ten; one more at the second reading if
// asked to move.
class Rows final : public RecordSource {
 public:
  explicit Rows(bool moves = false) : moves_(moves) {}
  const std::string& name() const override { return name_; }
  const std::vector<std::string>& attributes() const override {
    return attributes_;
  }
  absl::StatusOr<bool> Next(Batch& batch) override {
    batch.Reset(2);
    const int rows = moves_ && readings_ > 1 ? 61 : 60;
    for (int left = 10; left > 0 && at_ < rows; --left, ++at_) {
      batch.columns[0].emplace_back(at_ % 2 == 0 ? "F" : "M");
      batch.columns[1].emplace_back(at_ % 3 == 0 ? "S" : "L");
      batch.lines.push_back(at_ + 1);
    }
    return batch.rows() > 0;
  }
  absl::Status Rewind() override {
    at_ = 0;
    ++readings_;
    return absl::OkStatus();
  }
  int readings() const { return readings_; }

 private:
  const std::string name_ = "query 17";
  const std::vector<std::string> attributes_ = {"sex", "plan"};
  bool moves_;
  int at_ = 7;  // not at the beginning: a run rewinds
  int readings_ = 0;
};

constexpr std::string_view kPolicy = R"(
anon_policy: 1
profile: jp-appi-2026
kind: anonymized_personal_information
source: {file: no-such-file.csv, purposes: [network_planning]}
use: {purpose: network_planning, recipient_scope: third_party}
principal: row
columns:
  sex: {role: quasi_identifier, class: other, treatment: keep, item: {ja: 性別, en: Sex}}
  plan: {role: sensitive, class: other, item: {ja: 契約プラン, en: Plan}}
models: [{model: k_anonymity, k: 5}]
release:
  id: rows
  population: {ja: 契約者, en: Subscribers}
  publisher:
    name: {ja: 見本, en: Sample}
    address: {ja: 東京都, en: Tokyo}
    representative: {ja: 見本 太郎, en: Taro Mihon}
  contact: {window: {ja: 窓口, en: Desk}, email: a@example.jp}
  continuity: {continuing: false, from: "2026-10-01", to: "2026-10-31"}
  methods_of_provision: [{ja: 電子媒体の交付, en: Delivery of a medium}]
  recipient: {ja: 見本大学, en: Mihon University}
  safety_measures: [{ja: 従業者の監督, en: Supervision of staff}]
)";

struct Fixture {
  test::TempDir dir;
  Policy policy = *ParsePolicy(kPolicy, dir / "policy.yaml");
  Rows rows;
  RunOptions options;

  Fixture() {
    options.places.out = dir / "out";
    options.places.internal = dir / "internal";
    options.created = "2026-11-01";
    options.source = &rows;
  }
  bool NothingReleased() const {
    return !std::filesystem::exists(dir / "out") &&
           !std::filesystem::exists(dir / "internal");
  }
};

TEST_CASE("Run: reads the caller's rows instead of the file of the policy") {
  Fixture f;
  const auto report = Run(f.policy, f.options);
  REQUIRE_MESSAGE(report.ok(), report.status().ToString());
  CHECK(report->released);
  CHECK(report->records_in == 60);
  CHECK(report->records_out == 60);
  CHECK(report->source == "query 17");
  CHECK(report->source_sha256.empty());  // rows have no bytes to digest
  CHECK(f.rows.readings() == 2);
  CHECK(std::filesystem::exists(f.dir / "out/provide/data.csv"));
}

TEST_CASE("DryRun: reads the caller's rows too") {
  Fixture f;
  const auto report = DryRun(f.policy, f.options);
  REQUIRE(report.ok());
  CHECK(report->records_in == 60);
  CHECK(f.NothingReleased());
}

TEST_CASE("Run: rows that move between the readings end it") {
  Fixture f;
  Rows moving(true);
  f.options.source = &moving;
  const auto report = Run(f.policy, f.options);
  CHECK(absl::IsDataLoss(report.status()));
  CHECK(Message(report.status()).starts_with("query 17: "));
  CHECK(f.NothingReleased());
}

TEST_CASE("Run: every step reports progress and can be stopped there") {
  std::set<std::string> steps;
  {
    Fixture f;
    f.options.progress = [&](const RunProgress& progress) {
      steps.emplace(progress.step);
    };
    REQUIRE(Run(f.policy, f.options).ok());
  }
  CHECK(steps == std::set<std::string>{"count", "write", "assess", "seal"});
  for (const std::string& step : steps) {
    CAPTURE(step);
    Fixture f;
    std::stop_source stop;
    f.options.stop = stop.get_token();
    f.options.progress = [&](const RunProgress& progress) {
      if (progress.step == step) stop.request_stop();
    };
    CHECK(absl::IsCancelled(Run(f.policy, f.options).status()));
    CHECK(f.NothingReleased());
  }
}

}  // namespace
}  // namespace anon
