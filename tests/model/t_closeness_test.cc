// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "anon/model/t_closeness_equal.h"
#include "anon/model/t_closeness_hierarchical.h"
#include "anon/model/t_closeness_ordered.h"
#include "anon/transform/load_hierarchy.h"
#include "model/model_support.h"

namespace anon {
namespace {

using test::FromCounts;
using test::Known;
using test::R;
using test::Rational;

using Counts = std::vector<std::vector<int>>;
using Row = std::vector<int>;

Rational Difference(const Row& row, const Row& whole, std::size_t s) {
  return Rational(row[s], test::Sum(row)) -
         Rational(whole[s], test::Sum(whole));
}

// Definitions, slowly.
Rational Equal(const Row& row, const Row& whole) {
  Rational sum = 0;
  for (std::size_t s = 0; s < row.size(); ++s) {
    sum += abs(Difference(row, whole, s));
  }
  return sum / 2;
}

Rational InOrder(const Row& row, const Row& whole) {
  Rational sum = 0;
  Rational so_far = 0;
  int values = 0;
  for (std::size_t s = 0; s < row.size(); ++s) {
    if (whole[s] == 0) continue;
    so_far += Difference(row, whole, s);
    sum += abs(so_far);
    ++values;
  }
  return values < 2 ? Rational(0) : sum / (values - 1);
}

// Eight leaves; labels at levels 1 to 3. In a tree where the two steps between
// level h-1 and h cost 1/(2H) each, what crosses an edge is the surplus below.
const std::vector<Row> kAbove = {{0, 0, 0, 1, 1, 2, 2, 3},
                                 {0, 0, 0, 0, 0, 1, 1, 1},
                                 {0, 0, 0, 0, 0, 0, 0, 0}};

Rational InTree(const Row& row, const Row& whole) {
  const auto height = static_cast<int>(kAbove.size());
  Rational sum = 0;
  for (std::size_t s = 0; s < row.size(); ++s) {
    sum += abs(Difference(row, whole, s));
  }
  for (std::size_t level = 0; level + 1 < kAbove.size(); ++level) {
    for (int label = 0; label < 4; ++label) {
      Rational below = 0;
      for (std::size_t s = 0; s < row.size(); ++s) {
        if (kAbove[level][s] == label) below += Difference(row, whole, s);
      }
      sum += abs(below);
    }
  }
  return sum / (2 * height);
}

std::shared_ptr<const Hierarchy> Tree(const test::TempDir& directory,
                                      std::size_t leaves, bool top = true) {
  std::string text;
  for (std::uint32_t s = 0; s < leaves; ++s) {
    text += test::Digits(s);
    for (std::size_t level = 0; level + (top ? 0 : 1) < kAbove.size();
         ++level) {
      text += ";" + std::to_string(kAbove[level][s]);
    }
    text += "\n";
  }
  auto hierarchy =
      LoadHierarchy(test::Write(directory / "hierarchy.csv", text), ';');
  REQUIRE(hierarchy.ok());
  return *std::move(hierarchy);
}

using Distance = Rational (*)(const Row&, const Row&);
using Factory = std::shared_ptr<const PrivacyModel> (*)(const Ratio&);

// The model on random tables against its definition: figures, and decisions at
// the exact figure and one part in 10^12 beside it.
void CheckAgainst(Distance distance, Factory factory,
                  const ModelContext& context, std::uint64_t seed) {
  test::SeededRandom random(seed);
  for (int round = 0; round < 150; ++round) {
    const Counts counts = test::RandomCounts(random, 8, 6);
    const Row whole = test::Whole(counts);
    const Classes classes = FromCounts(counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const Rational exact = distance(counts[i], whole);
      for (const int step : {-1, 0, 1}) {
        const Rational asked = exact + Rational(step, 1'000'000'000'000);
        if (asked < 0 || asked >= 1) continue;
        const Ratio t = R(static_cast<std::int64_t>(numerator(asked)),
                          static_cast<std::int64_t>(denominator(asked)));
        const auto on = factory(t)->On(classes, context);
        REQUIRE(on.ok());
        CHECK((*on)->Holds(i) == (step >= 0));
        CHECK((*on)->Figure(i) ==
              doctest::Approx(exact.convert_to<double>()).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("TCloseness: equal distance agrees with its definition") {
  CheckAgainst(
      Equal, [](const Ratio& t) { return TClosenessEqual("s", t); }, {}, 4);
}

TEST_CASE("TCloseness: ordered distance agrees with its definition") {
  CheckAgainst(
      InOrder, [](const Ratio& t) { return TClosenessOrdered("s", t); },
      Known(), 5);
}

TEST_CASE("TCloseness: ordered distance of a class with few of many values") {
  Row many(900, 1);
  Row few(900, 0);
  few[17] = 3;
  few[400] = 1;
  few[899] = 2;
  const Classes classes = FromCounts({many, few});
  const Row whole = test::Whole({many, few});
  const auto on = TClosenessOrdered("s", R(1, 10))->On(classes, Known());
  REQUIRE(on.ok());
  CHECK((*on)->Figure(0) ==
        doctest::Approx(InOrder(many, whole).convert_to<double>()));
  CHECK((*on)->Figure(1) ==
        doctest::Approx(InOrder(few, whole).convert_to<double>()));
}

TEST_CASE("TCloseness: ordered distance of random classes, either way round") {
  constexpr std::size_t kValues = 300;
  std::vector<std::string> backwards;
  for (std::uint32_t s = kValues; s-- > 0;)
    backwards.emplace_back(test::Digits(s));
  test::SeededRandom random(6);
  for (int round = 0; round < 20; ++round) {
    Counts counts(8, Row(kValues, 0));
    for (Row& row : counts) {
      const std::uint64_t values = 1 + random.Below(random.Below(100) + 1);
      for (std::uint64_t v = 0; v < values; ++v) {
        row[random.Below(kValues)] += static_cast<int>(1 + random.Below(5));
      }
    }
    const Row whole = test::Whole(counts);
    const Classes classes = FromCounts(counts);
    for (const bool turned : {false, true}) {
      SensitiveContext sensitive;
      if (turned) sensitive.order = backwards;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        const Rational exact =
            turned ? InOrder({counts[i].rbegin(), counts[i].rend()},
                             {whole.rbegin(), whole.rend()})
                   : InOrder(counts[i], whole);
        const Ratio t = R(static_cast<std::int64_t>(numerator(exact)),
                          static_cast<std::int64_t>(denominator(exact)));
        const auto on =
            TClosenessOrdered("s", t)->On(classes, Known(sensitive));
        REQUIRE(on.ok());
        CHECK((*on)->Holds(i));
        CHECK((*on)->Figure(i) ==
              doctest::Approx(exact.convert_to<double>()).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("TCloseness: hierarchical distance agrees with flows in the tree") {
  const test::TempDir directory;
  CheckAgainst(
      InTree, [](const Ratio& t) { return TClosenessHierarchical("s", t); },
      Known({.hierarchy = Tree(directory, 8)}), 6);
}

TEST_CASE("TCloseness: a threshold is exact, 1/3 is not 0.333") {
  const Classes classes = FromCounts({{1, 1, 1, 0, 0, 0}, {1, 1, 1, 3, 3, 3}});
  // Class 0 has 3 (1/3 - 2/15) = 3/5.
  const auto at = TClosenessEqual("s", R(3, 5))->Judge(classes);
  REQUIRE(at.ok());
  CHECK(at->satisfied);
  CHECK(at->achieved == "0.6");
  CHECK(at->asked == "0.6");
  const auto below = TClosenessEqual("s", R(599'999'999'999, 1'000'000'000'000))
                         ->Judge(classes);
  REQUIRE(below.ok());
  CHECK_FALSE(below->satisfied);
  CHECK(below->worst == std::vector<std::size_t>{0});
}

TEST_CASE("TCloseness: holds against the input as well as against the table") {
  // Within the table all classes are the same; the input was another.
  const Classes classes = FromCounts({{2, 2}, {2, 2}});
  const auto model = TClosenessEqual("s", R(1, 5));
  CHECK(model->Judge(classes)->satisfied);
  const auto verdict =
      model->Judge(classes, Known({.reference = {{"000", 9}, {"001", 1}}}));
  REQUIRE(verdict.ok());
  CHECK_FALSE(verdict->satisfied);
  CHECK(verdict->achieved == "0.4");
  CHECK(verdict->failing_classes == 2);
}

TEST_CASE("TCloseness: values that only the input has count") {
  const Classes classes = FromCounts({{2, 2}});
  const ModelContext context =
      Known({.reference = {{"000", 1}, {"001", 1}, {"002", 2}}});
  CHECK(TClosenessEqual("s", R(1, 2))->Judge(classes, context)->achieved ==
        "0.5");
  // 1/2 |1/2 - 1/4| + 1/2 |1 - 1/2|.
  CHECK(TClosenessOrdered("s", R(1, 2))->Judge(classes, context)->achieved ==
        "0.375");
}

TEST_CASE("TCloseness: what a reference lacks is an error, not a distance") {
  const Classes classes = FromCounts({{2, 2}});
  const auto verdict = TClosenessEqual("s", R(1, 2))
                           ->Judge(classes, Known({.reference = {{"000", 5}}}));
  CHECK(verdict.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(Message(verdict.status()).find("001") == std::string_view::npos);
  ModelContext nameless;
  nameless.sensitive["s"].reference = {{"000", 5}};
  CHECK_FALSE(TClosenessEqual("s", R(1, 2))->Judge(classes, nameless).ok());
}

TEST_CASE("TCloseness: suppressed classes are no part of the table") {
  const Classes classes = FromCounts({{4, 0}, {0, 4}, {2, 2}});
  const std::vector<bool> standing = {false, true, true};
  ModelContext context;
  context.standing = &standing;
  const auto verdict = TClosenessEqual("s", R(1, 5))->Judge(classes, context);
  REQUIRE(verdict.ok());
  // The table is {2, 6}: class 1 is at 1/4, class 2 as well.
  CHECK(verdict->achieved == "0.25");
  CHECK(verdict->failing_classes == 2);
}

TEST_CASE("TCloseness: a thousand million people do not overflow") {
  // Counts come from a reference: classes of that size are not built row by
  // row.
  const Classes classes = FromCounts({{3, 1}});
  const std::int64_t people = std::int64_t{1} << 44;
  const ModelContext context =
      Known({.reference = {{"000", people}, {"001", people}, {"002", people}}});
  CHECK(TClosenessEqual("s", R(1, 2))->Judge(classes, context)->achieved ==
        "0.416667");
  CHECK(TClosenessOrdered("s", R(1, 2))->Judge(classes, context)->achieved ==
        "0.375");
  const ModelContext more =
      Known({.reference = {{"000", std::int64_t{1} << 46}, {"001", 1}}});
  CHECK_FALSE(TClosenessEqual("s", R(1, 2))->Judge(classes, more).ok());
}

TEST_CASE("TCloseness: order is by number, by bytes on request, or as given") {
  const std::vector<std::string> labels = {"100", "9", "-3", "2.50"};
  SensitiveContext known;
  known.label = [&](std::uint32_t code) {
    return std::string_view(labels[code]);
  };
  const Classes classes = FromCounts({{1, 0, 1, 0}, {0, 1, 0, 1}});
  const auto figure = [&](const SensitiveContext& context, ValueOrder order) {
    const auto verdict = TClosenessOrdered("s", R(1, 100), order)
                             ->Judge(classes, Known(context));
    REQUIRE(verdict.ok());
    return verdict->achieved_value;
  };
  // -3, 2.50, 9, 100: class 0 is first and last: 1/4, 0, -1/4 over 3.
  CHECK(figure(known, ValueOrder::kNumber) == doctest::Approx(1.0 / 6));
  // "-3", "100", "2.50", "9": class 0 is the lower half: 1/4, 1/2, 1/4 over 3.
  CHECK(figure(known, ValueOrder::kText) == doctest::Approx(1.0 / 3));
  known.order = {"9", "100", "2.50", "-3"};
  CHECK(figure(known, ValueOrder::kNumber) == doctest::Approx(1.0 / 6));
  known.order = {"9", "100"};
  CHECK_FALSE(
      TClosenessOrdered("s", R(1, 2))->Judge(classes, Known(known)).ok());
  known.order = {"9", "100", "9", "2.50", "-3"};
  CHECK_FALSE(
      TClosenessOrdered("s", R(1, 2))->Judge(classes, Known(known)).ok());
}

TEST_CASE("TCloseness: a value that is no number has no place among numbers") {
  SensitiveContext known;
  known.label = [](std::uint32_t code) -> std::string_view {
    return code == 0 ? "12" : "n/a";
  };
  const auto verdict = TClosenessOrdered("s", R(1, 2))
                           ->Judge(FromCounts({{1, 1}}), Known(known));
  CHECK(Message(verdict.status()) ==
        "t_closeness_ordered: a value of 's' is not a number: order values by "
        "their bytes ('order: text' in a policy, --order text), or use "
        "t_closeness_equal");
  CHECK_FALSE(TClosenessOrdered("s", R(1, 2))->Judge(FromCounts({{1}})).ok());
}

TEST_CASE("TCloseness: equal numbers written differently are one value") {
  const std::vector<std::string> labels = {"1", "1.0", "+01", "5"};
  SensitiveContext known;
  known.label = [&](std::uint32_t code) {
    return std::string_view(labels[code]);
  };
  const auto verdict =
      TClosenessOrdered("s", R(1, 2))
          ->Judge(FromCounts({{3, 0, 0, 1}, {0, 2, 1, 1}}), Known(known));
  REQUIRE(verdict.ok());
  CHECK(verdict->achieved == "0");
}

TEST_CASE("TCloseness: a hierarchy has every value and one label on top") {
  const test::TempDir directory;
  const Classes classes = FromCounts({{1, 1, 1}});
  const auto model = TClosenessHierarchical("s", R(1, 2));
  CHECK_FALSE(model->Judge(classes).ok());
  CHECK_FALSE(model->Judge(classes, Known()).ok());
  CHECK_FALSE(
      model->Judge(classes, Known({.hierarchy = Tree(directory, 2)})).ok());
  CHECK_FALSE(
      model->Judge(classes, Known({.hierarchy = Tree(directory, 8, false)}))
          .ok());
  CHECK(model->Judge(classes, Known({.hierarchy = Tree(directory, 8)})).ok());
}

TEST_CASE("TCloseness: merging classes never raises the figure") {
  test::SeededRandom random(7);
  const test::TempDir directory;
  const ModelContext context = Known({.hierarchy = Tree(directory, 8)});
  for (int round = 0; round < 100; ++round) {
    Counts counts = test::RandomCounts(random, 8, 6);
    if (counts.size() < 2) continue;
    Counts merged = {test::Whole({counts[0], counts[1]})};
    merged.insert(merged.end(), counts.begin() + 2, counts.end());
    for (const auto& model :
         {TClosenessEqual("s", R(1, 2)), TClosenessOrdered("s", R(1, 2)),
          TClosenessHierarchical("s", R(1, 2))}) {
      const auto before = model->Judge(FromCounts(counts), context);
      const auto after = model->Judge(FromCounts(merged), context);
      CHECK(after->achieved_value <= before->achieved_value + 1e-12);
    }
  }
}

TEST_CASE("TCloseness: a t outside [0, 1) is refused") {
  const Classes classes = FromCounts({{1, 1}});
  CHECK_FALSE(TClosenessEqual("s", R(1))->Judge(classes).ok());
  CHECK_FALSE(TClosenessEqual("s", R(-1, 2))->Judge(classes).ok());
  CHECK(TClosenessEqual("s", R(0))->Judge(classes)->satisfied);
}

TEST_CASE("TCloseness: figures nearer to a threshold than a double can tell") {
  // {a} against {a, a, b} is exactly 1/3 away.
  const Classes classes = FromCounts({{1, 0}, {1, 1}});
  const auto judge = [&](std::int64_t numerator, std::int64_t denominator) {
    const auto verdict = TClosenessEqual("s", R(numerator, denominator))
                             ->Judge(classes, Known({}));
    REQUIRE(verdict.ok());
    return *verdict;
  };
  CHECK(judge(1, 3).satisfied);
  CHECK(judge(1, 3).achieved == "0.333333");
  constexpr std::int64_t kMany = 1'000'000'000'000'000'000;
  const Verdict below = judge(kMany / 3, kMany);
  CHECK_FALSE(below.satisfied);
  CHECK(below.achieved == "> 333333333333333333/1000000000000000000");
  CHECK(judge(kMany / 3 + 1, kMany).satisfied);
}

}  // namespace
}  // namespace anon
