// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "e2e/oracle.h"
#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;
using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

constexpr char kCase[] = "subscribers_pseudonymized";
constexpr char kPolicy[] = "subscribers_pseudonymized.yaml";

// Of the pseudonyms in a release.
std::map<std::string, std::string> Originals(const Workplace& place,
                                             const fs::path& out,
                                             const std::string& data_set) {
  const auto all = place.Originals(data_set, "subscriber_id");
  std::map<std::string, std::string> originals;
  const Table data = ParseTable(Read(out / "provide/data.csv"));
  for (const std::string& pseudonym : data.Values("subscriber_id")) {
    REQUIRE(all.contains(pseudonym));
    originals[pseudonym] = all.at(pseudonym);
  }
  return originals;
}

std::string DataSetOf(const fs::path& internal) {
  return Json::parse(Read(internal / "report.json"))
      .at("deletion_information")
      .at("data_set_id");
}

std::map<std::string, std::string> HierarchyAt(const char* name,
                                               std::size_t level) {
  const fs::path file = SourceDir() / "examples/data" / name;
  std::map<std::string, std::string> to;
  std::istringstream lines(Read(file));
  for (std::string line; std::getline(lines, line);) {
    const Table row = ParseTable(line + "\n", ';');
    to[row.header[0]] = row.header.at(level);
  }
  return to;
}

// What the release must hold, worked out from the source: its generalized
// records in the classes the oracle keeps, with the real identifier.
Rows ExpectedRows() {
  const Table source =
      ParseTable(Read(SourceDir() / "examples/data/subscribers.csv"));
  std::set<std::string> kept;
  std::istringstream dump(CountSource(kCase).dump);
  for (std::string line; std::getline(dump, line);) {
    std::size_t end = 0;
    for (int field = 0; field < 3; ++field) end = line.find('\t', end) + 1;
    kept.insert(line.substr(0, end));
  }
  const auto decade = HierarchyAt("hierarchy_birth_date.csv", 3);
  Rows rows;
  for (const auto& record : source.records) {
    const auto field = [&](const char* name) {
      return record[source.Column(name)];
    };
    const std::string born = decade.at(field("birth_date"));
    const std::string municipality = field("municipality_code");
    if (!kept.contains(born + "\t" + field("sex") + "\t" + municipality +
                       "\t")) {
      continue;
    }
    rows.push_back({field("subscriber_id"), born, field("sex"), municipality,
                    field("plan"), field("monthly_fee"), field("device")});
  }
  std::ranges::sort(rows);
  return rows;
}

void CheckNothingWritten(const Workplace& place) {
  CHECK_FALSE(fs::exists(place.out));
  CHECK_FALSE(fs::exists(place.internal));
  CHECK(place.Leftovers().empty());
}

}  // namespace

TEST_CASE("the example: pseudonyms are stable and the vault opens them all") {
  Workplace place;
  place.UsePolicy(ExamplePolicy(kPolicy));
  place.MakeSecrets();
  const Outcome first = place.Run();
  REQUIRE_MESSAGE(first.exit_code == 0, first.err);
  CHECK(Names(ReadTree(place.out)) == ReleaseNames());
  CHECK(Names(ReadTree(place.internal)) == InternalNames());
  CHECK(WrongSums(ReadTree(place.out)) == "");
  CheckFigures(Json::parse(Read(place.internal / "report.json")),
               CountSource(kCase).counts);
  CHECK(CountRelease(kCase, place.out / "provide/data.csv").dump ==
        CountSource(kCase).dump);

  const auto originals = Originals(place, place.out, DataSetOf(place.internal));
  Table data = ParseTable(Read(place.out / "provide/data.csv"));
  CHECK(data.header == std::vector<std::string>{"subscriber_id", "birth_date",
                                                "sex", "municipality_code",
                                                "plan", "monthly_fee",
                                                "device"});
  for (auto& record : data.records) record[0] = originals.at(record[0]);
  std::ranges::sort(data.records);
  CHECK(data.records == ExpectedRows());

  // A second run in the same domain, elsewhere: the same pseudonyms.
  const fs::path first_out = place.out;
  place.out += "-again";
  place.internal += "-again";
  REQUIRE(place.Run().exit_code == 0);
  CHECK(Originals(place, place.out, DataSetOf(place.internal)) == originals);
  CHECK(Read(place.out / "provide/data.csv") !=
        Read(first_out / "provide/data.csv"));

  // Another domain: none of them.
  place.out += "-other";
  place.internal += "-other";
  place.UsePolicy(Replaced(ExamplePolicy(kPolicy), "plan-analysis/2026",
                           "another-domain/2026"));
  REQUIRE(place.Run().exit_code == 0);
  for (const auto& [pseudonym, original] :
       Originals(place, place.out, DataSetOf(place.internal))) {
    REQUIRE_FALSE(originals.contains(pseudonym));
  }

  const Outcome list = Tool({"vault", "list", "--vault", place.vault.string(),
                             "--custodian-key", place.custodian_key.string()});
  CHECK(list.exit_code == 0);
  CHECK(std::ranges::count(list.out, '\n') == 3);
  CHECK(list.out.find("pending") == std::string::npos);
}

TEST_CASE("no original is in the release, internally, or plain in the vault") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 240);
  place.MakeSecrets();
  REQUIRE(place.Run().exit_code == 0);
  const Table source = ParseTable(SmallTable(240));
  std::set<std::string> identifiers = source.Values("subscriber_id");
  identifiers.merge(source.Values("phone"));
  for (const fs::path& directory :
       {place.out, place.internal, place.vault.parent_path(),
        place.keyring.parent_path()}) {
    for (const auto& file : ReadTree(directory)) {
      CHECK_MESSAGE(FindIn(file.second, identifiers).empty(), file.first);
    }
  }
  // Nor a pseudonym internally: a key to the release is what they would be.
  const Table data = ParseTable(Read(place.out / "provide/data.csv"));
  for (const auto& file : ReadTree(place.internal)) {
    CHECK_MESSAGE(FindIn(file.second, data.Values("subscriber_id")).empty(),
                  file.first);
  }
}

TEST_CASE("no key, no run: nothing is written") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 240);
  const Outcome without_both = place.Run();
  CHECK(without_both.exit_code == 2);
  CHECK(without_both.err.find("--keyring") != std::string::npos);
  CheckNothingWritten(place);

  place.MakeSecrets();
  const Tree vault = ReadTree(place.vault.parent_path());
  std::vector<std::string> arguments = place.RunArguments();
  arguments.resize(7);  // run policy --out OUT --internal INTERNAL --vault
  arguments.push_back(place.vault.string());
  CHECK(Tool(arguments).exit_code == 2);
  CheckNothingWritten(place);
  arguments.resize(6);
  for (const std::string& word :
       {std::string("--keyring"), place.keyring.string(), std::string("--kek"),
        place.kek()}) {
    arguments.push_back(word);
  }
  const Outcome without_vault = Tool(arguments);
  CHECK(without_vault.exit_code == 2);
  CHECK(without_vault.err.find("--vault") != std::string::npos);
  CheckNothingWritten(place);
}

TEST_CASE("places of keys, deletion information and release must be apart") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 240);
  place.vault = place.root() / "releases/r/vault.db";
  fs::create_directories(place.vault.parent_path());
  place.MakeSecrets();
  const Tree before = ReadTree(place.root() / "releases");
  const Outcome inside = place.Run({"--replace"});
  CHECK(inside.exit_code == 2);
  CHECK(inside.err.find("apart") != std::string::npos);
  CHECK(Names(ReadTree(place.root() / "releases")) == Names(before));

  // Through a symlink just the same.
  Workplace linked;
  linked.UseSmallTable(Kind::kPseudonymized, 240);
  linked.MakeSecrets();
  fs::create_directory_symlink(linked.root() / "vault",
                               linked.root() / "releases/r");
  CHECK(linked.Run({"--replace"}).exit_code == 2);
  CHECK(fs::is_symlink(linked.root() / "releases/r"));

  Workplace together;
  together.UseSmallTable(Kind::kPseudonymized, 240);
  together.keyring = together.root() / "vault/keyring";
  together.MakeSecrets();
  CHECK(together.Run().exit_code == 2);
  CheckNothingWritten(together);
}

TEST_CASE("a keyring or vault that others may read is refused") {
  for (const bool is_keyring : {true, false}) {
    Workplace place;
    place.UseSmallTable(Kind::kPseudonymized, 240);
    place.MakeSecrets();
    const fs::path& secret = is_keyring ? place.keyring : place.vault;
    REQUIRE(chmod(secret.c_str(), 0640) == 0);
    const Outcome loose = place.Run();
    CHECK(loose.exit_code == 3);
    CHECK(loose.err.find("chmod 600") != std::string::npos);
    CHECK(std::ranges::count(loose.err, '\n') == 1);
    CheckNothingWritten(place);
    REQUIRE(chmod(secret.c_str(), 0600) == 0);
    CHECK(place.Run().exit_code == 0);
  }
}

TEST_CASE("anonymized information takes no vault and no keyring") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  place.MakeSecrets();
  const Outcome outcome = place.Run();
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("no vault") != std::string::npos);
  CheckNothingWritten(place);
  CHECK(Tool({"vault", "list", "--vault", place.vault.string(),
              "--custodian-key", place.custodian_key.string()})
            .out == "");
}

TEST_CASE("a dry run opens no key and no vault") {
  Workplace place;
  place.UseSmallTable(Kind::kPseudonymized, 240);
  place.MakeSecrets();
  const Tree before = ReadTree(place.root());
  const Outcome outcome = place.Run({"--dry-run"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.find("dry run") != std::string::npos);
  CHECK(ReadTree(place.root()) == before);
}

TEST_CASE("keys and vaults are never made over old ones") {
  Workplace place;
  place.MakeSecrets();
  const Tree before = ReadTree(place.root());
  CHECK(Tool({"key", "create", "--keyring", place.keyring.string(), "--kek",
              place.kek()})
            .exit_code == 3);
  CHECK(Tool({"vault", "init", "--vault", place.vault.string(),
              "--custodian-key", (place.root() / "custodian/b").string()})
            .exit_code == 3);
  CHECK(Tool({"vault", "init", "--vault", (place.root() / "vault/b").string(),
              "--custodian-key", place.custodian_key.string()})
            .exit_code == 3);
  CHECK(ReadTree(place.root()) == before);
}
