// SPDX-License-Identifier: Apache-2.0
//
// An image that loads is the image its classes are saved as, and what it says
// holds together.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "anon/data/classes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view image(reinterpret_cast<const char*>(data), size);
  const auto classes = anon::Classes::LoadImage(image);
  if (!classes.ok()) return 0;
  if (classes->SaveImage() != image) std::abort();
  std::int64_t records = 0;
  for (std::size_t i = 0; i < classes->size(); ++i) {
    records += classes->records(i);
    if (classes->principals(i) > classes->records(i)) std::abort();
    for (std::size_t s = 0; s < classes->sensitive_attributes().size(); ++s) {
      if (classes->histogram(i, s).empty()) std::abort();
    }
  }
  if (records != classes->total_records()) std::abort();
  return 0;
}
