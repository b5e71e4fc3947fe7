// SPDX-License-Identifier: Apache-2.0
//
// Runs killed with SIGKILL at random moments of their life. Each release is
// known by its date, so that old, new and a mixture can be told apart: the date
// stands in the manifest, both notices and the report, and SHA256SUMS binds
// these to the data.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <random>

#include "anon/base/digest.h"
#include "anon/vault/sqlite_vault.h"
#include "e2e/release_tree.h"
#include "e2e/workplace.h"

namespace {

namespace fs = std::filesystem;
using namespace anon::test;
using std::chrono::microseconds;
using Json = nlohmann::json;

constexpr int kSubscribers = 120;

// Empty if `release` is whole and was made on `date`.
std::string NotOf(const std::string& date, const Tree& release) {
  if (Names(release) != ReleaseNames()) return "other files than a release's";
  if (const std::string wrong = WrongSums(release); !wrong.empty()) {
    return wrong;
  }
  const Json manifest = Json::parse(release.at("publish/manifest.json"));
  if (manifest.at("created_at") != date) return "the manifest's date";
  return "";
}

// Kills runs at one workplace and checks what they leave.
class Killer {
 public:
  Killer(Kind kind, std::uint64_t seed) : chance_(seed) {
    place_.UseSmallTable(kind, kSubscribers);
    if (kind == Kind::kPseudonymized) place_.MakeSecrets();
    has_vault_ = kind == Kind::kPseudonymized;
    Measure();
  }

  // One run onto nothing, killed; then the next one.
  void KillFirstRun();
  // One run that replaces a release, killed; then the next one.
  void KillReplacingRun();
  // At the end: what the vault keeps.
  void CheckVault();

  // What the killed runs had got to.
  struct Tally {
    int killed = 0;  // before they ended
    int absent = 0;
    int old = 0;
    int renewed = 0;
    int journal = 0;  // in the middle of the commit
    int stage = 0;    // with stages on the disk
  };
  const Tally& tally() const { return tally_; }

 private:
  void Measure();
  void Measured(microseconds took);
  std::string NextDate();
  void Kill(const std::string& date, bool replace);
  void CheckRecovered(const std::string& date);
  void CheckDeletionInformation();
  microseconds Moment();

  Workplace place_;
  std::mt19937_64 chance_;
  microseconds duration_{};  // of a whole run, lately
  int day_ = 0;
  bool has_vault_ = false;
  int releases_seen_ = 0;
  int runs_ = 0;
  Tally tally_;
};

std::string Killer::NextDate() {
  ++day_;
  return fmt::format("{}-{:02}-{:02}", 2000 + day_ / 336, day_ / 28 % 12 + 1,
                     day_ % 28 + 1);
}

// How long a run takes, commit and all: the median of five.
void Killer::Measure() {
  std::vector<microseconds> times;
  for (int i = 0; i < 5; ++i) {
    const Outcome outcome =
        place_.Run({"--quiet", "--date", NextDate(), "--replace"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    times.push_back(outcome.took);
    ++releases_seen_;
    ++runs_;
  }
  std::ranges::sort(times);
  duration_ = times[times.size() / 2];
}

// The machine may be busier now than it was, or less, which is believed sooner:
// a moment after the end of a run proves nothing.
void Killer::Measured(microseconds took) {
  duration_ =
      took < duration_ ? (duration_ + took) / 2 : (7 * duration_ + took) / 8;
}

// Half of the moments anywhere, half in the last third, where the commit is.
microseconds Killer::Moment() {
  std::uniform_real_distribution<double> share(0.0, 1.05);
  const double at = share(chance_);
  const bool late = chance_() % 2 == 0;
  return microseconds(static_cast<std::int64_t>(
      static_cast<double>(duration_.count()) * (late ? 0.7 + at / 3 : at)));
}

void Killer::Kill(const std::string& date, bool replace) {
  std::vector<std::string> more = {"--quiet", "--date", date};
  if (replace) more.push_back("--replace");
  const Outcome outcome = place_.Run(more, {.kill_after = Moment()});
  ++runs_;
  if (outcome.signal == SIGKILL) {
    ++tally_.killed;
  } else {
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  }
  const std::vector<std::string> left = place_.Leftovers();
  tally_.journal += std::ranges::count(left, ".r.anon-commit") > 0 ? 1 : 0;
  tally_.stage += std::ranges::count(left, ".r.anon-stage") > 0 ? 1 : 0;
}

void Killer::KillFirstRun() {
  fs::remove_all(place_.out);
  fs::remove_all(place_.internal);
  const std::string date = NextDate();
  Kill(date, /*replace=*/false);
  const bool there = fs::exists(place_.out);
  if (there) REQUIRE(NotOf(date, ReadTree(place_.out)) == "");
  ++(there ? tally_.renewed : tally_.absent);

  // The next run does not replace. If the killed one had got so far that its
  // release now stands, that is what it says, and it has finished the work.
  const std::string next = NextDate();
  const Outcome outcome = place_.Run({"--quiet", "--date", next});
  ++runs_;
  CAPTURE(outcome.err);
  if (outcome.exit_code == 0) {
    REQUIRE_FALSE(there);
    Measured(outcome.took);
    CheckRecovered(next);
  } else {
    REQUIRE(outcome.exit_code == 3);
    REQUIRE(outcome.err.find(": exists; ") != std::string::npos);
    CheckRecovered(date);
  }
}

void Killer::KillReplacingRun() {
  if (!fs::exists(place_.out)) {
    REQUIRE(place_.Run({"--quiet", "--date", NextDate()}).exit_code == 0);
    ++releases_seen_;
    ++runs_;
  }
  const Tree old = ReadTree(place_.out);
  const std::string date = NextDate();
  Kill(date, /*replace=*/true);
  const Tree now = ReadTree(place_.out);
  const bool is_old = now == old;
  if (!is_old) REQUIRE(NotOf(date, now) == "");
  ++(is_old ? tally_.old : tally_.renewed);

  const std::string next = NextDate();
  const Outcome outcome = place_.Run({"--quiet", "--date", next, "--replace"});
  ++runs_;
  // The machine may be busier or idler than it was.
  duration_ = (3 * duration_ + outcome.took) / 4;
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  Measured(outcome.took);
  CheckRecovered(next);
}

// After a run that was not killed: one release, its internal files, no rest.
void Killer::CheckRecovered(const std::string& date) {
  ++releases_seen_;
  const Tree release = ReadTree(place_.out);
  REQUIRE(NotOf(date, release) == "");
  const Tree inside = ReadTree(place_.internal);
  REQUIRE(Names(inside) == InternalNames());
  const Json report = Json::parse(inside.at("report.json"));
  REQUIRE(report.at("created") == date);
  REQUIRE(report.at("sha256").size() == 14);
  for (const auto& [name, sha256] : report.at("sha256").items()) {
    REQUIRE(anon::ToHex(anon::Sha256(release.at(name))) == sha256);
  }
  const std::vector<std::string> left = place_.Leftovers();
  REQUIRE_MESSAGE(left.empty(), left.front());
  if (has_vault_) CheckDeletionInformation();
}

// All data sets are committed; the release's own has an entry for each
// pseudonym, and every one opens.
void Killer::CheckDeletionInformation() {
  const std::string id = Json::parse(Read(place_.internal / "report.json"))
                             .at("deletion_information")
                             .at("data_set_id");
  auto reader =
      anon::OpenSqliteVaultCustodian(place_.vault, place_.custodian_key);
  REQUIRE(reader.ok());
  const auto data_sets = reader->DataSets();
  REQUIRE(data_sets.ok());
  bool listed = false;
  for (const anon::VaultDataSet& set : *data_sets) {
    REQUIRE(set.committed);
    listed |= set.id == id;
  }
  REQUIRE(listed);
  const Table data = ParseTable(Read(place_.out / "provide/data.csv"));
  const auto entries = reader->Verify(id);
  REQUIRE(entries.ok());
  REQUIRE(entries->opened == std::ssize(data.Values("subscriber_id")));
}

void Killer::CheckVault() {
  auto reader =
      anon::OpenSqliteVaultCustodian(place_.vault, place_.custodian_key);
  REQUIRE(reader.ok());
  // One domain, one key: the pseudonyms are the same in every data set.
  const Table source = ParseTable(SmallTable(kSubscribers));
  const std::set<std::string> ids = source.Values("subscriber_id");
  const std::set<std::string> pseudonyms =
      ParseTable(Read(place_.out / "provide/data.csv")).Values("subscriber_id");
  const auto data_sets = reader->DataSets();
  REQUIRE(data_sets.ok());
  for (const anon::VaultDataSet& set : *data_sets) {
    REQUIRE(set.committed);
    REQUIRE(set.records == static_cast<std::int64_t>(pseudonyms.size()));
    std::set<std::string> originals;
    const auto all = place_.Originals(set.id, "subscriber_id");
    for (const std::string& pseudonym : pseudonyms) {
      REQUIRE(all.contains(pseudonym));
      originals.insert(all.at(pseudonym));
    }
    REQUIRE(originals.size() == pseudonyms.size());
    REQUIRE(std::ranges::includes(ids, originals));
  }
  // One for each release that ever stood, and none for runs that failed.
  CHECK(std::ssize(*data_sets) >= releases_seen_);
  CHECK(std::ssize(*data_sets) <= runs_);
}

void Report(const Killer::Tally& tally) {
  MESSAGE(fmt::format(
      "{} killed before their end: {} with stages, {} in the commit; then "
      "nothing {}, the old release {}, the new one {}",
      tally.killed, tally.stage, tally.journal, tally.absent, tally.old,
      tally.renewed));
  // Most of them were killed at work, or this test proves little.
  CHECK(tally.killed > 40);
  CHECK(tally.stage > 20);
}

}  // namespace

TEST_CASE("100 anonymizing runs killed at random leave the old or the new") {
  Killer killer(Kind::kAnonymized, 1);
  for (int i = 0; i < 50; ++i) {
    CAPTURE(i);
    killer.KillFirstRun();
    killer.KillReplacingRun();
  }
  Report(killer.tally());
}

TEST_CASE("100 pseudonymizing runs killed at random: so does the vault") {
  Killer killer(Kind::kPseudonymized, 2);
  for (int i = 0; i < 50; ++i) {
    CAPTURE(i);
    killer.KillFirstRun();
    killer.KillReplacingRun();
  }
  Report(killer.tally());
  killer.CheckVault();
}
