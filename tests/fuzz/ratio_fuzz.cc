// SPDX-License-Identifier: Apache-2.0
//
// A ratio that parses can be printed and parsed again to the same ratio, and
// its two ways of judging a share agree.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "anon/base/ratio.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ratio = anon::Ratio::Parse(text);
  if (!ratio.ok()) return 0;
  const auto again = anon::Ratio::Parse(ratio->ToString());
  if (!again.ok() || *again != *ratio) std::abort();
  if (*ratio > *anon::Ratio::Create(1, 1)) return 0;
  constexpr std::int64_t kWhole = 1000;
  const std::int64_t part = ratio->FloorOf(kWhole);
  if (!ratio->AdmitsShare(part, kWhole)) std::abort();
  if (ratio->AdmitsShare(part + 1, kWhole)) std::abort();
  return 0;
}
