// SPDX-License-Identifier: Apache-2.0
#include "transform/row_numbers.h"

#include <algorithm>
#include <charconv>

#include "anon/data/classes.h"

namespace anon::internal {
namespace {

__extension__ using Int128 = __int128;

bool AllDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Digits alone, few enough for 63 bits.
std::optional<std::int64_t> Whole(std::string_view text) {
  if (text.empty() || !AllDigits(text)) return std::nullopt;
  std::int64_t value = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> ParseFrequency(std::string_view text) {
  const auto value = Whole(text);
  if (!value || *value < 1) return std::nullopt;
  return value;
}

std::optional<std::int64_t> ParseWeight(std::string_view text) {
  // The middle between two units has 21 places: what follows decides nothing.
  constexpr std::size_t kPlaces = 21;
  constexpr std::int64_t kMost = std::int64_t{1} << 43;
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = Whole(text.substr(0, point));
  if (!whole || *whole >= kMost) return std::nullopt;
  std::int64_t units = *whole * kWeightUnit;
  if (point == text.size()) return units;
  const std::string_view places = text.substr(point + 1);
  if (places.empty() || !AllDigits(places)) return std::nullopt;
  Int128 fraction = 0;
  Int128 scale = 1;
  for (const char digit : places.substr(0, kPlaces)) {
    fraction = 10 * fraction + (digit - '0');
    scale *= 10;
  }
  fraction *= kWeightUnit;
  units += static_cast<std::int64_t>((2 * fraction + scale) / (2 * scale));
  return units;
}

}  // namespace anon::internal
