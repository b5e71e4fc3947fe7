// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/base/text.h"
#include "anon/policy/policy.h"
#include "base/status_macros.h"
#include "policy/sections.h"
#include "policy/yaml_document.h"

namespace anon {
namespace internal {

const ColumnPolicy* Draft::FindColumn(std::string_view name) const {
  const auto found =
      std::ranges::find(policy.columns, name, &ColumnPolicy::name);
  return found == policy.columns.end() ? nullptr : &*found;
}

std::filesystem::path Draft::Resolve(std::string_view path) const {
  return (policy.file.parent_path() / path).lexically_normal();
}

std::optional<char> ReadDelimiter(const MapReader& map, std::string_view key) {
  const auto node = map.Find(key, Need::kOptional);
  if (!node) return std::nullopt;
  if (KindOf(*node) == YamlKind::kText && node->Scalar().size() == 1) {
    const char c = node->Scalar().front();
    if (c > 0 && c != '"' && c != '\r' && c != '\n') return c;
  }
  map.Complain(key, fmt::format("{} must be one ASCII character in quotes, "
                                "such as \",\" or \"\\t\", and no quote or "
                                "line break",
                                map.PathOf(key)));
  return std::nullopt;
}

namespace {

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::int64_t kVersion = 1;

// What yaml-cpp would repair or pass in silence.
void CheckText(std::string_view text, Complaints& complaints) {
  if (text.size() > kMostBytes) {
    complaints.AddAtOffset(0, "a policy has at most 1 MiB: shorten it");
    return;
  }
  if (const auto offset = FindInvalidUtf8(text)) {
    complaints.AddAtOffset(*offset,
                           "this is not UTF-8: save the policy as UTF-8");
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') ||
        byte == 0x7F) {
      complaints.AddAtOffset(i, "a control character is here: remove it");
      return;
    }
  }
}

// Columns and principal are those of the source.
void ReadPopulation(const MapReader& root, Draft& draft) {
  if (!root.Has("population")) return;
  const MapReader map =
      root.Map("population", Need::kOptional, {"file", "delimiter"});
  if (const auto path = map.Text("file", Need::kRequired)) {
    draft.policy.population = draft.Resolve(*path);
  }
  if (const auto delimiter = ReadDelimiter(map, "delimiter")) {
    draft.policy.population_delimiter = *delimiter;
  }
}

// `row`, or {column: NAME, several_rows: ...}. Columns have been read.
void ReadPrincipal(const MapReader& root, Draft& draft) {
  const auto node = root.Find("principal", Need::kRequired);
  if (!node) return;
  if (!node->IsMap()) {
    draft.clear_principal = node->IsScalar() && node->Scalar() == "row";
    if (draft.clear_principal) return;
    root.Complain("principal",
                  "principal must be row, or {column: NAME, several_rows: "
                  "refuse, count_once or aggregate}: say whose data a row is");
    return;
  }
  const MapReader map(root.complaints(), *node, "principal",
                      {"column", "several_rows"});
  const auto several =
      map.Choice<SeveralRows>("several_rows", Need::kRequired,
                              {{"refuse", SeveralRows::kRefuse},
                               {"count_once", SeveralRows::kCountOnce},
                               {"aggregate", SeveralRows::kAggregate}});
  draft.policy.several_rows = several.value_or(SeveralRows::kRefuse);
  const auto name = map.Text("column", Need::kRequired);
  if (!name) return;
  draft.policy.principal = *name;
  draft.clear_principal = several.has_value();
  if (!root.Has("columns")) return;
  const ColumnPolicy* const column = draft.FindColumn(*name);
  if (column == nullptr) {
    map.Complain("column",
                 "principal.column names no column: use one of "
                 "columns");
  } else if (draft.IsClear(*name) && column->role != Role::kDirectIdentifier) {
    map.Complain("column",
                 "principal.column tells people apart: give that "
                 "column role: direct_identifier");
  }
}

// NAME: the column that says which household or contract a record is of.
void ReadGroupUnit(const MapReader& root, Draft& draft) {
  constexpr std::string_view kKey = "group_unit";
  const auto name = root.Text(kKey, Need::kOptional);
  if (!name) return;
  draft.policy.group_unit = *name;
  if (!root.Has("columns")) return;
  const ColumnPolicy* const column = draft.FindColumn(*name);
  if (column == nullptr) {
    root.Complain(kKey, "group_unit names no column: use one of columns");
  } else if (draft.IsClear(*name) && column->role != Role::kDirectIdentifier) {
    root.Complain(kKey,
                  "group_unit tells households apart: give that column role: "
                  "direct_identifier");
  }
}

// Models have been read.
void CheckGroupUnit(const MapReader& root, const Draft& draft) {
  if (draft.policy.group_unit.empty() || !root.Has("models")) return;
  const bool counted = std::ranges::any_of(
      draft.policy.models,
      [](const auto& model) { return model->needs().groups; });
  if (counted) return;
  root.Complain("group_unit",
                "no model counts groups: add {model: group_k_anonymity, k: "
                "...} to models, or remove group_unit");
}

void ReadPseudonymDomain(const MapReader& root, Draft& draft) {
  constexpr std::string_view kKey = "pseudonym_domain";
  draft.policy.pseudonym_domain = root.Text(kKey, Need::kOptional).value_or("");
  const auto column = std::ranges::find(
      draft.policy.columns, Treatment::kPseudonymize, &ColumnPolicy::treatment);
  const bool needed = column != draft.policy.columns.end();
  if (needed && root.Lacks(kKey)) {
    root.Complain(kKey, fmt::format("the policy lacks 'pseudonym_domain': "
                                    "columns.{} is pseudonymized, so say who "
                                    "may link its pseudonyms",
                                    Shown(column->name)));
  }
  if (!needed && root.Has(kKey) && draft.unclear_columns.empty()) {
    root.Complain(kKey,
                  "pseudonym_domain has no meaning without a column "
                  "with treatment: pseudonymize; remove it");
  }
}

void ReadLimits(const MapReader& root, Policy& policy) {
  if (const auto text = root.Scalar("suppression_limit", Need::kOptional,
                                    "a share such as 0.05, 5% or 1/20")) {
    const auto limit = Ratio::Parse(*text);
    if (!limit.ok() || limit->numerator() > limit->denominator()) {
      root.Complain("suppression_limit",
                    "suppression_limit must be a share from 0 to 1: write it "
                    "as 0.05, 5% or 1/20");
    } else {
      policy.suppression_limit = *limit;
    }
  }
  if (const auto budget = root.Integer("class_budget", Need::kOptional)) {
    policy.class_budget = *budget;
    if (*budget < 1) {
      root.Complain("class_budget", "class_budget must be 1 or more");
    }
  }
  policy.disclose_models =
      root.Boolean("disclose_models", Need::kOptional).value_or(false);
}

// A derived column is treated like others, and is made of named ones.
void CheckDerived(const MapReader& root, const Draft& draft) {
  for (const GridColumn& grid : draft.policy.derived) {
    for (const std::string& name :
         {grid.name, grid.latitude, grid.longitude, grid.time}) {
      if (name.empty() || draft.FindColumn(name) != nullptr) continue;
      root.Complain("derive",
                    fmt::format("derive.{} needs '{}' among columns: say there "
                                "what becomes of it",
                                Shown(grid.name), Shown(name)));
    }
  }
}

// What the data set is made to be handled as. Without a law, as nothing.
void ReadKind(const MapReader& root, Draft& draft) {
  if (draft.profile != nullptr && !draft.legal()) {
    draft.policy.kind = DatasetKind::kNone;
    draft.policy.terms.kind = DatasetKind::kNone;
    if (root.Has("kind")) {
      root.Complain("kind",
                    fmt::format("kind is a legal kind, and profile {} has no "
                                "legal rules: remove it, or name a legal "
                                "profile",
                                draft.profile->id));
    }
    return;
  }
  draft.kind = root.Choice<DatasetKind>(
      "kind", Need::kRequired,
      {{"anonymized_personal_information",
        DatasetKind::kAnonymizedPersonalInformation},
       {"pseudonymized_personal_information",
        DatasetKind::kPseudonymizedPersonalInformation}});
  draft.policy.kind = draft.kind.value_or(DatasetKind{});
  draft.policy.terms.kind = draft.policy.kind;
}

void ReadAll(const MapReader& root, Draft& draft) {
  ReadProfile(root, draft);
  ReadKind(root, draft);
  ReadSource(root, draft);
  ReadUse(root, draft);
  ReadDerived(root, draft);
  ReadColumns(root, draft);
  CheckDerived(root, draft);
  ReadPrincipal(root, draft);
  ReadGroupUnit(root, draft);
  CheckAggregation(root, draft);
  ReadPseudonymDomain(root, draft);
  ReadGates(root, draft);
  ReadPopulation(root, draft);
  ReadModels(root, draft);
  CheckGroupUnit(root, draft);
  ReadLimits(root, draft.policy);
  ReadSolver(root, draft);
  ReadRelease(root, draft);
  CheckUseRules(root, draft);
}

// Another version would give nothing but noise.
bool IsOtherVersion(const MapReader& root) {
  const auto version = root.Integer("anon_policy", Need::kRequired);
  if (!version || *version == kVersion) return false;
  root.Complain("anon_policy",
                fmt::format("this is policy format {}, and this program reads "
                            "format {}: use a matching program",
                            *version, kVersion));
  return true;
}

const std::vector<std::string>& RootKeys() {
  // clang-format off
  static const auto& keys = *new std::vector<std::string>{
      "anon_policy", "profile", "kind", "source", "use", "principal",
      "group_unit", "derive",
      "columns", "select_attributes", "pseudonym_domain", "gates", "models",
      "population", "solver", "suppression_limit", "class_budget", "disclose_models",
      "release"};
  // clang-format on
  return keys;
}

absl::StatusOr<Policy> Parse(std::string_view bytes,
                             const std::filesystem::path& file) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string text(bytes);
  if (bytes.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  Complaints complaints(file.string(), text);
  CheckText(text, complaints);
  ANON_RETURN_IF_ERROR(complaints.ToStatus());
  const auto node = ParseYaml(complaints, text);
  if (!node) return complaints.ToStatus();

  Draft draft;
  draft.policy.file = file;
  draft.policy.digest = ToHex(Sha256(bytes));
  // The version comes first: in another format other keys may be right.
  Complaints version_complaints(file.string(), text);
  const MapReader version(version_complaints, *node, "", {}, true);
  if (version && IsOtherVersion(version)) {
    return version_complaints.ToStatus();
  }
  const MapReader root(complaints, *node, "", RootKeys());
  if (root) {
    (void)IsOtherVersion(root);
    ReadAll(root, draft);
  }
  ANON_RETURN_IF_ERROR(complaints.ToStatus());
  return std::move(draft.policy);
}

}  // namespace
}  // namespace internal

std::string_view ToString(Treatment treatment) {
  switch (treatment) {
    case Treatment::kKeep:
      return "keep";
    case Treatment::kSuppress:
      return "suppress";
    case Treatment::kPseudonymize:
      return "pseudonymize";
    case Treatment::kGeneralize:
      return "generalize";
  }
  return "";
}

absl::StatusOr<Policy> ParsePolicy(std::string_view yaml,
                                   const std::filesystem::path& file) {
  try {
    return internal::Parse(yaml, file);
  } catch (const std::exception&) {
    // yaml-cpp throws where a node is not what it seemed.
    return PolicyErrorAt({.file = file.string()},
                         "the policy cannot be read: simplify its YAML");
  }
}

absl::StatusOr<Policy> LoadPolicy(const std::filesystem::path& file) {
  ANON_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  return ParsePolicy(text, file);
}

}  // namespace anon
