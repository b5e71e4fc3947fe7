// SPDX-License-Identifier: Apache-2.0
#include "model/log_sum.h"

#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <vector>

#include "support/support.h"

namespace anon::internal {
namespace {

using Integer = boost::multiprecision::cpp_int;

TEST_CASE("SignOfLogSum: equality over different factors is found") {
  // 6^6 = 2^6 3^6; 1000^1 = 10^3; (2^40)^3 = (2^30)^4.
  CHECK(SignOfLogSum(std::vector<LogTerm>{{6, 6}, {-6, 2}, {-6, 3}}) == 0);
  CHECK(SignOfLogSum(std::vector<LogTerm>{{1, 1000}, {-3, 10}}) == 0);
  CHECK(SignOfLogSum(std::vector<LogTerm>{{3, std::int64_t{1} << 40},
                                          {-4, std::int64_t{1} << 30}}) == 0);
  CHECK(SignOfLogSum(std::vector<LogTerm>{}) == 0);
  CHECK(SignOfLogSum(std::vector<LogTerm>{{5, 1}}) == 0);
}

TEST_CASE("SignOfLogSum: neighbours of a thousand million are told apart") {
  const std::int64_t n = 1'000'000'000;
  CHECK(SignOfLogSum(std::vector<LogTerm>{{n, n}, {-n, n + 1}}) == -1);
  CHECK(SignOfLogSum(std::vector<LogTerm>{{2, n}, {-1, n - 1}, {-1, n + 1}}) ==
        1);
  const std::int64_t big = std::int64_t{1} << 62;
  CHECK(SignOfLogSum(
            std::vector<LogTerm>{{2, big}, {-1, big - 1}, {-1, big + 1}}) == 1);
}

TEST_CASE("SignOfLogSum: agrees with powers of whole numbers") {
  test::SeededRandom random(3);
  for (int round = 0; round < 3000; ++round) {
    std::vector<LogTerm> terms;
    Integer above = 1;
    Integer below = 1;
    for (std::uint64_t n = 1 + random.Below(4); n > 0; --n) {
      const auto coefficient = static_cast<std::int64_t>(random.Below(13)) - 6;
      const auto argument = 1 + static_cast<std::int64_t>(random.Below(12));
      terms.push_back({coefficient, argument});
      const auto power = static_cast<unsigned>(std::abs(coefficient));
      (coefficient > 0 ? above : below) *= pow(Integer(argument), power);
    }
    CHECK(SignOfLogSum(terms) == above.compare(below));
  }
}

TEST_CASE("CompareLogSum: a fraction next to ln 2 is on its right side") {
  // Convergents of ln 2 lie alternately below and above it; the last two are
  // nearer to it than doubles tell.
  const std::vector<LogTerm> log = {{1, 2}};
  CHECK(CompareLogSum(log, 2, 3) == 1);
  CHECK(CompareLogSum(log, 7, 10) == -1);
  CHECK(CompareLogSum(log, 9, 13) == 1);
  CHECK(CompareLogSum(log, 61, 88) == -1);
  const Int128 billion = 1'000'000'000;
  const Int128 digits = 693147180 * billion + 559945309;
  CHECK(CompareLogSum(log, digits, billion * billion) == 1);
  CHECK(CompareLogSum(log, digits + 1, billion * billion) == -1);
}

}  // namespace
}  // namespace anon::internal
