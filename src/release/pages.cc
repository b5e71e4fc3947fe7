// SPDX-License-Identifier: Apache-2.0
#include "anon/release/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "anon/release/wording.h"
#include "base/status_macros.h"
#include "release/document.h"
#include "release/text_check.h"

namespace anon {
namespace {

using internal::Basis;
using internal::Block;
using internal::Document;
using internal::Duty;
using internal::Table;
using internal::Value;
using internal::Word;

constexpr DatasetKind kAnonymized = DatasetKind::kAnonymizedPersonalInformation;

// The block `key` of a manifest, which says the same there.
Block Take(const Document& manifest, std::string_view key) {
  return *std::ranges::find(manifest.blocks, key, &Block::key);
}

// A page about one release: what the manifest says of contact and publisher,
// and its dates.
Document PageOf(const Document& manifest, Word title) {
  Document page;
  page.edition = manifest.edition;
  page.say = manifest.say;
  page.title = page.say(title);
  page.author = manifest.author;
  page.about = manifest.about;
  return page;
}

void Close(const Document& manifest, Document& page) {
  page.blocks.push_back(Take(manifest, "contact"));
  page.blocks.push_back(Take(manifest, "publisher"));
}

absl::Status CheckEntry(const PublicationEntry& entry, std::string_view where) {
  const auto name = [&](std::string_view member) {
    return fmt::format("{}.{}", where, member);
  };
  if (entry.kind == DatasetKind::kNone) {
    return PolicyError(fmt::format(
        "{} has no legal kind: there is nothing to publish of it", where));
  }
  ANON_RETURN_IF_ERROR(
      internal::CheckName(name("manifest_id"), entry.manifest_id));
  if (entry.version < 1) {
    return PolicyError(fmt::format("{} must be 1 or more: it counts versions",
                                   name("version")));
  }
  ANON_RETURN_IF_ERROR(
      internal::RequireText(name("population"), entry.population));
  ANON_RETURN_IF_ERROR(
      internal::RequireDate(name("published_on"), entry.published_on));
  ANON_RETURN_IF_ERROR(internal::CheckUrl(name("url"), entry.url));
  ANON_RETURN_IF_ERROR(internal::AllowDate(name("ended_on"), entry.ended_on));
  if (entry.ended_on.empty() || entry.ended_on >= entry.published_on) {
    return absl::OkStatus();
  }
  return PolicyError(fmt::format("{} is before the publication: exchange them",
                                 name("ended_on")));
}

absl::Status CheckEntries(const std::vector<PublicationEntry>& entries) {
  std::set<std::pair<std::string, int>> seen;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const PublicationEntry& entry = entries[i];
    const std::string where = fmt::format("entries[{}]", i);
    ANON_RETURN_IF_ERROR(CheckEntry(entry, where));
    if (!seen.emplace(entry.manifest_id, entry.version).second) {
      return PolicyError(fmt::format(
          "{} is a version that another entry lists: keep one", where));
    }
  }
  return absl::OkStatus();
}

// The releases of one kind, current or ended, as a table.
Block EntriesBlock(const Document& page, std::string_view key, Word heading,
                   const std::vector<PublicationEntry>& entries) {
  const internal::Wordbook& say = page.say;
  const bool ended = !entries.front().ended_on.empty();
  Block block = {.key = key, .heading = say(heading)};
  block.table.caption = say(Word::releases_caption);
  block.table.columns = {say(Word::releases_population), say(Word::label_id),
                         say(Word::label_version), say(Word::label_published)};
  if (ended) block.table.columns.push_back(say(Word::label_ended));
  for (const PublicationEntry& entry : entries) {
    Table::Line line;
    line.id = fmt::format("{}-{}", entry.manifest_id, entry.version);
    line.values = {
        Value{.text = entry.population, .href = entry.url},
        internal::Plain(entry.manifest_id),
        Value{.text =
                  say(Word::version,
                      {{"version",
                        internal::Plain(std::to_string(entry.version)).text}})},
        internal::DateValue(entry.published_on)};
    if (ended) line.values.push_back(internal::DateValue(entry.ended_on));
    block.table.lines.push_back(std::move(line));
  }
  return block;
}

}  // namespace

absl::StatusOr<PageFiles> RenderJointUsePage(const ReleaseTerms& terms,
                                             const ManifestFacts& facts) {
  ANON_ASSIGN_OR_RETURN(const Document manifest,
                        internal::ManifestDocument(terms, facts));
  if (!terms.joint_use) {
    return PolicyError(
        "release.joint_use is missing: the page on joint use says with whom "
        "and what for");
  }
  Document page = PageOf(manifest, Word::joint_use_title);
  page.head = {
      Cited(page,
            page.say(Word::joint_use_head, {{"publisher", terms.publisher.name},
                                            {"population", terms.population},
                                            {"act", page.say(Word::act)}}),
            Duty::kJointUse)};
  Block items = Take(manifest, "items_created");
  items.basis = Basis::kStatutory;
  items.duty = Duty::kJointUse;
  items.heading = page.say(Word::joint_use_items);
  page.blocks.push_back(std::move(items));
  Block use = Take(manifest, "joint_use");
  use.text.clear();
  use.heading = page.say(Word::joint_use_users);
  page.blocks.push_back(std::move(use));
  Close(manifest, page);
  return AllForms(page, "joint_use");
}

absl::StatusOr<PageFiles> RenderPurposeChangeNotice(
    const ReleaseTerms& terms, const ManifestFacts& facts) {
  ANON_ASSIGN_OR_RETURN(const Document manifest,
                        internal::ManifestDocument(terms, facts));
  if (!terms.purpose_change) {
    return PolicyError(
        "release.purpose_change is missing: the notice says what the purpose "
        "was and since when it is another");
  }
  const PurposeChange& change = *terms.purpose_change;
  Document page = PageOf(manifest, Word::purpose_change_title);
  page.head = {page.say(Word::purpose_change_head,
                        {{"publisher", terms.publisher.name},
                         {"population", terms.population},
                         {"act", page.say(Word::act)},
                         {"date", internal::DateInWords(change.changed_on)}})};
  page.blocks.push_back({.key = "purpose_after",
                         .basis = Basis::kStatutory,
                         .duty = Duty::kPurposeChange,
                         .heading = page.say(Word::purpose_after),
                         .list = {terms.purpose}});
  page.blocks.push_back({.key = "purpose_before",
                         .heading = page.say(Word::purpose_before),
                         .list = {change.former}});
  Close(manifest, page);
  return AllForms(page, "purpose_change");
}

absl::StatusOr<PageFiles> RenderPublicationPage(
    std::vector<PublicationEntry> entries, const PublicationPage& about) {
  ANON_RETURN_IF_ERROR(CheckEntries(entries));
  ANON_RETURN_IF_ERROR(
      internal::AllowText("the publisher's name", about.publisher));
  for (const auto& [key, text] : about.wording) {
    ANON_RETURN_IF_ERROR(CheckWording(key, text));
  }
  // The newest first, and of one day by name, whatever order they came in.
  std::ranges::sort(entries, [](const auto& a, const auto& b) {
    if (a.published_on != b.published_on)
      return a.published_on > b.published_on;
    return std::tie(a.manifest_id, b.version) <
           std::tie(b.manifest_id, a.version);
  });
  Document page;
  page.say = internal::Wordbook(about.wording);
  page.title = page.say(Word::releases_title);
  page.author = about.publisher;
  page.cites = false;
  page.bases = false;
  page.head = {
      page.say(entries.empty() ? Word::releases_none : Word::releases_head)};
  const auto add = [&](std::string_view key, Word heading, bool anonymized,
                       bool ended) {
    std::vector<PublicationEntry> some;
    std::ranges::copy_if(entries, std::back_inserter(some),
                         [&](const PublicationEntry& entry) {
                           return (entry.kind == kAnonymized) == anonymized &&
                                  !entry.ended_on.empty() == ended;
                         });
    if (some.empty()) return;
    page.blocks.push_back(EntriesBlock(page, key, heading, some));
  };
  add("anonymized", Word::releases_anonymized, true, false);
  add("pseudonymized", Word::releases_pseudonymized, false, false);
  add("anonymized_ended", Word::releases_anonymized_ended, true, true);
  add("pseudonymized_ended", Word::releases_pseudonymized_ended, false, true);
  if (about.contact) {
    ANON_RETURN_IF_ERROR(internal::CheckContact(*about.contact));
    page.blocks.push_back({.key = "contact",
                           .heading = page.say(Word::contact),
                           .rows = ContactRows(page.say, *about.contact)});
  }
  return AllForms(page, "releases");
}

}  // namespace anon
