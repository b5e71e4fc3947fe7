# SPDX-License-Identifier: Apache-2.0
# Every package the libraries need; ./dev installs them on Debian. What users
# link against is repeated in anonConfig.cmake.in.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(absl REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc)
find_package(SQLite3 3.35 REQUIRED)
# PKCS #11's own header; the module of an HSM is loaded at run time.
find_path(ANON_PKCS11_INCLUDE p11-kit/pkcs11.h PATH_SUFFIXES p11-kit-1 REQUIRED)

# The vault in PostgreSQL, beside the one in SQLite.
find_package(PostgreSQL QUIET)
option(ANON_POSTGRESQL "Build the vault's PostgreSQL store (libpq)"
  ${PostgreSQL_FOUND})
if(ANON_POSTGRESQL)
  find_package(PostgreSQL REQUIRED)
endif()
