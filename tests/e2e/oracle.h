// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_E2E_ORACLE_H_
#define ANON_TESTS_E2E_ORACLE_H_

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace anon::test {

// What the independent counter of tests/oracle says.
struct Count {
  nlohmann::json counts;  // see tests/oracle/count_classes.cc
  std::string dump;       // its classes, sorted
};

// The case `name` of tests/oracle/expected.json, counted on its source.
// `shared` replaces the place of third-party data.
Count CountSource(const std::string& name,
                  const std::filesystem::path& shared = {});
// The same quasi-identifiers and sensitive attribute, counted on a release.
Count CountRelease(const std::string& name, const std::filesystem::path& data);

// Checks report.json against the counts of the source.
void CheckFigures(const nlohmann::json& report, const nlohmann::json& counts);

}  // namespace anon::test

#endif  // ANON_TESTS_E2E_ORACLE_H_
