// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a CSV file: records of one width in valid UTF-8, or a complaint.
// The size of the blocks makes no difference, and neither does reading again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/base/text.h"
#include "anon/io/csv.h"
#include "memory_file.h"

namespace {

// Everything a reader of `source` sees, the complaint included.
std::vector<std::string> ReadAll(anon::CsvSource& source) {
  std::vector<std::string> seen = source.attributes();
  const std::size_t width = seen.size();
  anon::Batch batch;
  while (true) {
    const auto more = source.Next(batch);
    if (!more.ok()) {
      seen.emplace_back(anon::Message(more.status()));
      return seen;
    }
    if (!*more) return seen;
    if (batch.columns.size() != width || batch.rows() == 0) std::abort();
    for (const auto& column : batch.columns) {
      if (column.size() != batch.rows()) std::abort();
    }
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      seen.push_back(std::to_string(batch.lines[row]));
      for (const auto& column : batch.columns) {
        if (anon::FindInvalidUtf8(column[row])) std::abort();
        seen.emplace_back(column[row]);
      }
    }
  }
}

// Where reading fails, smaller blocks may show more records before the
// complaint; the complaint is the same.
bool Agree(const std::vector<std::string>& a,
           const std::vector<std::string>& b) {
  return a == b || a.back() == b.back();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static anon::test::MemoryFile file;
  const auto path = file.Hold(data, size);
  const auto source = anon::CsvSource::Open(path);
  const auto small = anon::CsvSource::Open(path, {.block_bytes = 16});
  if (source.ok() != small.ok()) std::abort();
  if (!source.ok()) return 0;
  const auto seen = ReadAll(**source);
  if (!Agree(seen, ReadAll(**small))) std::abort();
  if (!(*source)->Rewind().ok()) std::abort();
  if (ReadAll(**source) != seen) std::abort();
  return 0;
}
