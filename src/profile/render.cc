// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "anon/profile/profile.h"
#include "base/json.h"

namespace anon {
namespace {

using internal::Json;

std::string Percent(double share) {
  return fmt::format("{:.1f} %", share * 100);
}

std::string About(const Uniqueness& unique) {
  return fmt::format("{}{}", unique.exact ? "" : "about ", unique.distinct);
}

std::string ExtremesText(const Extremes& e) {
  std::string text;
  if (e.far_out > 0) {
    text = fmt::format("  idiosyncratic: {} far from the rest\n",
                       e.far_out == 1 ? "1 cell lies"
                                      : fmt::format("{} cells lie", e.far_out));
  }
  std::vector<std::string> parts;
  if (!e.bottom.empty()) {
    parts.push_back(fmt::format("{} cells below {}", e.below, e.bottom));
  }
  if (!e.top.empty()) {
    parts.push_back(fmt::format("{} cells above {}", e.above, e.top));
  }
  if (!e.smallest.empty()) {
    parts.push_back(fmt::format("from {} to {}", e.smallest, e.largest));
  }
  if (parts.empty()) return text;
  return text + fmt::format("  extremes: {}\n", fmt::join(parts, ", "));
}

std::string ColumnText(const ColumnProfile& column) {
  const Uniqueness& unique = column.uniqueness;
  std::string text = fmt::format(
      "\n{}\n  {}, {} cells, {} missing, {} distinct; {} principals alone "
      "({})\n",
      column.name, ToString(column.kind), column.cells, column.missing,
      About(unique), unique.alone, Percent(unique.share()));
  if (column.rare_values > 0) {
    text += fmt::format(
        "  idiosyncratic: {} values that fewer than five cells have, in {} "
        "cells{}\n",
        column.rare_values, column.rare_cells,
        column.rare_examples.empty()
            ? ""
            : fmt::format(": {}", fmt::join(column.rare_examples, ", ")));
  }
  if (column.extremes) {
    text += ExtremesText(*column.extremes);
  }
  for (const ResidueFinding& finding : column.residue) {
    text +=
        fmt::format("  residue: {} of {} cells, rule {} ({}{})\n", finding.hits,
                    finding.cells, ResidueRules()[finding.rule].name,
                    ToString(finding.basis), finding.stops ? ", stops" : "");
  }
  const Proposal& proposal = column.proposal;
  return text + fmt::format("  proposal: {}, class {}: {}\n    {}\n",
                            ToString(proposal.role),
                            ToString(proposal.attribute_class),
                            proposal.treatment, proposal.reason);
}

Json ToJson(const Uniqueness& unique) {
  return {{"attributes", unique.attributes},
          {"distinct", unique.distinct},
          {"principals_alone", unique.alone},
          {"share_alone", unique.share()},
          {"exact", unique.exact}};
}

Json ToJson(const Extremes& e) {
  Json json = {{"cells_far_out", e.far_out}};
  if (!e.bottom.empty()) {
    json["bottom"] = e.bottom;
    json["cells_below"] = e.below;
  }
  if (!e.top.empty()) {
    json["top"] = e.top;
    json["cells_above"] = e.above;
  }
  if (!e.smallest.empty()) {
    json["smallest"] = e.smallest;
    json["largest"] = e.largest;
  }
  return json;
}

Json ToJson(const ResidueFinding& finding) {
  return {{"rule", ResidueRules()[finding.rule].name},
          {"cells", finding.hits},
          {"certain_cells", finding.certain},
          {"look_alikes", finding.look_alikes},
          {"passing", finding.passing},
          {"lines", finding.lines},
          {"basis", ToString(finding.basis)},
          {"stops", finding.stops}};
}

Json ToJson(const ColumnProfile& column) {
  const Uniqueness& unique = column.uniqueness;
  Json json = {
      {"name", column.name},
      {"kind", ToString(column.kind)},
      {"cells", column.cells},
      {"missing", column.missing},
      {"distinct", unique.distinct},
      {"principals_alone", unique.alone},
      {"share_alone", unique.share()},
      {"exact", unique.exact},
      {"rare", {{"values", column.rare_values}, {"cells", column.rare_cells}}},
      {"residue", Json::array()},
      {"proposal",
       {{"role", ToString(column.proposal.role)},
        {"class", ToString(column.proposal.attribute_class)},
        {"treatment", column.proposal.treatment},
        {"reason", column.proposal.reason}}}};
  if (!column.rare_examples.empty()) {
    json["rare"]["examples"] = column.rare_examples;
  }
  if (column.extremes) json["extremes"] = ToJson(*column.extremes);
  for (const ResidueFinding& finding : column.residue) {
    json["residue"].push_back(ToJson(finding));
  }
  return json;
}

}  // namespace

std::string ProfileText(const TableProfile& profile) {
  std::string text =
      fmt::format("{}: {} records, {} principals ({})\n", profile.source,
                  profile.records, profile.principals,
                  profile.principal.empty()
                      ? "every row is one"
                      : fmt::format("by column '{}'", profile.principal));
  for (const ColumnProfile& column : profile.columns) {
    text += ColumnText(column);
  }
  text += "\nriskiest combinations of columns that could be released\n";
  for (const Uniqueness& unique : profile.combinations) {
    text += fmt::format("  {:>8} principals alone ({}): {}\n", unique.alone,
                        Percent(unique.share()),
                        fmt::join(unique.attributes, " + "));
  }
  if (profile.combinations.empty()) text += "  nobody is alone in any\n";
  return text;
}

std::string ProfileJson(const TableProfile& profile) {
  Json json = {{"source", profile.source},
               {"records", profile.records},
               {"principals", profile.principals},
               {"principal",
                profile.principal.empty() ? Json() : Json(profile.principal)},
               {"columns", Json::array()},
               {"combinations", Json::array()}};
  for (const ColumnProfile& column : profile.columns) {
    json["columns"].push_back(ToJson(column));
  }
  for (const Uniqueness& unique : profile.combinations) {
    json["combinations"].push_back(ToJson(unique));
  }
  return internal::PrettyJson(json);
}

}  // namespace anon
