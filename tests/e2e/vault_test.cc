// SPDX-License-Identifier: Apache-2.0
//
// The custodian's commands, as a custodian types them.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;

// anon <arguments> --vault V --custodian-key K, with `input` on stdin.
Outcome Custodian(const Workplace& place, const std::string& arguments,
                  const std::string& input = "") {
  return RunProcess({"/bin/sh", "-c",
                     "printf '" + input + "' | " ANON_TOOL " " + arguments +
                         " --vault " + place.vault.string() +
                         " --custodian-key " + place.custodian_key.string()});
}

struct Pseudonymized : Workplace {
  Pseudonymized() {
    UseSmallTable(Kind::kPseudonymized, 240);
    MakeSecrets();
    const Outcome run = Run();
    REQUIRE_MESSAGE(run.exit_code == 0, run.err);
    data = out / "provide/data.csv";
    subscriber = *ParseTable(SmallTable(240)).Values("subscriber_id").begin();
  }
  fs::path data;
  std::string subscriber;
};

TEST_CASE_FIXTURE(Pseudonymized,
                  "a principal is erased from the vault and from a file, and a "
                  "restored backup does not bring her back") {
  const fs::path backup = root() / "backup.db";
  fs::copy_file(vault, backup);
  const std::size_t rows = ParseTable(Read(data)).records.size();
  const Outcome erase = Custodian(
      *this,
      "erase --reason asked --principal - --column subscriber_id --in " +
          data.string(),
      subscriber + "\\n");
  REQUIRE_MESSAGE(erase.exit_code == 0, erase.err);
  CHECK(erase.out.find("anon-erasure-certificate/1") != std::string::npos);
  CHECK((erase.out + erase.err).find(subscriber) == std::string::npos);
  CHECK(ParseTable(Read(data)).records.size() < rows);
  const Outcome limited =
      Custodian(*this, "erase --reason asked --limit 1 --principal -",
                subscriber + "\\n");
  CHECK(limited.exit_code == 3);
  CHECK(limited.err.find("1 are allowed") != std::string::npos);
  const Outcome again = Custodian(*this, "erase --reason asked --principal -",
                                  subscriber + "\\n");
  CHECK(again.exit_code == 3);
  CHECK(again.err.find(subscriber) == std::string::npos);

  fs::copy_file(backup, vault, fs::copy_options::overwrite_existing);
  const Outcome verify = Custodian(*this, "vault verify");
  REQUIRE_MESSAGE(verify.exit_code == 0, verify.err);
  CHECK(verify.out.find("1 erased are still there") != std::string::npos);
  CHECK(Custodian(*this, "vault expire").exit_code == 0);
  CHECK(Custodian(*this, "vault verify").out.find("erased") ==
        std::string::npos);
}

TEST_CASE_FIXTURE(Pseudonymized,
                  "what a vault says of itself does not steer a terminal") {
  const std::string actor = "vault list --actor \"$(printf 'x\\033[2J')\"";
  REQUIRE(Custodian(*this, actor).exit_code == 0);
  const Outcome log = Custodian(*this, "vault log");
  CHECK(log.out.find('\x1b') == std::string::npos);
  CHECK(log.out.find("x\\x1b[2J") != std::string::npos);
}

TEST_CASE_FIXTURE(Pseudonymized,
                  "while a private file is erased from, nobody else may read "
                  "the copy that takes its place") {
  const auto mode_of = [](const fs::path& path) {
    struct stat info {};
    REQUIRE(stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777U;
  };
  const fs::path large = root() / "large.csv";
  const std::string text = Read(data);
  const std::size_t header = text.find('\n') + 1;
  std::string lines = text.substr(0, header);
  while (lines.size() < 2'000'000) lines += text.substr(header);
  Write(large, lines);
  REQUIRE(chmod(large.c_str(), 0600) == 0);
  const std::string erase =
      " erase --reason asked --principal - --column subscriber_id --in " +
      large.string() + " --vault " + vault.string() + " --custodian-key " +
      custodian_key.string();
  // No file may grow past a MiB, so the copy ends halfway, and the process.
  const Outcome killed =
      RunProcess({"/bin/sh", "-c",
                  "umask 077; printf '" + subscriber +
                      "\\n' | (ulimit -c 0; ulimit -f 2048; exec " ANON_TOOL +
                      erase + ")"});
  CHECK(killed.exit_code != 0);
  CHECK(mode_of(large.string() + ".erasing") == 0600);
  CHECK(Read(large) == lines);

  const Outcome again = Custodian(
      *this, erase.substr(0, erase.find(" --vault")), subscriber + "\\n");
  REQUIRE_MESSAGE(again.exit_code == 0, again.err);
  CHECK(mode_of(large) == 0600);
  CHECK(Read(large).size() < lines.size());
  CHECK_FALSE(fs::exists(large.string() + ".erasing"));
}

TEST_CASE_FIXTURE(Pseudonymized,
                  "nobody is re-identified, identifiers are no arguments, and "
                  "nothing left behind names anybody") {
  const std::string pseudonym =
      *ParseTable(Read(data)).Values("subscriber_id").begin();
  const std::string list = Custodian(*this, "vault list").out;
  const std::string set = list.substr(0, list.find("  "));
  const std::string ask =
      "reidentify --reason r --attribute subscriber_id --data-set " + set;
  const Outcome refused =
      Custodian(*this, ask + " --pseudonym -", pseudonym + "\\n");
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("41(7)") != std::string::npos);
  CHECK(refused.out.empty());
  CHECK(Custodian(*this, ask + " --pseudonym " + pseudonym).exit_code == 2);
  CHECK(Custodian(*this, "erase --reason r --principal " + subscriber)
            .exit_code == 2);
  const Outcome log = Custodian(*this, "vault log");
  CHECK(log.out.find("look-up refused (legal kind)") != std::string::npos);

  const Table source = ParseTable(SmallTable(240));
  std::set<std::string> identifiers = source.Values("subscriber_id");
  identifiers.merge(source.Values("phone"));
  CHECK(FindIn(log.out + refused.err, identifiers).empty());
  for (const fs::path& directory : {out, internal, vault.parent_path()}) {
    for (const auto& file : ReadTree(directory)) {
      CHECK_MESSAGE(FindIn(file.second, identifiers).empty(), file.first);
    }
  }
}

}  // namespace
