// SPDX-License-Identifier: Apache-2.0
#include "anon/policy/run.h"

#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>

#include "anon/base/digest.h"
#include "policy/run_support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::Job;

TEST_CASE("Run: releases what the policy says and nothing of who stands out") {
  Job job;
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->reason.empty());
  CHECK(report->records_in == 121);
  CHECK(report->records_out == 120);
  CHECK(report->principals_affected == 1);
  CHECK(report->classes_in == 5);
  CHECK(report->classes_kept == 4);
  CHECK(report->smallest_class == 20);
  CHECK(report->columns == std::vector<std::string>{"age", "sex", "plan"});
  CHECK(report->internal == job.options.places.internal);
  CHECK(report->destruction.has_value());
  CHECK(report->source_sha256 == ToHex(Sha256(test::Read(job.source))));
  // An independent count of what should be there.
  std::multiset<std::string> expected;
  for (int i = 0; i < 120; ++i) {
    expected.insert(fmt::format("{}0s,{},{}", (20 + i % 20) / 10,
                                i % 3 == 0 ? "f" : "m",
                                i % 2 == 0 ? "A" : "B"));
  }
  CHECK(job.Released() == expected);
}

TEST_CASE("Run: a missing value is a category, unless it is refused") {
  Job job;
  auto rows = Job::Rows(120);
  for (int i = 0; i < 6; ++i) rows.push_back(fmt::format("m{},20,,A", i));
  job.WriteRows(rows);
  const auto own = job.Run();
  REQUIRE_MESSAGE(own.ok(), Message(own.status()));
  CHECK(own->released);
  CHECK(job.Released().count("20s,,A") == 6);  // a class of six

  Job refusing;
  refusing.WriteRows(rows);
  refusing.source_options = ", missing_values: refuse";
  const auto refused = refusing.Run();
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().code() == InputError("").code());
  CHECK(Message(refused.status()).find("line 123, column 3 (sex)") !=
        std::string_view::npos);
  CHECK(refusing.LeftNothing());
}

TEST_CASE("Run: tells of its steps in order, and of all records") {
  Job job;
  job.WriteRows(Job::Rows(30'000));
  std::vector<std::string> steps;
  std::map<std::string, std::int64_t> last;
  job.options.progress = [&](const RunProgress& progress) {
    if (steps.empty() || steps.back() != progress.step) {
      steps.emplace_back(progress.step);
    }
    std::int64_t& records = last[std::string(progress.step)];
    CHECK(progress.records >= records);
    records = progress.records;
    CHECK((progress.of == 0 || progress.records <= progress.of));
    CHECK((progress.step == "count" || progress.step == "seal" ||
           progress.of > 0));
  };
  const auto report = job.Run();
  REQUIRE(report.ok());
  CHECK(steps == std::vector<std::string>{"count", "write", "assess", "seal"});
  CHECK(last["count"] == report->records_in);
  CHECK(last["write"] == report->records_in);
  CHECK(last["assess"] == report->records_out);
  REQUIRE(report->timings.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(report->timings[i].first == steps[i]);
  }
}

TEST_CASE("Run: a stop request in any step leaves nothing") {
  for (const bool pseudonymized : {false, true}) {
    for (const char* const step : {"count", "write", "assess", "seal"}) {
      INFO(step);
      Job job;
      if (pseudonymized) job.Pseudonymize();
      std::stop_source stop;
      job.options.stop = stop.get_token();
      job.options.progress = [&](const RunProgress& progress) {
        if (progress.step == step) stop.request_stop();
      };
      CHECK(absl::IsCancelled(job.Run().status()));
      CHECK(job.LeftNothing());
    }
  }
}

TEST_CASE(
    "Run: a stop request while the shuffled records are written is "
    "heard") {
  Job job;
  job.WriteRows(Job::Rows(30'000));
  std::stop_source stop;
  job.options.stop = stop.get_token();
  int at_end = 0;
  job.options.progress = [&](const RunProgress& progress) {
    // The second call with all records comes from the shuffle.
    if (progress.step == "write" && progress.records == progress.of &&
        ++at_end == 2) {
      stop.request_stop();
    }
    CHECK(progress.step != "assess");
  };
  CHECK(absl::IsCancelled(job.Run().status()));
  CHECK(at_end == 2);
  CHECK(job.LeftNothing());
}

TEST_CASE("Run: a request made before it starts stops it at once") {
  Job job;
  std::stop_source stop;
  stop.request_stop();
  job.options.stop = stop.get_token();
  job.options.progress = [](const RunProgress&) { FAIL("not stopped"); };
  CHECK(absl::IsCancelled(job.Run().status()));
  CHECK(absl::IsCancelled(DryRun(job.Read(), job.options).status()));
  CHECK(job.LeftNothing());
}

// The refusal of a run whose source is changed after its first reading.
std::string AfterChange(const std::function<void(Job&)>& change) {
  Job job;
  job.Pseudonymize();
  job.options.progress = [&](const RunProgress& progress) {
    if (progress.step == "count") change(job);
  };
  const auto report = job.Run();
  CHECK(absl::IsDataLoss(report.status()));
  CHECK(job.LeftNothing());
  return std::string(Message(report.status()));
}

TEST_CASE("Run: a source that changes between the readings is refused") {
  const auto rows = Job::Rows(120);
  const auto changed = [&](std::size_t row, const std::string& line) {
    auto other = rows;
    other[row] = line;
    return AfterChange([&](Job& job) { job.WriteRows(other); });
  };
  constexpr std::string_view kWhy = "changed between the first and the second";
  CHECK(changed(0, "u0,44,m,A").find(kWhy) != std::string::npos);
  CHECK(changed(0, "u0,20,m,A").find(kWhy) != std::string::npos);
  CHECK(changed(0, "u0,20,f,C").find(kWhy) != std::string::npos);
  CHECK(changed(0, "x0,20,f,A").find(kWhy) != std::string::npos);
  CHECK(changed(0, rows[0] + "\n" + rows[0]).find(kWhy) != std::string::npos);
  const auto shorter = AfterChange([&](Job& job) {
    job.WriteRows({rows.begin(), rows.end() - 1});
  });
  CHECK(shorter.find(kWhy) != std::string::npos);
}

TEST_CASE(
    "Run: a source that has other columns at the second reading is "
    "refused") {
  constexpr std::string_view kWhy = "changed between the first and the second";
  CHECK(AfterChange([](Job& job) {
          job.WriteRows({"u1,20", "u2,20"}, "id,age");
        }).find(kWhy) != std::string::npos);
  CHECK(AfterChange([](Job& job) {
          job.WriteRows(Job::Rows(120), "id,age,plan,sex");
        }).find(kWhy) != std::string::npos);
  CHECK_FALSE(
      AfterChange([](Job& job) { test::Write(job.source, ""); }).empty());
  CHECK_FALSE(AfterChange([](Job& job) {
                test::Write(job.source, "id,age,sex,plan\n\"");
              }).empty());
}

TEST_CASE("Run: a policy that is not met is a report, not a release") {
  Job job;
  job.limit = "0";
  auto report = job.Run();
  REQUIRE(report.ok());
  CHECK_FALSE(report->released);
  CHECK(
      report->reason.find("k_anonymity 5 fails in 1 classes with 1 records") !=
      std::string::npos);
  CHECK_FALSE(report->destruction.has_value());
  CHECK_FALSE(fs::exists(job.options.places.out));
  CHECK(fs::exists(report->internal / "failing_classes.json"));
  CHECK(fs::exists(report->internal / "report.json"));
  // Once the limit is raised the same places serve.
  job.limit = "1%";
  report = job.Run();
  REQUIRE(report.ok());
  CHECK(report->released);
  CHECK_FALSE(fs::exists(report->internal / "failing_classes.json"));
}

TEST_CASE(
    "Run: a refused run of pseudonymized data keeps no deletion "
    "information") {
  Job job;
  job.Pseudonymize();
  job.limit = "0";
  const auto report = job.Run();
  REQUIRE(report.ok());
  CHECK_FALSE(report->released);
  CHECK(report->data_set_id.empty());
  CHECK(job.sink.pending.empty());
  CHECK(job.sink.committed.empty());
}

TEST_CASE("Run: nobody left is no release, whatever the limit") {
  Job job;
  job.WriteRows({"a,20,f,A", "b,30,m,B"});
  job.limit = "100%";
  const auto report = job.Run();
  REQUIRE(report.ok());
  CHECK_FALSE(report->released);
  CHECK(report->reason.starts_with("no record is left"));
}

TEST_CASE("DryRun: gives the figures of the run and touches nothing") {
  for (const char* const limit : {"0", "10%"}) {
    for (const bool pseudonymized : {false, true}) {
      Job job;
      job.limit = limit;
      if (pseudonymized) job.Pseudonymize();
      const Policy policy = job.Read();
      const auto dry = DryRun(policy, job.options);
      REQUIRE(dry.ok());
      CHECK(job.LeftNothing());
      const auto real = Run(policy, job.options);
      REQUIRE(real.ok());
      CHECK(dry->dry_run);
      CHECK(dry->released == real->released);
      CHECK(dry->reason == real->reason);
      CHECK(dry->records_in == real->records_in);
      CHECK(dry->records_out == real->records_out);
      CHECK(dry->principals_in == real->principals_in);
      CHECK(dry->principals_out == real->principals_out);
      CHECK(dry->principals_affected == real->principals_affected);
      CHECK(dry->classes_in == real->classes_in);
      CHECK(dry->classes_kept == real->classes_kept);
      CHECK(dry->smallest_class == real->smallest_class);
      CHECK(dry->loss.geometric_mean == real->loss.geometric_mean);
      CHECK(dry->source_sha256 == real->source_sha256);
      CHECK(dry->columns == real->columns);
      CHECK(dry->verdicts.empty());
      CHECK(dry->key_id.empty());
    }
  }
}

TEST_CASE("DryRun: needs no places, no key and no date") {
  Job job;
  job.Pseudonymize();
  const auto report = DryRun(job.Read(), {});
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
}

TEST_CASE("Run: keys and vault belong to pseudonymized information alone") {
  Job with;
  with.Pseudonymize();
  for (int what = 0; what < 4; ++what) {
    Job job;
    if (what == 0) job.options.keyring = with.keyring.get();
    if (what == 1) job.options.deletion_sink = &job.sink;
    if (what == 2) job.options.places.vault = job.root / "v" / "vault.db";
    if (what == 3) job.options.places.keyring = job.root / "k" / "keyring";
    const auto report = job.Run();
    CHECK(absl::IsInvalidArgument(report.status()));
    CHECK(Message(report.status()).find("takes no keyring and no vault") !=
          std::string_view::npos);
    CHECK(job.LeftNothing());
  }
  with.options.keyring = nullptr;
  CHECK(Message(with.Run().status()).starts_with("no key, no run"));
  with.options.keyring = with.keyring.get();
  with.options.deletion_sink = nullptr;
  CHECK(absl::IsInvalidArgument(with.Run().status()));
  CHECK(with.LeftNothing());
}

TEST_CASE("Run: a date that is none is refused before anything is read") {
  for (const char* const created : {"", "2026-02-30", "today", "2026-1-1"}) {
    Job job;
    job.options.created = created;
    job.options.progress = [](const RunProgress&) { FAIL("it has begun"); };
    const auto report = job.Run();
    CHECK(absl::IsInvalidArgument(report.status()));
    CHECK(Message(report.status()).find("created") != std::string_view::npos);
    CHECK(job.LeftNothing());
  }
}

TEST_CASE("Run: what is replaced may not hold what the run reads") {
  Job job;
  REQUIRE(job.Run().ok());
  Job again;
  again.options.places = job.options.places;
  again.options.replace = true;
  Policy policy = again.Read();
  policy.source = job.options.places.out / "provide/data.csv";
  CHECK(absl::IsInvalidArgument(Run(policy, again.options).status()));
  policy = again.Read();
  policy.columns[1].hierarchy = job.options.places.internal / "report.json";
  CHECK(absl::IsInvalidArgument(Run(policy, again.options).status()));
  CHECK(job.Released().size() == 120);
}

TEST_CASE("Run: an existing release is replaced only when that is said") {
  Job job;
  REQUIRE(job.Run().ok());
  job.WriteRows(Job::Rows(60));
  CHECK(absl::IsAlreadyExists(job.Run().status()));
  CHECK(job.Released().size() == 120);
  job.options.replace = true;
  REQUIRE(job.Run().ok());
  CHECK(job.Released().size() == 60);
}

TEST_CASE(
    "Run: pseudonyms are kept with what they replace, and only for "
    "records that are released") {
  Job job;
  job.Pseudonymize();
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->key_id == job.keyring->primary().id());
  CHECK_FALSE(report->data_set_id.empty());
  CHECK_FALSE(report->destruction.has_value());
  CHECK(job.sink.pending.empty());
  std::set<std::string> originals;
  std::set<std::string> pseudonyms;
  for (const auto& record : job.sink.committed) {
    originals.insert(record.original);
    pseudonyms.insert(record.pseudonym);
  }
  CHECK(originals.size() == 120);
  CHECK_FALSE(originals.contains("lone"));
  std::set<std::string> released;
  for (const std::string& line : job.Released()) {
    released.insert(line.substr(0, line.find(',')));
  }
  CHECK(released == pseudonyms);
}

TEST_CASE("Run: a deletion sink that fails leaves nothing") {
  Job job;
  job.Pseudonymize();
  job.sink.put_status = absl::UnavailableError("disk full");
  CHECK(absl::IsUnavailable(job.Run().status()));
  CHECK(job.LeftNothing());
}

TEST_CASE("Run: pseudonymized data need no model") {
  Job job;
  job.Pseudonymize();
  job.models.clear();
  job.limit.clear();
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->records_out == 121);
  CHECK(report->verdicts.empty());
  CHECK(report->smallest_class == 1);
}

TEST_CASE(
    "Run: pseudonymized data without pseudonyms need no key, and a vault "
    "is not in the way") {
  Job job;
  job.kind = "pseudonymized_personal_information";
  for (const bool with_vault : {false, true}) {
    job.options.deletion_sink = with_vault ? &job.sink : nullptr;
    job.options.replace = true;
    const auto report = job.Run();
    REQUIRE_MESSAGE(report.ok(), Message(report.status()));
    CHECK(report->released);
    CHECK(report->data_set_id.empty());
    CHECK(job.sink.committed.empty());
  }
}

TEST_CASE(
    "Run: anonymized data without a model that was judged are refused, "
    "even by a hand-made policy") {
  Job job;
  Policy policy = job.Read();
  policy.models.clear();
  CHECK(absl::IsFailedPrecondition(Run(policy, job.options).status()));
  CHECK(job.LeftNothing());
}

TEST_CASE("Run: without quasi-identifiers the whole table is one class") {
  for (const int people : {4, 5}) {
    Job job;
    job.columns =
        Job::Column("id", "direct_identifier", "treatment: suppress") +
        Job::Column("age", "insensitive", "treatment: suppress") +
        Job::Column("sex", "insensitive", "treatment: keep") +
        Job::Column("plan", "sensitive", "treatment: keep");
    std::vector<std::string> rows = Job::Rows(people);
    rows.pop_back();
    job.WriteRows(rows);
    const auto report = job.Run();
    REQUIRE_MESSAGE(report.ok(), Message(report.status()));
    CHECK(report->classes_in == 1);
    CHECK(report->released == (people == 5));
    CHECK(report->loss.geometric_mean == 0);
  }
}

TEST_CASE("Run: one column of output, empty values among them, is read back") {
  Job job;
  job.columns = Job::Column("id", "direct_identifier", "treatment: suppress") +
                Job::Column("age", "quasi_identifier", "treatment: suppress") +
                Job::Column("sex", "quasi_identifier", "treatment: keep") +
                Job::Column("plan", "sensitive", "treatment: suppress");
  std::vector<std::string> rows;
  for (int i = 0; i < 10; ++i) {
    rows.push_back(fmt::format("u{},20,{},A", i, i < 5 ? "" : "\"a,\"\"b\n\""));
  }
  job.WriteRows(rows);
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->records_out == 10);
  CHECK(report->classes_in == 2);
  CHECK(report->smallest_class == 5);
}

TEST_CASE("Run: five lines of one subscriber never make a class of five") {
  Job job;
  job.principal = "{column: id, several_rows: count_once}";
  std::vector<std::string> rows;
  for (int i = 0; i < 5; ++i) rows.push_back("one,25,f,A");
  for (int i = 0; i < 40; ++i) {
    rows.push_back(fmt::format("u{},35,m,B", i % 20));
  }
  job.WriteRows(rows);
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->principals_in == 21);
  CHECK(report->principals_out == 20);
  CHECK(report->principals_affected == 1);
  CHECK(report->records_out == 40);
  CHECK(report->smallest_class == 20);

  job.principal = "{column: id, several_rows: refuse}";
  job.options.replace = true;
  const auto refused = job.Run();
  CHECK(absl::IsDataLoss(refused.status()));
  CHECK(Message(refused.status()).find("line 3") != std::string_view::npos);
  CHECK(Message(refused.status()).find("one,") == std::string_view::npos);
}

TEST_CASE("Run: bad input leaves nothing and is named by its place") {
  for (const char* const row :
       {"u,99,f,A", ",\xFF,f,A", "u,20,f", "u,\"20,f,A", "u,20,f,A,B"}) {
    Job job;
    job.Pseudonymize();
    auto rows = Job::Rows(20);
    rows.insert(rows.begin() + 7, row);
    job.WriteRows(rows);
    const auto report = job.Run();
    CHECK(absl::IsDataLoss(report.status()));
    CHECK(Message(report.status()).find("people.csv, line 9, column") !=
          std::string_view::npos);
    CHECK(job.LeftNothing());
  }
}

TEST_CASE("Run: modes of files do not depend on the umask") {
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
    Job job;
    const mode_t before = umask(mask);
    const auto report = job.Run();
    umask(before);
    REQUIRE(report.ok());
    const auto mode = [](const fs::path& path) {
      return static_cast<unsigned>(fs::status(path).permissions());
    };
    const fs::path& out = job.options.places.out;
    const fs::path& internal = job.options.places.internal;
    CHECK(mode(out) == 0755);
    CHECK(mode(internal) == 0700);
    for (const auto& entry : fs::recursive_directory_iterator(out)) {
      INFO(entry.path());
      CHECK(mode(entry.path()) == (entry.is_directory() ? 0755 : 0644));
    }
    for (const auto& entry : fs::recursive_directory_iterator(internal)) {
      CHECK(mode(entry.path()) == 0600);
    }
  }
}

TEST_CASE("Run: relative places with trailing slashes") {
  Job job;
  const fs::path before = fs::current_path();
  fs::current_path(job.root);
  job.options.places.out = "out/r/";
  job.options.places.internal = "inside/i/";
  const auto report = job.Run();
  fs::current_path(before);
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(fs::exists(job.root / "out/r/provide/data.csv"));
  CHECK(fs::exists(job.root / "inside/i/report.json"));
}

}  // namespace
}  // namespace anon
