#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Brings DuckDB's library from npm into build/duckdb and prints its path, for
# the benchmarks to compare with: ANON_DUCKDB=$(benchmarks/fetch_duckdb.sh)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=1.5.6-r.1
case $(uname -m) in
  x86_64) package=@duckdb/node-bindings-linux-x64 ;;
  aarch64) package=@duckdb/node-bindings-linux-arm64 ;;
  *) printf 'fetch_duckdb: no DuckDB for %s\n' "$(uname -m)" >&2; exit 2 ;;
esac

mkdir -p build/duckdb
library=$PWD/build/duckdb/node_modules/$package/libduckdb.so
if [[ ! -e $library ]]; then
  npm install --silent --no-save --ignore-scripts --prefix build/duckdb \
    "$package@${ANON_DUCKDB_VERSION:-$version}" >&2
fi
printf '%s\n' "$library"
