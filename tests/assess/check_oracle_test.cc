// SPDX-License-Identifier: Apache-2.0
//
// Check against a slow oracle that sorts rows and counts, on random tables.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "anon/assess/check.h"
#include "anon/io/csv.h"
#include "support/support.h"

namespace anon {
namespace {

using Tuple = std::vector<std::string>;

struct Row {
  Tuple quasi;
  std::string sensitive, principal, group;
  std::int64_t frequency = 1;
};

struct Shape {
  std::size_t rows = 0;
  std::size_t columns = 1;
  std::uint64_t values = 3;     // of a quasi-identifier
  std::uint64_t sensitive = 4;  // values
  std::uint64_t people = 0;     // 0: every row is one
  bool all_distinct = false;
  bool frequencies = false;
};

std::vector<Row> RandomRows(const Shape& shape, test::SeededRandom& random) {
  std::vector<Row> rows(shape.rows);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Row& row = rows[r];
    for (std::size_t c = 0; c < shape.columns; ++c) {
      const std::uint64_t value = random.Below(shape.values);
      row.quasi.push_back(fmt::format("{}", shape.all_distinct ? r : value));
    }
    row.sensitive = fmt::format("{}", random.Below(shape.sensitive));
    row.principal = shape.people == 0
                        ? fmt::format("{}", r)
                        : fmt::format("{}", random.Below(shape.people));
    // Everybody of a household has its number's last digit.
    row.group = row.principal.substr(row.principal.size() - 1);
    if (shape.frequencies) {
      row.frequency = 1 + static_cast<std::int64_t>(random.Below(5));
    }
  }
  return rows;
}

std::string CsvText(const std::vector<Row>& rows, std::size_t columns) {
  std::string text = "s,who,household,times";
  for (std::size_t c = 0; c < columns; ++c) text += fmt::format(",q{}", c);
  text += '\n';
  for (const Row& row : rows) {
    text += fmt::format("{},{},{},{},{}\n", row.sensitive, row.principal,
                        row.group, row.frequency, fmt::join(row.quasi, ","));
  }
  return text;
}

using Histogram = std::map<std::string, double>;

struct OracleClass {
  double people = 0;
  double groups = 0;
  Histogram values;  // people who have each
};

// Sorts rows by class; each person counts once per class and value.
std::vector<OracleClass> SortAndCount(std::vector<Row> rows) {
  std::ranges::sort(rows, {}, &Row::quasi);
  std::vector<OracleClass> classes;
  for (std::size_t from = 0; from < rows.size();) {
    std::size_t end = from;
    std::map<std::string, double> people;
    std::set<std::string> groups;
    std::map<std::pair<std::string, std::string>, double> had;
    for (; end < rows.size() && rows[end].quasi == rows[from].quasi; ++end) {
      const auto times = static_cast<double>(rows[end].frequency);
      people[rows[end].principal] = times;
      had[{rows[end].sensitive, rows[end].principal}] = times;
      groups.insert(rows[end].group);
    }
    OracleClass& one = classes.emplace_back();
    for (const auto& [who, times] : people) one.people += times;
    for (const auto& [what, times] : had) one.values[what.first] += times;
    one.groups = static_cast<double>(groups.size());
    from = end;
  }
  return classes;
}

double Sum(const Histogram& values) {
  double sum = 0;
  for (const auto& [value, people] : values) sum += people;
  return sum;
}

// Of the whole table: each person counts once per value, whatever classes.
Histogram CountWhole(const std::vector<Row>& rows) {
  std::map<std::pair<std::string, std::string>, double> had;
  for (const Row& row : rows) {
    had[{row.sensitive, row.principal}] = static_cast<double>(row.frequency);
  }
  Histogram whole;
  for (const auto& [what, times] : had) whole[what.first] += times;
  return whole;
}

// The worst figure of each model, by its name.
std::map<std::string, double> Figures(const std::vector<OracleClass>& classes,
                                      Histogram whole) {
  double total = 0;
  for (const OracleClass& one : classes) total += one.people;
  const double all = Sum(whole);
  std::map<std::string, double> worst;
  const auto least = [&](const std::string& model, double figure) {
    const auto [at, fresh] = worst.try_emplace(model, figure);
    if (!fresh) at->second = std::min(at->second, figure);
  };
  const auto most = [&](const std::string& model, double figure) {
    const auto [at, fresh] = worst.try_emplace(model, figure);
    if (!fresh) at->second = std::max(at->second, figure);
  };
  for (const OracleClass& one : classes) {
    const double sum = Sum(one.values);
    double entropy = 0;
    double distance = 0;
    double gain = 0;
    std::vector<double> counts;
    for (const auto& [value, people] : one.values) {
      const double q = people / sum;
      entropy -= q * std::log(q);
      counts.push_back(people);
      gain = std::max(gain, q / (whole[value] / all) - 1);
    }
    for (const auto& [value, people] : whole) {
      const auto at = one.values.find(value);
      const double q = at == one.values.end() ? 0 : at->second / sum;
      distance += std::abs(q - people / all) / 2;
    }
    std::ranges::sort(counts, std::greater<>());
    least("k_anonymity", one.people);
    least("distinct_l_diversity", static_cast<double>(counts.size()));
    least("entropy_l_diversity", std::exp(entropy));
    most("recursive_cl_diversity",
         counts.size() < 2 ? INFINITY : counts[0] / (sum - counts[0]));
    most("alpha_k_anonymity", counts[0] / one.people);
    most("t_closeness_equal", distance);
    most("basic_beta_likeness", gain);
    most("highest_reidentification_risk", 1 / one.people);
  }
  if (total > 0) {
    worst["average_reidentification_risk"] =
        static_cast<double>(classes.size()) / total;
  }
  return worst;
}

void Compare(const Shape& shape, test::SeededRandom& random) {
  CAPTURE(shape.rows);
  CAPTURE(shape.columns);
  CAPTURE(shape.people);
  const std::vector<Row> rows = RandomRows(shape, random);
  const test::TempDir dir;
  const auto table =
      CsvSource::Open(test::Write(dir / "t.csv", CsvText(rows, shape.columns)));
  REQUIRE(table.ok());
  CheckRequest request{.quasi_identifiers = {}, .sensitive_attributes = {"s"}};
  for (std::size_t c = 0; c < shape.columns; ++c) {
    request.quasi_identifiers.push_back(fmt::format("q{}", c));
  }
  if (shape.frequencies) {
    request.frequency = "times";
  } else {
    request.group = "household";
    if (shape.people > 0) request.principal = "who";
  }
  const auto report = Check(**table, request, random);
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));

  const std::vector<OracleClass> classes = SortAndCount(rows);
  CHECK(report->rows == static_cast<std::int64_t>(rows.size()));
  CHECK(report->classes == static_cast<std::int64_t>(classes.size()));
  std::set<std::string> everybody;
  std::int64_t records = 0;
  for (const Row& row : rows) {
    everybody.insert(row.principal);
    records += row.frequency;
  }
  CHECK(report->records == records);
  CHECK(report->principals ==
        (shape.frequencies ? records : std::ssize(everybody)));
  if (!request.group.empty() && !rows.empty()) {
    const auto smallest =
        std::ranges::min_element(classes, {}, &OracleClass::groups);
    CHECK(static_cast<double>(report->group_k.value_or(-1)) ==
          smallest->groups);
  }
  const auto figures = Figures(classes, CountWhole(rows));
  int compared = 0;
  for (const CheckedModel& model : report->models) {
    const auto at = figures.find(model.verdict.model);
    if (at == figures.end()) {
      if (rows.empty()) CHECK(model.verdict.achieved == "none");
      continue;
    }
    CAPTURE(model.verdict.model);
    const double ours = model.verdict.achieved_value;
    CHECK((ours == at->second ||
           std::abs(ours - at->second) <= 1e-9 * std::max(1.0, ours)));
    ++compared;
  }
  CHECK(compared == std::ssize(figures));
  CHECK(report->k == static_cast<std::int64_t>(
                         rows.empty() ? 0 : figures.at("k_anonymity")));
}

TEST_CASE("Check: agrees with sorting and counting on random tables") {
  test::SeededRandom random(11);
  for (int round = 0; round < 25; ++round) {
    Shape shape{.rows = 1 + random.Below(200),
                .columns = 1 + random.Below(3),
                .values = 1 + random.Below(4),
                .sensitive = 1 + random.Below(6)};
    Compare(shape, random);
    shape.people = 1 + random.Below(60);
    Compare(shape, random);
    shape.people = 0;
    shape.frequencies = true;
    Compare(shape, random);
  }
}

TEST_CASE("Check: agrees with sorting and counting at the edges") {
  test::SeededRandom random(12);
  for (const std::uint64_t people : {0, 7}) {
    Compare({.rows = 0, .people = people}, random);
    Compare({.rows = 1, .people = people}, random);
    Compare({.rows = 50, .columns = 2, .values = 1, .people = people}, random);
    Compare({.rows = 300, .people = people, .all_distinct = true}, random);
    Compare({.rows = 60, .columns = 300, .values = 2, .people = people},
            random);
    Compare({.rows = 60, .columns = 300, .values = 1, .people = people},
            random);
  }
}

}  // namespace
}  // namespace anon
