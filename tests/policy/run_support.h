// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_POLICY_RUN_SUPPORT_H_
#define ANON_TESTS_POLICY_RUN_SUPPORT_H_

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "anon/policy/plan.h"
#include "anon/policy/run.h"
#include "support/support.h"

namespace anon::test {

// A deletion sink in memory that a test may read.
class MemorySink final : public DeletionSink {
 public:
  struct Record {
    std::string attribute, pseudonym, original;
    auto operator<=>(const Record&) const = default;
  };

  absl::Status Begin(const DeletionDataSet& data_set) override {
    origin_ = data_set.origin;
    id_ = data_set.id;
    return absl::OkStatus();
  }
  absl::Status Put(std::span<const DeletionRecord> records) override {
    for (const DeletionRecord& record : records) {
      pending.insert({std::string(record.attribute),
                      std::string(record.pseudonym),
                      std::string(record.original)});
    }
    return put_status;
  }
  absl::Status Flush() override { return absl::OkStatus(); }
  absl::Status Commit(std::string_view id) override {
    if (id != id_) return absl::NotFoundError("no such data set");
    committed.merge(pending);
    return absl::OkStatus();
  }
  absl::Status RollBack(std::string_view origin) override {
    if (origin == origin_) pending.clear();
    return absl::OkStatus();
  }

  std::set<Record> pending;
  std::set<Record> committed;
  absl::Status put_status;

 private:
  std::string id_;
  std::string origin_;
};

// A small table with its policy in a directory of its own. Columns: id, age
// (20 to 49), sex, plan.
struct Job {
  TempDir dir;
  std::filesystem::path root = std::filesystem::canonical(dir.path());
  std::filesystem::path source = root / "in" / "people.csv";
  std::string kind = "anonymized_personal_information";
  std::string principal = "row";
  std::string columns =
      Column("id", "direct_identifier", "treatment: suppress") +
      Column("age", "quasi_identifier", "hierarchy: age.csv, level: 1") +
      Column("sex", "quasi_identifier", "treatment: keep") +
      Column("plan", "sensitive", "treatment: keep");
  std::string models = "models: [{model: k_anonymity, k: 5}]\n";
  std::string gates;
  std::string limit = "10%";
  std::string source_options;  // ", missing_values: refuse"
  MemorySink sink;
  SeededRandom random{7};
  RunOptions options;

  Job() {
    options.places.out = root / "out" / "r";
    options.places.internal = root / "inside" / "i";
    options.created = "2026-11-20";
    options.random = &random;
    options.clock = [] {
      return std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);
    };
    std::string ages;
    for (int age = 20; age < 50; ++age) {
      ages += fmt::format("{};{}0s;*\n", age, age / 10);
    }
    Write(root / "in" / "age.csv", ages);
    WriteRows(Rows(120));
  }

  // One column of a policy; the item list calls it by its name.
  static std::string Column(std::string_view name, std::string_view role,
                            std::string_view rest) {
    return fmt::format(
        "  {0}: {{role: {1}, class: other, {2}{3}}}\n", name, role, rest,
        rest == "treatment: suppress"
            ? std::string()
            : fmt::format(", item: {{ja: 項目{0}, en: Item {0}}}", name));
  }

  // `count` people, and a lone one whose class has nobody else.
  static std::vector<std::string> Rows(int count) {
    std::vector<std::string> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back(fmt::format("u{},{},{},{}", i, 20 + i % 20,
                                 i % 3 == 0 ? "f" : "m",
                                 i % 2 == 0 ? "A" : "B"));
    }
    rows.push_back("lone,45,f,A");
    return rows;
  }
  void WriteRows(const std::vector<std::string>& rows,
                 std::string_view header = "id,age,sex,plan") const {
    Write(source, fmt::format("{}\n{}\n", header, fmt::join(rows, "\n")));
  }

  std::string Yaml() const {
    const bool anonymized = kind == "anonymized_personal_information";
    const bool pseudonyms = columns.find("pseudonymize") != std::string::npos;
    return fmt::format(
        "anon_policy: 1\nprofile: jp-appi-2026\nkind: {}\n"
        "source: {{file: people.csv, purposes: [analysis]{}}}\n"
        "use: {{purpose: analysis, recipient_scope: {}}}\n"
        "principal: {}\n{}columns:\n{}{}{}{}"
        "release:\n  id: people-1\n"
        "  population: {{ja: 契約者, en: Subscribers}}\n"
        "  publisher:\n    name: {{ja: 見本, en: Sample}}\n"
        "    address: {{ja: 東京都, en: Tokyo}}\n"
        "    representative: {{ja: 見本 太郎, en: A. Person}}\n"
        "  contact: {{window: {{ja: 窓口, en: Desk}}, email: a@example.jp}}\n"
        "  continuity: {{continuing: true, from: \"2026-10-01\"}}\n"
        "  safety_measures: [{{ja: 規程, en: Rules}}]\n  {}\n",
        kind, source_options, anonymized ? "third_party" : "own_use", principal,
        !pseudonyms ? "" : "pseudonym_domain: test/1\n", columns, gates, models,
        limit.empty() ? "" : fmt::format("suppression_limit: {}\n", limit),
        anonymized ? "methods_of_provision: [{ja: 専用線, en: Leased line}]\n"
                     "  recipient: {ja: 大学, en: University}"
                   : "purpose: {ja: 分析, en: Analysis}");
  }

  Policy Read() const {
    auto policy = ParsePolicy(Yaml(), root / "in" / "policy.yaml");
    REQUIRE_MESSAGE(policy.ok(), Message(policy.status()));
    return *std::move(policy);
  }
  absl::StatusOr<RunReport> Run() const { return anon::Run(Read(), options); }

  // Makes this a policy for pseudonyms of `id`, with a key of its own.
  void Pseudonymize() {
    kind = "pseudonymized_personal_information";
    const auto end = columns.find('\n');
    columns.replace(
        0, end + 1,
        Column("id", "direct_identifier", "treatment: pseudonymize"));
    std::filesystem::create_directories(root / "keys");
    const auto kek = *MakeKeyWrapper(*SecretBytes::Random(32, random));
    auto made = Keyring::CreateFile(root / "keys" / "keyring",
                                    {.wrapper = kek.get()}, random);
    REQUIRE_MESSAGE(made.ok(), Message(made.status()));
    keyring = std::make_unique<Keyring>(*std::move(made));
    options.keyring = keyring.get();
    options.deletion_sink = &sink;
  }
  std::unique_ptr<Keyring> keyring;

  // The released lines, sorted, without the header.
  std::multiset<std::string> Released() const {
    const std::string text =
        test::Read(options.places.out / "provide/data.csv");
    std::multiset<std::string> lines;
    for (std::size_t at = text.find('\n') + 1; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      lines.insert(text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }

  // No file of a run is left anywhere, hidden ones included.
  bool LeftNothing() const {
    for (const char* const name : {"out", "inside"}) {
      std::error_code none;
      for ([[maybe_unused]] const auto& entry :
           std::filesystem::directory_iterator(root / name, none)) {
        return false;
      }
    }
    return sink.pending.empty() && sink.committed.empty();
  }
};

inline LevelPlan PlanOf(const Job& job) {
  PlanOptions options;
  options.created = "2026-11-20";
  auto plan = PlanLevels(job.Read(), options);
  REQUIRE_MESSAGE(plan.ok(), Message(plan.status()));
  return *std::move(plan);
}

// Why there is no plan.
inline std::string ErrorOf(const Job& job) {
  return std::string(Message(PlanLevels(job.Read()).status()));
}

}  // namespace anon::test

#endif  // ANON_TESTS_POLICY_RUN_SUPPORT_H_
