// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include "anon/vault/sqlite_vault.h"

// A vault whose folder does not exist is refused: the library is linked and
// answers.
int main() {
  const std::filesystem::path nowhere = "no-such-folder";
  const absl::Status made =
      anon::CreateSqliteVault(nowhere / "vault.db", nowhere / "custodian.key")
          .status();
  std::printf("%s\n", made.ToString().c_str());
  return made.ok() || std::filesystem::exists(nowhere) ? 1 : 0;
}
