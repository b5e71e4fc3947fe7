// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "anon/base/digest.h"
#include "anon/base/ratio.h"

int main() {
  const auto limit = anon::Ratio::Parse("5%");
  if (!limit.ok() || limit->FloorOf(20) != 1) return 1;
  const auto digest = anon::ToHex(anon::Sha256("abc"));
  std::printf("%s\n", digest.c_str());
  return digest.starts_with("ba7816bf") ? 0 : 1;
}
