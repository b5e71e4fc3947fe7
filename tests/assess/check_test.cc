// SPDX-License-Identifier: Apache-2.0
#include "anon/assess/check.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <sstream>

#include "anon/io/csv.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<CheckReport> CheckFile(const fs::path& file,
                                      const CheckRequest& request) {
  auto table = CsvSource::Open(file);
  if (!table.ok()) return table.status();
  test::SeededRandom random(1);
  return Check(**table, request, random);
}

CheckReport Checked(std::string_view text, const CheckRequest& request) {
  const test::TempDir dir;
  const auto report = CheckFile(test::Write(dir / "t.csv", text), request);
  REQUIRE_MESSAGE(report.ok(), report.status().ToString());
  return *report;
}

const Verdict* Find(const CheckReport& report, std::string_view model,
                    std::string_view attribute) {
  for (const CheckedModel& checked : report.models) {
    const Verdict& verdict = checked.verdict;
    if (verdict.model == model &&
        (verdict.attribute.empty() || verdict.attribute == attribute)) {
      return &verdict;
    }
  }
  return nullptr;
}

TEST_CASE("Check: five lines of one subscriber do not make k = 5") {
  const std::string lines = "who,sex,plan\na,f,x\na,f,y\na,f,x\na,f,x\na,f,x\n";
  CheckRequest request{.quasi_identifiers = {"sex"}};
  request.models = {{"k_anonymity", "", {{"k", "5"}}}};
  CHECK(Checked(lines, request).satisfied);
  request.principal = "who";
  const CheckReport report = Checked(lines, request);
  CHECK_FALSE(report.satisfied);
  CHECK(report.rows == 5);
  CHECK(report.principals == 1);
  CHECK(report.k == 1);
}

TEST_CASE("Check: one person's five rows in five classes count once in each") {
  CheckRequest request{.quasi_identifiers = {"area"}, .principal = "who"};
  const CheckReport report =
      Checked("who,area\na,1\na,2\na,3\na,4\na,5\n", request);
  CHECK(report.classes == 5);
  CHECK(report.principals == 1);
  CHECK(report.k == 1);
}

TEST_CASE("Check: names the worst classes, as many as asked") {
  CheckRequest request{.quasi_identifiers = {"sex", "age"}, .worst = 1};
  request.models = {{"k_anonymity", "", {{"k", "3"}}}};
  const CheckReport report =
      Checked("sex,age\nf,1\nf,1\nf,1\nm,2\nm,3\nm,3\n", request);
  REQUIRE(report.models.size() == 1);
  CHECK(report.models[0].verdict.failing_classes == 2);
  REQUIRE(report.models[0].worst.size() == 1);
  CHECK(report.models[0].worst[0].values == std::vector<std::string>{"m", "2"});
  CHECK(report.models[0].worst[0].principals == 1);
}

TEST_CASE("Check: an exactly uniform class of 3 + 3 has entropy l = 2") {
  CheckRequest request{.quasi_identifiers = {"q"},
                       .sensitive_attributes = {"s"}};
  request.models = {{"entropy_l_diversity", "s", {{"l", "2"}}}};
  CHECK(Checked("q,s\n1,a\n1,a\n1,a\n1,b\n1,b\n1,b\n", request).satisfied);
}

TEST_CASE("Check: complaints name what is missing") {
  const test::TempDir dir;
  const fs::path file = test::Write(dir / "t.csv", "a,b\n1,2\n");
  CHECK(absl::IsInvalidArgument(CheckFile(file, {}).status()));
  const absl::Status status =
      CheckFile(file, {.quasi_identifiers = {"c"}}).status();
  CHECK(Message(status).find("'c'") != std::string_view::npos);
  CHECK_FALSE(CheckFile(file, {.quasi_identifiers = {"a"},
                               .models = {{"no_such", "", {}}}})
                  .ok());
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

// One table, its quasi-identifiers and one sensitive attribute.
using Setting = std::vector<std::string>;

// What the golden file calls the figures of the report.
double Figure(const CheckReport& report, const std::string& metric,
              const std::string& attribute, bool& known) {
  static const std::map<std::string, std::string> kModels = {
      {"distinct_l", "distinct_l_diversity"},
      {"entropy_l_real", "entropy_l_diversity"},
      {"recursive_c_sup_at_2", "recursive_cl_diversity"},
      {"basic_beta", "basic_beta_likeness"},
      {"enhanced_beta_strict", "enhanced_beta_likeness"},
      {"delta_strict", "delta_disclosure"},
      {"t_equal", "t_closeness_equal"},
      {"alpha", "alpha_k_anonymity"},
      {"max_risk", "highest_reidentification_risk"},
      {"avg_risk_record", "average_reidentification_risk"}};
  known = true;
  if (metric == "k") return static_cast<double>(report.k);
  if (metric == "n_ec") return static_cast<double>(report.classes);
  const auto model = kModels.find(metric);
  const Verdict* const verdict =
      model == kModels.end() ? nullptr : Find(report, model->second, attribute);
  known = verdict != nullptr;
  return known ? verdict->achieved_value : 0;
}

TEST_CASE("Check: agrees with the definitions on the Adult tables") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/models_adult32k.csv");
  ANON_REQUIRE_TEST_DATA(data, "data/adult32k");
  std::istringstream lines(test::Read(golden));
  std::string line;
  std::getline(lines, line);
  std::map<Setting, CheckReport> reports;
  int compared = 0;
  while (std::getline(lines, line)) {
    const auto row = Split(line, ',');
    const auto [at, fresh] =
        reports.try_emplace(Setting{row[0], row[2], row[3]});
    if (fresh) {
      const auto report = CheckFile(
          data / row[0], {.quasi_identifiers = Split(row[2], '|'),
                          .sensitive_attributes = Split(row[3], '|')});
      REQUIRE_MESSAGE(report.ok(), report.status().ToString());
      at->second = *report;
    }
    bool known = false;
    const double ours = Figure(at->second, row[4], row[3], known);
    if (!known) continue;
    const double theirs = std::stod(row[5]);
    CAPTURE(line);
    if (std::isinf(theirs)) {
      CHECK(std::isinf(ours));
    } else {
      CHECK(std::abs(ours - theirs) <= 1e-9 * std::max(1.0, theirs));
    }
    ++compared;
  }
  CHECK(compared > 50);
}

}  // namespace
}  // namespace anon
