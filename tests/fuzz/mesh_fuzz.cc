// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a grid-square code and as a point: a square that holds its
// south-west corner, its number and its parents, or a complaint.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "anon/hierarchy/mesh.h"

namespace {

void Check(const anon::MeshCode& code) {
  using anon::MeshCode;
  const auto again = MeshCode::Parse(code.ToString());
  if (!again.ok() || *again != code) std::abort();
  if (code.south() >= code.north() || code.west() >= code.east()) std::abort();
  for (int i = 0; i <= static_cast<int>(anon::MeshLevel::k125m); ++i) {
    const auto level = static_cast<anon::MeshLevel>(i);
    const auto parent = code.Parent(level);
    if (!parent) continue;
    const auto corner = MeshCode::FromPoint(code.south(), code.west(), level);
    if (!corner.ok() || *corner != *parent) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto code = anon::MeshCode::Parse(text); code.ok()) Check(*code);
  const std::size_t comma = text.find(',');
  if (comma == text.npos) return 0;
  const auto point = anon::MeshCode::FromPoint(
      text.substr(0, comma), text.substr(comma + 1), anon::MeshLevel::k125m);
  if (point.ok()) Check(*point);
  return 0;
}
