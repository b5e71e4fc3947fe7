// SPDX-License-Identifier: Apache-2.0
#include "e2e/workplace.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "anon/vault/sqlite_vault.h"
#include "e2e/release_tree.h"
#include "vault/custodian_access.h"

namespace anon::test {
namespace {

namespace fs = std::filesystem;

std::string ReplacedAll(std::string text, std::string_view from,
                        std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

constexpr char kSmallColumns[] = R"(
source: {{file: table.csv, purposes: [network_planning]}}
principal: {{column: subscriber_id, several_rows: count_once}}
columns:
  subscriber_id: {{role: direct_identifier, class: other, {}}}
  phone: {{role: direct_identifier, class: contact, treatment: suppress}}
  sex: {{role: quasi_identifier, class: other, treatment: keep, item: {{ja: 性別, en: Sex}}}}
  area:
    role: quasi_identifier
    class: location
    hierarchy: area.csv
    level: 1
    item: {{ja: 都道府県, en: Prefecture}}
  plan: {{role: sensitive, class: other, item: {{ja: 契約プラン, en: Plan}}}}
models:
  - {{model: k_anonymity, k: 3}}
  - {{model: distinct_l_diversity, l: 2, attribute: plan}}
suppression_limit: 5%
)";

}  // namespace

Outcome Tool(const std::vector<std::string>& arguments,
             const ProcessOptions& options) {
  std::vector<std::string> command = {ANON_TOOL};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProcess(command, options);
}

std::string ExamplePolicy(std::string_view name, const fs::path& shared) {
  const fs::path examples = SourceDir() / "examples";
  const std::string text = Read(examples / name);
  if (text.empty()) throw std::runtime_error("no such example");
  return ReplacedAll(
      ReplacedAll(text, " data/", fmt::format(" {}/data/", examples.string())),
      "../../shared/", shared.string() + "/");
}

std::string Replaced(std::string text, std::string_view from,
                     std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) {
    throw std::runtime_error(fmt::format("not exactly one '{}'", from));
  }
  return text.replace(at, from.size(), to);
}

std::string SmallTable(int subscribers) {
  constexpr std::array kPlans = {"シンプル3GB", "使い放題", "データ専用"};
  std::string text = "subscriber_id,phone,sex,area,plan\n";
  for (int i = 0; i < subscribers; ++i) {
    const std::string area = i == 5 ? "離島町" : fmt::format("第{}市", i % 12);
    const int lines = i % 5 == 0 ? 2 : 1;
    for (int line = 0; line < lines; ++line) {
      text += fmt::format("S{:07},0{}0-0000-{:04},{},{},{}\n", 1000 + i,
                          8 + line, i, i / 12 % 2 == 0 ? "女" : "男", area,
                          kPlans[static_cast<std::size_t>(i / 24 + line) % 3]);
    }
  }
  return text;
}

std::string SmallHierarchy() {
  std::string text = "離島町;離島県;*\n";
  for (int i = 0; i < 12; ++i) {
    text += fmt::format("第{}市;第{}県;*\n", i, i / 3);
  }
  return text;
}

std::string SmallPolicy(Kind kind) {
  const bool anonymized = kind == Kind::kAnonymized;
  const std::string example =
      Read(SourceDir() / "examples" /
           (anonymized ? "subscribers_anonymized.yaml"
                       : "subscribers_pseudonymized.yaml"));
  return fmt::format(
             "anon_policy: 1\nprofile: jp-appi-2026\n"
             "kind: {}_personal_information\n"
             "use: {{purpose: network_planning, "
             "recipient_scope: {}}}\n{}",
             anonymized ? "anonymized" : "pseudonymized",
             anonymized ? "third_party" : "own_use",
             anonymized ? "" : "pseudonym_domain: test/2026\n") +
         fmt::format(kSmallColumns, anonymized
                                        ? "treatment: suppress"
                                        : "treatment: pseudonymize, "
                                          "item: {ja: 仮ID, en: Pseudonym}") +
         example.substr(example.find("release:"));
}

Workplace::Workplace() {
  for (const char* const name :
       {"releases", "internal", "vault", "keys", "kek", "custodian"}) {
    fs::create_directory(root() / name);
  }
  out = root() / "releases" / "r";
  internal = root() / "internal" / "r";
  vault = root() / "vault" / "vault.db";
  keyring = root() / "keys" / "keyring";
  custodian_key = root() / "custodian" / "key";
}

void Workplace::UsePolicy(std::string_view text) { Write(policy(), text); }

void Workplace::UseSmallTable(Kind kind, int subscribers) {
  Write(root() / "table.csv", SmallTable(subscribers));
  Write(root() / "area.csv", SmallHierarchy());
  UsePolicy(SmallPolicy(kind));
}

void Workplace::MakeSecrets() {
  const Outcome key =
      Tool({"key", "create", "--keyring", keyring.string(), "--kek", kek()});
  const Outcome init = Tool({"vault", "init", "--vault", vault.string(),
                             "--custodian-key", custodian_key.string()});
  if (key.exit_code != 0 || init.exit_code != 0) {
    throw std::runtime_error(key.err + init.err);
  }
  secrets_ = true;
}

std::vector<std::string> Workplace::RunArguments(
    const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = {"run",        policy().string(),
                                        "--out",      out.string(),
                                        "--internal", internal.string()};
  if (secrets_) {
    for (const std::string& word :
         {std::string("--vault"), vault.string(), std::string("--keyring"),
          keyring.string(), std::string("--kek"), kek()}) {
      arguments.push_back(word);
    }
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Outcome Workplace::Run(const std::vector<std::string>& more,
                       const ProcessOptions& options) const {
  return Tool(RunArguments(more), options);
}

std::vector<std::string> Workplace::Leftovers() const {
  std::vector<std::string> names = test::Leftovers(root() / "releases");
  for (std::string& name : test::Leftovers(root() / "internal")) {
    names.push_back(std::move(name));
  }
  return names;
}

std::map<std::string, std::string> Workplace::Originals(
    const std::string& data_set, const std::string& attribute) const {
  auto custodian = OpenSqliteVaultCustodian(vault, custodian_key);
  std::map<std::string, std::string> originals;
  const absl::Status status =
      custodian.ok()
          ? internal::CustodianAccess::ForEach(
                *custodian, data_set,
                [&](std::string_view name, std::string_view pseudonym,
                    std::string_view original) {
                  if (name == attribute) originals.emplace(pseudonym, original);
                })
          : custodian.status();
  if (!status.ok()) throw std::runtime_error(std::string(Message(status)));
  return originals;
}

}  // namespace anon::test
