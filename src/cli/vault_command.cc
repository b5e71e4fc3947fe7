// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/vault/postgresql_vault.h"
#include "anon/vault/sqlite_vault.h"
#include "base/escaped.h"
#include "cli/commands.h"
#include "cli/custodian_options.h"
#include "cli/today.h"

namespace anon::cli {
namespace {

// What a vault says of itself anybody may have written into it.
using internal::Escaped;

struct VaultArguments {
  CustodianArguments custodian;
  std::string data_set;
  std::string head;
  std::string date;
  std::string run_role;
  bool same_server = false;
};

absl::StatusOr<std::string> Create(const VaultArguments& arguments) {
  const VaultOptions& place = arguments.custodian.place;
  if (IsPostgresqlUrl(place.vault)) {
    return CreatePostgresqlVault(
        place.vault, arguments.custodian.custodian_key,
        {.record_keys = place.record_keys,
         .run_role = arguments.run_role,
         .same_server = arguments.same_server,
         .allow_unverified_server = place.allow_unverified_server});
  }
  if (!arguments.run_role.empty() || arguments.same_server) {
    return PolicyError(
        "--run-role and --same-server are for a vault in PostgreSQL; leave "
        "them out, or name a postgresql:// URL");
  }
  return CreateSqliteVault(place.vault, arguments.custodian.custodian_key,
                           {.record_keys = place.record_keys});
}

int Init(const VaultArguments& arguments) {
  const auto fingerprint = Create(arguments);
  if (!fingerprint.ok()) return Fail(fingerprint.status());
  const VaultOptions& place = arguments.custodian.place;
  const std::string record_keys = place.record_keys.empty()
                                      ? place.vault + ".record-keys"
                                      : place.record_keys;
  fmt::print(
      "{}: new vault\n{}: its record keys; keep them out of the backups of the "
      "vault\n{}: the custodian's private key; give it to the custodian and "
      "keep no copy here\ncustodian {}: give it to runs (--custodian)\n",
      place.vault, record_keys, arguments.custodian.custodian_key,
      *fingerprint);
  return kOk;
}

int List(const VaultArguments& arguments) {
  auto vault = arguments.custodian.Open();
  if (!vault.ok()) return Fail(vault.status());
  const auto data_sets = vault->DataSets();
  if (!data_sets.ok()) return Fail(data_sets.status());
  for (const VaultDataSet& set : *data_sets) {
    fmt::print("{}  {}  {}  {} records  {}{}\n", Escaped(set.id),
               Escaped(set.kind), Escaped(set.key_id), set.records,
               set.committed ? "committed" : "pending",
               set.retain_until.empty()
                   ? ""
                   : "  retain until " + Escaped(set.retain_until));
  }
  return kOk;
}

int Verify(const VaultArguments& arguments) {
  auto vault = arguments.custodian.Open();
  if (!vault.ok()) return Fail(vault.status());
  const auto data_sets = vault->DataSets();
  if (!data_sets.ok()) return Fail(data_sets.status());
  bool found = arguments.data_set.empty();
  for (const VaultDataSet& set : *data_sets) {
    if (!arguments.data_set.empty() && set.id != arguments.data_set) continue;
    found = true;
    if (!set.committed) {
      fmt::print(
          "{}: pending, not verified; wait for its run. What a killed run "
          "left, "
          "anon erase --data-set erases, and anon vault expire a week after it "
          "began\n",
          Escaped(set.id));
      continue;
    }
    const auto verified = vault->Verify(set.id);
    if (!verified.ok()) return Fail(verified.status());
    fmt::print("{}: {} records open{}\n", Escaped(set.id), verified->opened,
               verified->erased == 0
                   ? ""
                   : fmt::format(", {} erased are still there; run anon vault "
                                 "expire",
                                 verified->erased));
  }
  if (!found) {
    return Fail(absl::NotFoundError(fmt::format(
        "data set {}: the vault has none of this id", arguments.data_set)));
  }
  const auto head = vault->VerifyLog(arguments.head);
  if (!head.ok()) return Fail(head.status());
  fmt::print("access log: unbroken, head {}\n", *head);
  return kOk;
}

int Expire(const VaultArguments& arguments) {
  auto vault = arguments.custodian.Open();
  if (!vault.ok()) return Fail(vault.status());
  const auto erased =
      vault->Expire(arguments.date.empty() ? Today() : arguments.date);
  if (!erased.ok()) return Fail(erased.status());
  fmt::print("{}", CertificateOf(*erased));
  return kOk;
}

int Log(const VaultArguments& arguments) {
  auto vault = arguments.custodian.Open();
  if (!vault.ok()) return Fail(vault.status());
  const auto entries = vault->Log();
  if (!entries.ok()) return Fail(entries.status());
  for (const AccessLogEntry& entry : *entries) {
    fmt::print("{}  {}  {}  {}  {}  {} records  {}\n", entry.number, entry.time,
               Escaped(entry.actor), Escaped(entry.action),
               entry.data_set.empty() ? "-" : Escaped(entry.data_set),
               entry.records,
               entry.reason.empty() ? "-" : Escaped(entry.reason));
  }
  return kOk;
}

}  // namespace

void AddVault(CLI::App& app, int& exit_code) {
  CLI::App* const vault = app.add_subcommand(
      "vault", "Keep deletion information (削除情報等) apart");
  vault->require_subcommand(1);
  auto a = std::make_shared<VaultArguments>();

  CLI::App* const init = vault->add_subcommand(
      "init", "Make a vault, its record keys and its custodian's private key");
  AddVaultOptions(*init, a->custodian.place, /*required=*/true);
  init->add_option("--custodian-key", a->custodian.custodian_key,
                   "Private key file to create (mode 0600)")
      ->required();
  init->add_option("--run-role", a->run_role,
                   "PostgreSQL role that runs log in as; it may add and not "
                   "read");
  init->add_flag("--same-server", a->same_server,
                 "Let vault and record keys lie on one PostgreSQL server, "
                 "whose physical backups then hold both");
  init->callback([a, &exit_code] { exit_code = Init(*a); });

  const auto add = [&](const char* name, const char* what, auto run) {
    CLI::App* const command = vault->add_subcommand(name, what);
    AddCustodianOptions(*command, a->custodian, /*needs_reason=*/false);
    command->callback([a, run, &exit_code] { exit_code = run(*a); });
    return command;
  };
  add("list", "Name the data sets of a vault (custodian only)", List);
  CLI::App* const verify =
      add("verify", "Open every record and check the access log", Verify);
  verify->add_option("--data-set", a->data_set, "Only this data set");
  verify->add_option("--log-head", a->head,
                     "A head printed before, which the log must still hold");
  CLI::App* const expire = add(
      "expire", "Erase what was to be kept until a day before today", Expire);
  expire->add_option("--date", a->date, "The day it is (default: today)");
  add("log", "Show the access log", Log);
}

}  // namespace anon::cli
