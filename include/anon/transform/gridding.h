// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_GRIDDING_H_
#define ANON_TRANSFORM_GRIDDING_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/hierarchy/mesh.h"
#include "anon/transform/cell_operator.h"
#include "anon/transform/time_truncation.h"

namespace anon {

// One column made of the place and, if wanted, the time of a record.
struct GridColumn {
  std::string name;       // of the new column
  std::string latitude;   // columns of the source: decimal degrees, JGD2011
  std::string longitude;  // or WGS 84
  MeshLevel mesh = MeshLevel::k1km;
  std::string time = {};              // ISO 8601; empty: place only
  std::optional<TimeSlot> slot = {};  // of `time`
};

// Space-time gridding (時間的空間的メッシュ化): another source's records with
// one more column each, "53394611" or "53394611 2026-10-01T12:00+09:00": the
// grid square and the beginning of the slot. A record without latitude and
// longitude has a missing value there; without its time only, just the square.
// One thread at a time. Source: JIS X 0410.
class GriddedSource final : public RecordSource {
 public:
  // `source` must outlive this. Fails if it lacks a column, or has the new one.
  static absl::StatusOr<std::unique_ptr<GriddedSource>> Create(
      RecordSource& source, std::vector<GridColumn> columns);
  ~GriddedSource() override;

  const std::string& name() const override;
  const std::vector<std::string>& attributes() const override;
  // A place outside the grid, half a place or a time that is none is an input
  // error with its place in the file.
  absl::StatusOr<bool> Next(Batch& batch) override;
  absl::Status Rewind() override;
  std::optional<Digest> digest() const override;

 private:
  struct State;
  explicit GriddedSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_TRANSFORM_GRIDDING_H_
