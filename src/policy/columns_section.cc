// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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

const std::vector<Treatment>& TreatmentsOf(Role role) {
  using enum Treatment;
  static const auto& direct = *new std::vector{kSuppress, kPseudonymize};
  static const auto& quasi = *new std::vector{kSuppress, kGeneralize, kKeep};
  static const auto& others = *new std::vector{kKeep, kSuppress};
  switch (role) {
    case Role::kDirectIdentifier:
      return direct;
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

std::optional<Treatment> ReadTreatment(const MapReader& map, Role role) {
  if (map.Lacks("treatment")) return DefaultTreatment(map, role);
  const auto treatment = map.Choice("treatment", Need::kRequired, Treatments());
  if (!treatment) return std::nullopt;
  const std::vector<Treatment>& allowed = TreatmentsOf(role);
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

void ReadGeneralization(const MapReader& map, const Draft& draft,
                        ColumnPolicy& column) {
  if (const auto path = map.Text("hierarchy", Need::kRequired)) {
    column.hierarchy = draft.Resolve(*path);
  }
  if (const auto delimiter = ReadDelimiter(map, "hierarchy_delimiter")) {
    column.hierarchy_delimiter = *delimiter;
  }
  const auto level = map.Integer("level", Need::kRequired);
  if (level && *level < 0) {
    map.Complain("level", fmt::format("{} must be 0 (as it is) or more",
                                      map.PathOf("level")));
  }
  column.level = level.value_or(0);
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

// The column; an unclear one if its role or treatment cannot be known.
std::optional<ColumnPolicy> ReadColumn(const MapReader& map,
                                       std::string_view name,
                                       const Draft& draft) {
  ColumnPolicy column;
  column.name = name;
  const auto role = map.Choice("role", Need::kRequired, Roles());
  if (!role) return std::nullopt;
  column.role = *role;
  const auto treatment = ReadTreatment(map, *role);
  if (!treatment) return std::nullopt;
  column.treatment = *treatment;
  if (*treatment == Treatment::kGeneralize) {
    ReadGeneralization(map, draft, column);
  } else {
    RefuseKeys(map, *treatment, {"hierarchy", "hierarchy_delimiter", "level"});
  }
  if (*treatment == Treatment::kPseudonymize) {
    column.encoding =
        map.Choice<PseudonymEncoding>("encoding", Need::kOptional,
                                      {{"base32", PseudonymEncoding::kBase32},
                                       {"hex", PseudonymEncoding::kHex}})
            .value_or(PseudonymEncoding::kBase32);
  } else {
    RefuseKeys(map, *treatment, {"encoding"});
  }
  if (*treatment == Treatment::kSuppress) {
    RefuseKeys(map, *treatment, {"item"});
  } else {
    ReadItem(map, column);
  }
  return column;
}

}  // namespace

void ReadColumns(const MapReader& root, Draft& draft) {
  const auto node = root.Find("columns", Need::kRequired);
  if (!node) return;
  const MapReader map(root.complaints(), *node, "columns", {}, true);
  if (!map) return;
  bool any_kept = false;
  for (const MapReader::Entry& entry : map.entries()) {
    if (!IsOneLine(entry.key)) {
      root.complaints().Add(entry.mark,
                            "a column's name is empty or holds a control "
                            "character: write it as the source does");
    }
    const MapReader fields(
        root.complaints(), entry.value,
        fmt::format("columns.{}", Shown(entry.key)),
        {"role", "treatment", "hierarchy", "hierarchy_delimiter", "level",
         "encoding", "item"});
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
  if (!any_kept) {
    root.Complain("columns",
                  "no column is left in the output: keep, "
                  "generalize or pseudonymize at least one");
  }
}

}  // namespace anon::internal
