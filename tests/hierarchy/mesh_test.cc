// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/mesh.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "anon/io/csv.h"
#include "hierarchy/hierarchy_support.h"
#include "support/support.h"

namespace anon {
namespace {

using test::CheckIsHierarchy;
using test::Ladder;
using test::Refusal;

using Rows = std::vector<std::vector<std::string>>;

Rows ReadRows(const std::filesystem::path& path) {
  auto source = CsvSource::Open(path);
  REQUIRE(source.ok());
  Rows rows;
  Batch batch;
  for (;;) {
    const auto more = (*source)->Next(batch);
    REQUIRE(more.ok());
    if (!*more) return rows;
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      auto& row = rows.emplace_back();
      for (const auto& column : batch.columns) row.emplace_back(column[i]);
    }
  }
}

std::string Code(const absl::StatusOr<MeshCode>& code) {
  return code.ok() ? code->ToString() : std::string(Message(code.status()));
}

constexpr std::array<MeshLevel, 8> kAll = {
    MeshLevel::k80km, MeshLevel::k10km, MeshLevel::k5km,  MeshLevel::k2km,
    MeshLevel::k1km,  MeshLevel::k500m, MeshLevel::k250m, MeshLevel::k125m};

// "107/3" as an exact number.
Ratio Exact(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string below = slash == text.npos ? "1" : text.substr(slash + 1);
  return *Ratio::Create(std::stoll(text.substr(0, slash)), std::stoll(below));
}

TEST_CASE("Mesh: Tokyo Tower at every level") {
  const std::vector<std::string> codes = {
      "5339",     "533935",    "5339354",    "533935885",
      "53393599", "533935992", "5339359921", "53393599212"};
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    const auto code = MeshCode::FromPoint("35.658581", "139.745433", kAll[i]);
    CHECK(Code(code) == codes[i]);
    CHECK(code->level() == kAll[i]);
    CHECK(Code(MeshCode::Parse(codes[i])) == codes[i]);
    CHECK(MeshCode::Parse(codes[i])->level() == kAll[i]);
  }
}

TEST_CASE("Mesh: codes of places agree with the vectors, parsed and in bulk") {
  ANON_REQUIRE_TEST_DATA(file, "vectors/mesh_encode.csv");
  const Rows rows = ReadRows(file);
  REQUIRE(rows.size() == 13);
  for (const auto& row : rows) {
    const auto micro = [](std::string text) {
      std::erase(text, '.');
      return static_cast<std::int32_t>(std::stol(text));
    };
    REQUIRE(row[1].size() - row[1].find('.') == 7);
    REQUIRE(row[2].size() - row[2].find('.') == 7);
    const std::int32_t latitude = micro(row[1]);
    const std::int32_t longitude = micro(row[2]);
    for (std::size_t i = 0; i < kAll.size(); ++i) {
      CHECK(Code(MeshCode::FromPoint(row[1], row[2], kAll[i])) == row[3 + i]);
      std::uint64_t bulk = 0;
      MeshCodes({&latitude, 1}, {&longitude, 1}, kAll[i], &bulk);
      CHECK(fmt::format("{}", bulk) == row[3 + i]);
    }
  }
}

TEST_CASE("Mesh: a point on an edge is north or east of it, exactly") {
  ANON_REQUIRE_TEST_DATA(file, "vectors/mesh_boundary.csv");
  const Rows rows = ReadRows(file);
  REQUIRE(rows.size() == 14);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < kAll.size(); ++i) {
      CHECK(Code(MeshCode::FromPoint(Exact(row[0]), Exact(row[1]), kAll[i])) ==
            row[2 + i]);
    }
  }
}

TEST_CASE("Mesh: every digit of a decimal counts") {
  const auto code = [](std::string_view latitude) {
    return Code(MeshCode::FromPoint(latitude, "139", MeshLevel::k80km));
  };
  // The edge is at 35.333..., without end.
  CHECK(code("35.33333333333333333333333333333333333333333") == "5239");
  CHECK(code("35.33333333333333333333333333333333333333334") == "5339");
  CHECK(code("35") == "5239");
  CHECK(code("36") == "5439");
  CHECK(code("35.9999999999999999999999999999999999999999") == "5339");
}

TEST_CASE("Mesh: bounds of a square agree with the vectors") {
  ANON_REQUIRE_TEST_DATA(file, "vectors/mesh_decode.csv");
  const Rows rows = ReadRows(file);
  REQUIRE(rows.size() == 100);
  for (const auto& row : rows) {
    const auto code = MeshCode::Parse(row[0]);
    REQUIRE(code.ok());
    CHECK(row[1].find(std::string(ToString(code->level()))) != row[1].npos);
    CHECK(code->south() == Exact(row[2]));
    CHECK(code->west() == Exact(row[3]));
    CHECK(code->north() == Exact(row[4]));
    CHECK(code->east() == Exact(row[5]));
    CHECK(MeshCode::FromPoint(code->south(), code->west(), code->level())
              .value() == *code);
    CHECK(MeshCode::FromPoint(Exact(row[6]), Exact(row[7]), code->level())
              .value() == *code);
  }
}

TEST_CASE("Mesh: neighbours agree with the vectors, across all borders") {
  ANON_REQUIRE_TEST_DATA(file, "vectors/mesh_neighbors.csv");
  const int steps[8][2] = {{1, 0},  {1, 1},   {0, 1},  {-1, 1},
                           {-1, 0}, {-1, -1}, {0, -1}, {1, -1}};
  const Rows rows = ReadRows(file);
  REQUIRE(rows.size() == 12);
  for (const auto& row : rows) {
    const auto code = MeshCode::Parse(row[0]);
    REQUIRE(code.ok());
    for (std::size_t i = 0; i < 8; ++i) {
      const auto other = code->Neighbour(steps[i][0], steps[i][1]);
      REQUIRE(other.has_value());
      CHECK(other->ToString() == row[1 + i]);
      CHECK(other->Neighbour(-steps[i][0], -steps[i][1]) == *code);
    }
  }
}

TEST_CASE("Mesh: the grid ends") {
  CHECK_FALSE(MeshCode::Parse("0000")->Neighbour(-1, 0));
  CHECK_FALSE(MeshCode::Parse("0000")->Neighbour(0, -1));
  CHECK_FALSE(MeshCode::Parse("9999")->Neighbour(1, 0));
  CHECK_FALSE(MeshCode::Parse("99997799444")->Neighbour(0, 1));
  CHECK(MeshCode::Parse("0000")->Neighbour(1, 0)->ToString() == "0100");
}

TEST_CASE("Mesh: what is no code of the standard is refused") {
  ANON_REQUIRE_TEST_DATA(file, "vectors/mesh_invalid.csv");
  for (const auto& row : ReadRows(file)) {
    const std::string& input = row[0];
    CAPTURE(input);
    if (input.starts_with("lat=")) {
      CHECK_FALSE(
          MeshCode::FromPoint(input.substr(4), "139", MeshLevel::k1km).ok());
    } else if (input.starts_with("lon=")) {
      CHECK_FALSE(
          MeshCode::FromPoint("35", input.substr(4), MeshLevel::k1km).ok());
    } else {
      CHECK_FALSE(MeshCode::Parse(input).ok());
      CHECK_FALSE(MeshCode::FromPoint(input, "139", MeshLevel::k1km).ok());
    }
  }
}

TEST_CASE("Mesh: faults are named without the value") {
  CHECK(Code(MeshCode::Parse("53A9")) ==
        "not a grid-square code of JIS X 0410: expected digits only");
  CHECK(Code(MeshCode::Parse("53393")) ==
        "not a grid-square code of JIS X 0410: expected 4, 6, 7, 8, 9, 10 or "
        "11 digits");
  CHECK(Code(MeshCode::Parse("533985")) ==
        "not a grid-square code of JIS X 0410: digits 5 and 6 are 0 to 7");
  CHECK(Code(MeshCode::Parse("533935995")) ==
        "not a grid-square code of JIS X 0410: digits 7 and 8 of a 2-km square "
        "are even");
  CHECK(Code(MeshCode::Parse("5339350")) ==
        "not a grid-square code of JIS X 0410: digits of divided squares are 1 "
        "to 4");
  CHECK(Code(MeshCode::FromPoint("139.7", "35.6", MeshLevel::k1km)) ==
        "the point lies outside the grid of JIS X 0410 (latitude 0 to below "
        "66.66..., longitude 100 to below 200)");
  for (const char* const text : {"", ".", "35.", ".5", "1e2", "35,6", " 35",
                                 "0x23", "nan", "+", "-", "35.6.1"}) {
    CHECK(Code(MeshCode::FromPoint(text, "139", MeshLevel::k1km)) ==
          "expected degrees as decimal numbers such as 35.658581");
  }
  CHECK_FALSE(
      MeshCode::FromPoint("66.66666666666666667", "139", MeshLevel::k1km).ok());
  CHECK(
      MeshCode::FromPoint("66.66666666666666666", "139", MeshLevel::k1km).ok());
  CHECK_FALSE(MeshCode::FromPoint("35", "200", MeshLevel::k1km).ok());
}

TEST_CASE("Mesh: levels that nest, and those that do not") {
  CHECK(MeshLevelsNest(MeshLevel::k1km, MeshLevel::k5km));
  CHECK(MeshLevelsNest(MeshLevel::k1km, MeshLevel::k2km));
  CHECK_FALSE(MeshLevelsNest(MeshLevel::k2km, MeshLevel::k5km));
  CHECK(MeshLevelsNest(MeshLevel::k2km, MeshLevel::k10km));
  CHECK_FALSE(MeshLevelsNest(MeshLevel::k10km, MeshLevel::k1km));
  const auto tower = MeshCode::Parse("53393599212");
  CHECK(tower->Parent(MeshLevel::k2km)->ToString() == "533935885");
  CHECK(tower->Parent(MeshLevel::k125m) == *tower);
  CHECK_FALSE(
      tower->Parent(MeshLevel::k2km)->Parent(MeshLevel::k1km).has_value());
}

TEST_CASE("Mesh: the bulk kernel, single points, parents and bounds agree") {
  test::SeededRandom random(7);
  std::vector<std::int32_t> latitudes;
  std::vector<std::int32_t> longitudes;
  for (int i = 0; i < 2000; ++i) {
    // A tenth outside on every side.
    latitudes.push_back(static_cast<std::int32_t>(random.Below(80'000'000)) -
                        5'000'000);
    longitudes.push_back(static_cast<std::int32_t>(random.Below(120'000'000)) +
                         90'000'000);
  }
  for (const std::int32_t edge : {0, -1, 66'666'666, 66'666'667}) {
    latitudes.push_back(edge);
    longitudes.push_back(100'000'000);
  }
  for (const std::int32_t edge : {99'999'999, 100'000'000, 199'999'999,
                                  200'000'000, -2'147'483'647 - 1}) {
    latitudes.push_back(2'000'000);
    longitudes.push_back(edge);
  }
  const auto text = [](std::int32_t micro) {
    return fmt::format("{}{}.{:06}", micro < 0 ? "-" : "",
                       std::abs(std::int64_t{micro}) / 1'000'000,
                       std::abs(std::int64_t{micro}) % 1'000'000);
  };
  int outside = 0;
  for (const MeshLevel level : kAll) {
    std::vector<std::uint64_t> codes(latitudes.size(), 1);
    MeshCodes(latitudes, longitudes, level, codes.data());
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto code =
          MeshCode::FromPoint(text(latitudes[i]), text(longitudes[i]), level);
      REQUIRE((code.ok() ? code->number() : 0) == codes[i]);
      outside += codes[i] == 0;
      if (!code.ok()) continue;
      REQUIRE(MeshCode::Parse(code->ToString()).value() == *code);
      const Ratio latitude = *Ratio::Create(latitudes[i], 1'000'000);
      REQUIRE(code->south() <= latitude);
      REQUIRE(latitude < code->north());
      for (const MeshLevel coarser : kAll) {
        const auto parent = code->Parent(coarser);
        REQUIRE(parent.has_value() == MeshLevelsNest(level, coarser));
        if (!parent) continue;
        REQUIRE(*parent == *MeshCode::FromPoint(text(latitudes[i]),
                                                text(longitudes[i]), coarser));
      }
    }
  }
  CHECK(outside > 100);
}

TEST_CASE("Mesh rule: codes and points climb to larger squares") {
  CHECK(Ladder("mesh", {}, "53393599212") ==
        "53393599212 > 53393599 > 533935 > 5339 > *");
  CHECK(Ladder("mesh", {{"levels", "500m, 2km, 80km"}}, "5339359921") ==
        "5339359921 > 533935992 > 533935885 > 5339 > *");
  CHECK(Ladder("mesh", {{"input", "point"}}, "35.658581, 139.745433") ==
        "35.658581, 139.745433 > 53393599 > 533935 > 5339 > *");
  CHECK(Ladder("mesh", {}, "533935") ==
        "a square that does not lie in one of 1km");
  CHECK(Ladder("mesh", {{"input", "point"}}, "35.658581 139.745433") ==
        "expected a point such as 35.658581,139.745433");
  CHECK(Ladder("mesh", {}, "") == " >  >  >  > *");
  CHECK(Refusal("mesh", {{"levels", "2km,5km"}}) ==
        "mesh needs levels each within the next; 2km does not lie in 5km");
  CHECK(Refusal("mesh", {{"levels", "1km,1km"}}) ==
        "mesh needs levels each within the next; 1km does not lie in 1km");
  CHECK(Refusal("mesh", {{"levels", "1 km"}}) ==
        "mesh needs one of 80km, 10km, 5km, 2km, 1km, 500m, 250m, 125m for "
        "levels");
  CheckIsHierarchy(
      *test::Rule("mesh", {{"levels", "250m,1km,5km,10km,80km"}}), 3000,
      [](test::SeededRandom& random) {
        return MeshCode::FromPoint(
                   fmt::format("{}.{:06}", 34 + random.Below(3),
                               random.Below(1'000'000)),
                   fmt::format("{}.{:06}", 138 + random.Below(3),
                               random.Below(1'000'000)),
                   random.Below(2) ? MeshLevel::k125m : MeshLevel::k250m)
            ->ToString();
      });
}

}  // namespace
}  // namespace anon
