// SPDX-License-Identifier: Apache-2.0
//
// How a policy makes pseudonyms: lengths, epochs, normalization, fresh ones;
// and what frequency analysis is said to make of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "policy/run_support.h"

namespace anon {
namespace {

// `rest` goes with the column of identifiers.
struct PseudonymJob : test::Job {
  explicit PseudonymJob(const std::string& rest, bool principals = false) {
    Pseudonymize();
    const std::string plain = "treatment: pseudonymize";
    columns.replace(columns.find(plain), plain.size(), plain + rest);
    if (principals) principal = "{column: id, several_rows: count_once}";
    models.clear();
    limit.clear();
  }
  // Pseudonyms, in the order of the originals.
  std::vector<std::string> Pseudonyms() const {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& record : sink.committed) {
      pairs.emplace_back(record.original, record.pseudonym);
    }
    std::ranges::sort(pairs);
    std::vector<std::string> pseudonyms;
    for (auto& pair : pairs) pseudonyms.push_back(std::move(pair.second));
    return pseudonyms;
  }
  RunReport MustRun() const {
    auto report = Run();
    REQUIRE_MESSAGE(report.ok(), Message(report.status()));
    REQUIRE_MESSAGE(report->released, report->reason);
    return *std::move(report);
  }
};

TEST_CASE("Policy pseudonyms: two epochs share none, one epoch all") {
  PseudonymJob april(", epoch: 2026-04");
  PseudonymJob may(", epoch: 2026-05");
  PseudonymJob again(", epoch: 2026-04");
  may.options.keyring = again.options.keyring = april.options.keyring;
  april.MustRun();
  may.MustRun();
  again.MustRun();
  const std::vector<std::string> first = april.Pseudonyms();
  REQUIRE(first.size() == 121);
  CHECK(first == again.Pseudonyms());
  const std::set<std::string> known(first.begin(), first.end());
  for (const std::string& pseudonym : may.Pseudonyms()) {
    CHECK_FALSE(known.contains(pseudonym));
  }
}

TEST_CASE("Policy pseudonyms: a short one is the beginning of a long one") {
  PseudonymJob whole(", encoding: hex");
  PseudonymJob cut(", encoding: hex, bytes: 10, most_identifiers: 10000000");
  cut.options.keyring = whole.options.keyring;
  whole.MustRun();
  cut.MustRun();
  const std::vector<std::string> longer = whole.Pseudonyms();
  const std::vector<std::string> shorter = cut.Pseudonyms();
  REQUIRE(shorter.size() == longer.size());
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    CHECK(shorter[i].size() == 20);
    CHECK(longer[i].starts_with(shorter[i]));
  }
}

TEST_CASE(
    "Policy pseudonyms: fresh ones do not link two records of one person, need "
    "no key, and are kept with what they replace") {
  PseudonymJob job(", fresh: true");
  job.keyring = nullptr;
  job.options.keyring = nullptr;
  const std::vector<std::string> once = test::Job::Rows(60);
  std::vector<std::string> rows = once;
  rows.insert(rows.end(), once.begin(), once.end());
  job.WriteRows(rows);
  const RunReport report = job.MustRun();
  CHECK(report.key_id.empty());
  const std::vector<std::string> pseudonyms = job.Pseudonyms();
  CHECK(pseudonyms.size() == rows.size());
  CHECK(std::set(pseudonyms.begin(), pseudonyms.end()).size() == rows.size());
  REQUIRE(report.frequency_attacks.size() == 1);
  CHECK(report.frequency_attacks[0].most_frequent == 1);
  CHECK(report.frequency_attacks[0].expected == 1);  // a lucky guess
  CHECK(report.frequency_attacks[0].certain == 0);
}

TEST_CASE(
    "Policy pseudonyms: spellings of one telephone number are one person, one "
    "pseudonym and one record of the vault") {
  const std::vector<std::string> rows = {
      "090-1234-5678,20,f,A", "+81 90 1234 5678,20,f,A",
      "０９０１２３４５６７８,20,f,A", "090-1234-5679,20,f,A"};
  PseudonymJob spelled(", normalize: phone-jp-1", true);
  spelled.WriteRows(rows);
  const RunReport report = spelled.MustRun();
  CHECK(report.principals_in == 2);
  REQUIRE(spelled.sink.committed.size() == 2);
  CHECK(spelled.sink.committed.begin()->original == "+819012345678");
  CHECK(report.frequency_attacks.at(0).pseudonyms == 2);
  CHECK(report.frequency_attacks.at(0).certain == 2);
  // Without it they would pass for four.
  PseudonymJob raw("", true);
  raw.WriteRows(rows);
  CHECK(raw.MustRun().principals_in == 4);
  // The filter gives the same pseudonym.
  const auto filter = Pseudonymizer::Create(
      spelled.keyring->primary(), {.domain = "test/1",
                                   .attribute = "id",
                                   .normalization = Normalization::kPhoneJp1});
  CHECK(*filter->Pseudonymize("(090) 1234 5678") ==
        spelled.sink.committed.begin()->pseudonym);
}

TEST_CASE(
    "Policy pseudonyms: what is no telephone number stops the run at its "
    "place, without showing it") {
  PseudonymJob job(", normalize: phone-jp-1");
  job.WriteRows({"090-1234-5678,20,f,A", "SECRET,20,f,A"});
  const auto report = job.Run();
  REQUIRE_FALSE(report.ok());
  CHECK(absl::IsDataLoss(report.status()));
  CHECK(Message(report.status()).find("people.csv, line 3, column 1 (id)") !=
        std::string_view::npos);
  CHECK(Message(report.status()).find("SECRET") == std::string_view::npos);
  CHECK(job.LeftNothing());
}

TEST_CASE("Policy pseudonyms: the step log says how they were made") {
  PseudonymJob job(
      ", encoding: decimal, normalize: code-1, epoch: 2026-Q2, bytes: 12, "
      "most_identifiers: 1000000000");
  const RunReport report = job.MustRun();
  const auto step =
      std::ranges::find(report.steps, std::string("id"), &RunStep::column);
  REQUIRE(step != report.steps.end());
  CHECK(step->parameters.at("encoding") == std::vector<std::string>{"decimal"});
  CHECK(step->parameters.at("normalize") == std::vector<std::string>{"code-1"});
  CHECK(step->parameters.at("epoch") == std::vector<std::string>{"2026-Q2"});
  CHECK(step->parameters.at("bytes") == std::vector<std::string>{"12"});
  CHECK(step->parameters.at("fresh") == std::vector<std::string>{"false"});
}

TEST_CASE("Policy pseudonyms: an unequal number of records is an attack") {
  PseudonymJob job("", true);
  std::vector<std::string> rows;
  for (const auto& [id, count] :
       {std::pair{"heavy", 30}, {"b", 3}, {"c", 3}, {"d", 1}}) {
    for (int i = 0; i < count; ++i) rows.push_back(std::string(id) + ",20,f,A");
  }
  job.WriteRows(rows);
  const RunReport report = job.MustRun();
  const FrequencyAttack& attack = report.frequency_attacks.at(0);
  CHECK(attack.pseudonyms == 4);
  CHECK(attack.most_frequent == 30);
  CHECK(attack.certain == 2);
  CHECK(attack.certain_records == 31);
  CHECK(attack.expected == 3);
  const auto json = internal::Json::parse(ReportJson(report));
  CHECK(json.at("frequency_attack").at(0).at("certain_records") == 31);
}

TEST_CASE("Policy pseudonyms: impossible ones are refused at their place") {
  const auto refusal = [](const std::string& rest) {
    PseudonymJob job(rest);
    const auto policy = ParsePolicy(job.Yaml(), "p.yaml");
    CHECK_MESSAGE(absl::IsInvalidArgument(policy.status()), rest);
    return std::string(Message(policy.status()));
  };
  CHECK(refusal(", bytes: 7").find("columns.id.bytes must be from 8 to 16") !=
        std::string::npos);
  CHECK(refusal(", bytes: 17").find("from 8 to 16") != std::string::npos);
  // The collision rule: 2^48 by default.
  CHECK(refusal(", bytes: 10").find("most_identifiers") != std::string::npos);
  CHECK(refusal(", bytes: 8, most_identifiers: 10000000").find("take") !=
        std::string::npos);
  CHECK(refusal(", most_identifiers: 0").find("1 or more") !=
        std::string::npos);
  CHECK(refusal(", most_identifiers: 562949953421312").find("split") !=
        std::string::npos);
  CHECK(refusal(", fresh: true, epoch: x").find("fresh: true") !=
        std::string::npos);
  CHECK(refusal(", normalize: phone").find("phone-jp-1") != std::string::npos);
  test::Job plain;
  plain.columns =
      test::Job::Column("id", "direct_identifier", "treatment: suppress") +
      test::Job::Column("age", "quasi_identifier",
                        "treatment: keep, fresh: true") +
      test::Job::Column("sex", "quasi_identifier", "treatment: keep") +
      test::Job::Column("plan", "sensitive", "treatment: keep");
  CHECK(Message(ParsePolicy(plain.Yaml(), "p.yaml").status())
            .find("columns.age.fresh has no meaning with treatment: keep") !=
        std::string_view::npos);
}

}  // namespace
}  // namespace anon
