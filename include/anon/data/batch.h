// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_BATCH_H_
#define ANON_DATA_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace anon {

// Some consecutive records, column by column. The views point into memory that
// belongs to whoever filled the batch (a RecordSource) and hold until it is
// asked for the next one. Plain data; reused to avoid allocation.
struct Batch {
  std::vector<std::vector<std::string_view>> columns;  // [column][row]
  std::vector<std::int64_t> lines;  // [row] line of the file, from 1

  std::size_t rows() const { return lines.size(); }

  // No rows, `count` columns; keeps capacity.
  void Reset(std::size_t count) {
    columns.resize(count);
    for (auto& column : columns) column.clear();
    lines.clear();
  }
};

}  // namespace anon

#endif  // ANON_DATA_BATCH_H_
