// SPDX-License-Identifier: Apache-2.0
//
// A saved solution on the table it was made for, on others, and on files that
// are no solutions.
#include "anon/policy/apply.h"

#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "anon/io/csv.h"
#include "policy/run_support.h"

namespace anon {
namespace {

using test::Job;
namespace fs = std::filesystem;

// Collects lines as a CSV file without quotes has them.
class Lines final : public RecordSink {
 public:
  absl::Status Append(const Batch& batch) override {
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      std::string line;
      for (std::size_t c = 0; c < batch.columns.size(); ++c) {
        const std::string value(batch.columns[c][r]);
        const bool quoted = value.find(',') != std::string::npos;
        line += (c == 0 ? "" : ",") + (quoted ? '"' + value + '"' : value);
      }
      lines.insert(line);
      order.push_back(line);
    }
    return absl::OkStatus();
  }
  absl::Status Finish() override { return absl::OkStatus(); }

  std::multiset<std::string> lines;
  std::vector<std::string> order;
};

struct Applied {
  absl::StatusOr<ApplyReport> report = absl::UnknownError("");
  Lines out;
};

std::string SolutionOf(const Job& job) {
  return test::Read(job.options.places.internal / "solution.json");
}

void ApplyTo(const Job& job, const fs::path& data, Applied& applied,
             bool check = true) {
  auto solution = SavedSolution::Parse(SolutionOf(job), "solution.json");
  REQUIRE_MESSAGE(solution.ok(), Message(solution.status()));
  const auto source = CsvSource::Open(data);
  REQUIRE(source.ok());
  ApplyOptions options;
  options.created = "2026-11-21";
  options.check = check;
  applied.report = Apply(job.Read(), *solution, **source, applied.out, options);
}

// Ages are numbers, sexes an order.
struct Divided : Job {
  explicit Divided(bool relaxed) {
    columns = Column("id", "direct_identifier", "treatment: suppress") +
              Column("age", "quasi_identifier", "order: numbers") +
              Column("sex", "quasi_identifier", "order: [f, m]") +
              Column("plan", "sensitive", "treatment: keep");
    models +=
        fmt::format("solver: {{search: mondrian, relaxed: {}}}\n", relaxed);
    limit = "0";
  }
};

// Decades of women and men; of women in their thirties and forties there are
// too few for a decade, and together just enough.
struct Recoded : Job {
  Recoded() {
    columns = Column("id", "direct_identifier", "treatment: suppress") +
              Column("age", "quasi_identifier", "hierarchy: age.csv") +
              Column("sex", "quasi_identifier", "treatment: keep") +
              Column("plan", "sensitive", "treatment: keep");
    models += "solver: {local_recoding: true}\n";
    limit = "0";
    std::vector<std::string> rows;
    for (int i = 0; i < 40; ++i) {
      rows.push_back(
          fmt::format("u{},{},{},A", i, 20 + i % 10, i % 20 < 10 ? "f" : "m"));
    }
    for (const int age : {31, 35, 38, 41, 42}) {
      rows.push_back(fmt::format("v{},{},f,B", age, age));
    }
    WriteRows(rows);
  }
};

void CheckSameAsRun(Job& job) {
  const auto run = job.Run();
  REQUIRE_MESSAGE(run.ok(), Message(run.status()));
  REQUIRE(run->released);
  Applied applied;
  ApplyTo(job, job.source, applied);
  REQUIRE_MESSAGE(applied.report.ok(), Message(applied.report.status()));
  CHECK(applied.report->records_in == run->records_in);
  CHECK(applied.report->records_out == run->records_out);
  // Nothing of it is unknown.
  CHECK(applied.report->suppressed == run->records_in - run->records_out);
  CHECK(applied.report->unknown == 0);
  CHECK(applied.report->satisfied);
  REQUIRE(applied.report->verdicts.size() == run->verdicts.size());
  for (std::size_t m = 0; m < run->verdicts.size(); ++m) {
    CHECK(applied.report->verdicts[m].achieved == run->verdicts[m].achieved);
  }
  CHECK(applied.out.lines == job.Released());
  // Row order links records.
  CHECK(applied.out.order != std::vector<std::string>(applied.out.lines.begin(),
                                                      applied.out.lines.end()));
}

TEST_CASE("Apply: on its own table a solution gives what the run released") {
  Job levels;
  CheckSameAsRun(levels);
  Divided strict(false);
  CheckSameAsRun(strict);
  Divided relaxed(true);
  CheckSameAsRun(relaxed);
  Recoded rounds;
  CheckSameAsRun(rounds);
}

TEST_CASE("Run: rounds release whom one choice of levels would not") {
  Recoded job;
  const auto run = job.Run();
  REQUIRE_MESSAGE(run.ok(), Message(run.status()));
  REQUIRE(run->released);
  CHECK(run->records_out == 45);
  CHECK(run->classes_kept == 3);
  CHECK(run->smallest_class == 5);
  const std::multiset<std::string> released = job.Released();
  CHECK(released.count("20s,f,A") == 20);
  CHECK(released.count("20s,m,A") == 20);
  CHECK(released.count("*,f,B") == 5);
  REQUIRE(run->rounds.size() == 2);
  CHECK(run->rounds[0].levels ==
        decltype(run->rounds[0].levels){{"age", 1}, {"sex", 0}});
  CHECK(run->rounds[0].records == 40);
  CHECK(run->rounds[0].classes == 2);
  CHECK(run->rounds[0].optimal);
  CHECK(run->rounds[1].levels[0].second == 2);
  CHECK(run->rounds[1].records == 5);
  CHECK(run->rounds[1].classes == 1);
  CHECK(run->rounds[1].loss < run->rounds[0].loss);
  // A decade is 10 of 30 ages, a value one of them.
  const double age = (40 * 10 + 5 * 30 - 45) / (45 * 30.0 - 45);
  CHECK(run->loss.attributes.at(0).loss == doctest::Approx(age));
  CHECK(run->loss.attributes.at(1).loss == 0);
  // Those in their twenties are known not to be among the last five; thirties
  // and forties are left of them.
  REQUIRE(run->minimality);
  CHECK(run->minimality->by_sizes);
  CHECK(run->minimality->principals == 45);
  CHECK(run->minimality->downcoded == 0);
  CHECK(run->minimality->guesses.at(0).confidence == 1);  // all have B
}

TEST_CASE("Apply: a record goes to the first round that lists it") {
  Recoded job;
  REQUIRE(job.Run().ok());
  // 44 was nobody, but women of any age are listed by round 2; men are not. In
  // no hierarchy: 99. Nobody was x, but no hierarchy says what a sex may be.
  test::Write(job.root / "in" / "tomorrow.csv",
              "id,age,sex,plan\na,21,f,A\nb,44,f,A\nc,44,m,A\nd,99,f,A\n"
              "e,21,x,A\n");
  Applied applied;
  ApplyTo(job, job.root / "in" / "tomorrow.csv", applied);
  REQUIRE_MESSAGE(applied.report.ok(), Message(applied.report.status()));
  CHECK(applied.out.lines == std::multiset<std::string>{"20s,f,A", "*,f,A"});
  CHECK(applied.report->suppressed == 2);
  CHECK(applied.report->unknown == 1);
  // One and one are not five.
  CHECK_FALSE(applied.report->satisfied);
}

TEST_CASE("Run: a No where no round helps, with its reason") {
  Recoded job;
  job.models =
      "models: [{model: k_anonymity, k: 500}]\n"
      "solver: {local_recoding: true}\n";
  const auto run = job.Run();
  REQUIRE_MESSAGE(run.ok(), Message(run.status()));
  CHECK_FALSE(run->released);
  CHECK(run->reason.find("suppress 45 of 45 principals where 0 are allowed") !=
        std::string::npos);
  CHECK(run->reason.find("recoding the suppressed ones does not help") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(job.options.places.out));
}

// Decades with plans of their own. Nobody is in his thirties with plan B, so
// the release looks like its one class, and only the input tells that it is
// not.
TEST_CASE("Apply: models that compare with the table compare with the input") {
  Job job;
  std::vector<std::string> rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back(fmt::format("u{},{},f,{}", i, 20 + i % 10, "AB"[i % 2]));
  }
  rows.push_back("v,31,f,B");
  job.WriteRows(rows);
  job.models =
      "models: [{model: k_anonymity, k: 5}, {model: t_closeness_equal, "
      "attribute: plan, t: 0.1}]\n";
  CheckSameAsRun(job);
  // Tomorrow the others all have plan B: what is written is one class of
  // tens, equal to itself and far from what came in.
  for (int i = 0; i < 60; ++i) rows.push_back(fmt::format("w{},41,m,B", i));
  job.WriteRows(rows);
  Applied applied;
  ApplyTo(job, job.source, applied);
  REQUIRE_MESSAGE(applied.report.ok(), Message(applied.report.status()));
  CHECK(applied.report->records_out == 20);
  CHECK(applied.report->suppressed + applied.report->unknown == 61);
  CHECK_FALSE(applied.report->satisfied);
  CHECK(applied.report->verdicts.at(0).satisfied);
  // 10 of 81 have plan A, and half of the class.
  CHECK(applied.report->verdicts.at(1).achieved_value ==
        doctest::Approx(0.5 - 10 / 81.0));
}

TEST_CASE("Apply: what the solution does not list never comes out") {
  Job job;
  REQUIRE(job.Run().ok());
  // 41 is a class that nobody was in; 99 is in no hierarchy; x is no sex that
  // anybody had, and sexes have no hierarchy that could lack it.
  test::Write(job.root / "in" / "tomorrow.csv",
              "id,age,sex,plan\na,21,f,A\nb,41,f,A\nc,99,f,A\nd,21,x,A\n"
              "e,99,x,A\n");
  Applied applied;
  ApplyTo(job, job.root / "in" / "tomorrow.csv", applied);
  REQUIRE_MESSAGE(applied.report.ok(), Message(applied.report.status()));
  CHECK(applied.out.order == std::vector<std::string>{"20s,f,A"});
  CHECK(applied.report->records_in == 5);
  CHECK(applied.report->suppressed == 2);
  CHECK(applied.report->unknown == 2);
  // One person alone is not five, whatever the solution's table was.
  CHECK_FALSE(applied.report->satisfied);
  CHECK(applied.report->verdicts.at(0).achieved == "1");
}

TEST_CASE("Apply: Mondrian's labels stay true of tomorrow's records") {
  Divided job(false);
  REQUIRE(job.Run().ok());
  std::string rows = "id,age,sex,plan\n";
  for (int age = 10; age < 60; ++age) rows += fmt::format("p,{},m,A\n", age);
  test::Write(job.root / "in" / "tomorrow.csv", rows);
  Applied applied;
  ApplyTo(job, job.root / "in" / "tomorrow.csv", applied, false);
  REQUIRE_MESSAGE(applied.report.ok(), Message(applied.report.status()));
  CHECK(applied.report->records_in == 50);
  // Nobody was below 20 or above 45, so nothing is known of them; of the ages
  // of women only, it is known that they are no men's.
  CHECK(applied.report->unknown == 24);
  CHECK(applied.report->records_out >= 20);
  CHECK(applied.report->records_out <= 26);
  for (const std::string& line : applied.out.order) {
    const std::size_t digits = line.find_first_of("0123456789");
    CHECK(std::stoi(line.substr(digits)) >= 20);
  }
  CHECK(applied.report->verdicts.empty());
}

TEST_CASE("Apply: a value of the hierarchy that no tuple has is not unknown") {
  Divided job(false);
  job.columns = Job::Column("id", "direct_identifier", "treatment: suppress") +
                Job::Column("age", "quasi_identifier", "hierarchy: age.csv") +
                Job::Column("sex", "quasi_identifier", "order: [f, m]") +
                Job::Column("plan", "sensitive", "treatment: keep");
  std::vector<std::string> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(fmt::format("u{},{},{},A", i, 20 + i / 2 % 2, "fm"[i % 2]));
  }
  job.WriteRows(rows);
  REQUIRE(job.Run().ok());
  // 22 is nobody's, and 99 no age. The solution has no label for x.
  test::Write(job.root / "in" / "tomorrow.csv",
              "id,age,sex,plan\na,21,f,A\nb,22,f,A\nc,99,f,A\nd,21,x,A\n"
              "e,22,x,A\n");
  Applied applied;
  ApplyTo(job, job.root / "in" / "tomorrow.csv", applied, false);
  REQUIRE_MESSAGE(applied.report.ok(), Message(applied.report.status()));
  CHECK(applied.report->records_out == 1);
  CHECK(applied.report->suppressed == 1);
  CHECK(applied.report->unknown == 3);
}

TEST_CASE("Apply: refuses a policy or a hierarchy that is not the solution's") {
  Job job;
  REQUIRE(job.Run().ok());
  Job other;
  other.models = "models: [{model: k_anonymity, k: 6}]\n";
  other.options.places.internal = job.options.places.internal;
  Applied applied;
  ApplyTo(other, job.source, applied);
  CHECK(Message(applied.report.status()).find("not the policy") !=
        std::string_view::npos);
  CHECK(applied.out.order.empty());

  const std::string ages = test::Read(job.root / "in" / "age.csv");
  test::Write(job.root / "in" / "age.csv", ages + "50;50s;*\n");
  ApplyTo(job, job.source, applied);
  CHECK(Message(applied.report.status()).find("column age: its hierarchy") !=
        std::string_view::npos);
  CHECK(applied.out.order.empty());
}

TEST_CASE("Apply: makes no pseudonyms") {
  Job job;
  job.Pseudonymize();
  REQUIRE(job.Run().ok());
  Applied applied;
  ApplyTo(job, job.source, applied);
  CHECK(Message(applied.report.status()).find("makes no pseudonyms") !=
        std::string_view::npos);
}

// Damages the solution of `job`, which has run; what the refusal says.
std::string Damaged(const Job& job,
                    const std::function<void(nlohmann::json&)>& damage) {
  const std::string good = SolutionOf(job);
  nlohmann::json solution = nlohmann::json::parse(good);
  damage(solution);
  const fs::path file = job.options.places.internal / "solution.json";
  test::Write(file, solution.dump());
  Applied applied;
  ApplyTo(job, job.source, applied);
  test::Write(file, good);
  CHECK(absl::IsInvalidArgument(applied.report.status()));
  CHECK(applied.out.order.empty());
  return std::string(Message(applied.report.status()));
}

constexpr char kOtherColumns[] =
    "not a solution of this policy: its attributes are not the "
    "quasi-identifiers that the policy releases, in the order of the columns; "
    "run again for a new solution";
constexpr char kOtherLevel[] =
    "not a solution of this policy: column age has a level there that it does "
    "not allow; run again for a new solution";
constexpr char kOtherWay[] =
    "not a solution of this policy: column age is released in another way than "
    "its solver does; run again for a new solution";

TEST_CASE("Apply: refuses a solution of other columns or levels") {
  using nlohmann::json;
  Job job;
  REQUIRE(job.Run().ok());
  for (const char* const name : {"zzz", "age", "plan", "id"}) {
    CHECK(Damaged(job, [&](json& s) { s["attributes"][1]["name"] = name; }) ==
          kOtherColumns);
  }
  CHECK(Damaged(job, [](json& s) {
          s["attributes"].erase(1);
          s["kept"] = {{0}, {1}};
        }) == kOtherColumns);
  CHECK(Damaged(job, [](json& s) {
          s["attributes"] = json::array();
          s["kept"] = {json::array()};
        }) == kOtherColumns);
  CHECK(Damaged(job, [](json& s) {
          std::swap(s["attributes"][0], s["attributes"][1]);
        }) == kOtherColumns);
  for (const std::size_t level : {0U, 2U, 1'000'000'000U}) {
    CHECK(Damaged(job, [&](json& s) { s["attributes"][0]["level"] = level; }) ==
          kOtherLevel);
  }
  CHECK(Damaged(job, [](json& s) {
          s["attributes"][0]["kind"] = "tree";
          s["attributes"][0]["covers"] = {{"1"}, {"1"}};
        }) == kOtherWay);
}

TEST_CASE("Apply: refuses levels of a search, rounds or cuts that cannot be") {
  using nlohmann::json;
  const auto open = [](std::string_view solver, std::string_view sex) {
    auto job = std::make_unique<Recoded>();
    job->columns =
        Job::Column("id", "direct_identifier", "treatment: suppress") +
        Job::Column("age", "quasi_identifier",
                    "hierarchy: age.csv, min_level: 1") +
        Job::Column("sex", "quasi_identifier", sex) +
        Job::Column("plan", "sensitive", "treatment: keep");
    job->models = fmt::format(
        "models: [{{model: k_anonymity, k: 5}}]\nsolver: {}\n", solver);
    job->limit = "20%";
    const auto run = job->Run();
    REQUIRE_MESSAGE(run.ok(), Message(run.status()));
    REQUIRE(run->released);
    return job;
  };
  const auto level = [](std::size_t to) {
    return [to](json& s) { s["attributes"][0]["level"] = to; };
  };
  const auto searched = open("optimal", "treatment: keep");
  CHECK(Damaged(*searched, level(0)) == kOtherLevel);
  CHECK(Damaged(*searched, level(3)) == kOtherLevel);

  const auto rounds = open("{local_recoding: true}", "treatment: keep");
  CHECK(Damaged(*rounds, level(0)) == kOtherLevel);
  for (const std::size_t to : {0U, 3U}) {
    CHECK(Damaged(*rounds, [&](json& s) {
            s["rounds"][0]["levels"][0] = to;
          }) == kOtherLevel);
  }
  CHECK(Damaged(*rounds, [](json& s) {
          s.erase("rounds");
          for (json& a : s["attributes"]) a["kind"] = "level";
        }) == kOtherWay);

  const auto cuts = open("mondrian", "order: [f, m]");
  CHECK(Damaged(*cuts, level(0)) == kOtherLevel);
  for (const char* const to : {"0", "4"}) {
    CHECK(Damaged(*cuts, [&](json& s) {
            s["attributes"][0]["covers"][0] = {to};
          }) == kOtherLevel);
  }
  CHECK(Damaged(*cuts, [](json& s) { s["attributes"][0]["kind"] = "order"; }) ==
        kOtherWay);
}

TEST_CASE("SavedSolution: refuses everything that is not one") {
  Job job;
  REQUIRE(job.Run().ok());
  const std::string good = SolutionOf(job);
  REQUIRE(SavedSolution::Parse(good, "s").ok());
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
  };
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"),
        good.substr(0, good.size() / 2),
        with("\"solution\": 1", "\"solution\": 2"),
        with("\"kept\"", "\"keeps\""), with("[0,0]", "[0,9]"),
        with("[0,0]", "[0]"), with("[0,0]", "[0,-1]"),
        with("\"kind\": \"level\"", "\"kind\": \"lever\""),
        with("\"kind\": \"level\"", "\"kind\": \"numbers\""),
        with("\"level\": 1", "\"level\": \"1\""),
        with("\"level\": 1", "\"level\": -1"),
        with("\"level\": 1", "\"level\": 1.5"), with("[0,0]", "[0,4294967296]"),
        with("[0,0]", "[0,0.5]"), with("\"kept\"", "\"placed\": [], \"kept\""),
        with("\"kind\": \"level\"", "\"kind\": \"rounds\"")}) {
    const auto parsed = SavedSolution::Parse(bad, "solution.json");
    CHECK_FALSE(parsed.ok());
    CHECK(Message(parsed.status()).find("solution.json: not a solution") == 0);
    // Labels are not for terminals.
    CHECK(Message(parsed.status()).find("20s") == std::string_view::npos);
  }
  Recoded recoded;
  REQUIRE(recoded.Run().ok());
  const std::string rounds = SolutionOf(recoded);
  REQUIRE(SavedSolution::Parse(rounds, "s").ok());
  for (const std::string_view part :
       {"\"rounds\": [", "\"levels\"", "\"kept\":[0", "\"kept\": ["}) {
    std::string text = rounds;
    const auto at = text.find(part);
    REQUIRE_MESSAGE(at != std::string::npos, part);
    text.replace(at, part.size(), "\"x\": [9");
    CHECK_FALSE(SavedSolution::Parse(text, "s").ok());
  }
}

}  // namespace
}  // namespace anon
