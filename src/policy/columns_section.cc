// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "policy/sections.h"

namespace anon::internal {
namespace {

const Words<Role>& Roles() {
  static const auto& words =
      *new Words<Role>{{"direct_identifier", Role::kDirectIdentifier},
                       {"quasi_identifier", Role::kQuasiIdentifier},
                       {"sensitive", Role::kSensitive},
                       {"insensitive", Role::kInsensitive}};
  return words;
}

const Words<Treatment>& Treatments() {
  static const auto& words =
      *new Words<Treatment>{{"suppress", Treatment::kSuppress},
                            {"keep", Treatment::kKeep},
                            {"pseudonymize", Treatment::kPseudonymize},
                            {"generalize", Treatment::kGeneralize}};
  return words;
}

const Words<AttributeClass>& AttributeClasses() {
  static const auto& words = *new Words<AttributeClass>([] {
    Words<AttributeClass> list;
    for (const AttributeClass each : AllAttributeClasses()) {
      list.emplace_back(ToString(each), each);
    }
    return list;
  }());
  return words;
}

const std::vector<Treatment>& TreatmentsOf(Role role, const Draft& draft) {
  using enum Treatment;
  static const auto& any_direct =
      *new std::vector{kSuppress, kPseudonymize, kKeep};
  const bool lawless = draft.profile != nullptr && !draft.legal();
  static const auto& direct = *new std::vector{kSuppress, kPseudonymize};
  static const auto& quasi = *new std::vector{kSuppress, kGeneralize, kKeep};
  static const auto& others = *new std::vector{kKeep, kSuppress};
  switch (role) {
    case Role::kDirectIdentifier:
      return lawless ? any_direct : direct;
    case Role::kQuasiIdentifier:
      return quasi;
    case Role::kSensitive:
    case Role::kInsensitive:
      break;
  }
  return others;
}

// The treatment if none is stated.
std::optional<Treatment> DefaultTreatment(const MapReader& map, Role role) {
  if (map.Has("order")) return Treatment::kGeneralize;
  if (map.Has("operators") && map.Lacks("hierarchy")) return Treatment::kKeep;
  switch (role) {
    case Role::kDirectIdentifier:
      map.Complain("role", fmt::format("{} is a direct identifier and never "
                                       "leaves untreated: add treatment: "
                                       "suppress or treatment: pseudonymize",
                                       map.path()));
      return std::nullopt;
    case Role::kQuasiIdentifier:
      if (!map.Lacks("hierarchy")) return Treatment::kGeneralize;
      map.Complain("role", fmt::format("{} is a quasi-identifier without a "
                                       "treatment: add hierarchy and level, "
                                       "or treatment: suppress or keep",
                                       map.path()));
      return std::nullopt;
    case Role::kSensitive:
    case Role::kInsensitive:
      break;
  }
  return Treatment::kKeep;
}

// Replacement by a rule that restores, under whatever name.
bool AsksForRestorable(const MapReader& map) {
  const auto node = map.Find("treatment", Need::kOptional);
  if (!node || !node->IsScalar()) return false;
  static constexpr std::string_view kNames[] = {
      "hash",    "sha1",      "sha256",   "md5",  "encrypt",  "aes",
      "aes_siv", "fpe",       "ff1",      "ff3",  "rot13",    "base64",
      "encode",  "substring", "truncate", "mask", "tokenize", "crc32"};
  return std::ranges::find(kNames, node->Scalar()) != std::end(kNames);
}

std::optional<Treatment> ReadTreatment(const MapReader& map, Role role,
                                       const Draft& draft) {
  if (map.Lacks("treatment")) return DefaultTreatment(map, role);
  if (draft.legal() && AsksForRestorable(map)) {
    map.Complain("treatment",
                 fmt::format("{} would replace by a regular rule, which "
                             "restores what was replaced; no legal kind allows "
                             "that: use pseudonymize or suppress",
                             map.PathOf("treatment")));
    return std::nullopt;
  }
  const auto treatment = map.Choice("treatment", Need::kRequired, Treatments());
  if (!treatment) return std::nullopt;
  const std::vector<Treatment>& allowed = TreatmentsOf(role, draft);
  if (std::ranges::find(allowed, *treatment) != allowed.end()) {
    return treatment;
  }
  std::vector<std::string_view> names;
  for (const Treatment each : allowed) names.push_back(ToString(each));
  map.Complain(
      "treatment",
      fmt::format("{} cannot be '{}': a column with this role takes "
                  "treatment: {}",
                  map.path(), ToString(*treatment), fmt::join(names, " or ")));
  return std::nullopt;
}

// Complains of keys that say nothing under this treatment.
void RefuseKeys(const MapReader& map, Treatment treatment,
                const std::vector<std::string_view>& keys) {
  for (const std::string_view key : keys) {
    if (!map.Has(key)) continue;
    map.Complain(key, fmt::format("{} has no meaning with treatment: {}; "
                                  "remove it",
                                  map.PathOf(key), ToString(treatment)));
  }
}

// The delimiter belongs to files.
void RefuseRuleKeys(const MapReader& map) {
  if (!map.Has("hierarchy_delimiter")) return;
  map.Complain("hierarchy_delimiter",
               fmt::format("{} has no meaning with a rule; remove it",
                           map.PathOf("hierarchy_delimiter")));
}

// A file, or {rule: NAME, PARAMETER: ...}.
void ReadHierarchy(const MapReader& map, const Draft& draft,
                   ColumnPolicy& column) {
  const auto node = map.Find("hierarchy", Need::kRequired);
  if (!node) return;
  if (!node->IsMap()) {
    if (const auto path = map.Text("hierarchy", Need::kRequired)) {
      column.hierarchy = draft.Resolve(*path);
    }
    return;
  }
  RefuseRuleKeys(map);
  const MapReader rule(map.complaints(), *node, map.PathOf("hierarchy"),
                       {"rule"}, true);
  const std::size_t before = map.complaints().size();
  HierarchyRuleSpec& spec = column.hierarchy_spec;
  spec.rule = rule.Text("rule", Need::kRequired).value_or("");
  for (const MapReader::Entry& entry : rule.entries()) {
    if (entry.key == "rule" || rule.ComplainOfSecret(entry)) continue;
    spec.parameters[Shown(entry.key)] =
        fmt::format("{}", fmt::join(ReadValues(rule, entry), ","));
  }
  if (map.complaints().size() != before) return;
  auto made = MakeHierarchyRule(spec);
  if (made.ok()) {
    column.hierarchy_rule = *std::move(made);
  } else {
    rule.Complain("rule",
                  fmt::format("{}: {}", rule.path(), Message(made.status())));
  }
}

// A level of the hierarchy, as far as that can be known here.
std::optional<std::int64_t> ReadLevel(const MapReader& map,
                                      std::string_view key,
                                      const ColumnPolicy& column) {
  const auto level = map.Integer(key, Need::kOptional);
  if (!level) return std::nullopt;
  if (*level < 0) {
    map.Complain(
        key, fmt::format("{} must be 0 (as it is) or more", map.PathOf(key)));
    return std::nullopt;
  }
  if (column.hierarchy_rule != nullptr &&
      *level > static_cast<std::int64_t>(column.hierarchy_rule->height())) {
    map.Complain(key,
                 fmt::format("{} is above the highest level of the rule, "
                             "which is {}",
                             map.PathOf(key), column.hierarchy_rule->height()));
  }
  return level;
}

void ReadWeight(const MapReader& map, ColumnPolicy& column) {
  const auto text =
      map.Scalar("weight", Need::kOptional, "a number of 0 or more");
  if (!text) return;
  const auto weight = Ratio::Parse(*text);
  if (!weight.ok()) {
    map.Complain("weight", fmt::format("{} must be a number of 0 or more",
                                       map.PathOf("weight")));
    return;
  }
  column.weight = weight->ToDouble();
}

// A level, or bounds of one that a search finds.
void ReadLevels(const MapReader& map, ColumnPolicy& column) {
  ReadWeight(map, column);
  column.search_level = map.Lacks("level");
  const auto level = ReadLevel(map, "level", column);
  const auto least = ReadLevel(map, "min_level", column);
  const auto most = ReadLevel(map, "max_level", column);
  column.level = level.value_or(least.value_or(0));
  column.most_level = most;
  if (!column.search_level && (map.Has("min_level") || map.Has("max_level"))) {
    map.Complain(map.Has("min_level") ? "min_level" : "max_level",
                 fmt::format("{} has a level, and so no level to search for: "
                             "remove level, or min_level and max_level",
                             map.path()));
  }
  if (most && *most < column.level) {
    map.Complain("max_level",
                 fmt::format("{} is below min_level", map.PathOf("max_level")));
  }
}

// numbers, or a list of all values. In place of a hierarchy.
void ReadOrder(const MapReader& map, ColumnPolicy& column) {
  const auto node = map.Find("order", Need::kRequired);
  if (!node) return;
  column.search_level = true;
  ReadWeight(map, column);
  for (const std::string_view key : {"hierarchy", "hierarchy_delimiter",
                                     "level", "min_level", "max_level"}) {
    if (!map.Has(key)) continue;
    map.Complain(key, fmt::format("{} and {} exclude each other: remove one",
                                  map.PathOf(key), map.PathOf("order")));
  }
  if (!node->IsSequence()) {
    const auto word =
        map.Scalar("order", Need::kRequired, "numbers, or a list of values");
    column.numbers = word == "numbers";
    if (word && !column.numbers) {
      map.Complain("order", fmt::format("{} must be numbers, or a list of all "
                                        "values, the least first",
                                        map.PathOf("order")));
    }
    return;
  }
  std::set<std::string> seen;
  for (const YAML::Node& value : map.List("order", Need::kRequired)) {
    auto text = ReadText(map.complaints(), value, map.PathOf("order"));
    if (!text) continue;
    if (!seen.insert(*text).second) {
      map.Complain("order",
                   fmt::format("{} names a value twice", map.PathOf("order")));
    }
    column.order.push_back(*std::move(text));
  }
}

void ReadGeneralization(const MapReader& map, const Draft& draft,
                        ColumnPolicy& column) {
  if (map.Has("order")) return ReadOrder(map, column);
  ReadHierarchy(map, draft, column);
  if (const auto delimiter = ReadDelimiter(map, "hierarchy_delimiter")) {
    column.hierarchy_delimiter = *delimiter;
  }
  ReadLevels(map, column);
}

void ReadItem(const MapReader& map, ColumnPolicy& column) {
  if (map.Lacks("item")) {
    map.Complain("item", fmt::format("{} is in the output and needs an item "
                                     "for the public item list: add item: "
                                     "{{ja: ..., en: ...}}",
                                     map.path()));
    return;
  }
  const MapReader item =
      map.Map("item", Need::kRequired, {"ja", "en", "group"});
  Item read;
  read.attribute = column.name;
  read.label.ja = item.Text("ja", Need::kRequired).value_or("");
  read.label.en = item.Text("en", Need::kRequired).value_or("");
  read.group = ReadBilingual(item, "group", Need::kOptional);
  column.item = std::move(read);
}

// What the law sees in the column.
void ReadClass(const MapReader& map, const Draft& draft, ColumnPolicy& column) {
  const auto attribute_class =
      map.Choice("class", draft.legal() ? Need::kRequired : Need::kOptional,
                 AttributeClasses());
  column.attribute_class = attribute_class.value_or(AttributeClass::kOther);
  column.origin =
      map.Choice<DataOrigin>(
             "origin", Need::kOptional,
             {{"gps_app", DataOrigin::kGpsApp},
              {"location_registration", DataOrigin::kLocationRegistration},
              {"call_session", DataOrigin::kCallSession}})
          .value_or(DataOrigin::kUnstated);
  column.reason = map.Text("reason", Need::kOptional).value_or("");
}

// Keys that go with a treatment.
void ReadTreated(const MapReader& map, const Draft& draft,
                 ColumnPolicy& column) {
  const Treatment treatment = column.treatment;
  if (treatment == Treatment::kGeneralize) {
    ReadGeneralization(map, draft, column);
  } else {
    RefuseKeys(map, treatment,
               {"hierarchy", "hierarchy_delimiter", "level", "min_level",
                "max_level", "weight", "order"});
  }
  ReadPseudonym(map, column);
  if (treatment == Treatment::kPseudonymize) {
    RefuseKeys(map, treatment, {"operators"});
  }
  if (treatment == Treatment::kSuppress) {
    RefuseKeys(map, treatment, {"item"});
  } else if (draft.legal()) {
    ReadItem(map, column);
  }
}

// The treatment of a column that a list of selected ones decides on.
std::optional<Treatment> SelectedTreatment(const MapReader& map,
                                           const ColumnPolicy& column,
                                           const Draft& draft) {
  if (!draft.selected || draft.selected->contains(column.name)) {
    return ReadTreatment(map, column.role, draft);
  }
  if (map.Has("treatment")) {
    map.Complain("treatment",
                 fmt::format("{} is not among select_attributes and has no "
                             "treatment: remove it, or select the column",
                             map.path()));
  }
  return Treatment::kSuppress;
}

// The column; an unclear one if its role or treatment cannot be known.
std::optional<ColumnPolicy> ReadColumn(const MapReader& map,
                                       std::string_view name, Draft& draft) {
  ColumnPolicy column;
  column.name = name;
  const auto role = map.Choice("role", Need::kRequired, Roles());
  ReadClass(map, draft, column);
  if (!role) return std::nullopt;
  column.role = *role;
  const auto treatment = SelectedTreatment(map, column, draft);
  if (!treatment) return std::nullopt;
  column.treatment = *treatment;
  ReadAggregation(map, column, draft);
  ReadOperators(map, column);
  ReadTreated(map, draft, column);
  if (!map.Lacks("class")) CheckColumnRules(map, column, draft);
  return column;
}

// The columns that stay, in a list, if there is one.
void ReadSelection(const MapReader& root, Draft& draft) {
  if (!root.Has("select_attributes")) return;
  draft.selected.emplace();
  draft.policy.select_attributes = true;
  for (const YAML::Node& node :
       root.List("select_attributes", Need::kOptional)) {
    if (auto name = ReadText(root.complaints(), node, "select_attributes")) {
      draft.selected->insert(*std::move(name));
    }
  }
}

}  // namespace

void ReadColumns(const MapReader& root, Draft& draft) {
  const auto node = root.Find("columns", Need::kRequired);
  if (!node) return;
  const MapReader map(root.complaints(), *node, "columns", {}, true);
  if (!map) return;
  ReadSelection(root, draft);
  bool any_kept = false;
  for (const MapReader::Entry& entry : map.entries()) {
    if (!IsOneLine(entry.key)) {
      root.complaints().Add(entry.mark,
                            "a column's name is empty or holds a control "
                            "character: write it as the source does");
    }
    const MapReader fields(root.complaints(), entry.value,
                           fmt::format("columns.{}", Shown(entry.key)),
                           {"role",      "class",
                            "origin",    "reason",
                            "operators", "treatment",
                            "hierarchy", "hierarchy_delimiter",
                            "level",     "min_level",
                            "max_level", "weight",
                            "order",     "encoding",
                            "normalize", "epoch",
                            "bytes",     "most_identifiers",
                            "fresh",     "item",
                            "aggregate"});
    auto column = ReadColumn(fields, entry.key, draft);
    if (!column) {
      draft.unclear_columns.insert(entry.key);
      any_kept = true;  // perhaps
      column.emplace();
      column->name = entry.key;
    }
    column->place = root.complaints().PlaceOf(entry.mark);
    column->place.attribute = entry.key;
    any_kept = any_kept || column->treatment != Treatment::kSuppress;
    if (column->item) draft.policy.terms.items.push_back(*column->item);
    draft.policy.columns.push_back(*std::move(column));
  }
  if (draft.selected) {
    for (const std::string& name : *draft.selected) {
      if (draft.FindColumn(name) != nullptr) continue;
      root.Complain("select_attributes",
                    fmt::format("select_attributes names '{}', which is none "
                                "of columns",
                                Shown(name)));
    }
  }
  if (!any_kept) {
    root.Complain("columns",
                  "no column is left in the output: keep, "
                  "generalize or pseudonymize at least one");
  }
}

}  // namespace anon::internal
