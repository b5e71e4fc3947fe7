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
  // How many bytes after the end of every value are there to be read, whatever
  // they hold: who works on sixteen bytes at a time need not look out for the
  // end of the memory. Affects performance only.
  std::size_t slack = 0;

  std::size_t rows() const { return lines.size(); }

  // No rows, `count` columns, no slack; keeps capacity.
  void Reset(std::size_t count) {
    columns.resize(count);
    for (auto& column : columns) column.clear();
    lines.clear();
    slack = 0;
  }
};

}  // namespace anon

#endif  // ANON_DATA_BATCH_H_
