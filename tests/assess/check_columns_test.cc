// SPDX-License-Identifier: Apache-2.0
//
// What a check makes of columns beyond quasi-identifiers and one sensitive
// attribute: households, frequencies, weights, several attributes, missing
// values, sets; hierarchies and populations.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "anon/assess/check.h"
#include "anon/io/csv.h"
#include "anon/transform/load_hierarchy.h"
#include "support/support.h"

namespace anon {
namespace {

absl::StatusOr<CheckReport> TryCheck(std::string_view text,
                                     const CheckRequest& request) {
  const test::TempDir dir;
  auto table = CsvSource::Open(test::Write(dir / "t.csv", text));
  if (!table.ok()) return table.status();
  test::SeededRandom random(1);
  return Check(**table, request, random);
}

CheckReport Checked(std::string_view text, const CheckRequest& request) {
  const auto report = TryCheck(text, request);
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  return *report;
}

std::string Complaint(std::string_view text, const CheckRequest& request) {
  const auto report = TryCheck(text, request);
  return report.ok() ? "" : std::string(Message(report.status()));
}

// The model called `name` of `attribute`, when the attributes `known` are.
const CheckedModel& Find(const CheckReport& report, std::string_view name,
                         std::string_view attribute = "",
                         const std::vector<std::string>& known = {}) {
  for (const CheckedModel& checked : report.models) {
    if (checked.verdict.model == name &&
        checked.verdict.attribute == attribute && checked.known == known) {
      return checked;
    }
  }
  throw std::runtime_error("no such model in the report");
}

double Achieved(const CheckReport& report, std::string_view name,
                std::string_view attribute = "",
                const std::vector<std::string>& known = {}) {
  return Find(report, name, attribute, known).verdict.achieved_value;
}

TEST_CASE("Check: several rows of one person can become one before") {
  // In a row of their own, both have every class to themselves.
  const std::string lines =
      "who,age,plan,note\na,30,x,1\nb,40,x,2\na,40,y,3\nb,,y,4\n";
  CheckRequest request{.quasi_identifiers = {"age"},
                       .sensitive_attributes = {"plan"},
                       .principal = "who"};
  CHECK(Checked(lines, request).k == 1);
  request.aggregation = {{"age", AggregationRule::kGreatest},
                         {"plan", AggregationRule::kLast}};
  const CheckReport report = Checked(lines, request);
  CHECK(report.rows == 4);
  CHECK(report.records == 2);
  CHECK(report.principals == 2);
  CHECK(report.classes == 1);
  CHECK(report.k == 2);
  CHECK(report.missing.empty());  // b's age is known from another row
  CHECK(Achieved(report, "distinct_l_diversity", "plan") == 1);

  request.aggregation.pop_back();
  CHECK(Complaint(lines, request).find("looks at plan, and no rule") !=
        std::string::npos);
  request.aggregation.push_back({"note", AggregationRule::kSum});
  CHECK(Complaint(lines, request).find("'note' has a rule") !=
        std::string::npos);
  request.aggregation.back() = {"who", AggregationRule::kFirst};
  CHECK(Complaint(lines, request).find("'who' has a rule") !=
        std::string::npos);
  request.aggregation.back() = {"plan", AggregationRule::kSame};
  CHECK(Complaint(lines, request).find("line 4, column 3 (plan): same:") !=
        std::string::npos);
  request.principal.clear();
  CHECK(Complaint(lines, request).find("by principal") != std::string::npos);
}

TEST_CASE("Check: households are counted like people") {
  const std::string lines =
      "area,who,home\n1,a,x\n1,b,x\n1,c,x\n2,d,y\n2,e,z\n";
  const CheckReport report = Checked(
      lines,
      {.quasi_identifiers = {"area"}, .principal = "who", .group = "home"});
  CHECK(report.k == 2);
  CHECK(report.groups == 3);
  CHECK(report.group_k == 1);  // the three of area 1 are one household
  CHECK(Complaint("area,home\n1,x\n2,\n",
                  {.quasi_identifiers = {"area"}, .group = "home"})
            .find("line 3, column 2 (home)") != std::string::npos);
}

TEST_CASE("Check: a frequency column multiplies") {
  const std::string lines = "area,plan,n\n1,S,3\n1,M,2\n2,S,4\n";
  const CheckReport report = Checked(lines, {.quasi_identifiers = {"area"},
                                             .sensitive_attributes = {"plan"},
                                             .frequency = "n"});
  CHECK(report.rows == 3);
  CHECK(report.records == 9);
  CHECK(report.k == 4);
  CHECK(Achieved(report, "alpha_k_anonymity", "plan") == 1);
  for (const char* const bad : {"0", "-1", "1.5", "", "many"}) {
    const std::string complaint =
        Complaint("area,n\n1,1\n1," + std::string(bad) + "\n",
                  {.quasi_identifiers = {"area"}, .frequency = "n"});
    CHECK(complaint.find("line 3, column 2 (n)") != std::string::npos);
  }
  CHECK(Complaint("area,n\n1,1\n1,9223372036854775807\n1,1\n",
                  {.quasi_identifiers = {"area"}, .frequency = "n"})
            .find(".csv, line 3: from here on frequencies") !=
        std::string::npos);
}

TEST_CASE("Check: a frequency column goes with nobody's rows") {
  const std::string lines = "area,who,n\n1,a,3\n1,a,2\n2,b,4\n";
  const CheckRequest request{.quasi_identifiers = {"area"}, .frequency = "n"};
  CheckRequest principals = request;
  principals.principal = "who";
  CheckRequest groups = request;
  groups.group = "who";
  CheckRequest ruled = request;  // no rule is asked for of the frequency
  ruled.aggregation = {{"area", AggregationRule::kFirst}};
  CheckRequest aggregated = ruled;
  aggregated.principal = "who";
  for (const CheckRequest& wrong : {principals, groups, ruled, aggregated}) {
    CHECK(Complaint(lines, wrong) ==
          "a frequency column goes neither with a column of principals or "
          "groups nor with aggregation, for whose would the records be: leave "
          "it out, or give each record a row of its own");
  }
}

TEST_CASE("Check: a sampling weight estimates the population, nothing else") {
  const std::string lines = "area,w\n1,45.5\n1,39\n2,0.1\n2,0.1\n2,0.1\n";
  const CheckReport report =
      Checked(lines, {.quasi_identifiers = {"area"}, .weight = "w"});
  CHECK(report.k == 2);
  // Three times the nearest 2^-20 to 0.1.
  const double tenths = 3 * 104858 / 1048576.0;
  CHECK(report.population == 84.5 + tenths);
  CHECK(Achieved(report, "k_map") == tenths);
  CheckRequest request{.quasi_identifiers = {"area"}, .weight = "w"};
  request.models = {{"k_map", "", {{"k", "84"}}}};
  CHECK(Checked("area,w\n1,45.5\n1,39\n", request).satisfied);
  request.models = {{"k_map", "", {{"k", "85"}}}};
  const CheckReport no = Checked("area,w\n1,45.5\n1,39\n", request);
  CHECK_FALSE(no.satisfied);
  CHECK(no.models[0].verdict.achieved == "84.5");
  for (const char* const bad : {"-1", "1e3", "", ".5", "1.", "x"}) {
    CHECK(Complaint("area,w\n1," + std::string(bad) + "\n", request)
              .find("line 2, column 2 (w)") != std::string::npos);
  }
  request.models = {{"delta_presence", "", {{"min", "0.1"}, {"max", "1"}}}};
  CHECK(Complaint(lines, request).find("table of the population") !=
        std::string::npos);
  CHECK(Complaint(
            "area,who,w\n1,a,2\n1,b,2\n2,a,2\n",
            {.quasi_identifiers = {"area"}, .principal = "who", .weight = "w"})
            .find(".csv, line 4: a second record of one principal") !=
        std::string::npos);
}

TEST_CASE("Check: a table of the population serves k-map and presence") {
  const test::TempDir dir;
  const auto population = CsvSource::Open(test::Write(
      dir / "p.csv", "name,area\na,1\nb,1\nc,1\nd,1\ne,2\nf,2\ng,3\n"));
  REQUIRE(population.ok());
  CheckRequest request{.quasi_identifiers = {"area"},
                       .population = population->get()};
  const CheckReport report = Checked("area\n1\n2\n", request);
  CHECK(report.k == 1);
  CHECK(Achieved(report, "k_map") == 2);
  CHECK(Achieved(report, "delta_presence") == 0.5);
  request.models = {{"delta_presence", "", {{"min", "0.1"}, {"max", "1"}}}};
  // Nobody of area 3 is in the table.
  CHECK_FALSE(Checked("area\n1\n2\n", request).satisfied);
  request.missing = MissingValues::kWildcard;
  CHECK_FALSE(Complaint("area\n1\n", request).empty());
}

TEST_CASE("Check: knowing one sensitive attribute may betray another") {
  const std::string lines = "area,plan,app\n1,S,x\n1,M,y\n1,S,x\n1,M,y\n";
  CheckRequest request{.quasi_identifiers = {"area"},
                       .sensitive_attributes = {"plan", "app"},
                       .jointly = true};
  const CheckReport report = Checked(lines, request);
  CHECK(Achieved(report, "distinct_l_diversity", "plan") == 2);
  CHECK(Achieved(report, "distinct_l_diversity", "plan", {"app"}) == 1);
  CHECK(Achieved(report, "distinct_l_diversity", "app", {"plan"}) == 1);
  request.models = {{"distinct_l_diversity", "plan", {{"l", "2"}}}};
  request.worst = 1;
  const CheckReport asked = Checked(lines, request);
  CHECK_FALSE(asked.satisfied);
  REQUIRE(asked.models.size() == 2);
  CHECK(asked.models[0].verdict.satisfied);
  CHECK_FALSE(asked.models[1].verdict.satisfied);
  REQUIRE(asked.models[1].worst.size() == 1);
  CHECK(asked.models[1].worst[0].values == std::vector<std::string>{"1", "x"});
  request.sensitive_attributes = {"plan"};
  CHECK_FALSE(Complaint(lines, request).empty());
}

TEST_CASE("Check: joint figures of Adult are those that pyCANON gives") {
  ANON_REQUIRE_TEST_DATA(data, "data/adult32k/adult_anonymized_10.csv");
  const auto table = CsvSource::Open(data);
  REQUIRE(table.ok());
  test::SeededRandom random(1);
  const auto report =
      Check(**table,
            {.quasi_identifiers = {"age", "education", "sex"},
             .sensitive_attributes = {"salary-class", "occupation"},
             .jointly = true},
            random);
  REQUIRE(report.ok());
  const auto worst = [&](std::string_view model) {
    return std::max(Achieved(*report, model, "salary-class", {"occupation"}),
                    Achieved(*report, model, "occupation", {"salary-class"}));
  };
  CHECK(report->k == 10);
  CHECK(worst("basic_beta_likeness") == doctest::Approx(218.09).epsilon(1e-5));
  CHECK(worst("delta_disclosure_present") ==
        doctest::Approx(5.38948).epsilon(1e-5));
  CHECK(worst("t_closeness_equal") == doctest::Approx(0.9759).epsilon(1e-4));
}

TEST_CASE("Check: a combined attribute has the tuples as its values") {
  const std::string lines = "area,a,b\n1,x,1\n1,x,2\n1,y,1\n1,y,1\n";
  CheckRequest request{.quasi_identifiers = {"area"},
                       .combined_attributes = {{"a", "b"}}};
  const CheckReport report = Checked(lines, request);
  CHECK(Achieved(report, "distinct_l_diversity", "a+b") == 3);
  CHECK(Achieved(report, "alpha_k_anonymity", "a+b") == 0.5);
  request.sensitive_attributes = {"a"};
  CHECK(Achieved(Checked(lines, request), "distinct_l_diversity", "a") == 2);
  request.combined_attributes = {{"a"}};
  CHECK_FALSE(Complaint(lines, request).empty());
  request.combined_attributes = {{"a", "c"}};
  CHECK(Complaint(lines, request).find("'c'") != std::string::npos);
}

TEST_CASE("Check: missing values are counted and form classes of their own") {
  const std::string lines = "sex,age,plan\nf,1,S\nf,,S\nf,1,\nf,1,M\n";
  CheckRequest request{.quasi_identifiers = {"sex", "age"},
                       .sensitive_attributes = {"plan"}};
  const CheckReport own = Checked(lines, request);
  CHECK(own.rows == 4);
  CHECK(own.k == 1);
  CHECK(own.missing ==
        std::map<std::string, std::int64_t>{{"age", 1}, {"plan", 1}});
  CHECK(Achieved(own, "distinct_l_diversity", "plan") == 1);

  request.missing = MissingValues::kWildcard;
  const CheckReport any = Checked(lines, request);
  CHECK(any.k == 4);
  CHECK(Achieved(any, "k_anonymity") == 4);
  CHECK(Achieved(any, "average_reidentification_risk") == 0.25);
  CHECK(Achieved(any, "distinct_l_diversity", "plan") == 1);
  request.wildcard_weight = *Ratio::Create(1, 2);
  const CheckReport half = Checked(lines, request);
  CHECK(half.k == 3);  // three and a half, rounded down
  CHECK(Achieved(half, "k_anonymity") == 3.5);
  CHECK(Achieved(half, "average_reidentification_risk") ==
        doctest::Approx((3 / 3.5 + 1 / 4.0) / 4));

  request.missing = MissingValues::kRefuse;
  CHECK(Complaint(lines, request).find("line 3, column 2 (age)") !=
        std::string::npos);
}

TEST_CASE("Check: an average risk at its threshold is decided exactly") {
  CheckRequest request{.quasi_identifiers = {"a", "b"},
                       .missing = MissingValues::kWildcard};
  // Sizes 3, 3 and 3, of three people: the average is 1/3.
  const std::string lines = "a,b\n1,1\n1,1\n1,\n";
  request.models = {{"average_reidentification_risk", "", {{"risk", "1/3"}}}};
  CHECK(Checked(lines, request).satisfied);
  request.models = {
      {"average_reidentification_risk", "", {{"risk", "0.3333333333"}}}};
  CHECK_FALSE(Checked(lines, request).satisfied);
}

TEST_CASE("Check: values that are no numbers are ordered as text") {
  CheckRequest request{.quasi_identifiers = {"q"},
                       .sensitive_attributes = {"s"}};
  const CheckReport text = Checked("q,s\n1,A\n1,B\n2,C\n", request);
  const CheckedModel& ordered = Find(text, "t_closeness_ordered", "s");
  CHECK(ordered.spec.parameters.at("order") == "text");
  CHECK(ordered.unavailable.empty());
  const CheckReport numbers = Checked("q,s\n1,9\n1,10\n2,11\n", request);
  CHECK_FALSE(Find(numbers, "t_closeness_ordered", "s")
                  .spec.parameters.contains("order"));
  // A missing number has no place: that is said, and nothing is made up.
  const CheckReport missing = Checked("q,s\n1,9\n1,\n2,11\n", request);
  const CheckedModel& without = Find(missing, "t_closeness_ordered", "s");
  CHECK_FALSE(without.unavailable.empty());
  CHECK(std::isnan(without.verdict.achieved_value));
}

TEST_CASE("Check: a hierarchy of the values serves hierarchical t-closeness") {
  const test::TempDir dir;
  const auto hierarchy = LoadHierarchy(
      test::Write(dir / "h.csv", "flu;resp;*\ncold;resp;*\nulcer;dig;*\n"));
  REQUIRE(hierarchy.ok());
  CheckRequest request{.quasi_identifiers = {"q"},
                       .sensitive_attributes = {"s"},
                       .hierarchies = {{"s", *hierarchy}}};
  const CheckReport report =
      Checked("q,s\n1,flu\n1,flu\n2,cold\n2,ulcer\n", request);
  // Class 1 has flu for sure, the table half: a quarter moves one level, a
  // quarter two, of two levels.
  CHECK(Achieved(report, "t_closeness_hierarchical", "s") == 0.375);
}

TEST_CASE("Check: sets are held to k^m by person") {
  CheckRequest request{.quasi_identifiers = {"area"}, .principal = "who"};
  request.sets = {{.attribute = "apps", .k = 2, .m = 2}};
  const std::string lines =
      "area,who,apps\n1,a,mail|map\n1,b,map|mail|map\n1,c,map\n1,c,mail\n";
  const CheckReport report = Checked(lines, request);
  REQUIRE(report.sets.size() == 1);
  CHECK(report.sets[0].verdict.achieved == 3);  // c has both, in two rows
  CHECK(report.satisfied);
  request.sets[0].k = 4;
  CHECK_FALSE(Checked(lines, request).satisfied);
  request.sets[0].k = 0;
  const CheckReport free = Checked(lines, request);
  CHECK(free.satisfied);
  CHECK_FALSE(free.sets[0].asked);
  request.sets[0].attribute = "games";
  CHECK(Complaint(lines, request).find("'games'") != std::string::npos);
}

TEST_CASE("Check: columns named twice are refused") {
  CHECK_FALSE(Complaint("a\n1\n", {.quasi_identifiers = {"a", "a"}}).empty());
  CHECK_FALSE(Complaint("a,b\n1,2\n", {.quasi_identifiers = {"a"},
                                       .sensitive_attributes = {"b", "b"}})
                  .empty());
}

}  // namespace
}  // namespace anon
