// SPDX-License-Identifier: Apache-2.0
#include "solve/class_arrays.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "support/support.h"

namespace anon::internal {
namespace {

// How many words are in use. Every field has its width, in bits of its own,
// within one word.
std::size_t CheckPlaces(const std::vector<unsigned>& widths) {
  const std::vector<TupleField> fields = PlaceFields(widths);
  REQUIRE(fields.size() == widths.size());
  std::array<std::uint64_t, kMostWords> taken{};
  std::size_t words = 1;
  for (std::size_t q = 0; q < widths.size(); ++q) {
    const TupleField& field = fields[q];
    REQUIRE(field.word < kMostWords);
    REQUIRE(field.shift < 64);
    CHECK(field.mask == (std::uint64_t{1} << widths[q]) - 1);
    const std::uint64_t bits = field.mask << field.shift;
    CHECK((bits >> field.shift) == field.mask);
    CHECK((taken[field.word] & bits) == 0);
    taken[field.word] |= bits;
    words = std::max(words, field.word + 1);
  }
  return words;
}

TEST_CASE("PlaceFields: no label lies across two words") {
  CHECK(CheckPlaces({}) == 1);
  CHECK(CheckPlaces({32, 32}) == 1);
  CHECK(CheckPlaces({32, 32, 0}) == 1);
  CHECK(CheckPlaces({1, 32, 32}) == 2);
  CHECK(CheckPlaces({32, 32, 32, 32, 0}) == 2);
  CHECK(CheckPlaces({4, 30, 30, 30, 30, 4}) == 2);
  CHECK(CheckPlaces({17, 15, 12, 5, 13, 9, 20, 17}) == 2);
  CHECK(CheckPlaces({25, 25, 25, 25, 25}) == 3);
}

TEST_CASE("PlaceFields: whatever the widths are, as long as their sum fits") {
  test::SeededRandom random(41);
  for (int trial = 0; trial < 20'000; ++trial) {
    const auto most = static_cast<unsigned>(1 + random.Below(32));
    std::vector<unsigned> widths;
    unsigned sum = 0;
    for (unsigned tries = 0; widths.size() < 32 && tries < 40; ++tries) {
      const auto width = static_cast<unsigned>(random.Below(most + 1));
      if (sum + width > kMostBits) continue;
      widths.push_back(width);
      sum += width;
    }
    const std::size_t words = CheckPlaces(widths);
    CHECK((words == 1) == (sum <= 64));
  }
}

}  // namespace
}  // namespace anon::internal
