// SPDX-License-Identifier: Apache-2.0
//
// Grid squares of JIS X 0410. A square of the first level is 2/3 of a degree
// high and 1 degree wide; the others divide it into n x n, so that a square is
// a level and two integers: its row from the equator and its column from 100
// degrees east. Digits are read off those:
//
//   first    ppuu        row and column of the first-level square
//   second   + qv        of 8 x 8
//   standard + rw        of 10 x 10 in the second
//   1/2 1/4 1/8  + c     of 2 x 2: 1 SW, 2 SE, 3 NW, 4 NE; one digit a level
//   5 km     second + c  of 2 x 2 in the second
//   2 km     second + r'w' + 5, r' and w' even: two standard squares each way
//
// Example: Tokyo Tower, 35.658581 N 139.745433 E, is in 53393599 (1 km) and
// 53393599212 (125 m). Cost: a few multiplications a point. Tested against
// jismesh's codes of 13 places, edges on exact fractions and neighbours across
// first-level borders: tests/hierarchy/mesh_test.cc.
#include "anon/hierarchy/mesh.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "hierarchy/decimal.h"

namespace anon {
namespace {

struct LevelFacts {
  MeshLevel level;
  std::string_view name;
  std::int64_t per_first;  // squares along an edge of a first-level square
  std::size_t digits;
};

constexpr std::array<LevelFacts, 8> kLevels = {{
    {MeshLevel::k80km, "80km", 1, 4},
    {MeshLevel::k10km, "10km", 8, 6},
    {MeshLevel::k5km, "5km", 16, 7},
    {MeshLevel::k2km, "2km", 40, 9},
    {MeshLevel::k1km, "1km", 80, 8},
    {MeshLevel::k500m, "500m", 160, 9},
    {MeshLevel::k250m, "250m", 320, 10},
    {MeshLevel::k125m, "125m", 640, 11},
}};

constexpr const LevelFacts& Facts(MeshLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

// Rows and columns of 125-m squares in a degree, and first-level squares along
// an edge of the grid.
constexpr std::int64_t kRowsPerDegree = 960;
constexpr std::int64_t kColumnsPerDegree = 640;
constexpr std::int64_t kWest = 100;
constexpr std::int64_t kFirstLevelSquares = 100;

// The digit of a quarter: row and column are 0 or 1.
template <typename T>
constexpr T Quarter(T row, T column) {
  return 1 + 2 * row + column;
}

// The code of the square at (row, column) of the 125-m grid, at any level.
// Small operands (32 bits) until the last step, because this is the inner loop.
template <MeshLevel kLevel>
inline std::uint64_t CodeOf(std::uint32_t y, std::uint32_t x) {
  std::uint64_t code = std::uint64_t{y / 640} * 100 + x / 640;
  if constexpr (kLevel == MeshLevel::k80km) return code;
  code = code * 100 + (y / 80) % 8 * 10 + (x / 80) % 8;
  if constexpr (kLevel == MeshLevel::k10km) return code;
  if constexpr (kLevel == MeshLevel::k5km) {
    return code * 10 + Quarter(y / 40 % 2, x / 40 % 2);
  }
  if constexpr (kLevel == MeshLevel::k2km) {
    return code * 1000 + (y / 16) % 5 * 200 + (x / 16) % 5 * 20 + 5;
  }
  code = code * 100 + (y / 8) % 10 * 10 + (x / 8) % 10;
  if constexpr (kLevel == MeshLevel::k1km) return code;
  const std::uint32_t half = Quarter(y / 4 % 2, x / 4 % 2);
  if constexpr (kLevel == MeshLevel::k500m) return code * 10 + half;
  const std::uint32_t quarter = Quarter(y / 2 % 2, x / 2 % 2);
  if constexpr (kLevel == MeshLevel::k250m) {
    return code * 100 + half * 10 + quarter;
  }
  return code * 1000 + half * 100 + quarter * 10 + Quarter(y % 2, x % 2);
}

// Calls `f` with the level as a constant.
template <typename F>
auto WithLevel(MeshLevel level, const F& f) {
  using enum MeshLevel;
  switch (level) {
    case k80km:
      return f(std::integral_constant<MeshLevel, k80km>());
    case k10km:
      return f(std::integral_constant<MeshLevel, k10km>());
    case k5km:
      return f(std::integral_constant<MeshLevel, k5km>());
    case k2km:
      return f(std::integral_constant<MeshLevel, k2km>());
    case k1km:
      return f(std::integral_constant<MeshLevel, k1km>());
    case k500m:
      return f(std::integral_constant<MeshLevel, k500m>());
    case k250m:
      return f(std::integral_constant<MeshLevel, k250m>());
    case k125m:
      break;
  }
  return f(std::integral_constant<MeshLevel, k125m>());
}

template <MeshLevel kLevel>
void CodesOf(std::span<const std::int32_t> latitudes,
             std::span<const std::int32_t> longitudes, std::uint64_t* codes) {
  // 960 rows and 640 columns a degree, over a million micro-degrees.
  constexpr std::uint32_t kDenominator = 3125;
  constexpr std::uint32_t kRows = 100 * 640;
  for (std::size_t i = 0; i < latitudes.size(); ++i) {
    // What is below the range wraps around to far above it.
    const std::uint32_t latitude = static_cast<std::uint32_t>(latitudes[i]);
    const std::uint32_t longitude =
        static_cast<std::uint32_t>(longitudes[i]) - 100'000'000U;
    const bool inside = latitude < 70'000'000 && longitude < 100'000'000;
    const std::uint32_t y = inside ? latitude * 3 / kDenominator : kRows;
    const std::uint32_t x = inside ? longitude * 2 / kDenominator : 0;
    const std::uint64_t code = CodeOf<kLevel>(y, x);
    codes[i] = y < kRows ? code : 0;
  }
}

absl::Status BadCode(std::string_view what) {
  return InputError(
      fmt::format("not a grid-square code of JIS X 0410: {}", what));
}

// What the digits after those of the second-level square say.
absl::StatusOr<MeshLevel> LevelOf(std::string_view code) {
  const bool two_km = code.size() == 9 && code.back() == '5';
  for (const LevelFacts& facts : kLevels) {
    if (facts.digits != code.size()) continue;
    if (two_km == (facts.level == MeshLevel::k2km)) return facts.level;
  }
  return BadCode("expected 4, 6, 7, 8, 9, 10 or 11 digits");
}

class Mesh final : public HierarchyRule {
 public:
  explicit Mesh(const MeshRuleOptions& options)
      : HierarchyRule(options.levels.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    ANON_ASSIGN_OR_RETURN(const MeshCode code, Read(value));
    for (const MeshLevel level : options_.levels) {
      const auto parent = code.Parent(level);
      if (!parent) {
        return InputError(fmt::format("a square that does not lie in one of {}",
                                      ToString(level)));
      }
      labels.push_back(parent->ToString());
    }
    return absl::OkStatus();
  }

  absl::StatusOr<MeshCode> Read(std::string_view value) const {
    if (!options_.points) return MeshCode::Parse(value);
    const std::size_t comma = value.find(',');
    if (comma == value.npos) {
      return InputError("expected a point such as 35.658581,139.745433");
    }
    std::string_view longitude = value.substr(comma + 1);
    if (longitude.starts_with(' ')) longitude.remove_prefix(1);
    return MeshCode::FromPoint(value.substr(0, comma), longitude,
                               options_.levels.front());
  }

  MeshRuleOptions options_;
};

}  // namespace

std::string_view ToString(MeshLevel level) { return Facts(level).name; }

std::optional<MeshLevel> ParseMeshLevel(std::string_view name) {
  for (const LevelFacts& facts : kLevels) {
    if (facts.name == name) return facts.level;
  }
  return std::nullopt;
}

bool MeshLevelsNest(MeshLevel finer, MeshLevel coarser) {
  return Facts(finer).per_first % Facts(coarser).per_first == 0;
}

absl::StatusOr<MeshCode> MeshCode::Parse(std::string_view code) {
  if (!std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; })) {
    return BadCode("expected digits only");
  }
  ANON_ASSIGN_OR_RETURN(const MeshLevel level, LevelOf(code));
  const auto digit = [&](std::size_t i) -> std::int64_t {
    return code[i] - '0';
  };
  std::int64_t row = digit(0) * 10 + digit(1);
  std::int64_t column = digit(2) * 10 + digit(3);
  if (code.size() >= 6) {
    if (digit(4) > 7 || digit(5) > 7) {
      return BadCode("digits 5 and 6 are 0 to 7");
    }
    row = row * 8 + digit(4);
    column = column * 8 + digit(5);
  }
  std::size_t quarters = code.size() == 7 ? 6 : 8;  // the first digit of 1 to 4
  if (level == MeshLevel::k2km) {
    if (digit(6) % 2 != 0 || digit(7) % 2 != 0) {
      return BadCode("digits 7 and 8 of a 2-km square are even");
    }
    return MeshCode(level, row * 5 + digit(6) / 2, column * 5 + digit(7) / 2);
  }
  if (code.size() >= 8) {
    row = row * 10 + digit(6);
    column = column * 10 + digit(7);
  }
  for (; quarters < code.size(); ++quarters) {
    const std::int64_t c = digit(quarters) - 1;
    if (c < 0 || c > 3) return BadCode("digits of divided squares are 1 to 4");
    row = row * 2 + c / 2;
    column = column * 2 + c % 2;
  }
  return MeshCode(level, row, column);
}

absl::StatusOr<MeshCode> MeshCode::FromCell(std::int64_t row,
                                            std::int64_t column,
                                            MeshLevel level) {
  constexpr std::int64_t kCells =
      kFirstLevelSquares * Facts(MeshLevel::k125m).per_first;
  if (row < 0 || row >= kCells || column < 0 || column >= kCells) {
    return InputError(
        "the point lies outside the grid of JIS X 0410 (latitude 0 to below "
        "66.66..., longitude 100 to below 200)");
  }
  const MeshCode finest(MeshLevel::k125m, row, column);
  return *finest.Parent(level);
}

absl::StatusOr<MeshCode> MeshCode::FromPoint(std::string_view latitude,
                                             std::string_view longitude,
                                             MeshLevel level) {
  const auto row = internal::FloorOfDecimal(latitude, kRowsPerDegree);
  const auto column = internal::FloorOfDecimal(longitude, kColumnsPerDegree);
  if (!row || !column) {
    return InputError("expected degrees as decimal numbers such as 35.658581");
  }
  return FromCell(*row, *column - kWest * kColumnsPerDegree, level);
}

absl::StatusOr<MeshCode> MeshCode::FromPoint(const Ratio& latitude,
                                             const Ratio& longitude,
                                             MeshLevel level) {
  // Beyond these, FloorOf might not fit.
  if (latitude.numerator() < 0 || longitude.numerator() < 0 ||
      latitude > *Ratio::Create(360, 1) || longitude > *Ratio::Create(360, 1)) {
    return FromCell(-1, -1, level);
  }
  return FromCell(
      latitude.FloorOf(kRowsPerDegree),
      longitude.FloorOf(kColumnsPerDegree) - kWest * kColumnsPerDegree, level);
}

std::uint64_t MeshCode::number() const {
  const std::int64_t scale =
      Facts(MeshLevel::k125m).per_first / Facts(level_).per_first;
  const auto y = static_cast<std::uint32_t>(row_ * scale);
  const auto x = static_cast<std::uint32_t>(column_ * scale);
  return WithLevel(level_,
                   [&](auto level) { return CodeOf<level.value>(y, x); });
}

std::string MeshCode::ToString() const {
  return fmt::format("{:0{}}", number(), Facts(level_).digits);
}

std::optional<MeshCode> MeshCode::Parent(MeshLevel coarser) const {
  if (!MeshLevelsNest(level_, coarser)) return std::nullopt;
  const std::int64_t ratio = Facts(level_).per_first / Facts(coarser).per_first;
  return MeshCode(coarser, row_ / ratio, column_ / ratio);
}

std::optional<MeshCode> MeshCode::Neighbour(int north, int east) const {
  const std::int64_t row = row_ + north;
  const std::int64_t column = column_ + east;
  const std::int64_t end = kFirstLevelSquares * Facts(level_).per_first;
  if (row < 0 || row >= end || column < 0 || column >= end) return std::nullopt;
  return MeshCode(level_, row, column);
}

Ratio MeshCode::south() const {
  return *Ratio::Create(row_ * 2, 3 * Facts(level_).per_first);
}
Ratio MeshCode::west() const {
  const std::int64_t n = Facts(level_).per_first;
  return *Ratio::Create(column_ + kWest * n, n);
}
Ratio MeshCode::north() const {
  return *Ratio::Create((row_ + 1) * 2, 3 * Facts(level_).per_first);
}
Ratio MeshCode::east() const {
  const std::int64_t n = Facts(level_).per_first;
  return *Ratio::Create(column_ + 1 + kWest * n, n);
}

void MeshCodes(std::span<const std::int32_t> latitudes,
               std::span<const std::int32_t> longitudes, MeshLevel level,
               std::uint64_t* codes) {
  WithLevel(level, [&](auto constant) {
    CodesOf<constant.value>(latitudes, longitudes, codes);
  });
}

absl::StatusOr<HierarchyRulePtr> MeshRule(const MeshRuleOptions& options) {
  if (options.levels.empty()) {
    return PolicyError("mesh needs at least one of levels");
  }
  for (std::size_t i = 1; i < options.levels.size(); ++i) {
    const MeshLevel finer = options.levels[i - 1];
    const MeshLevel coarser = options.levels[i];
    if (finer == coarser || !MeshLevelsNest(finer, coarser)) {
      return PolicyError(fmt::format(
          "mesh needs levels each within the next; {} does not lie in {}",
          ToString(finer), ToString(coarser)));
    }
  }
  return std::make_shared<Mesh>(options);
}

}  // namespace anon
