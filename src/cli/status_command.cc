// SPDX-License-Identifier: Apache-2.0
//
// anon status and anon ledger: what the ledger says.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "anon/base/files.h"
#include "anon/release/life_cycle.h"
#include "anon/release/pages.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/ledger_options.h"
#include "cli/today.h"

namespace anon::cli {
namespace {

struct StatusArguments {
  std::string ledger;
  std::string release;
  std::string today;
  int publish_within = 14;
  std::string format = "text";
};

internal::Json ToJson(const ReleaseStatus& status) {
  return {{"release_id", status.id},
          {"kind", status.kind},
          {"state", status.state},
          {"created", status.created},
          {"published", status.published},
          {"url", status.url},
          {"covered_by", status.covered_by},
          {"provisions", status.provisions},
          {"ended", status.ended},
          {"erased", status.erased},
          {"data_set_id", status.data_set_id},
          {"retain_until", status.retain_until},
          {"next", status.next},
          {"alarms", status.alarms}};
}

void PrintText(const ReleaseStatus& status) {
  fmt::print("{}  {}\n  {}; created {}", status.id, status.kind, status.state,
             status.created);
  if (!status.published.empty()) {
    fmt::print("; published {} at {}", status.published, status.url);
  } else if (!status.covered_by.empty()) {
    fmt::print("; covered by the publication of {}", status.covered_by);
  }
  if (status.provisions > 0) fmt::print("; provided {}x", status.provisions);
  if (!status.ended.empty()) fmt::print("; ended {}", status.ended);
  if (!status.erased.empty()) fmt::print("; erased {}", status.erased);
  if (!status.next.empty()) fmt::print("; next: {}", status.next);
  fmt::print("\n");
  for (const std::string& alarm : status.alarms) {
    fmt::print("  ALARM: {}\n", alarm);
  }
}

int Status(const StatusArguments& a) {
  auto ledger = Ledger::Open(a.ledger);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto records = ledger->Records();
  if (!records.ok()) return Fail(records.status());
  std::vector<ReleaseStatus> all =
      StatusOf(*records, a.today.empty() ? Today() : a.today, a.publish_within);
  std::erase_if(all, [&](const ReleaseStatus& status) {
    return !a.release.empty() && status.id != a.release;
  });
  if (!a.release.empty() && all.empty()) {
    return Fail(absl::NotFoundError(
        fmt::format("{}: holds no release {}", a.ledger, a.release)));
  }
  std::size_t alarms = 0;
  internal::Json releases = internal::Json::array();
  for (const ReleaseStatus& status : all) {
    alarms += status.alarms.size();
    releases.push_back(ToJson(status));
  }
  const std::string head = records->empty() ? "0:" : HeadOf(records->back());
  if (a.format == "json") {
    fmt::print("{}", internal::PrettyJson({{"releases", releases},
                                           {"alarms", alarms},
                                           {"head", head}}));
  } else {
    for (const ReleaseStatus& status : all) PrintText(status);
    fmt::print("head {}\n", head);
  }
  return alarms == 0 ? kOk : kPolicyNotMet;
}

int Init(const std::string& path) {
  const absl::Status made = Ledger::Create(path);
  if (!made.ok()) return Fail(made);
  fmt::print("{}: new ledger\n", path);
  return kOk;
}

int Verify(const std::string& path, const std::string& head) {
  auto ledger = Ledger::Open(path);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto now = ledger->Check(head);
  if (!now.ok()) return Fail(now.status());
  fmt::print("{}: no record was altered or removed{}\nhead {}\n", path,
             head.empty() ? "" : " since that head", *now);
  return kOk;
}

struct RecordsArguments {
  std::string ledger;
  std::string release;
  std::string source;
  bool provisions = false;
};

int Records(const RecordsArguments& a) {
  auto ledger = Ledger::Open(a.ledger);
  if (!ledger.ok()) return Fail(ledger.status());
  auto records = ledger->Records();
  if (!records.ok()) return Fail(records.status());
  if (a.provisions || !a.source.empty()) {
    *records = ProvisionsOf(*records, a.source);
  }
  for (const LedgerRecord& record : *records) {
    if (a.release.empty() || record.entry.release_id == a.release) {
      fmt::print("{}", RecordJson(record));
    }
  }
  return kOk;
}

// The page that lists all releases, from those that were published.
absl::StatusOr<PageFiles> PublishedReleases(Ledger& ledger) {
  const auto records = ledger.Records();
  if (!records.ok()) return records.status();
  std::vector<PublicationEntry> entries;
  PublicationPage page;
  for (const ReleaseStatus& status : StatusOf(*records, Today())) {
    if (status.published.empty()) continue;
    PublicationEntry& entry = entries.emplace_back();
    entry.manifest_id = status.manifest_id;
    entry.version = std::stoi(status.version);
    entry.kind =
        status.kind == ToString(DatasetKind::kAnonymizedPersonalInformation)
            ? DatasetKind::kAnonymizedPersonalInformation
            : DatasetKind::kPseudonymizedPersonalInformation;
    entry.population = status.population;
    entry.published_on = status.published;
    entry.url = status.url;
    entry.ended_on = status.ended;
    page.publisher = status.publisher;
  }
  return RenderPublicationPage(std::move(entries), page);
}

int Page(const std::string& path, const std::string& directory) {
  auto ledger = Ledger::Open(path);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto files = PublishedReleases(*ledger);
  if (!files.ok()) return Fail(files.status());
  const absl::Status made = MakeDirectory(directory, 0755);
  if (!made.ok()) return Fail(made);
  for (const auto& [name, text] : *files) {
    const std::filesystem::path file = std::filesystem::path(directory) / name;
    const absl::Status written = WriteFile(file, text);
    if (!written.ok()) return Fail(written);
    fmt::print("{}\n", file.string());
  }
  return kOk;
}

struct AddArguments {
  LedgerArguments ledger;
  std::string directory;
  Creation creation;
};

int AddRelease(const AddArguments& a) {
  auto ledger = Ledger::Open(a.ledger.ledger);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto release = SealedRelease::Open(a.directory);
  if (!release.ok()) return Fail(release.status());
  Creation creation = a.creation;
  creation.actor = a.ledger.Actor();
  return Show(RecordCreation(*ledger, *release, creation));
}

void AddLedgerReaders(CLI::App& group, int& exit_code) {
  auto path = std::make_shared<std::string>();
  CLI::App* const init = group.add_subcommand("init", "Make a ledger");
  init->add_option("ledger", *path, "File to make (mode 0600)")->required();
  init->callback([path, &exit_code] { exit_code = Init(*path); });

  CLI::App* const verify = group.add_subcommand(
      "verify", "Say whether a record was altered or removed");
  auto head = std::make_shared<std::string>();
  verify->add_option("ledger", *path, "Ledger of releases")->required();
  verify->add_option("--head", *head,
                     "A head written down earlier, which must still stand");
  verify->callback(
      [path, head, &exit_code] { exit_code = Verify(*path, *head); });

  CLI::App* const page = group.add_subcommand(
      "page", "Write the page that lists all published releases");
  auto directory = std::make_shared<std::string>();
  page->add_option("ledger", *path, "Ledger of releases")->required();
  page->add_option("--out", *directory, "Directory for the page")->required();
  page->callback(
      [path, directory, &exit_code] { exit_code = Page(*path, *directory); });

  CLI::App* const records = group.add_subcommand(
      "records", "Print records, or what answers for provisions");
  auto r = std::make_shared<RecordsArguments>();
  records->add_option("ledger", r->ledger, "Ledger of releases")->required();
  records->add_option("--release", r->release, "Only of this release");
  records->add_flag("--provisions", r->provisions, "Only of provisions");
  records->add_option("--source", r->source,
                      "Only of provisions of releases made of this source");
  records->callback([r, &exit_code] { exit_code = Records(*r); });
}

}  // namespace

void AddLedger(CLI::App& app, int& exit_code) {
  CLI::App* const group =
      app.add_subcommand("ledger", "Keep the book of releases");
  group->require_subcommand(1);
  AddLedgerReaders(*group, exit_code);
  CLI::App* const add = group->add_subcommand(
      "add", "Record a release that was made without the ledger");
  auto a = std::make_shared<AddArguments>();
  add->add_option("directory", a->directory, "Directory of the release")
      ->required();
  AddLedgerOptions(*add, a->ledger);
  add->add_option("--source", a->creation.source, "What it was made of");
  add->add_option("--data-set", a->creation.data_set_id,
                  "Its deletion information in the vault");
  add->add_option("--retain-until", a->creation.retain_until,
                  "Last day it may be kept");
  add->callback([a, &exit_code] { exit_code = AddRelease(*a); });
}

void AddStatus(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "status", "Say how releases stand and which duties are overdue");
  auto a = std::make_shared<StatusArguments>();
  command->add_option("--ledger", a->ledger, "Ledger of releases")->required();
  command->add_option("--release", a->release, "Only this release");
  command->add_option("--date", a->today, "As of this day (default: today)");
  command->add_option("--publish-within", a->publish_within,
                      "Days after creation (default 14)");
  command->add_option("--format", a->format, "What to print on stdout")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([a, &exit_code] { exit_code = Status(*a); });
}

}  // namespace anon::cli
