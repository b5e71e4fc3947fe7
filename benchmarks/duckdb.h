// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BENCHMARKS_DUCKDB_H_
#define ANON_BENCHMARKS_DUCKDB_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "anon/data/code_column.h"

namespace anon::bench {

// DuckDB in memory, loaded at run time from the library $ANON_DUCKDB names
// (benchmarks/fetch_duckdb.sh), to compare with. Aborts on any failure.
class DuckDb {
 public:
  // Null if $ANON_DUCKDB is not set.
  static std::unique_ptr<DuckDb> Open();
  ~DuckDb();

  void Run(const std::string& sql);
  // The only number of the only row of the answer.
  std::int64_t Number(const std::string& sql);
  // Makes a table of unsigned columns c0, c1, ... as wide as the codes are.
  void Load(const std::string& table, const std::vector<CodeColumn>& columns);

 private:
  struct Api;
  DuckDb() = default;
  std::unique_ptr<Api> api_;
};

}  // namespace anon::bench

#endif  // ANON_BENCHMARKS_DUCKDB_H_
