// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BENCHMARKS_CSV_TABLE_H_
#define ANON_BENCHMARKS_CSV_TABLE_H_

#include <cstdint>
#include <filesystem>

namespace anon::bench {

// Writes a made-up CSV file of ten Japanese columns (postal, prefecture, town,
// birth, sex, income, work, plan, minutes, memo), at least `bytes` long. The
// same for the same length.
void WriteCsvTable(const std::filesystem::path& path, std::int64_t bytes);

}  // namespace anon::bench

#endif  // ANON_BENCHMARKS_CSV_TABLE_H_
