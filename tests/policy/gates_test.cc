// SPDX-License-Identifier: Apache-2.0
//
// Who passes: consent, exclusion, and what a run says of them.
#include <nlohmann/json.hpp>

#include "anon/policy/consent.h"
#include "anon/policy/plan.h"
#include "policy/run_support.h"

namespace anon {
namespace {

using test::Job;

constexpr std::string_view kReceipts =
    "principal,purpose,recipient_class,version,given_on,withdrawn_on\n";

// 120 people, all of whom have consented but for what `receipts` says of the
// first: u0.
struct Consented : Job {
  explicit Consented(std::string_view receipts_of_u0) {
    principal = "{column: id, several_rows: count_once}";
    gates =
        "gates:\n  consent: {file: consents.csv, recipient_class: university, "
        "least_version: 2}\n";
    std::string text(kReceipts);
    text += receipts_of_u0;
    for (int i = 1; i < 120; ++i) {
      text += fmt::format("u{},analysis,university,2,2026-04-01,\n", i);
    }
    test::Write(root / "in" / "consents.csv", text);
    WriteRows(Rows(120));
  }

  std::int64_t HeldBack() const {
    const auto report = DryRun(Read(), options);
    REQUIRE_MESSAGE(report.ok(), Message(report.status()));
    REQUIRE(report->gates.size() == 1);
    CHECK(report->gates[0].gate == "consent");
    CHECK(report->gates[0].principals == report->gates[0].records);
    CHECK(report->records_in + report->gates[0].records == 121);
    return report->gates[0].records;
  }
  std::string StatusOf(std::string_view who) const {
    const auto status = FindConsentStatus(Read(), who, "2026-11-20");
    REQUIRE_MESSAGE(status.ok(), Message(status.status()));
    return status->consent + (status->passes ? ", passes" : "");
  }
};

TEST_CASE("Consent: without a receipt nobody passes") {
  const Consented job("");
  CHECK(job.HeldBack() == 2);  // u0 and the lone one
  CHECK(job.StatusOf("u0") == "none");
  CHECK(job.StatusOf("u1") == "given, passes");
  CHECK(job.StatusOf("nobody") == "none");
}

TEST_CASE(
    "Consent: a receipt must be for this purpose and recipient, and new") {
  CHECK(Consented("u0,analysis,university,2,2026-04-01,\n").HeldBack() == 1);
  CHECK(Consented("u0,analysis,university,3,2026-11-20,\n").HeldBack() == 1);
  for (const char* const receipt :
       {"u0,advertising,university,2,2026-04-01,\n",
        "u0,analysis,broker,2,2026-04-01,\n",
        "u0,analysis,university,1,2026-04-01,\n",
        "u0,analysis,university,2,2026-11-21,\n",
        "u0,analysis,university,2,2026-04-01,2026-11-20\n"}) {
    CAPTURE(receipt);
    CHECK(Consented(receipt).HeldBack() == 2);
  }
  // Withdrawn tomorrow: still a consent today.
  CHECK(Consented("u0,analysis,university,2,2026-04-01,2026-11-21\n")
            .HeldBack() == 1);
}

TEST_CASE("Consent: the latest receipt decides, whatever the order") {
  const std::string given = "u0,analysis,university,2,2026-05-01,\n";
  const std::string withdrawn =
      "u0,analysis,university,2,2026-04-01,2026-04-10\n";
  const std::string later = "u0,analysis,university,2,2026-06-01,2026-06-02\n";
  const std::string same_day =
      "u0,analysis,university,2,2026-05-01,2026-05-01\n";
  CHECK(Consented(given + withdrawn).HeldBack() == 1);
  CHECK(Consented(withdrawn + given).HeldBack() == 1);
  CHECK(Consented(withdrawn + given).StatusOf("u0") == "given, passes");
  CHECK(Consented(given + later).HeldBack() == 2);
  CHECK(Consented(later + given).HeldBack() == 2);
  CHECK(Consented(later + given).StatusOf("u0") == "withdrawn");
  CHECK(Consented(given + same_day).HeldBack() == 2);
  CHECK(Consented(same_day + given).HeldBack() == 2);
  CHECK(Consented(given + same_day).StatusOf("u0") == "withdrawn");
  CHECK(Consented(same_day + given).StatusOf("u0") == "withdrawn");
}

TEST_CASE("Consent: a file that is not what it should be stops the run") {
  for (const auto& [text, said] :
       {std::pair(std::string("who,purpose\nu0,x\n"),
                  "consents.csv, line 1: no column 'principal'"),
        std::pair(std::string(kReceipts) + "secret-id,analysis,university,two,"
                                           "2026-04-01,\n",
                  "line 2, column 4 (version): not a whole number"),
        std::pair(std::string(kReceipts) + "secret-id,analysis,university,2,"
                                           "April,\n",
                  "line 2, column 5 (given_on): not a date"),
        std::pair(std::string(kReceipts) + ",analysis,university,2,"
                                           "2026-04-01,\n",
                  "line 2, column 1 (principal): empty")}) {
    const Consented job("");
    test::Write(job.root / "in" / "consents.csv", text);
    const auto report = job.Run();
    REQUIRE_FALSE(report.ok());
    const std::string message(Message(report.status()));
    CHECK_MESSAGE(message.find(said) != std::string::npos, message);
    CHECK(message.find("secret-id") == std::string::npos);
    CHECK_FALSE(std::filesystem::exists(job.options.places.out));
  }
}

TEST_CASE("Consent: a column of the source may say it") {
  Job job;
  job.columns += Job::Column("ok", "insensitive", "treatment: suppress");
  job.gates = "gates:\n  consent: {column: ok, given: [\"yes\", \"1\"]}\n";
  std::vector<std::string> rows;
  for (int i = 0; i < 90; ++i) {
    rows.push_back(fmt::format("u{},{},f,A,{}", i, 20 + i % 3,
                               std::array{"yes", "1", ""}[i % 3]));
  }
  job.WriteRows(rows, "id,age,sex,plan,ok");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->released);
  CHECK(report->records_in == 60);
  CHECK(report->gates.at(0).records == 30);
}

TEST_CASE("Exclusion: whoever asked is left out, before consent is asked") {
  Consented job("u0,analysis,university,2,2026-04-01,\n");
  job.gates += "  exclusion: {file: exclusions.csv, cut_off: \"2026-10-31\"}\n";
  test::Write(job.root / "in" / "exclusions.csv",
              "principal,requested_on\nu0,2026-05-01\nu5,2026-11-15\n"
              "lone,2026-05-01\nstranger,2026-05-01\n");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  REQUIRE(report->gates.size() == 2);
  CHECK(report->gates[0].gate == "exclusion");
  CHECK(report->gates[0].records == 3);
  CHECK(report->gates[0].unmatched == 1);  // the stranger
  CHECK(report->gates[1].records == 0);
  CHECK(report->records_in == 118);
  const std::string json = ReportJson(*report);
  CHECK(json.find("\"principals_held_back\": 3") != std::string::npos);
  CHECK(json.find("stranger") == std::string::npos);
  CHECK(test::Read(report->internal / "report.json").find("u5") ==
        std::string::npos);

  const auto status = FindConsentStatus(job.Read(), "u5", "2026-11-20");
  REQUIRE(status.ok());
  CHECK(status->excluded);
  CHECK(status->consent == "given");
  CHECK_FALSE(status->passes);

  job.options.created = "2026-10-30";
  job.options.clock = [] {
    return std::chrono::sys_days(std::chrono::year(2026) / 10 / 30);
  };
  const auto early = DryRun(job.Read(), job.options);
  REQUIRE_FALSE(early.ok());
  CHECK(Message(early.status()).find("cut_off lies after") !=
        std::string_view::npos);
}

TEST_CASE("Gates: if nobody passes, that is a No with its count") {
  Consented job("");
  test::Write(job.root / "in" / "consents.csv", std::string(kReceipts));
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK_FALSE(report->released);
  CHECK(report->reason == "no record passed the gates: 121 were held back");
  CHECK_FALSE(std::filesystem::exists(job.options.places.out));
  const auto dry = DryRun(job.Read(), job.options);
  REQUIRE(dry.ok());
  CHECK_FALSE(dry->released);
}

TEST_CASE("Gates: if nobody passes, a plan says No as the run does") {
  Consented job("");
  test::Write(job.root / "in" / "consents.csv", std::string(kReceipts));
  const std::string keep = "treatment: keep";
  const auto sex = job.columns.find(keep, job.columns.find("  sex:"));
  const std::string levels = job.columns;
  for (const char* const way : {"hierarchy: age.csv", "order: numbers",
                                "hierarchy: {rule: interval, widths: [10]}"}) {
    CAPTURE(way);
    job.columns = levels;
    job.models = "models: [{model: k_anonymity, k: 5}]\n";
    if (std::string_view(way).starts_with("order")) {
      job.columns.replace(sex, keep.size(), "order: [f, m]");
      job.models += "solver: mondrian\n";
    }
    const std::string age = "hierarchy: age.csv, level: 1";
    job.columns.replace(job.columns.find(age), age.size(), way);
    const auto plan = PlanLevels(job.Read(), {.created = "2026-11-20"});
    REQUIRE_MESSAGE(plan.ok(), Message(plan.status()));
    CHECK_FALSE(plan->search.satisfied);
    CHECK(plan->search.reason ==
          "no record passed the gates: 121 were held back");
    const auto json = nlohmann::json::parse(PlanJson(*plan));
    CHECK(json.at("satisfied") == false);
    CHECK(json.at("levels") == nlohmann::json::object());
    CHECK(json.at("loss").is_null());
  }
}

TEST_CASE("Gates: a table that cannot be read is no table of nobody") {
  Consented job("");
  test::Write(job.root / "in" / "consents.csv", std::string(kReceipts));
  test::Write(job.source, "id,age,sex,plan\nu0,20,f,A\nu1,21\n");
  CHECK(absl::IsDataLoss(job.Run().status()));
  CHECK(absl::IsDataLoss(
      PlanLevels(job.Read(), {.created = "2026-11-20"}).status()));
  test::Write(job.source, "id,age,sex,plan\n");
  CHECK(Message(PlanLevels(job.Read(), {.created = "2026-11-20"}).status())
            .find("no records after the header") != std::string_view::npos);
}

TEST_CASE("Gates: a date in the past brings no consent back") {
  Consented job("u0,analysis,university,2,2026-04-01,2026-10-15\n");
  CHECK(job.HeldBack() == 2);
  job.options.created = "2026-10-01";  // the clock says November
  CHECK(job.HeldBack() == 2);
  job.options.created = "October";
  CHECK_FALSE(DryRun(job.Read(), job.options).ok());
  CHECK_FALSE(FindConsentStatus(job.Read(), "u0", "2026-99-99").ok());
}

TEST_CASE("Exclusion: an identifier with blanks would exclude nobody") {
  Consented job("u0,analysis,university,2,2026-04-01,\n");
  job.gates += "  exclusion: {file: exclusions.csv, cut_off: \"2026-10-31\"}\n";
  for (const char* const who : {"u0 ", " u0", "u0\u3000", "\tu0"}) {
    test::Write(job.root / "in" / "exclusions.csv",
                fmt::format("principal,requested_on\n{},2026-05-01\n", who));
    const auto report = job.Run();
    REQUIRE_FALSE(report.ok());
    CHECK(Message(report.status())
              .find("line 2, column 1 (principal): has "
                    "blanks around it") != std::string_view::npos);
  }
}

// 120 subscribers with telephone numbers, all pseudonymized in the form of
// phone-jp-1; the source writes 0901000nnnn as +81 90 1000 nnnn.
struct Subscribers : Job {
  explicit Subscribers(std::string_view normalize = ", normalize: phone-jp-1") {
    Pseudonymize();
    columns.replace(
        0, columns.find('\n') + 1,
        Column("id", "direct_identifier",
               fmt::format("treatment: pseudonymize{}", normalize)));
    principal = "{column: id, several_rows: count_once}";
    limit = "50%";
    std::vector<std::string> rows = Rows(120);
    rows.pop_back();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = fmt::format("+81 90 1000 {:04}{}", i,
                            rows[i].substr(rows[i].find(',')));
    }
    WriteRows(rows);
  }
  void Exclude(std::string_view list) {
    gates =
        "gates:\n  exclusion: {file: exclusions.csv, cut_off: "
        "\"2026-10-31\"}\n";
    test::Write(root / "in" / "exclusions.csv",
                fmt::format("principal,requested_on\n{}", list));
  }
};

TEST_CASE("Exclusion: any spelling leaves out the person it stands for") {
  Subscribers job;
  job.Exclude(
      "090-1000-0003,2026-05-01\n０９０１０００００２０,2026-05-01\n"
      " +81 (0)90 1000 0021 ,2026-05-01\n0901000-9999,2026-05-01\n");
  const auto report = job.Run();
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->gates.at(0).records == 3);
  CHECK(report->gates.at(0).principals == 3);
  CHECK(report->gates.at(0).unmatched == 1);
  CHECK(report->records_in == 117);
  for (const auto& record : job.sink.committed) {
    CHECK(record.original != "+819010000003");
    CHECK(record.original != "+819010000020");
  }
  for (const char* const who :
       {"+819010000020", "09010000020", "090-1000-0020"}) {
    const auto status = FindConsentStatus(job.Read(), who, "2026-11-20");
    REQUIRE(status.ok());
    CHECK(status->excluded);
    CHECK(status->in_source);
    CHECK_FALSE(status->passes);
  }
  CHECK(FindConsentStatus(job.Read(), "09010000019", "2026-11-20")->passes);
  const auto nonsense =
      FindConsentStatus(job.Read(), "secret-id", "2026-11-20").status();
  CHECK(absl::IsDataLoss(nonsense));
  CHECK(Message(nonsense).find("secret") == std::string_view::npos);
}

TEST_CASE("Exclusion: without normalization only the same bytes match") {
  Subscribers job("");
  job.Exclude("090-1000-0003,2026-05-01\n+81 90 1000 0020,2026-05-01\n");
  const auto report = DryRun(job.Read(), job.options);
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->gates.at(0).records == 1);
  CHECK(report->gates.at(0).unmatched == 1);
}

TEST_CASE("Exclusion: an entry that stands for nobody stops the run") {
  Subscribers job;
  job.Exclude("090-1000-0003,2026-05-01\nsecret-id,2026-05-01\n");
  const auto report = job.Run();
  REQUIRE_FALSE(report.ok());
  const std::string message(Message(report.status()));
  CHECK_MESSAGE(message.find("exclusions.csv, line 3, column 1 (principal): "
                             "would match nobody: it is no telephone number") !=
                    std::string::npos,
                message);
  CHECK(message.find("secret") == std::string::npos);
}

TEST_CASE("Consent: a receipt in any spelling counts, the latest decides") {
  Subscribers job;
  job.gates = "gates:\n  consent: {file: consents.csv, recipient_class: own}\n";
  test::Write(job.root / "in" / "consents.csv",
              std::string(kReceipts) +
                  "090-1000-0000,analysis,own,1,2026-04-01,\n"
                  "09010000020,analysis,own,1,2026-04-01,\n"
                  "+81 90 1000 0020,analysis,own,1,2026-05-01,2026-05-02\n"
                  "０９０ー１０００ー００４０,analysis,own,1,2026-04-01,\n");
  const auto report = DryRun(job.Read(), job.options);
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->gates.at(0).records == 118);
  const auto status = [&](std::string_view who) {
    return FindConsentStatus(job.Read(), who, "2026-11-20")->consent;
  };
  CHECK(status("+819010000000") == "given");
  CHECK(status("090 1000 0020") == "withdrawn");
  CHECK(status("09010000040") == "given");
  CHECK(status("09010000001") == "none");
}

TEST_CASE("Use: what is entrusted ends on its day") {
  Job job;
  job.Pseudonymize();
  std::string yaml = job.Yaml();
  const std::string own = "recipient_scope: own_use}";
  yaml.replace(yaml.find(own), own.size(),
               "recipient_scope: contractor, contractor: {scope: {ja: 分析, "
               "en: Analysis}, expires: \"2026-11-19\"}}");
  const auto policy = ParsePolicy(yaml, job.root / "in" / "policy.yaml");
  REQUIRE_MESSAGE(policy.ok(), Message(policy.status()));
  const auto late = Run(*policy, job.options);
  REQUIRE_FALSE(late.ok());
  CHECK(Message(late.status()).find("ended on 2026-11-19") !=
        std::string_view::npos);
  job.options.created = "2026-11-19";
  CHECK(Run(*policy, job.options).ok());
}

}  // namespace
}  // namespace anon
