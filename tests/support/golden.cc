// SPDX-License-Identifier: Apache-2.0
#include "support/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "support/support.h"

namespace anon::test {

void CheckGolden(std::string_view relative, std::string_view bytes) {
  const auto path = SourceDir() / "tests" / "golden" / relative;
  const char* const update = std::getenv("ANON_UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    Write(path, bytes);
    MESSAGE("wrote " << path.string());
    return;
  }
  const std::string golden = Read(path);
  if (golden == bytes) return;
  const auto [left, right] = std::ranges::mismatch(golden, bytes);
  const auto line = 1 + std::count(golden.begin(), left, '\n');
  FAIL_CHECK(path.string() << " differs from line " << line
                           << "; ANON_UPDATE_GOLDEN=1 rewrites it");
}

}  // namespace anon::test
