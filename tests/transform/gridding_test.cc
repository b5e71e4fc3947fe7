// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/gridding.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anon/io/csv.h"
#include "support/support.h"

namespace anon {
namespace {

GridColumn Grid(MeshLevel mesh, const char* slot = nullptr) {
  GridColumn grid{.name = "cell", .latitude = "lat", .longitude = "lon"};
  grid.mesh = mesh;
  if (slot != nullptr) {
    grid.time = "at";
    grid.slot = TimeSlot::Parse(slot);
  }
  return grid;
}

// The derived column of the records of `text`, or the error.
std::vector<std::string> Cells(const std::string& text,
                               const GridColumn& grid) {
  const test::TempDir dir;
  auto csv = CsvSource::Open(test::Write(dir / "t.csv", text));
  REQUIRE(csv.ok());
  auto gridded = GriddedSource::Create(**csv, {grid});
  if (!gridded.ok()) return {std::string(Message(gridded.status()))};
  CHECK((*gridded)->attributes().back() == "cell");
  std::vector<std::string> cells;
  for (int reading = 0; reading < 2; ++reading) {
    cells.clear();
    REQUIRE((*gridded)->Rewind().ok());
    Batch batch;
    for (;;) {
      const auto more = (*gridded)->Next(batch);
      if (!more.ok()) return {std::string(Message(more.status()))};
      if (!*more) break;
      for (const auto cell : batch.columns.back()) cells.emplace_back(cell);
    }
  }
  return cells;
}

TEST_CASE("a place becomes its grid square, a time its slot") {
  const std::string table =
      "at,lat,lon\n2026-10-31T23:59:58+09:00,35.681236,139.767125\n"
      ",35.681236,139.767125\n2026-10-31T00:00,,\n";
  CHECK(Cells(table, Grid(MeshLevel::k1km)) ==
        std::vector<std::string>{"53394611", "53394611", ""});
  CHECK(
      Cells(table, Grid(MeshLevel::k10km, "6h")) ==
      std::vector<std::string>{"533946 2026-10-31T18:00+09:00", "533946", ""});
}

TEST_CASE("a place that is none stops with its place in the file") {
  const auto error = [](const std::string& row) {
    return Cells("at,lat,lon\n" + row, Grid(MeshLevel::k1km, "1h")).front();
  };
  CHECK(error(",35.6,\n")
            .find("line 2, column 3 (lon): grid_spacetime: "
                  "empty") != std::string::npos);
  CHECK(error(",89.0,139.7\n").find("line 2, column 2 (lat)") !=
        std::string::npos);
  CHECK(error("noon,35.6,139.7\n").find("line 2, column 1 (at)") !=
        std::string::npos);
  CHECK(error("noon,35.6,139.7\n").find("noon") == std::string::npos);
}

TEST_CASE("the derived column must be new and its sources there") {
  CHECK(Cells("lat,lon,cell\n1,2,3\n", Grid(MeshLevel::k1km))
            .front()
            .find("there is a column 'cell' already") != std::string::npos);
  CHECK(Cells("lat\n1\n", Grid(MeshLevel::k1km))
            .front()
            .find("no column 'lon'") != std::string::npos);
}

}  // namespace
}  // namespace anon
