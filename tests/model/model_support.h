// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_MODEL_MODEL_SUPPORT_H_
#define ANON_TESTS_MODEL_MODEL_SUPPORT_H_

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/base/ratio.h"
#include "anon/data/classes.h"
#include "anon/model/model_context.h"
#include "support/support.h"

namespace anon::test {

// A row with one quasi-identifier "q", one sensitive attribute "s" and its
// principal.
struct Row {
  std::uint32_t q = 0;
  std::uint32_t s = 0;
  std::uint64_t principal = 0;
};

inline Classes CountCoded(const std::vector<std::uint32_t>& q,
                          const std::vector<std::uint32_t>& s,
                          const std::vector<Fingerprint>& principals) {
  ClassCounter counter(
      {.quasi_identifiers = {"q"}, .sensitive_attributes = {"s"}});
  const CodedRows coded{.quasi_identifiers = {q},
                        .sensitive_attributes = {s},
                        .principals = principals,
                        .rows = q.size()};
  if (!counter.Add(coded).ok()) std::abort();
  return std::move(counter).Finish();
}

inline Classes Count(const std::vector<Row>& rows) {
  std::vector<std::uint32_t> q;
  std::vector<std::uint32_t> s;
  std::vector<Fingerprint> principals;
  for (const Row& row : rows) {
    q.push_back(row.q);
    s.push_back(row.s);
    principals.push_back({row.principal, 0});
  }
  return CountCoded(q, s, principals);
}

// Classes whose histograms of "s" are given: counts[q][s] people have the value
// s in class q. Every record is a person of its own.
inline Classes FromCounts(const std::vector<std::vector<int>>& counts) {
  std::vector<std::uint32_t> q;
  std::vector<std::uint32_t> s;
  for (std::uint32_t i = 0; i < counts.size(); ++i) {
    for (std::uint32_t value = 0; value < counts[i].size(); ++value) {
      const auto people = static_cast<std::size_t>(counts[i][value]);
      q.insert(q.end(), people, i);
      s.insert(s.end(), people, value);
    }
  }
  return CountCoded(q, s, {});
}

// Random classes, none of them empty: counts[q][s] below `most`.
inline std::vector<std::vector<int>> RandomCounts(SeededRandom& random,
                                                  std::size_t values,
                                                  std::uint64_t most) {
  std::vector<std::vector<int>> counts(1 + random.Below(4));
  for (auto& row : counts) {
    for (std::size_t s = 0; s < values; ++s) {
      const bool absent = random.Below(3) == 0;
      row.push_back(absent ? 0 : static_cast<int>(random.Below(most)));
    }
    ++row[random.Below(values)];
  }
  return counts;
}

// A label for every code below 1000: "000", "001", ... in order.
inline std::string_view Digits(std::uint32_t code) {
  static const auto& texts = *[] {
    auto* const all = new std::vector<std::string>();
    for (int i = 0; i < 1000; ++i) {
      all->push_back(std::to_string(1000 + i).substr(1));
    }
    return all;
  }();
  return texts[code];
}

// What is known of "s": its labels, and what else is given.
inline ModelContext Known(SensitiveContext sensitive = {}) {
  ModelContext context;
  if (sensitive.label == nullptr) sensitive.label = Digits;
  context.sensitive["s"] = std::move(sensitive);
  return context;
}

// A population of people[q] people with the label Digits(q) of "q".
inline ModelContext Population(const std::vector<std::int64_t>& people) {
  auto counts = std::make_shared<PopulationCounts>();
  for (std::uint32_t q = 0; q < people.size(); ++q) {
    (*counts)[{std::string(Digits(q))}] = people[q];
  }
  ModelContext context;
  context.population = std::move(counts);
  context.quasi_label = [](std::size_t, std::uint32_t code) {
    return Digits(code);
  };
  return context;
}

inline Ratio R(std::int64_t numerator, std::int64_t denominator = 1) {
  const auto ratio = Ratio::Create(numerator, denominator);
  if (!ratio.ok()) std::abort();
  return *ratio;
}

using Rational = boost::multiprecision::cpp_rational;

// The exact value of a threshold.
inline Rational Exact(const Ratio& ratio) {
  return Rational(ratio.numerator(), ratio.denominator());
}

// The people of a class, or of a table of classes, by value.
inline int Sum(const std::vector<int>& row) {
  return std::accumulate(row.begin(), row.end(), 0);
}
inline std::vector<int> Whole(const std::vector<std::vector<int>>& counts) {
  std::vector<int> whole(counts.front().size());
  for (const auto& row : counts) {
    for (std::size_t s = 0; s < row.size(); ++s) whole[s] += row[s];
  }
  return whole;
}

}  // namespace anon::test

#endif  // ANON_TESTS_MODEL_MODEL_SUPPORT_H_
