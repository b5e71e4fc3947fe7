// SPDX-License-Identifier: Apache-2.0
//
// What a written file may not hold, whatever the policy says of its columns.
#include <nlohmann/json.hpp>

#include "policy/run_support.h"

namespace anon {
namespace {

using test::Job;

// 120 people with one more column, `extra`, kept as insensitive; `planted` is
// its value in one record.
struct Planted : Job {
  explicit Planted(std::string_view planted, std::string name = "device")
      : column(std::move(name)) {
    columns += Column(column, "insensitive", "treatment: keep");
    std::vector<std::string> rows = Rows(120);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] += fmt::format(",\"{}\"", i == 17 ? planted : "Mihon Phone");
    }
    WriteRows(rows, "id,age,sex,plan," + column);
  }
  std::string column;
};

TEST_CASE("Residue: a planted identifier stops the seal, in any column") {
  struct Plant {
    const char* value;
    const char* column;
    const char* rule;
  };
  for (const Plant& plant :
       {Plant{"支払いは 4111 1111 1111 1111 のカードで", "memo",
              "payment_card"},
        Plant{"taro.mihon@example.jp の iPhone", "device", "email"},
        Plant{"折り返し ０９０－１２３４－５６７８", "memo", "phone"}}) {
    CAPTURE(plant.value);
    const Planted job(plant.value, plant.column);
    const auto report = job.Run();
    REQUIRE_MESSAGE(report.ok(), Message(report.status()));
    CHECK_FALSE(report->released);
    CHECK_MESSAGE(report->reason.find(fmt::format(
                      "column '{}': 1 of ", plant.column)) != std::string::npos,
                  report->reason);
    CHECK_MESSAGE(report->reason.find(plant.rule) != std::string::npos,
                  report->reason);
    CHECK_FALSE(std::filesystem::exists(job.options.places.out));
    const std::string json = test::Read(report->internal / "report.json");
    CHECK(json.find("4111") == std::string::npos);
    CHECK(json.find("taro") == std::string::npos);
    CHECK(nlohmann::json::parse(json)["residue"][0]["stops"] == true);
  }
}

TEST_CASE("Residue: what somebody has looked at may stay, with the reason") {
  Planted job("support@example.jp");
  job.gates =
      "gates:\n  residue: {allow: [{column: device, rule: email, reason: "
      "窓口の公開アドレス}]}\n";
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_MESSAGE(report->released, report->reason);
  REQUIRE(report->residue.size() == 1);
  CHECK(report->residue[0].allowed == "窓口の公開アドレス");
  // For another column or rule it says nothing.
  job.gates =
      "gates:\n  residue: {allow: [{column: plan, rule: email, reason: x}, "
      "{column: device, rule: mobile_phone, reason: x}]}\n";
  job.options.replace = true;
  const auto refused = job.Run();
  REQUIRE(refused.ok());
  CHECK_FALSE(refused->released);
}

TEST_CASE("Residue: redaction lets the same text pass") {
  Planted job("連絡先 taro.mihon@example.jp、090-1234-5678", "memo");
  const std::string keep = "treatment: keep, item: {ja: 項目memo";
  job.columns.replace(job.columns.find(keep),
                      std::string("treatment: keep").size(),
                      "operators: [{operator: redact_text}]");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_MESSAGE(report->released, report->reason);
  const std::string data =
      test::Read(job.options.places.out / "provide" / "data.csv");
  CHECK(data.find("連絡先 [email]、[mobile_phone]") != std::string::npos);
}

TEST_CASE("Uniqueness: an insensitive column that tells people apart stops") {
  Job job;
  job.columns += Job::Column("fee", "insensitive", "treatment: keep") +
                 Job::Column("device", "insensitive", "treatment: keep");
  std::vector<std::string> rows = job.Rows(120);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // Alone, each value is shared by many; together they are not.
    rows[i] += fmt::format(",{},{}", i / 11, i % 11);
  }
  job.WriteRows(rows, "id,age,sex,plan,fee,device");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_FALSE(report->released);
  CHECK_MESSAGE(report->reason.find("alone with their value of fee and "
                                    "device") != std::string::npos,
                report->reason);
  REQUIRE(report->uniqueness.size() == 3);
  CHECK(report->uniqueness[0].alone == 0);
  CHECK(report->uniqueness[2].alone == report->records_out);

  job.gates = "gates:\n  uniqueness: {limit: 100%}\n";
  job.options.replace = true;
  const auto allowed = job.Run();
  REQUIRE(allowed.ok());
  CHECK(allowed->released);
}

TEST_CASE("Uniqueness: five rows of one person are still one person alone") {
  Job job;
  job.principal = "{column: id, several_rows: count_once}";
  job.columns += Job::Column("device", "insensitive", "treatment: keep");
  job.gates = "gates:\n  uniqueness: {limit: \"0\"}\n";
  std::vector<std::string> rows = job.Rows(120);
  for (std::string& row : rows) row += ",common";
  for (int i = 0; i < 5; ++i) rows.push_back("u1,21,m,B,rare");
  job.WriteRows(rows, "id,age,sex,plan,device");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_FALSE(report->released);
  REQUIRE(report->uniqueness.size() == 1);
  CHECK(report->uniqueness[0].alone == 1);
}

}  // namespace
}  // namespace anon
