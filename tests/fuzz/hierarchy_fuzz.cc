// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a hierarchy file: a tree, level by level, or a complaint.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "anon/hierarchy/hierarchy.h"
#include "anon/io/csv.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static anon::test::MemoryFile file;
  const auto source = anon::CsvSource::Open(
      file.Hold(data, size), {.delimiter = ';', .header = false});
  if (!source.ok()) return 0;
  const auto hierarchy = anon::Hierarchy::FromRecords(**source);
  if (!hierarchy.ok()) return 0;
  const std::size_t height = hierarchy->height();
  std::int64_t leaves = 0;
  for (std::uint32_t code = 0; code < hierarchy->size(height); ++code) {
    leaves += hierarchy->leaves(height, code);
  }
  if (leaves != static_cast<std::int64_t>(hierarchy->domain_size())) {
    std::abort();
  }
  for (std::uint32_t code = 0; code < hierarchy->size(0); ++code) {
    if (hierarchy->Find(hierarchy->label(0, code)) != code) std::abort();
    std::uint32_t climbed = code;
    for (std::size_t level = 0; level < height; ++level) {
      climbed = hierarchy->Generalize(climbed, level, level + 1);
    }
    if (climbed != hierarchy->Generalize(code, 0, height)) std::abort();
  }
  return 0;
}
