// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/gridding.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "base/status_macros.h"
#include "data/find_attribute.h"
#include "transform/operator_descriptors.h"

namespace anon {
namespace {

struct BoundColumn {
  GridColumn column;
  std::size_t latitude = 0, longitude = 0;
  std::optional<std::size_t> time = {};
};

// The value of one record.
class Cell {
 public:
  Cell(const BoundColumn& bound, const RecordSource& source, const Batch& batch,
       std::size_t row)
      : bound_(bound), source_(source), batch_(batch), row_(row) {}

  absl::StatusOr<std::string> Make() const {
    const std::string_view latitude = At(bound_.latitude);
    const std::string_view longitude = At(bound_.longitude);
    if (latitude.empty() && longitude.empty()) return "";
    if (latitude.empty() || longitude.empty()) {
      return Wrong(latitude.empty() ? bound_.latitude : bound_.longitude,
                   "empty, but the other half of the place is there");
    }
    const auto mesh =
        MeshCode::FromPoint(latitude, longitude, bound_.column.mesh);
    if (!mesh.ok()) return Wrong(bound_.latitude, Message(mesh.status()));
    std::string value = mesh->ToString();
    if (!bound_.time || At(*bound_.time).empty()) return value;
    const auto begin = bound_.column.slot->Truncate(At(*bound_.time));
    if (!begin) {
      return Wrong(*bound_.time,
                   "not an ISO 8601 time such as 2026-10-31T23:59:58");
    }
    return value + " " + *begin;
  }

 private:
  std::string_view At(std::size_t column) const {
    return batch_.columns[column][row_];
  }
  absl::Status Wrong(std::size_t column, std::string_view what) const {
    return InputErrorAt({.file = source_.name(),
                         .line = batch_.lines[row_],
                         .column = static_cast<std::int64_t>(column) + 1,
                         .attribute = source_.attributes()[column]},
                        fmt::format("grid_spacetime: {}", what));
  }

  const BoundColumn& bound_;
  const RecordSource& source_;
  const Batch& batch_;
  std::size_t row_;
};

}  // namespace

const OperatorDescriptor& internal::GridSpacetimeDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "grid_spacetime",
      .technique = "grid_spacetime",
      .ja =
          "位置を地域メッシュに、時刻を時間帯に置き換える（時空間メッシュ化）",
      .en = "Snap places to a grid square and times to a slot",
      .takes = "decimal degrees and ISO 8601 times",
      .missing = "a record without place has a missing value",
      .example =
          "derive: {cell: {operator: grid_spacetime, latitude: lat, "
          "longitude: lon, mesh: 1km, time: at, slot: 1h}}",
      .leaves_part = true};
  return descriptor;
}

struct GriddedSource::State {
  RecordSource& source;
  std::vector<BoundColumn> columns = {};
  std::vector<std::string> attributes = {};
  std::deque<std::string> values = {};  // of the batch
};

absl::StatusOr<std::unique_ptr<GriddedSource>> GriddedSource::Create(
    RecordSource& source, std::vector<GridColumn> columns) {
  auto state = std::make_unique<State>(State{.source = source});
  state->attributes = source.attributes();
  for (GridColumn& column : columns) {
    BoundColumn bound;
    if (std::ranges::find(state->attributes, column.name) !=
        state->attributes.end()) {
      return InputErrorAt(
          {.file = source.name(), .line = 1},
          fmt::format("there is a column '{}' already: call the derived one "
                      "otherwise",
                      column.name));
    }
    ANON_ASSIGN_OR_RETURN(bound.latitude,
                          internal::FindAttribute(source, column.latitude));
    ANON_ASSIGN_OR_RETURN(bound.longitude,
                          internal::FindAttribute(source, column.longitude));
    if (column.slot) {
      ANON_ASSIGN_OR_RETURN(bound.time,
                            internal::FindAttribute(source, column.time));
    }
    state->attributes.push_back(column.name);
    bound.column = std::move(column);
    state->columns.push_back(std::move(bound));
  }
  return std::unique_ptr<GriddedSource>(new GriddedSource(std::move(state)));
}

GriddedSource::GriddedSource(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
GriddedSource::~GriddedSource() = default;

const std::string& GriddedSource::name() const { return state_->source.name(); }
const std::vector<std::string>& GriddedSource::attributes() const {
  return state_->attributes;
}

absl::StatusOr<bool> GriddedSource::Next(Batch& batch) {
  ANON_ASSIGN_OR_RETURN(const bool more, state_->source.Next(batch));
  if (!more) return false;
  state_->values.clear();
  for (const BoundColumn& bound : state_->columns) {
    std::vector<std::string_view> column;
    column.reserve(batch.rows());
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      ANON_ASSIGN_OR_RETURN(std::string value,
                            Cell(bound, state_->source, batch, r).Make());
      column.push_back(state_->values.emplace_back(std::move(value)));
    }
    batch.columns.push_back(std::move(column));
  }
  batch.slack = 0;
  return true;
}

absl::Status GriddedSource::Rewind() { return state_->source.Rewind(); }
std::optional<Digest> GriddedSource::digest() const {
  return state_->source.digest();
}

}  // namespace anon
