// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/hierarchy/hierarchy.h"
#include "anon/hierarchy/hierarchy_rule.h"
#include "anon/hierarchy/value_domain.h"
#include "anon/io/csv.h"
#include "cli/commands.h"
#include "cli/counted.h"
#include "cli/csv_options.h"

namespace anon::cli {
namespace {

struct HierarchyArguments {
  // The hierarchy.
  std::string file;
  std::string delimiter = ";";
  bool show_values = false;
  // The table its values are in.
  std::string data;
  std::string column;
  CsvArguments csv;
  // How it is made.
  std::string rule;
  std::map<std::string, std::string> parameters;  // as given; empty: not given
};

absl::StatusOr<std::unique_ptr<CsvSource>> OpenHierarchy(
    const HierarchyArguments& a, bool skip_uneven) {
  const auto delimiter = OneCharacter("--delimiter", a.delimiter);
  if (!delimiter.ok()) return delimiter.status();
  return CsvSource::Open(a.file, {.delimiter = *delimiter,
                                  .header = false,
                                  .digest = false,
                                  .skip_uneven = skip_uneven});
}

absl::StatusOr<ValueDomain> ReadDomain(const HierarchyArguments& a) {
  const auto csv = a.csv.Parse();
  if (!csv.ok()) return csv.status();
  const auto table = CsvSource::Open(a.data, *csv);
  if (!table.ok()) return table.status();
  return ValueDomain::FromRecords(**table, a.column);
}

int Make(const HierarchyArguments& a) {
  HierarchyRuleSpec spec{.rule = a.rule, .parameters = {}};
  for (const auto& [name, value] : a.parameters) {
    if (!value.empty()) spec.parameters.emplace(name, value);
  }
  const auto delimiter = OneCharacter("--delimiter", a.delimiter);
  if (!delimiter.ok()) return Fail(delimiter.status());
  const auto rule = MakeHierarchyRule(spec);
  if (!rule.ok()) return Fail(rule.status());
  const auto domain = ReadDomain(a);
  if (!domain.ok()) return Fail(domain.status());
  const auto hierarchy = BuildHierarchy(**rule, *domain);
  if (!hierarchy.ok()) return Fail(hierarchy.status());
  fmt::print("{}", hierarchy->ToCsv(*delimiter));
  return kOk;
}

// Adds the lines that were left out of `source` to what is wrong with it. A
// value of the data that stands on such a line is not missing.
void AddUneven(const CsvSource& source, const ValueDomain* domain,
               std::vector<HierarchyFault>& faults) {
  using Kind = HierarchyFault::Kind;
  std::set<std::string_view> there;
  for (const UnevenRecord& uneven : source.uneven()) {
    if (uneven.fields > 0) there.insert(uneven.first);
  }
  std::set<std::int64_t> lines;  // of the data
  for (std::size_t i = 0; domain != nullptr && i < domain->size(); ++i) {
    if (there.contains(domain->value(i))) lines.insert(domain->place(i).line);
  }
  std::erase_if(faults, [&lines](const HierarchyFault& fault) {
    return fault.kind == Kind::kMissing && lines.contains(fault.place.line);
  });
  const std::size_t width = source.attributes().size();
  for (const UnevenRecord& uneven : source.uneven()) {
    const std::size_t column = std::min(uneven.fields, width) + 1;
    faults.push_back({Kind::kWidth,
                      {.file = source.name(),
                       .line = uneven.line,
                       .column = static_cast<std::int64_t>(column)},
                      uneven.fields == 0
                          ? "a blank line where a record was expected"
                          : fmt::format("expected {} fields, found {}", width,
                                        uneven.fields)});
  }
  std::ranges::stable_sort(faults, {}, [](const HierarchyFault& fault) {
    return std::pair(fault.kind == Kind::kMissing, fault.place.line);
  });
}

int Check(const HierarchyArguments& a) {
  if (a.data.empty() != a.column.empty()) {
    return Fail(PolicyError("--data and --column go together"));
  }
  std::optional<ValueDomain> domain;
  if (!a.data.empty()) {
    auto read = ReadDomain(a);
    if (!read.ok()) return Fail(read.status());
    domain = *std::move(read);
  }
  const auto source = OpenHierarchy(a, /*skip_uneven=*/true);
  if (!source.ok()) return Fail(source.status());
  auto faults = Hierarchy::FindFaults(**source, domain ? &*domain : nullptr);
  if (absl::IsDataLoss(faults.status())) {
    // Unreadable from here on, so there may be more.
    fmt::print("{}\n", Message(faults.status()));
    return kPolicyNotMet;
  }
  if (!faults.ok()) return Fail(faults.status());
  AddUneven(**source, domain ? &*domain : nullptr, *faults);
  for (const HierarchyFault& fault : *faults) {
    fmt::print("{}: {}\n", ToString(fault.place), fault.message);
  }
  if (!faults->empty()) {
    fmt::print("{}: {}\n", a.file,
               Counted(static_cast<std::int64_t>(faults->size()), "fault"));
    return kPolicyNotMet;
  }
  fmt::print(
      "{}: ok{}\n", a.file,
      domain ? fmt::format(", and has every value of {}", domain->name()) : "");
  return kOk;
}

std::string SomeLabels(const Hierarchy& hierarchy, std::size_t level) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::uint32_t code = 0; code < std::min(hierarchy.size(level), kShown);
       ++code) {
    text += fmt::format("{}{}", code == 0 ? "  " : " | ",
                        hierarchy.label(level, code));
  }
  return text + (hierarchy.size(level) > kShown ? " | ..." : "");
}

int Show(const HierarchyArguments& a) {
  const auto source = OpenHierarchy(a, /*skip_uneven=*/false);
  if (!source.ok()) return Fail(source.status());
  const auto hierarchy = Hierarchy::FromRecords(**source);
  if (!hierarchy.ok()) return Fail(hierarchy.status());
  const std::size_t height = hierarchy->height();
  fmt::print("{}: {} values, highest level {}\n\n", a.file,
             hierarchy->domain_size(), height);
  fmt::print("  {:>5}{:>12}{:>24}{}\n", "level", "labels",
             "values under a label", a.show_values ? "  labels" : "");
  for (std::size_t level = 0; level <= height; ++level) {
    std::int64_t least = hierarchy->leaves(level, 0);
    std::int64_t most = least;
    for (std::uint32_t code = 1; code < hierarchy->size(level); ++code) {
      least = std::min(least, hierarchy->leaves(level, code));
      most = std::max(most, hierarchy->leaves(level, code));
    }
    fmt::print("  {:>5}{:>12}{:>24}{}\n", level, hierarchy->size(level),
               least == most ? fmt::format("{}", least)
                             : fmt::format("{} to {}", least, most),
               a.show_values ? SomeLabels(*hierarchy, level) : "");
  }
  if (hierarchy->size(height) > 1) {
    fmt::print(
        "\nThe highest level has more than one label: no level hides a value "
        "wholly.\n");
  }
  return kOk;
}

int Rules() {
  for (const auto& rule : DescribeHierarchyRules()) {
    fmt::print("{:<13}{}\n", rule.name, rule.summary);
    std::string parameters = fmt::format("{}", fmt::join(rule.required, ", "));
    if (!rule.optional.empty()) {
      parameters += fmt::format("{}[{}]", parameters.empty() ? "" : ", ",
                                fmt::join(rule.optional, ", "));
    }
    if (!parameters.empty()) fmt::print("{:<13}  {}\n", "", parameters);
  }
  return kOk;
}

using Arguments = std::shared_ptr<HierarchyArguments>;

void AddHierarchyOptions(CLI::App& command, const Arguments& a) {
  command.add_option("hierarchy", a->file, "Hierarchy file (ARX layout)")
      ->required();
  command.add_option("--delimiter", a->delimiter,
                     "Field delimiter of the hierarchy (default ;)");
}

void AddDataOptions(CLI::App& command, const Arguments& a) {
  command.add_option("--column", a->column, "Column of the table");
  AddCsvOptions(command, a->csv, "--data-delimiter");
}

void AddMake(CLI::App& hierarchy, int& exit_code) {
  CLI::App* const make = hierarchy.add_subcommand(
      "make", "Make the hierarchy of a column by a rule, to stdout");
  const auto a = std::make_shared<HierarchyArguments>();
  make->add_option("data", a->data, "CSV file with a header")->required();
  AddDataOptions(*make, a);
  make->get_option("--column")->required();
  make->add_option("--delimiter", a->delimiter,
                   "Field delimiter of the hierarchy (default ;)");
  make->add_option("--rule", a->rule, "See anon hierarchy rules")->required();
  for (const auto& rule : DescribeHierarchyRules()) {
    for (const auto& names : {rule.required, rule.optional}) {
      for (const std::string& name : names) {
        if (a->parameters.contains(name)) continue;
        std::string option = "--" + name;
        std::ranges::replace(option, '_', '-');
        make->add_option(option, a->parameters[name])->group("Parameters");
      }
    }
  }
  make->callback([a, &exit_code] { exit_code = Make(*a); });
}

}  // namespace

void AddHierarchy(CLI::App& app, int& exit_code) {
  CLI::App* const hierarchy = app.add_subcommand(
      "hierarchy", "Make, check and show generalization hierarchies");
  hierarchy->require_subcommand(1);
  AddMake(*hierarchy, exit_code);

  CLI::App* const check = hierarchy->add_subcommand(
      "check", "List everything wrong with a hierarchy file");
  const auto a = std::make_shared<HierarchyArguments>();
  AddHierarchyOptions(*check, a);
  check->add_option("--data", a->data,
                    "A table; every value of --column must be listed");
  AddDataOptions(*check, a);
  check->callback([a, &exit_code] { exit_code = Check(*a); });

  CLI::App* const show = hierarchy->add_subcommand(
      "show", "Labels of each level, counted; --show-values names some");
  const auto b = std::make_shared<HierarchyArguments>();
  AddHierarchyOptions(*show, b);
  show->add_flag("--show-values", b->show_values, "Name up to five labels");
  show->callback([b, &exit_code] { exit_code = Show(*b); });

  hierarchy->add_subcommand("rules", "List rules and their parameters")
      ->callback([&exit_code] { exit_code = Rules(); });
}

}  // namespace anon::cli
