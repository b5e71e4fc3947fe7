// SPDX-License-Identifier: Apache-2.0
#include "duckdb.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace anon::bench {
namespace {

// The part of DuckDB's stable C API (duckdb.h) that is used here.
using Handle = void*;
struct Result {
  std::uint64_t column_count;
  std::uint64_t row_count;
  std::uint64_t rows_changed;
  void* columns;
  char* error_message;
  void* internal_data;
};
constexpr int kUTinyInt = 6;
constexpr int kUSmallInt = 7;
constexpr int kUInteger = 8;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "duckdb: %s\n", what.c_str());
  std::abort();
}

int TypeOf(const CodeColumn& column) {
  return column.width() == 1   ? kUTinyInt
         : column.width() == 2 ? kUSmallInt
                               : kUInteger;
}

}  // namespace

struct DuckDb::Api {
  void* library = nullptr;
  Handle database = nullptr;
  Handle connection = nullptr;

  int (*open)(const char*, Handle*);
  int (*connect)(Handle, Handle*);
  void (*disconnect)(Handle*);
  void (*close)(Handle*);
  int (*query)(Handle, const char*, Result*);
  const char* (*result_error)(Result*);
  void (*destroy_result)(Result*);
  std::int64_t (*value_int64)(Result*, std::uint64_t, std::uint64_t);
  int (*appender_create)(Handle, const char*, const char*, Handle*);
  int (*appender_destroy)(Handle*);
  int (*append_data_chunk)(Handle, Handle);
  Handle (*create_logical_type)(int);
  void (*destroy_logical_type)(Handle*);
  Handle (*create_data_chunk)(Handle*, std::uint64_t);
  void (*destroy_data_chunk)(Handle*);
  Handle (*data_chunk_get_vector)(Handle, std::uint64_t);
  void (*data_chunk_set_size)(Handle, std::uint64_t);
  void* (*vector_get_data)(Handle);
  std::uint64_t (*vector_size)();

  template <typename Function>
  void Find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) Fail(std::string("no ") + name);
  }
};

std::unique_ptr<DuckDb> DuckDb::Open() {
  const char* const path = std::getenv("ANON_DUCKDB");
  if (path == nullptr || *path == '\0') return nullptr;
  std::unique_ptr<DuckDb> db(new DuckDb);
  db->api_ = std::make_unique<Api>();
  Api& a = *db->api_;
  a.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (a.library == nullptr) Fail(std::string("cannot load ") + path);
  a.Find(a.open, "duckdb_open");
  a.Find(a.connect, "duckdb_connect");
  a.Find(a.disconnect, "duckdb_disconnect");
  a.Find(a.close, "duckdb_close");
  a.Find(a.query, "duckdb_query");
  a.Find(a.result_error, "duckdb_result_error");
  a.Find(a.destroy_result, "duckdb_destroy_result");
  a.Find(a.value_int64, "duckdb_value_int64");
  a.Find(a.appender_create, "duckdb_appender_create");
  a.Find(a.appender_destroy, "duckdb_appender_destroy");
  a.Find(a.append_data_chunk, "duckdb_append_data_chunk");
  a.Find(a.create_logical_type, "duckdb_create_logical_type");
  a.Find(a.destroy_logical_type, "duckdb_destroy_logical_type");
  a.Find(a.create_data_chunk, "duckdb_create_data_chunk");
  a.Find(a.destroy_data_chunk, "duckdb_destroy_data_chunk");
  a.Find(a.data_chunk_get_vector, "duckdb_data_chunk_get_vector");
  a.Find(a.data_chunk_set_size, "duckdb_data_chunk_set_size");
  a.Find(a.vector_get_data, "duckdb_vector_get_data");
  a.Find(a.vector_size, "duckdb_vector_size");
  if (a.open(nullptr, &a.database) != 0) Fail("cannot open");
  if (a.connect(a.database, &a.connection) != 0) Fail("cannot connect");
  return db;
}

DuckDb::~DuckDb() {
  if (api_ == nullptr) return;
  api_->disconnect(&api_->connection);
  api_->close(&api_->database);
}

void DuckDb::Run(const std::string& sql) {
  Result result{};
  if (api_->query(api_->connection, sql.c_str(), &result) != 0) {
    Fail(api_->result_error(&result));
  }
  api_->destroy_result(&result);
}

std::int64_t DuckDb::Number(const std::string& sql) {
  Result result{};
  if (api_->query(api_->connection, sql.c_str(), &result) != 0) {
    Fail(api_->result_error(&result));
  }
  const std::int64_t number = api_->value_int64(&result, 0, 0);
  api_->destroy_result(&result);
  return number;
}

void DuckDb::Load(const std::string& table,
                  const std::vector<CodeColumn>& columns) {
  std::string sql;
  std::vector<Handle> types;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const char* const name = columns[c].width() == 1   ? "UTINYINT"
                             : columns[c].width() == 2 ? "USMALLINT"
                                                       : "UINTEGER";
    sql += (c == 0 ? "c" : ", c") + std::to_string(c) + " " + name;
    types.push_back(api_->create_logical_type(TypeOf(columns[c])));
  }
  Run("CREATE TABLE " + table + " (" + sql + ")");
  Handle chunk = api_->create_data_chunk(types.data(), types.size());
  Handle appender = nullptr;
  if (api_->appender_create(api_->connection, nullptr, table.c_str(),
                            &appender) != 0) {
    Fail("no appender");
  }
  const std::size_t most = api_->vector_size();
  for (std::size_t from = 0; from < columns[0].size(); from += most) {
    const std::size_t n = std::min(most, columns[0].size() - from);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::size_t width = columns[c].width();
      std::memcpy(api_->vector_get_data(api_->data_chunk_get_vector(chunk, c)),
                  static_cast<const char*>(columns[c].data()) + from * width,
                  n * width);
    }
    api_->data_chunk_set_size(chunk, n);
    if (api_->append_data_chunk(appender, chunk) != 0) Fail("cannot append");
  }
  if (api_->appender_destroy(&appender) != 0) Fail("cannot append");
  api_->destroy_data_chunk(&chunk);
  for (Handle& type : types) api_->destroy_logical_type(&type);
}

}  // namespace anon::bench
