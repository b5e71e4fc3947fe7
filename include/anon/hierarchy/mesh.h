// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_HIERARCHY_MESH_H_
#define ANON_HIERARCHY_MESH_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy_rule.h"

namespace anon {

// The grid squares (地域メッシュ) of JIS X 0410, coarsest first: the first
// (80 km), second (10 km) and standard (1 km) square, the integrated squares of
// 5 km and 2 km, and the divided ones of 1/2, 1/4 and 1/8. The lengths are
// names; squares are of equal size in degrees.
enum class MeshLevel { k80km, k10km, k5km, k2km, k1km, k500m, k250m, k125m };

std::string_view ToString(MeshLevel level);  // "80km", ... "125m"
std::optional<MeshLevel> ParseMeshLevel(std::string_view name);

// A grid square. It holds the points from its south and west edge (included) to
// its north and east edge (not included). Latitudes from 0 to below 200/3
// degrees and longitudes from 100 to below 200 have codes; the datum is that of
// the points (JGD2011 and WGS 84 agree here; Tokyo-datum points must be
// converted before). All arithmetic is on integers. A value type.
class MeshCode {
 public:
  // 4, 6, 7, 8, 9, 10 or 11 digits. Codes that are not of the standard (40 km,
  // 100 m, ...) are refused.
  static absl::StatusOr<MeshCode> Parse(std::string_view code);

  // The square around a point; degrees as decimal text ("35.658581"), of which
  // every digit counts, or as exact numbers.
  static absl::StatusOr<MeshCode> FromPoint(std::string_view latitude,
                                            std::string_view longitude,
                                            MeshLevel level);
  static absl::StatusOr<MeshCode> FromPoint(const Ratio& latitude,
                                            const Ratio& longitude,
                                            MeshLevel level);

  MeshLevel level() const { return level_; }
  std::uint64_t number() const;  // 53393599
  std::string ToString() const;  // "53393599"

  // The square of `coarser` that holds this one. Nothing if there is not one:
  // a finer level, or 5 km above 2 km, which do not nest.
  std::optional<MeshCode> Parent(MeshLevel coarser) const;

  // The square so many rows north and columns east of this one (negative:
  // south, west). Nothing past the edge of the grid.
  std::optional<MeshCode> Neighbour(int north, int east) const;

  // In degrees.
  Ratio south() const;
  Ratio west() const;
  Ratio north() const;
  Ratio east() const;

  friend bool operator==(const MeshCode&, const MeshCode&) = default;

 private:
  MeshCode(MeshLevel level, std::int64_t row, std::int64_t column)
      : level_(level), row_(row), column_(column) {}
  static absl::StatusOr<MeshCode> FromCell(std::int64_t row,
                                           std::int64_t column,
                                           MeshLevel level);

  MeshLevel level_;
  // Squares of this level from the equator, and from 100 degrees east.
  std::int64_t row_;
  std::int64_t column_;
};

// Whether every square of `finer` lies whole in one of `coarser`.
bool MeshLevelsNest(MeshLevel finer, MeshLevel coarser);

// The codes of many points in micro-degrees, as numbers; 0 for a point that has
// none. The spans and `codes` have one size.
void MeshCodes(std::span<const std::int32_t> latitudes,
               std::span<const std::int32_t> longitudes, MeshLevel level,
               std::uint64_t* codes);

// From codes, or from points "35.658581,139.745433", to the squares of
// `levels`, finest first, each within the next. A code must be at least as fine
// as the first.
struct MeshRuleOptions {
  std::vector<MeshLevel> levels = {MeshLevel::k1km, MeshLevel::k10km,
                                   MeshLevel::k80km};
  bool points = false;
};
absl::StatusOr<HierarchyRulePtr> MeshRule(const MeshRuleOptions& options);

}  // namespace anon

#endif  // ANON_HIERARCHY_MESH_H_
