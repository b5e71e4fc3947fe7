// SPDX-License-Identifier: Apache-2.0
#include "model/exact.h"

#include <fmt/format.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace anon::internal {
namespace {

// The places after the point of a decimal fraction; -1 for any other.
int DecimalPlaces(std::int64_t denominator) {
  int twos = 0;
  int fives = 0;
  for (; denominator % 2 == 0; denominator /= 2) ++twos;
  for (; denominator % 5 == 0; denominator /= 5) ++fives;
  return denominator == 1 ? std::max(twos, fives) : -1;
}

// Compares a number as printf writes it with the threshold.
int CompareShown(std::string_view text, const Ratio& threshold) {
  using boost::multiprecision::cpp_int;
  cpp_int digits = 0;
  int exponent = 0;
  bool places = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == 'e') {
      exponent += std::atoi(text.data() + i + 1);
      break;
    }
    if (text[i] == '.') {
      places = true;
      continue;
    }
    digits = 10 * digits + (text[i] - '0');
    if (places) --exponent;
  }
  const cpp_int power =
      pow(cpp_int(10), static_cast<unsigned>(std::abs(exponent)));
  cpp_int left = digits * threshold.denominator();
  cpp_int right = threshold.numerator();
  (exponent < 0 ? right : left) *= power;
  return left.compare(right);
}

}  // namespace

int Compare(Int128 numerator, Int128 denominator, const Ratio& threshold) {
  // Three roundings of relative error 2^-53 each cannot pass 2^-50.
  const double figure =
      static_cast<double>(numerator) / static_cast<double>(denominator);
  const double limit = threshold.ToDouble();
  const double error = 0x1p-50 * (std::abs(figure) + std::abs(limit));
  if (figure < limit - error) return -1;
  if (figure > limit + error) return 1;
  using Wide = boost::multiprecision::int256_t;
  const Wide left = Wide(numerator) * threshold.denominator();
  const Wide right = Wide(denominator) * threshold.numerator();
  return left.compare(right);
}

bool OnSide(int comparison, Side side) {
  switch (side) {
    case Side::kAtMost:
      return comparison <= 0;
    case Side::kBelow:
      return comparison < 0;
    case Side::kAtLeast:
      return comparison >= 0;
  }
  return false;
}

std::string FigureText(double figure, const Ratio& threshold, Side side,
                       bool holds) {
  if (std::isinf(figure)) return "infinite";
  for (int digits = 6; digits <= 17; ++digits) {
    std::string text = fmt::format("{:.{}g}", figure, digits);
    if (OnSide(CompareShown(text, threshold), side) == holds) return text;
  }
  // Nearer than a double can tell.
  const char* const sign = OnSide(0, side) == holds ? ""
                           : side == Side::kAtMost  ? "> "
                                                    : "< ";
  return sign + ThresholdText(threshold);
}

std::string ThresholdText(const Ratio& threshold) {
  const int places = DecimalPlaces(threshold.denominator());
  // Fifteen digits survive the way through a double.
  if (places < 0 || places > 9 || threshold.numerator() > 999'999) {
    return threshold.ToString();
  }
  return fmt::format("{:.{}f}", threshold.ToDouble(), places);
}

}  // namespace anon::internal
