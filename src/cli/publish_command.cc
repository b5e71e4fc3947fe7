// SPDX-License-Identifier: Apache-2.0
//
// anon publish and anon end: what everyone is told, and that it is over.
#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "anon/base/files.h"
#include "anon/release/life_cycle.h"
#include "cli/commands.h"
#include "cli/ledger_options.h"

namespace anon::cli {
namespace {

struct PublishArguments {
  LedgerArguments ledger;
  std::string directory;
  std::string url;
  std::string page;
};

absl::StatusOr<std::string> ReadPage(const std::string& path) {
  if (path.empty()) return std::string();
  if (path != "-") return ReadFile(path);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

int Publish(const PublishArguments& a) {
  auto ledger = Ledger::Open(a.ledger.ledger);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto release = SealedRelease::Open(a.directory);
  if (!release.ok()) return Fail(release.status());
  const auto page = ReadPage(a.page);
  if (!page.ok()) return Fail(page.status());
  return Show(RecordPublication(*ledger, *release,
                                {.actor = a.ledger.Actor(),
                                 .day = a.ledger.Day(),
                                 .url = a.url,
                                 .page = *page}));
}

struct EndArguments {
  LedgerArguments ledger;
  std::string release;
  std::string reason;
};

int End(const EndArguments& a) {
  auto ledger = Ledger::Open(a.ledger.ledger);
  if (!ledger.ok()) return Fail(ledger.status());
  return Show(RecordEnd(
      *ledger, a.release,
      {.actor = a.ledger.Actor(), .day = a.ledger.Day(), .reason = a.reason}));
}

}  // namespace

void AddPublish(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "publish", "Record where the item list of a release was published");
  auto a = std::make_shared<PublishArguments>();
  command->add_option("directory", a->directory, "Directory of the release")
      ->required();
  AddLedgerOptions(*command, a->ledger);
  command->add_option("--url", a->url, "Where everyone can read it")
      ->required();
  command->add_option("--page", a->page,
                      "The page as fetched from there (- : stdin); it must "
                      "hold every item");
  command->callback([a, &exit_code] { exit_code = Publish(*a); });
}

void AddEnd(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "end", "Record that a release is not provided any more");
  auto a = std::make_shared<EndArguments>();
  command->add_option("release", a->release, "Id of the release")->required();
  AddLedgerOptions(*command, a->ledger);
  command->add_option("--reason", a->reason, "Why")->required();
  command->callback([a, &exit_code] { exit_code = End(*a); });
}

}  // namespace anon::cli
