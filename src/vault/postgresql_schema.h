// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the two schemas of a vault in PostgreSQL, and what the
// role of runs may do in them: it adds, and reads neither record nor share nor
// log. What it has to know is public (the custodian's key, the names of data
// sets), what it has to change is done by functions that run as the owner.
#ifndef ANON_SRC_VAULT_POSTGRESQL_SCHEMA_H_
#define ANON_SRC_VAULT_POSTGRESQL_SCHEMA_H_

namespace anon::internal {

inline constexpr char kDataSchemaName[] = "anon_vault";
inline constexpr char kKeysSchemaName[] = "anon_record_keys";
inline constexpr int kPostgresqlFormat = 2;

// {0}: the run role, quoted.
extern const char kPostgresqlDataSchema[];
extern const char kPostgresqlKeysSchema[];

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_POSTGRESQL_SCHEMA_H_
