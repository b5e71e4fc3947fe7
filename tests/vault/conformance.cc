// SPDX-License-Identifier: Apache-2.0
#include "vault/conformance.h"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <string>
#include <thread>
#include <vector>

#include "vault/vault_support.h"

namespace anon::test {
namespace {

constexpr int kRecords = 600;  // several blocks, the last not full

// `id`: records ("id", p<i>, o<i>), and the phone of every tenth.
void Fill(const StoreUnderTest& store, const std::string& id,
          const std::string& retain_until = "") {
  const auto sink = store.sink();
  DeletionDataSet set = VaultFixture::DataSet(id);
  set.retain_until = retain_until;
  REQUIRE(sink->Begin(set).ok());
  for (int i = 0; i < kRecords; ++i) {
    const std::string pseudonym = "p" + std::to_string(i);
    const std::string original = "o" + std::to_string(i);
    const DeletionRecord record{"id", pseudonym, original};
    REQUIRE(sink->Put(std::span(&record, 1)).ok());
    const DeletionRecord phone{"phone", pseudonym, original};
    if (i % 10 == 0) REQUIRE(sink->Put(std::span(&phone, 1)).ok());
  }
  REQUIRE(sink->Commit(id).ok());
}

constexpr int kAll = kRecords + kRecords / 10;

bool Opens(const StoreUnderTest& store, const std::string& id, int i) {
  auto vault =
      store.custodian({.reason = "test", .look_ups_per_hour = 1 << 30});
  const auto original = vault.Original(id, "id", "p" + std::to_string(i));
  if (original.ok()) CHECK(Text(*original) == "o" + std::to_string(i));
  if (!original.ok()) CHECK(absl::IsNotFound(original.status()));
  return original.ok();
}

void ErasePrincipal(const StoreUnderTest& store, std::string_view original) {
  auto vault = store.custodian({.reason = "asked for it"});
  const auto found = vault.FindPrincipal(std::span(&original, 1));
  REQUIRE(found.ok());
  REQUIRE_FALSE(found->records.empty());
  const auto erased = vault.EraseRecords(found->records);
  REQUIRE_MESSAGE(erased.ok(), Message(erased.status()));
  CHECK(erased->certificate.find(original) == std::string::npos);
  CHECK(erased->warning.empty());
}

void ErasesOnePrincipal(const StoreUnderTest& store) {
  Fill(store, "a");
  Fill(store, "b");
  store.save();
  ErasePrincipal(store, "o300");
  const auto check = [&](int rows_of_erased) {
    for (const char* const set : {"a", "b"}) {
      CHECK_FALSE(Opens(store, set, 300));
      for (const int other : {0, 299, 301, 599})
        CHECK(Opens(store, set, other));
      auto vault = store.custodian({});
      const auto verified = vault.Verify(set);
      REQUIRE(verified.ok());
      CHECK(verified->opened == kAll - 2);
      CHECK(verified->erased == rows_of_erased);
    }
  };
  check(0);
  // A restored copy of the data brings nothing back; expiry removes the rows.
  store.restore();
  check(2);
  auto vault = store.custodian({});
  REQUIRE(vault.Expire("2026-01-01").ok());
  check(0);
}

void ErasesOneDataSet(const StoreUnderTest& store) {
  Fill(store, "a");
  Fill(store, "b");
  store.save();
  {
    auto vault = store.custodian({.reason = "no longer needed"});
    REQUIRE(vault.EraseDataSet("a").ok());
    CHECK(absl::IsNotFound(vault.EraseDataSet("a").status()));
    CHECK(vault.DataSets()->size() == 1);
  }
  CHECK_FALSE(Opens(store, "a", 1));
  CHECK(Opens(store, "b", 1));
  store.restore();
  auto restored = store.custodian({});
  CHECK(restored.DataSets()->size() == 2);
  CHECK_FALSE(Opens(store, "a", 1));
  CHECK(restored.Verify("a")->opened == 0);
  CHECK(restored.Verify("a")->erased == kAll);
  REQUIRE(restored.Expire("2026-01-01").ok());
  CHECK(restored.DataSets()->size() == 1);
  CHECK(Opens(store, "b", 1));
}

void ExpiresByDate(const StoreUnderTest& store) {
  Fill(store, "old", "2026-03-31");
  Fill(store, "new", "2026-04-01");
  Fill(store, "any");
  auto vault = store.custodian({});
  CHECK(absl::IsInvalidArgument(vault.Expire("tomorrow").status()));
  REQUIRE(vault.Expire("2026-03-31").ok());
  CHECK(vault.DataSets()->size() == 3);
  REQUIRE(vault.Expire("2026-04-01").ok());
  CHECK(vault.DataSets()->size() == 2);
  CHECK_FALSE(Opens(store, "old", 1));
  CHECK(Opens(store, "new", 1));
  // Nothing to open in it shows when it is over; nothing is lost by it.
  const auto sink = store.sink();
  DeletionDataSet set = VaultFixture::DataSet("x");
  set.retain_until = "2026-03-31";
  REQUIRE(sink->Begin(set).ok());
  REQUIRE(sink->Commit("x").ok());
  REQUIRE(vault.Expire("2026-04-01").ok());
  CHECK(vault.DataSets()->size() == 2);
  set.retain_until = "31 March";
  CHECK(absl::IsInvalidArgument(sink->Begin(set)));
}

void NeedsReasonsAndKeepsToTheLimit(const StoreUnderTest& store) {
  Fill(store, "a");
  std::int64_t now = 1'000'000'000;
  CustodianOptions options{.actor = "hanako", .look_ups_per_hour = 3};
  options.now = [&now] { return now; };
  {
    auto vault = store.custodian(options);
    CHECK(absl::IsInvalidArgument(vault.Original("a", "id", "p1").status()));
    CHECK(absl::IsInvalidArgument(vault.EraseDataSet("a").status()));
  }
  options.reason = "case 12";
  now += 4'000'000'000;  // after the entries of Fill, which are of today
  const auto look_up = [&] {
    auto vault = store.custodian(options);
    return vault.Original("a", "id", "p1").status();
  };
  for (int i = 0; i < 3; ++i) CHECK(look_up().ok());
  CHECK(absl::IsResourceExhausted(look_up()));
  now += 3599;
  CHECK(absl::IsResourceExhausted(look_up()));
  now += 2;
  CHECK(look_up().ok());
  auto vault = store.custodian(options);
  const auto log = vault.Log();
  REQUIRE(log.ok());
  int allowed = 0;
  int refused = 0;
  for (const AccessLogEntry& entry : *log) {
    if (entry.action == "look-up") ++allowed;
    if (entry.action == "look-up refused (limit)") ++refused;
    if (entry.action != "look-up") continue;
    CHECK(entry.actor == "hanako");
    CHECK(entry.reason == "case 12");
    CHECK(entry.data_set == "a");
    CHECK(entry.seal.size() == 64);
  }
  CHECK(allowed == 4);
  CHECK(refused == 2);
}

void CountsSearchesInTheLimit(const StoreUnderTest& store) {
  Fill(store, "a");
  const std::vector<std::string_view> identifiers = {"o1", "o2", "o3", "o4"};
  auto vault = store.custodian({.reason = "test", .look_ups_per_hour = 3});
  CHECK(absl::IsResourceExhausted(vault.FindPrincipal(identifiers).status()));
  const auto three = std::span(identifiers).first(3);
  CHECK(vault.FindPrincipal(three)->records.size() == 3);
  CHECK(absl::IsResourceExhausted(vault.FindPrincipal(three).status()));
  CHECK(absl::IsResourceExhausted(vault.Original("a", "id", "p1").status()));
}

void KeepsToTheLimitAllAtOnce(const StoreUnderTest& store) {
  Fill(store, "a");
  constexpr int kThieves = 6;
  std::vector<VaultCustodian> custodians;
  for (int i = 0; i < kThieves; ++i) {
    custodians.push_back(
        store.custodian({.reason = "test", .look_ups_per_hour = 2}));
  }
  std::barrier start(kThieves);
  std::atomic<int> opened = 0;
  std::vector<std::thread> threads;
  for (VaultCustodian& custodian : custodians) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int i = 0; i < 5; ++i) {
        opened += custodian.Original("a", "id", "p1").ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(opened == 2);
}

// More than is asked of the index, or moved into secret memory, at once.
void OpensAndVerifiesMany(const StoreUnderTest& store) {
  constexpr int kMany = 5000;
  std::vector<std::string> pseudonyms;
  std::vector<std::string> originals;
  std::vector<DeletionRecord> records;
  pseudonyms.reserve(kMany);
  originals.reserve(kMany);
  for (int i = 0; i < kMany; ++i) {
    pseudonyms.push_back("p" + std::to_string(i));
    // Of every length, none included; two people may share one.
    originals.emplace_back(static_cast<std::size_t>(i % 100),
                           static_cast<char>('a' + i % 26));
    records.push_back({"id", pseudonyms.back(), originals.back()});
  }
  const auto sink = store.sink();
  REQUIRE(sink->Begin(VaultFixture::DataSet("many")).ok());
  REQUIRE(sink->Put(records).ok());
  REQUIRE(sink->Commit("many").ok());
  auto vault =
      store.custodian({.reason = "test", .look_ups_per_hour = 2 * kMany});
  const auto verified = vault.Verify("many");
  REQUIRE_MESSAGE(verified.ok(), Message(verified.status()));
  CHECK(verified->opened == kMany);
  std::vector<std::string_view> wanted;
  const auto at = [](std::size_t i) { return i * 4999 % kMany; };
  for (std::size_t i = 0; i < 1000; ++i) wanted.push_back(pseudonyms[at(i)]);
  const auto opened = vault.Originals("many", "id", wanted);
  REQUIRE_MESSAGE(opened.ok(), Message(opened.status()));
  REQUIRE(opened->size() == wanted.size());
  int wrong = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    wrong += Text((*opened)[i]) != originals[at(i)];
  }
  CHECK(wrong == 0);
  wanted[900] = "nobody";
  CHECK(absl::IsNotFound(vault.Originals("many", "id", wanted).status()));
}

void KeepsALogThatGrows(const StoreUnderTest& store) {
  Fill(store, "a");
  auto vault = store.custodian({});
  const auto head = vault.VerifyLog();
  REQUIRE(head.ok());
  CHECK(vault.VerifyLog(*head).ok());
  CHECK(absl::IsDataLoss(vault.VerifyLog("1:00").status()));
  std::vector<std::string> actions;
  const auto log = vault.Log();
  REQUIRE(log.ok());
  for (const AccessLogEntry& entry : *log) {
    actions.push_back(entry.action);
  }
  REQUIRE(actions.size() >= 3);
  CHECK(actions[0] == "begin");
  CHECK(actions[1] == "commit");
  CHECK(actions[2] == "verify log");
}

}  // namespace

void CheckConformance(const std::function<StoreUnderTest()>& fresh) {
  SUBCASE("erases one principal") { ErasesOnePrincipal(fresh()); }
  SUBCASE("erases one data set") { ErasesOneDataSet(fresh()); }
  SUBCASE("expires by date") { ExpiresByDate(fresh()); }
  SUBCASE("needs reasons, keeps to the limit") {
    NeedsReasonsAndKeepsToTheLimit(fresh());
  }
  SUBCASE("counts searches in the limit") { CountsSearchesInTheLimit(fresh()); }
  SUBCASE("keeps to the limit, all at once") {
    KeepsToTheLimitAllAtOnce(fresh());
  }
  SUBCASE("opens and verifies many") { OpensAndVerifiesMany(fresh()); }
  SUBCASE("keeps a log that grows") { KeepsALogThatGrows(fresh()); }
}

}  // namespace anon::test
