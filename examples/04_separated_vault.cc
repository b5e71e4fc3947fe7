// SPDX-License-Identifier: Apache-2.0
//
// Pseudonymized personal information (仮名加工情報): a service writes deletion
// information into a vault and cannot read it back, a custodian can.
//   04_separated_vault set-up|service|custodian DIRECTORY [POLICY]
#include <iostream>

#include "anon/anon.h"
#include "anon/vault/sqlite_vault.h"

namespace fs = std::filesystem;

auto OpenKek(const fs::path& dir) {
  return anon::OpenKeyWrapper("file:" + (dir / "kek/kek").string());
}

absl::Status SetUp(const fs::path& dir) {
  absl::Status made;
  for (const char* owner : {"keys", "kek", "vault", "custodian"}) {
    if (made.ok()) made = anon::MakeDirectory(dir / owner, 0700);
  }
  anon::OsRandom random;
  if (made.ok()) made = anon::CreateKeyWrapperFile(dir / "kek/kek", random);
  const auto kek = OpenKek(dir);
  if (!kek.ok()) return made.ok() ? kek.status() : made;
  const auto ring = anon::Keyring::CreateFile(dir / "keys/keyring",
                                              {.wrapper = kek->get()}, random);
  if (!ring.ok()) return ring.status();
  return anon::CreateSqliteVault(dir / "vault/vault.db", dir / "custodian/key")
      .status();
}

absl::Status Service(const fs::path& dir, const fs::path& policy_file) {
  anon::RunOptions options;
  options.created = "2026-11-01";
  options.places = {.out = dir / "release",
                    .internal = dir / "internal",
                    .vault = dir / "vault/vault.db",
                    .keyring = dir / "keys/keyring"};
  const auto policy = anon::LoadPolicy(policy_file);
  const auto kek = OpenKek(dir);
  if (!policy.ok()) return policy.status();
  if (!kek.ok()) return kek.status();
  const auto keyring =
      anon::Keyring::OpenFile(options.places.keyring, {.wrapper = kek->get()});
  if (!keyring.ok()) return keyring.status();
  const auto sink = anon::OpenSqliteDeletionSink(options.places.vault);
  if (!sink.ok()) return sink.status();
  options.keyring = &*keyring;
  options.deletion_sink = sink->get();  // has no function that reads
  const auto report = anon::Run(*policy, options);
  if (!report.ok() || report->released) return report.status();
  return absl::FailedPreconditionError(report->reason);  // models not met
}

// A drill: does my key still open the vault? It may show nobody (Act 41(7)).
absl::Status Custodian(const fs::path& dir) {
  auto vault = anon::OpenSqliteVaultCustodian(dir / "vault/vault.db",
                                              dir / "custodian/key");
  if (!vault.ok()) return vault.status();
  const auto sets = vault->DataSets();
  if (!sets.ok()) return sets.status();
  for (const anon::VaultDataSet& set : *sets) {
    const auto opened = vault->Verify(set.id);
    if (!opened.ok()) return opened.status();
    std::cout << set.id << ": opened " << opened->opened << " of "
              << set.records << " entries\n";
  }
  return absl::OkStatus();
}

int main(int argc, char** argv) {
  const std::string role = argc > 2 ? argv[1] : "";
  absl::Status status = absl::InvalidArgumentError("no such role");
  if (role == "set-up") status = SetUp(argv[2]);
  if (role == "service" && argc > 3) status = Service(argv[2], argv[3]);
  if (role == "custodian") status = Custodian(argv[2]);
  if (!status.ok()) std::cerr << status << '\n';
  return status.ok() ? 0 : 3;
}
