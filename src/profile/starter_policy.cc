// SPDX-License-Identifier: Apache-2.0
#include "anon/profile/starter_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "anon/base/files.h"
#include "anon/transform/load_hierarchy.h"
#include "base/json.h"
#include "base/status_macros.h"
#include "profile/column_statistics.h"
#include "profile/simple_hierarchy.h"
#include "profile/starter_levels.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::LeveledAttribute;

// Text as a YAML scalar in double quotes, which JSON's are.
std::string Yaml(std::string_view text) {
  return internal::Json(std::string(text))
      .dump(-1, ' ', false, internal::Json::error_handler_t::replace);
}

// A column of the policy, decided.
struct Decided {
  const ColumnProfile* column = nullptr;
  std::string treatment;
  std::string reason;
  fs::path hierarchy = {};  // relative to the policy
  std::size_t level = 0;
};

// The distinct values of columns; the table is read once.
absl::StatusOr<std::vector<internal::ColumnStatistics>> ReadColumns(
    RecordSource& table, const std::vector<bool>& wanted) {
  std::vector<internal::ColumnStatistics> columns(wanted.size());
  ANON_RETURN_IF_ERROR(table.Rewind());
  Batch batch;
  while (true) {
    ANON_ASSIGN_OR_RETURN(const bool more, table.Next(batch));
    if (!more) return columns;
    for (std::size_t c = 0; c < wanted.size(); ++c) {
      if (!wanted[c]) continue;
      for (const std::string_view value : batch.columns[c]) {
        columns[c].Add(value);
      }
    }
  }
}

class Writer {
 public:
  Writer(RecordSource& table, const TableProfile& profile,
         const StarterOptions& options, RandomSource& random)
      : table_(table), profile_(profile), options_(options), random_(random) {}

  absl::StatusOr<StarterPolicy> Write() {
    const auto status = WriteAll();
    if (status.ok()) return written_;
    std::error_code ignored;
    if (made_directory_) fs::remove_all(directory_, ignored);
    return status;
  }

 private:
  absl::Status WriteAll();
  absl::Status WriteHierarchies();
  absl::Status ChooseLevels();
  std::string PolicyText() const;
  std::string ColumnText(const Decided& decided,
                         std::set<std::string>& labels) const;

  RecordSource& table_;
  const TableProfile& profile_;
  const StarterOptions& options_;
  RandomSource& random_;
  fs::path directory_;
  bool made_directory_ = false;
  std::vector<Decided> columns_;
  std::vector<LeveledAttribute> attributes_;
  StarterPolicy written_;
};

std::vector<std::string> DiverseAttributes(const TableProfile& profile) {
  std::vector<std::string> diverse;
  for (const ColumnProfile& column : profile.columns) {
    if (column.proposal.role == Role::kSensitive &&
        column.proposal.treatment == "keep" &&
        column.uniqueness.distinct >= 3) {
      diverse.push_back(column.name);
    }
  }
  return diverse;
}

absl::Status Writer::WriteHierarchies() {
  std::vector<bool> wanted;
  for (const Decided& decided : columns_) {
    wanted.push_back(decided.treatment == "generalize");
  }
  ANON_ASSIGN_OR_RETURN(const auto statistics, ReadColumns(table_, wanted));
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (!wanted[c]) continue;
    Decided& decided = columns_[c];
    if (statistics[c].overflowed()) {
      decided.treatment = "suppress";
      decided.reason += "; too many values for a list of them";
      continue;
    }
    const auto hierarchy =
        internal::MakeHierarchy(decided.column->kind, statistics[c].Values());
    if (!made_directory_) {
      ANON_RETURN_IF_ERROR(MakeDirectory(directory_, 0700));
      made_directory_ = true;
    }
    const fs::path file = directory_ / fmt::format("column_{}.csv", c + 1);
    ANON_RETURN_IF_ERROR(WriteFile(file, hierarchy.csv, 0600));
    written_.hierarchies.push_back(file);
    decided.hierarchy = directory_.filename() / file.filename();
    ANON_ASSIGN_OR_RETURN(auto loaded, LoadHierarchy(file));
    attributes_.push_back(
        {decided.column->name, std::move(loaded), hierarchy.start});
  }
  return absl::OkStatus();
}

absl::Status Writer::ChooseLevels() {
  ANON_ASSIGN_OR_RETURN(
      written_.principals_affected,
      internal::RaiseLevels(table_, profile_.principal,
                            DiverseAttributes(profile_), attributes_, random_));
  for (Decided& decided : columns_) {
    for (const LeveledAttribute& attribute : attributes_) {
      if (attribute.name != decided.column->name) continue;
      decided.level = attribute.level;
      if (attribute.level == attribute.hierarchy->height()) {
        decided.treatment = "suppress";
        decided.reason += "; nothing of it was left at the levels that hold";
      }
    }
  }
  return absl::OkStatus();
}

std::string Writer::ColumnText(const Decided& decided,
                               std::set<std::string>& labels) const {
  const Proposal& proposal = decided.column->proposal;
  std::string reason = decided.reason;
  // A comment is one line.
  std::ranges::replace_if(
      reason, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  std::string text = fmt::format(
      "  # {}\n  {}:\n    role: {}\n    class: {}\n    treatment: {}\n", reason,
      Yaml(decided.column->name), ToString(proposal.role),
      ToString(proposal.attribute_class), decided.treatment);
  if (decided.treatment == "suppress") return text;
  if (decided.treatment == "generalize") {
    text += fmt::format("    hierarchy: {}\n    level: {}\n",
                        Yaml(decided.hierarchy.string()), decided.level);
  }
  std::string ja = proposal.ja;
  std::string en = proposal.en;
  if (!labels.insert(ja).second) {
    ja += fmt::format("（{}）", decided.column->name);
    en += fmt::format(" ({})", decided.column->name);
    labels.insert(ja);
  }
  return text +
         fmt::format("    item: {{ja: {}, en: {}}}\n", Yaml(ja), Yaml(en));
}

// What nobody can know from the table. The marks are for whoever fills it in.
constexpr std::string_view kRelease = R"(
release:
  id: starter
  population: {ja: 【記入】対象者, en: "[fill in] whose data they are"}
  publisher:
    name: {ja: 【記入】事業者の名称, en: "[fill in] name of the business"}
    address: {ja: 【記入】所在地, en: "[fill in] address"}
    representative: {ja: 【記入】代表者, en: "[fill in] representative"}
  contact:
    window: {ja: 【記入】窓口, en: "[fill in] contact desk"}
    email: privacy@example.jp
  continuity: {continuing: false, from: "2000-01-01", to: "2000-12-31"}
  methods_of_provision:
    - {ja: 【記入】提供の方法, en: "[fill in] method of provision"}
  recipient: {ja: 【記入】提供先, en: "[fill in] recipient"}
  safety_measures:
    - {ja: 【記入】安全管理措置, en: "[fill in] safety measures"}
)";

std::string Writer::PolicyText() const {
  std::string text =
      "# A starter policy from anon profile: proposals with their reasons, "
      "for\n"
      "# someone to judge. Replace what is marked [fill in], choose "
      "hierarchies\n"
      "# and levels that keep what is needed, and have it reviewed.\n"
      "anon_policy: 1\nprofile: jp-appi-2026\n"
      "kind: anonymized_personal_information\n\n";
  std::error_code error;
  const fs::path base = fs::absolute(options_.policy).parent_path();
  const fs::path relative =
      fs::proximate(fs::absolute(options_.source), base, error);
  text +=
      fmt::format("source:\n  file: {}\n  delimiter: {}\n  encoding: {}\n",
                  Yaml((error ? options_.source : relative).string()),
                  Yaml(std::string(1, options_.delimiter)), options_.encoding);
  text += "  purposes: [fill_in]\n";
  if (!options_.null_text.empty()) {
    text += fmt::format("  null_text: {}\n", Yaml(options_.null_text));
  }
  text += "use: {purpose: fill_in, recipient_scope: third_party}\n";
  text += profile_.principal.empty()
              ? "\nprincipal: row\n\n"
              : fmt::format(
                    "\nprincipal: {{column: {}, several_rows: "
                    "count_once}}\n\n",
                    Yaml(profile_.principal));
  text += "columns:\n";
  std::set<std::string> labels;
  for (const Decided& decided : columns_) text += ColumnText(decided, labels);
  text += fmt::format("\nmodels:\n  - {{model: k_anonymity, k: {}}}\n",
                      internal::kStarterK);
  for (const std::string& attribute : DiverseAttributes(profile_)) {
    text += fmt::format(
        "  - {{model: distinct_l_diversity, l: {}, attribute: {}}}\n",
        internal::kStarterL, Yaml(attribute));
  }
  text += fmt::format("suppression_limit: {}%\n", internal::kStarterLimit);
  return text + std::string(kRelease);
}

absl::Status Writer::WriteAll() {
  std::error_code error;
  directory_ = options_.policy;
  directory_.replace_extension();
  directory_ += "_hierarchies";
  for (const fs::path& path : {options_.policy, directory_}) {
    if (fs::exists(path, error)) {
      return PolicyError(fmt::format(
          "{}: is there already: move it, or name another policy file",
          path.string()));
    }
  }
  for (const ColumnProfile& column : profile_.columns) {
    columns_.push_back({.column = &column,
                        .treatment = column.proposal.treatment,
                        .reason = column.proposal.reason});
  }
  ANON_RETURN_IF_ERROR(WriteHierarchies());
  ANON_RETURN_IF_ERROR(ChooseLevels());
  if (std::ranges::all_of(columns_, [](const Decided& decided) {
        return decided.treatment == "suppress";
      })) {
    return PolicyError(
        "no column would be left: every one of this table identifies; "
        "generalize some by hand");
  }
  ANON_RETURN_IF_ERROR(WriteFile(options_.policy, PolicyText()));
  written_.policy = options_.policy;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StarterPolicy> WriteStarterPolicy(RecordSource& table,
                                                 const TableProfile& profile,
                                                 const StarterOptions& options,
                                                 RandomSource& random) {
  return Writer(table, profile, options, random).Write();
}

}  // namespace anon
