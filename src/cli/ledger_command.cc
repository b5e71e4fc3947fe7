// SPDX-License-Identifier: Apache-2.0
//
// anon ledger: the book of releases itself.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "anon/base/files.h"
#include "anon/release/life_cycle.h"
#include "anon/release/pages.h"
#include "anon/release/terms_file.h"
#include "cli/commands.h"
#include "cli/ledger_options.h"
#include "cli/today.h"

namespace anon::cli {
namespace {

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

int WritePages(const absl::StatusOr<PageFiles>& files,
               const std::filesystem::path& directory) {
  if (!files.ok()) return Fail(files.status());
  const absl::Status made = MakeDirectory(directory, 0755);
  if (!made.ok()) return Fail(made);
  for (const auto& [name, text] : *files) {
    const absl::Status written = WriteFile(directory / name, text);
    if (!written.ok()) return Fail(written);
    fmt::print("{}\n", (directory / name).string());
  }
  return kOk;
}

int Page(const std::string& path, const std::string& directory) {
  auto ledger = Ledger::Open(path);
  if (!ledger.ok()) return Fail(ledger.status());
  return WritePages(PublishedReleases(*ledger), directory);
}

// The item list of a release again, with the days that the ledger knows.
absl::StatusOr<PageFiles> ManifestWithDays(Ledger& ledger,
                                           const std::string& terms_file) {
  const auto text = ReadFile(terms_file);
  if (!text.ok()) return text.status();
  const auto stored = ReadTerms(*text);
  if (!stored.ok()) return stored.status();
  const auto records = ledger.Records();
  if (!records.ok()) return records.status();
  PublicationFacts facts;
  for (const ReleaseStatus& status : StatusOf(*records, Today())) {
    if (status.id != stored->terms.id) continue;
    facts.published_on = status.published;
    facts.url = status.url;
    facts.ended_on = status.ended;
  }
  for (const LedgerRecord& record : ProvisionsOf(*records, "")) {
    const std::string_view day = record.Detail("day");
    if (record.entry.release_id == stored->terms.id &&
        (facts.first_provided_on.empty() || day < facts.first_provided_on)) {
      facts.first_provided_on = day;
    }
  }
  if (facts.published_on.empty()) {
    return absl::FailedPreconditionError(fmt::format(
        "release {}: the ledger has no publication of its own for it",
        stored->terms.id));
  }
  return RenderManifest(stored->terms, stored->facts, facts);
}

int Manifest(const std::string& path, const std::string& terms_file,
             const std::string& directory) {
  auto ledger = Ledger::Open(path);
  if (!ledger.ok()) return Fail(ledger.status());
  return WritePages(ManifestWithDays(*ledger, terms_file), directory);
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

  CLI::App* const manifest = group.add_subcommand(
      "manifest", "Write the item list again, with the days of the ledger");
  auto terms = std::make_shared<std::string>();
  manifest->add_option("ledger", *path, "Ledger of releases")->required();
  manifest
      ->add_option("--terms", *terms,
                   "terms.json of the release's internal files")
      ->required();
  manifest->add_option("--out", *directory, "Directory for the item list")
      ->required();
  manifest->callback([path, terms, directory, &exit_code] {
    exit_code = Manifest(*path, *terms, *directory);
  });

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

}  // namespace anon::cli
