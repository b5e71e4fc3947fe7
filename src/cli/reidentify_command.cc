// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anon/secret/reveal_secret.h"
#include "cli/commands.h"
#include "cli/custodian_options.h"

namespace anon::cli {
namespace {

struct Arguments {
  CustodianArguments custodian;
  std::string data_set;
  std::string attribute;
  std::string pseudonyms;
};

int Reidentify(const Arguments& arguments) {
  const auto lines = LinesOfStdin(arguments.pseudonyms, "--pseudonym");
  if (!lines.ok()) return Fail(lines.status());
  auto vault = arguments.custodian.Open();
  if (!vault.ok()) return Fail(vault.status());
  const std::vector<std::string_view> pseudonyms(lines->begin(), lines->end());
  const auto originals =
      vault->Originals(arguments.data_set, arguments.attribute, pseudonyms);
  if (!originals.ok()) return Fail(originals.status());
  for (const SecretBytes& original : *originals) {
    const auto bytes = RevealSecret::Bytes(original);
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fputc('\n', stdout);
  }
  return kOk;
}

}  // namespace

void AddReidentify(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "reidentify",
      "Print the originals behind pseudonyms that are a security measure");
  auto a = std::make_shared<Arguments>();
  AddCustodianOptions(*command, a->custodian, /*needs_reason=*/true);
  command->add_option("--data-set", a->data_set, "Data set")->required();
  command->add_option("--attribute", a->attribute, "Attribute of the pseudonym")
      ->required();
  command
      ->add_option("--pseudonym", a->pseudonyms,
                   "- : pseudonyms on stdin, one a line")
      ->required();
  command
      ->add_option("--limit", a->custodian.options.look_ups_per_hour,
                   "Look-ups and identifiers allowed in an hour, by everyone")
      ->capture_default_str();
  command->callback([a, &exit_code] { exit_code = Reidentify(*a); });
}

}  // namespace anon::cli
