// SPDX-License-Identifier: Apache-2.0
#include "anon/vault/sqlite_vault.h"

#include <doctest/doctest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "vault/vault_support.h"

namespace anon {
namespace {

using test::Text;
using test::VaultFixture;

TEST_CASE_FIXTURE(VaultFixture, "Vault: the custodian reads what a run wrote") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  const std::vector<DeletionRecord> records = {
      {"id", "p1", "090-1111-2222"},
      {"id", "p2", "090-3333-4444"},
      {"mail", "p1", "山田@example.jp"},
      {"mail", "p3", ""}};
  REQUIRE(sink->Put(records).ok());
  REQUIRE(sink->Flush().ok());
  REQUIRE(sink->Commit("ds-1").ok());
  VaultCustodian reader = Reader();
  for (const DeletionRecord& record : records) {
    const auto original =
        reader.Original("ds-1", record.attribute, record.pseudonym);
    REQUIRE(original.ok());
    CHECK(Text(*original) == record.original);
  }
  CHECK(absl::IsNotFound(reader.Original("ds-1", "id", "p3").status()));
  CHECK(absl::IsNotFound(reader.Original("ds-2", "id", "p1").status()));
  const auto data_sets = reader.DataSets();
  REQUIRE(data_sets.ok());
  REQUIRE(data_sets->size() == 1);
  CHECK(data_sets->front().id == "ds-1");
  CHECK(data_sets->front().origin == "/out");
  CHECK(data_sets->front().kind == kSecurityMeasure);
  CHECK(data_sets->front().key_id == "key-1");
  CHECK(data_sets->front().committed);
  CHECK(data_sets->front().records == 4);
}

TEST_CASE_FIXTURE(
    VaultFixture,
    "Vault: pseudonymized information can be verified, not read") {
  const auto sink = Sink();
  DeletionDataSet data_set = DataSet("ds-1");
  data_set.kind = "pseudonymized_personal_information";
  REQUIRE(sink->Begin(data_set).ok());
  const std::vector<DeletionRecord> records = {{"id", "p1", "one"},
                                               {"id", "p2", "two"}};
  REQUIRE(sink->Put(records).ok());
  REQUIRE(sink->Commit("ds-1").ok());
  VaultCustodian reader = Reader();
  const absl::Status status = reader.Original("ds-1", "id", "p1").status();
  CHECK(absl::IsPermissionDenied(status));
  CHECK(Message(status).find("one") == std::string_view::npos);
  CHECK(reader.Verify("ds-1")->opened == 2);
  CHECK(absl::IsNotFound(reader.Verify("ds-2").status()));
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: more records than one transaction") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  constexpr int kCount = 120'000;
  for (int i = 0; i < kCount; ++i) {
    const std::string pseudonym = std::to_string((i * 7919LL) % kCount);
    const std::string original = "original of " + pseudonym;
    const DeletionRecord record{"id", pseudonym, original};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
  }
  REQUIRE(sink->Commit("ds-1").ok());
  VaultCustodian reader = Reader();
  CHECK(reader.DataSets()->front().records == kCount);
  for (int i = 0; i < kCount; i += 997) {
    const std::string pseudonym = std::to_string(i);
    const auto original = reader.Original("ds-1", "id", pseudonym);
    REQUIRE(original.ok());
    CHECK(Text(*original) == "original of " + pseudonym);
  }
  CHECK(reader.Verify("ds-1")->opened == kCount);
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: a pair handed in twice counts once") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  const std::vector<DeletionRecord> records = {
      {"id", "p1", "one"}, {"id", "p1", "one"}, {"mail", "p1", "two"}};
  REQUIRE(sink->Put(records).ok());
  REQUIRE(sink->Flush().ok());
  REQUIRE(sink->Put(records).ok());
  REQUIRE(sink->Commit("ds-1").ok());
  CHECK(Reader().DataSets()->front().records == 2);
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Vault: one pseudonym for two originals is an error, and "
                  "only a rollback is left") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  const std::vector<DeletionRecord> records = {{"id", "p1", "secret-one"},
                                               {"id", "p1", "secret-two"}};
  const absl::Status collision = sink->Put(records);
  CHECK(absl::IsDataLoss(collision));
  CHECK(Message(collision).find("secret") == std::string_view::npos);
  CHECK(Message(collision).find("p1") == std::string_view::npos);
  CHECK_FALSE(sink->Put({}).ok());
  CHECK_FALSE(sink->Flush().ok());
  CHECK_FALSE(sink->Commit("ds-1").ok());
  CHECK_FALSE(sink->Begin(DataSet("ds-2")).ok());
  REQUIRE(sink->RollBack("/out").ok());
  CHECK(sink->Begin(DataSet("ds-1")).ok());
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: what is pending cannot be looked up") {
  const auto sink = Sink();
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  const DeletionRecord record{"id", "p1", "one"};
  REQUIRE(sink->Put(std::span(&record, 1)).ok());
  REQUIRE(sink->Flush().ok());
  VaultCustodian reader = Reader();
  CHECK(absl::IsNotFound(reader.Original("ds-1", "id", "p1").status()));
  REQUIRE(reader.DataSets()->size() == 1);
  CHECK_FALSE(reader.DataSets()->front().committed);
  CHECK(reader.DataSets()->front().records == 1);
  REQUIRE(sink->Commit("ds-1").ok());
  CHECK(reader.Original("ds-1", "id", "p1").ok());
  CHECK(reader.DataSets()->front().committed);
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Vault: a rollback forgets what is pending for its origin "
                  "and nothing else") {
  Commit("done", "p1", "kept");
  {
    const auto lost = Sink();
    REQUIRE(lost->Begin(DataSet("lost", "/out")).ok());
    const DeletionRecord record{"id", "p1", "lost"};
    REQUIRE(lost->Put(std::span(&record, 1)).ok());
    REQUIRE(lost->Flush().ok());
  }
  const auto other = Sink();
  REQUIRE(other->Begin(DataSet("other", "/elsewhere")).ok());
  const auto sink = Sink();
  REQUIRE(sink->RollBack("/out").ok());
  REQUIRE(sink->RollBack("/out").ok());
  const auto data_sets = Reader().DataSets();
  REQUIRE(data_sets->size() == 2);
  CHECK((*data_sets)[0].id == "done");
  CHECK((*data_sets)[1].id == "other");
  CHECK(test::Sql(vault, "SELECT count(*) FROM session") == "2");
  CHECK(test::Sql(vault, "SELECT count(*) FROM block") == "1");
  CHECK(test::Sql(keys, "SELECT count(*) FROM share") == "1");
  CHECK(absl::IsNotFound(sink->Commit("lost")));
  CHECK(sink->Begin(DataSet("lost")).ok());
}

TEST_CASE_FIXTURE(VaultFixture,
                  "Vault: another process can commit, and commit again") {
  {
    const auto sink = Sink();
    REQUIRE(sink->Begin(DataSet("ds-1")).ok());
    const DeletionRecord record{"id", "p1", "one"};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
    REQUIRE(sink->Flush().ok());
  }
  const auto recovery = Sink();
  CHECK(recovery->Commit("ds-1").ok());
  CHECK(recovery->Commit("ds-1").ok());
  CHECK(recovery->RollBack("/out").ok());
  CHECK(Text(*Reader().Original("ds-1", "id", "p1")) == "one");
  CHECK(Reader().DataSets()->front().records == 1);
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: an id is begun only once") {
  Commit("ds-1", "p1", "one");
  const auto sink = Sink();
  CHECK(absl::IsAlreadyExists(sink->Begin(DataSet("ds-1"))));
  REQUIRE(sink->Begin(DataSet("ds-2")).ok());
  CHECK(absl::IsAlreadyExists(sink->Begin(DataSet("ds-2"))));
  CHECK_FALSE(sink->Begin(DataSet("")).ok());
  CHECK_FALSE(sink->Begin(DataSet(std::string(257, 'x'))).ok());
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: nothing is put before a Begin") {
  const auto sink = Sink();
  const DeletionRecord record{"id", "p1", "one"};
  CHECK(absl::IsFailedPrecondition(sink->Put(std::span(&record, 1))));
  CHECK(absl::IsFailedPrecondition(sink->Flush()));
  CHECK(absl::IsNotFound(sink->Commit("ds-1")));
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  REQUIRE(sink->Commit("ds-1").ok());
  CHECK(absl::IsFailedPrecondition(sink->Put(std::span(&record, 1))));
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: two data sets after each other") {
  const auto sink = Sink();
  const DeletionRecord one{"id", "p1", "one"};
  const DeletionRecord two{"id", "p1", "two"};
  REQUIRE(sink->Begin(DataSet("ds-1")).ok());
  REQUIRE(sink->Put(std::span(&one, 1)).ok());
  REQUIRE(sink->Begin(DataSet("ds-2")).ok());
  REQUIRE(sink->Put(std::span(&two, 1)).ok());
  REQUIRE(sink->Commit("ds-2").ok());
  REQUIRE(sink->Commit("ds-1").ok());
  CHECK(Text(*Reader().Original("ds-1", "id", "p1")) == "one");
  CHECK(Text(*Reader().Original("ds-2", "id", "p1")) == "two");
}

TEST_CASE_FIXTURE(VaultFixture, "Vault: writers take turns") {
  const auto a = Sink();
  const auto b = Sink();
  REQUIRE(a->Begin(DataSet("a", "/a")).ok());
  REQUIRE(b->Begin(DataSet("b", "/b")).ok());
  for (int i = 0; i < 20; ++i) {
    const std::string pseudonym = std::to_string(i);
    const DeletionRecord record{"id", pseudonym, "x"};
    REQUIRE(a->Put(std::span(&record, 1)).ok());
    REQUIRE(b->Put(std::span(&record, 1)).ok());
    REQUIRE(a->Flush().ok());
    REQUIRE(b->Flush().ok());
  }
  REQUIRE(b->Commit("b").ok());
  REQUIRE(a->Commit("a").ok());
  CHECK(Reader().DataSets()->at(0).records == 20);
  CHECK(Reader().DataSets()->at(1).records == 20);
}

}  // namespace
}  // namespace anon
