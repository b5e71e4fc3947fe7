// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "anon/transform/cell_operator.h"
#include "cli/commands.h"

namespace anon::cli {

void AddOperators(CLI::App& app, int& exit_code) {
  CLI::App* const operators =
      app.add_subcommand("operators", "List what a policy can do to a column");
  auto long_form = std::make_shared<bool>(false);
  operators->add_flag("--long", *long_form,
                      "Also values, missing values and an example of each");
  operators->callback([long_form, &exit_code] {
    for (const OperatorDescriptor& each : KnownOperators()) {
      fmt::print("{:<20}{}\n{:<20}{}\n", each.name, each.ja, "", each.en);
      if (!*long_form) continue;
      fmt::print("{0:<20}values: {1}\n{0:<20}missing: {2}\n{0:<20}{3}\n\n", "",
                 each.takes, each.missing, each.example);
    }
    exit_code = kOk;
  });
}

}  // namespace anon::cli
