// SPDX-License-Identifier: Apache-2.0
//
// Rounds against a count by rows that knows nothing of classes, roll-ups and
// searches: who is released as what, whether the models hold, what is lost.
#include "anon/solve/local_recoding.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "anon/model/delta_disclosure.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/transform/load_hierarchy.h"
#include "solve/adult.h"
#include "support/support.h"

namespace anon {
namespace {

using Hierarchies = std::vector<std::shared_ptr<const Hierarchy>>;
using Labels = std::vector<std::string>;

// Labels of one level occur at others too, and cover other values there.
Hierarchies MakeHierarchies(const test::TempDir& directory) {
  const std::string files[] = {"0;a;*\n1;a;*\n2;b;*\n3;b;*\n4;b;*\n5;c;*\n",
                               "0;x;p;*\n1;x;p;*\n2;y;p;*\n3;z;z;*\n",
                               "0;0;*\n1;0;*\n2;2;*\n"};
  Hierarchies hierarchies;
  for (const std::string& text : files) {
    const auto path = test::Write(
        directory / ("h" + std::to_string(hierarchies.size())), text);
    hierarchies.push_back(*LoadHierarchy(path));
  }
  return hierarchies;
}

struct Rows {
  std::vector<std::vector<std::uint32_t>> columns;  // [attribute][row]
  std::vector<std::uint32_t> values;                // of the sensitive one
  std::size_t size() const { return values.size(); }
};

Rows RandomRows(test::SeededRandom& random, const Hierarchies& h) {
  Rows rows;
  rows.columns.resize(h.size());
  const std::size_t size = 10 + random.Below(60);
  for (std::size_t r = 0; r < size; ++r) {
    const std::uint64_t base = random.Below(4);
    for (std::size_t q = 0; q < h.size(); ++q) {
      const std::uint64_t codes = h[q]->size(0);
      rows.columns[q].push_back(static_cast<std::uint32_t>(
          random.Below(3) == 0 ? random.Below(codes) : base % codes));
    }
    rows.values.push_back(static_cast<std::uint32_t>(random.Below(3)));
  }
  return rows;
}

Classes Count(const std::vector<std::vector<std::uint32_t>>& columns,
              const std::vector<std::uint32_t>& values) {
  ClassCounter counter(
      {.quasi_identifiers = {"a", "b", "c"}, .sensitive_attributes = {"s"}});
  CodedRows coded;
  for (const auto& column : columns) coded.quasi_identifiers.push_back(column);
  coded.sensitive_attributes = {values};
  coded.rows = values.size();
  REQUIRE(counter.Add(coded).ok());
  return std::move(counter).Finish();
}

std::string_view Letter(std::uint32_t code) {
  return std::string_view("xyz").substr(code, 1);
}

struct Setting {
  Rows rows;
  Classes classes;
  Goal goal;
  std::int64_t k = 0;
  double t = 1;  // t-closeness asked for
  std::size_t l = 1;
};

Setting RandomSetting(test::SeededRandom& random, const Hierarchies& h) {
  Rows rows = RandomRows(random, h);
  Classes classes = Count(rows.columns, rows.values);
  Setting s{.rows = std::move(rows), .classes = std::move(classes), .goal = {}};
  for (const auto& hierarchy : h) {
    s.goal.attributes.push_back({.hierarchy = hierarchy.get()});
  }
  if (random.Below(3) == 0) s.goal.attributes[1].most = 2;
  s.k = static_cast<std::int64_t>(2 + random.Below(4));
  s.goal.models = {KAnonymity(s.k)};
  switch (random.Below(8)) {
    case 0:
      s.l = 2;
      s.goal.models.push_back(DistinctLDiversity("s", 2));
      break;
    case 1:
      s.goal.models.push_back(EntropyLDiversity("s", std::int64_t{2}));
      break;
    case 2:
      s.goal.models.push_back(
          RecursiveClDiversity("s", *Ratio::Create(2, 1), 2));
      break;
    case 3:
    case 4:
      s.t = 0.25;
      s.goal.models.push_back(TClosenessEqual("s", *Ratio::Create(1, 4)));
      break;
    case 5:
      s.goal.models.push_back(
          AverageReidentificationRisk(*Ratio::Create(1, 6)));
      break;
    case 6:
      s.goal.models.push_back(
          DeltaDisclosurePresent("s", *Ratio::Create(1, 1)));
      break;
    default:
      break;
  }
  SensitiveContext& known = s.goal.context.sensitive["s"];
  known.label = Letter;
  known.reference = *CountValues(s.classes, "s", Letter);
  s.goal.against_release = random.Below(2) == 0;
  const std::int64_t percents[] = {0, 5, 20, 60};
  s.goal.suppression_limit = *Ratio::Create(percents[random.Below(4)], 100);
  const std::string objectives[] = {"loss", "loss_arithmetic_mean",
                                    "precision"};
  s.goal.objective.name = objectives[random.Below(3)];
  return s;
}

std::string LabelAt(const Setting& s, std::size_t q, std::size_t row,
                    std::size_t level) {
  const Hierarchy& h = *s.goal.attributes[q].hierarchy;
  return std::string(
      h.label(level, h.Generalize(s.rows.columns[q][row], 0, level)));
}

Labels LabelsAt(const Setting& s, std::size_t row,
                const std::vector<std::size_t>& levels) {
  Labels labels;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    labels.push_back(LabelAt(s, q, row, levels[q]));
  }
  return labels;
}

// What becomes of every row: the round that lists it first.
struct Fate {
  std::size_t round = 0;
  Labels labels;  // empty: suppressed
};

std::vector<Fate> FatesOf(const Setting& s, const LocalRecoding& found) {
  std::vector<std::set<Labels>> listed;
  for (const Recoding::Round& round : found.recoding.rounds) {
    std::set<Labels>& tuples = listed.emplace_back();
    for (const std::uint32_t region : round.regions) {
      Labels made;
      for (std::size_t q = 0; q < 3; ++q) {
        made.emplace_back(found.recoding.label(region, q));
      }
      tuples.insert(made);
    }
  }
  std::vector<Fate> fates(s.rows.size());
  for (std::size_t r = 0; r < fates.size(); ++r) {
    for (std::size_t n = 0; n < listed.size(); ++n) {
      const Labels labels = LabelsAt(s, r, found.rounds[n].levels);
      if (!listed[n].contains(labels)) continue;
      fates[r] = {n, labels};
      break;
    }
  }
  return fates;
}

double Distance(const std::map<std::uint32_t, double>& p, double n,
                const std::map<std::uint32_t, double>& whole, double all) {
  double sum = 0;
  for (const auto& [value, people] : whole) {
    const auto at = p.find(value);
    sum += std::abs((at == p.end() ? 0 : at->second) / n - people / all);
  }
  return sum / 2;
}

// Models with a definition short enough to be written down again, and the
// library's verdict on rows counted anew for the others.
void CheckModels(const Setting& s, const std::vector<Fate>& fates) {
  std::map<Labels, std::map<std::uint32_t, double>> classes;
  std::map<std::uint32_t, double> input;
  std::map<std::uint32_t, double> released;
  std::vector<std::map<std::string, std::uint32_t>> codes(3);
  std::vector<std::vector<std::uint32_t>> columns(3);
  std::vector<std::uint32_t> values;
  for (std::size_t r = 0; r < fates.size(); ++r) {
    ++input[s.rows.values[r]];
    if (fates[r].labels.empty()) continue;
    ++classes[fates[r].labels][s.rows.values[r]];
    ++released[s.rows.values[r]];
    for (std::size_t q = 0; q < 3; ++q) {
      const auto [at, fresh] = codes[q].emplace(
          fates[r].labels[q], static_cast<std::uint32_t>(codes[q].size()));
      columns[q].push_back(at->second);
    }
    values.push_back(s.rows.values[r]);
  }
  const auto all = static_cast<double>(s.rows.size());
  const auto out = static_cast<double>(values.size());
  for (const auto& [labels, histogram] : classes) {
    double people = 0;
    for (const auto& [value, count] : histogram) people += count;
    CHECK(people >= static_cast<double>(s.k));
    CHECK(histogram.size() >= s.l);
    CHECK(Distance(histogram, people, input, all) <= s.t + 1e-12);
    if (!s.goal.against_release) continue;
    CHECK(Distance(histogram, people, released, out) <= s.t + 1e-12);
  }
  if (!s.goal.against_release) return;
  const Classes again = Count(columns, values);
  for (const auto& model : s.goal.models) {
    CHECK(model->Judge(again, s.goal.context)->satisfied);
  }
}

// The objective by its definition in docs/solve.md, row by row.
double CostOf(const Setting& s, const LocalRecoding& found,
              const std::vector<Fate>& fates) {
  const auto n = static_cast<double>(s.rows.size());
  double sum = 0;
  double product = 1;
  for (std::size_t q = 0; q < 3; ++q) {
    const Hierarchy& h = *s.goal.attributes[q].hierarchy;
    const auto domain = static_cast<double>(h.domain_size());
    double lost = 0;
    for (std::size_t r = 0; r < fates.size(); ++r) {
      if (fates[r].labels.empty()) {
        ++lost;
        continue;
      }
      const std::size_t level = found.rounds[fates[r].round].levels[q];
      if (s.goal.objective.name == "precision") {
        lost += static_cast<double>(level) / static_cast<double>(h.height());
        continue;
      }
      // Values of the domain under the label, of which one costs nothing.
      double leaves = 0;
      const std::string label = LabelAt(s, q, r, level);
      for (std::uint32_t v = 0; v < h.size(0); ++v) {
        leaves += h.label(level, h.Generalize(v, 0, level)) == label ? 1 : 0;
      }
      lost += (leaves - 1) / (domain - 1);
    }
    sum += lost / n;
    product *= lost / n + 1;
  }
  return s.goal.objective.name == "loss" ? std::pow(product, 1 / 3.0) - 1
                                         : sum / 3;
}

TEST_CASE(
    "Local recoding: holds by rows, and never costs more than one "
    "round") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(51);
  int several = 0;
  int cheaper = 0;
  int shared = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const Setting s = RandomSetting(random, h);
    CAPTURE(trial);
    CAPTURE(s.goal.models.back()->name());
    const auto found = Solve(s.classes, RecodingGoal{s.goal});
    REQUIRE_MESSAGE(found.ok(), Message(found.status()));
    const auto single = Solve(s.classes, s.goal);
    REQUIRE(single.ok());
    if (single->satisfied) {
      REQUIRE(found->satisfied);
      CHECK(found->cost <= single->best.cost + 1e-12);
      cheaper += found->cost < single->best.cost - 1e-9 ? 1 : 0;
    }
    if (!found->satisfied) {
      CHECK(found->reason.find("does not help") != std::string::npos);
      continue;
    }
    several += found->rounds.size() > 1 ? 1 : 0;
    const std::vector<Fate> fates = FatesOf(s, *found);
    std::int64_t suppressed = 0;
    std::vector<std::int64_t> by_round(found->rounds.size());
    std::vector<std::uint32_t> tuple(3);
    std::map<Labels, std::set<std::size_t>> rounds_of;
    for (std::size_t r = 0; r < fates.size(); ++r) {
      for (std::size_t q = 0; q < 3; ++q) tuple[q] = s.rows.columns[q][r];
      const std::size_t i = *s.classes.Find(tuple);
      if (fates[r].labels.empty()) {
        ++suppressed;
        CHECK(found->recoding.region_of[i] == Recoding::kSuppressed);
        continue;
      }
      ++by_round[fates[r].round];
      rounds_of[fates[r].labels].insert(fates[r].round);
      for (std::size_t q = 0; q < 3; ++q) {
        CHECK(found->recoding.label(found->recoding.region_of[i], q) ==
              fates[r].labels[q]);
      }
    }
    for (const auto& [labels, rounds] : rounds_of) {
      shared += rounds.size() > 1 ? 1 : 0;
    }
    CHECK(found->recoding.size() == rounds_of.size());
    CHECK(found->suppressed == suppressed);
    CHECK(s.goal.suppression_limit.AdmitsShare(
        suppressed, static_cast<std::int64_t>(s.rows.size())));
    for (std::size_t n = 0; n < by_round.size(); ++n) {
      CHECK(found->rounds[n].principals == by_round[n]);
      if (n > 0) CHECK(found->rounds[n].cost <= found->rounds[n - 1].cost);
    }
    CHECK(found->rounds.back().cost == found->cost);
    CheckModels(s, fates);
    CHECK(found->cost == doctest::Approx(CostOf(s, *found, fates)));
  }
  CHECK(several > 100);
  CHECK(cheaper > 100);
  CHECK(shared > 5);
}

TEST_CASE("Local recoding: refuses what only one search can do") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(51);
  const Setting s = RandomSetting(random, h);
  CHECK(Message(Solve(s.classes, RecodingGoal{s.goal}, {.every_node = true})
                    .status()) ==
        "every node is asked for, and rounds are many searches: do without");
}

// With k alone: no levels are left at which k of the suppressed would be alike
// and keep more than nothing.
TEST_CASE("Local recoding: stops only where no round would help") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(52);
  int left = 0;
  for (int trial = 0; trial < 100; ++trial) {
    Setting s = RandomSetting(random, h);
    s.goal.models = {KAnonymity(s.k)};
    s.goal.objective.name = "loss";
    const auto found = Solve(s.classes, RecodingGoal{s.goal});
    REQUIRE(found.ok());
    if (!found->satisfied) continue;
    const std::vector<Fate> fates = FatesOf(s, *found);
    const auto most = [&](std::size_t q) {
      return s.goal.attributes[q].most.value_or(h[q]->height());
    };
    std::vector<std::size_t> levels(3);
    for (levels[0] = 0; levels[0] <= most(0); ++levels[0]) {
      for (levels[1] = 0; levels[1] <= most(1); ++levels[1]) {
        for (levels[2] = 0; levels[2] <= most(2); ++levels[2]) {
          std::map<Labels, std::int64_t> classes;
          for (std::size_t r = 0; r < fates.size(); ++r) {
            if (!fates[r].labels.empty()) continue;
            ++classes[LabelsAt(s, r, levels)];
            ++left;
          }
          for (const auto& [labels, people] : classes) {
            const bool nothing = labels == Labels{"*", "*", "*"};
            CHECK((nothing || people < s.k));
          }
        }
      }
    }
  }
  CHECK(left > 0);
}

TEST_CASE("Local recoding: rounds that release one tuple make one class") {
  // Round 1 keeps (u) with four people; v is too few. One level up both are
  // called u: the two of v go there, into one class of six.
  const test::TempDir directory;
  const auto h =
      *LoadHierarchy(test::Write(directory / "h", "u;u;*\nv;u;*\nw;w;*\n"));
  ClassCounter counter(
      {.quasi_identifiers = {"a"}, .sensitive_attributes = {"s"}});
  const std::vector<std::uint32_t> a = {0, 0, 0, 0, 1, 1, 2, 2, 2, 2};
  const std::vector<std::uint32_t> s = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
  REQUIRE(counter
              .Add({.quasi_identifiers = {a},
                    .sensitive_attributes = {s},
                    .principals = {},
                    .rows = a.size()})
              .ok());
  const Classes classes = std::move(counter).Finish();
  Goal goal;
  goal.models = {KAnonymity(2), DistinctLDiversity("s", 2)};
  goal.attributes = {{.hierarchy = h.get()}};
  const auto all = Solve(classes, RecodingGoal{goal});
  REQUIRE(all.ok());
  CHECK(all->rounds.size() == 1);
  CHECK(all->cost == 0);
  goal.models[0] = KAnonymity(3);
  goal.suppression_limit = *Ratio::Create(1, 2);
  const auto found = Solve(classes, RecodingGoal{goal});
  REQUIRE(found.ok());
  REQUIRE(found->satisfied);
  CHECK(found->suppressed + std::accumulate(found->recoding.principals.begin(),
                                            found->recoding.principals.end(),
                                            std::int64_t{0}) ==
        10);
  for (const std::int64_t people : found->recoding.principals) {
    CHECK(people >= 3);
  }
}

TEST_CASE(
    "Local recoding: refuses objectives of one level, keeps to its "
    "budget and stops on request") {
  const test::TempDir directory;
  const Hierarchies h = MakeHierarchies(directory);
  test::SeededRandom random(53);
  Setting s = RandomSetting(random, h);
  std::stop_source stop;
  stop.request_stop();
  CHECK(absl::IsCancelled(
      Solve(s.classes, RecodingGoal{s.goal}, {.stop = stop.get_token()})
          .status()));
  const auto short_of =
      Solve(s.classes, RecodingGoal{s.goal}, {.evaluations = 3});
  REQUIRE(short_of.ok());
  CHECK(short_of->nodes_evaluated <= 3);
  CHECK_FALSE(Solve(s.classes, RecodingGoal{s.goal}, {.evaluations = 0}).ok());
  // Progress is of all searches together.
  std::vector<std::int64_t> told;
  SearchBudget budget;
  budget.progress = [&](const SearchProgress& progress) {
    told.push_back(progress.evaluated);
  };
  const auto whole = Solve(s.classes, RecodingGoal{s.goal}, budget);
  REQUIRE(whole.ok());
  REQUIRE_FALSE(told.empty());
  CHECK(std::ranges::is_sorted(told));
  CHECK(told.back() == whole->nodes_evaluated);
  s.goal.objective.name = "height";
  CHECK(Message(Solve(s.classes, RecodingGoal{s.goal}).status())
            .find("not defined for records at several levels") !=
        std::string_view::npos);
}

TEST_CASE("Local recoding: loses less of Adult than the optimum") {
  ANON_REQUIRE_TEST_DATA(file, "data/adult/adult.csv");
  test::Adult adult = test::CountAdult(
      file.parent_path(),
      "sex age race marital-status education native-country workclass "
      "salary-class");
  struct Question {
    PrivacyModels models;
    std::int64_t percent;
  };
  const Question questions[] = {
      {{KAnonymity(5)}, 0},
      {{KAnonymity(5)}, 5},
      {{KAnonymity(5), DistinctLDiversity("occupation", 3)}, 5},
      {{KAnonymity(5), TClosenessEqual("occupation", *Ratio::Create(1, 5))},
       5}};
  for (const Question& question : questions) {
    adult.goal.models = question.models;
    adult.goal.suppression_limit = *Ratio::Create(question.percent, 100);
    const auto single = Solve(*adult.classes, adult.goal);
    REQUIRE(single.ok());
    const auto found = Solve(*adult.classes, RecodingGoal{adult.goal});
    REQUIRE_MESSAGE(found.ok(), Message(found.status()));
    CHECK(found->satisfied);
    CHECK(found->cost < single->best.cost);
    std::string told;
    for (const RecodingRound& round : found->rounds) {
      told += " " + std::to_string(round.principals) + "/" +
              std::to_string(round.cost);
    }
    MESSAGE(question.models.back()->name(), " ", question.percent,
            "%: ", single->best.cost, " (", single->best.suppressed,
            " suppressed) to ", found->cost, " (", found->suppressed,
            " suppressed, ", found->recoding.size(), " classes):", told);
  }
}

}  // namespace
}  // namespace anon
