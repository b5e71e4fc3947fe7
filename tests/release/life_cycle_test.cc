// SPDX-License-Identifier: Apache-2.0
//
// Every step in order, and every other order refused.
#include "anon/release/life_cycle.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "anon/release/attestation.h"
#include "release/sealable.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using test::AnonymizedTerms;
using test::PseudonymizedTerms;
using test::Sealable;

constexpr char kUrl[] = "https://www.example.co.jp/anonymized/";

// A sealed release and a ledger beside it.
struct Case {
  Sealable sealable;
  test::TempDir books;
  fs::path path = books / "ledger";
  SealedRelease release;

  explicit Case(ReleaseTerms terms = AnonymizedTerms())
      : sealable(std::move(terms)) {
    const auto sealed = sealable.TrySeal();
    REQUIRE_MESSAGE(sealed.ok(), Message(sealed.status()));
    REQUIRE(Ledger::Create(path).ok());
    release = Reopened();
  }
  Ledger Book() const {
    auto ledger = Ledger::Open(path);
    REQUIRE(ledger.ok());
    return *std::move(ledger);
  }
  SealedRelease Reopened() const {
    auto opened = SealedRelease::Open(sealable.dir.path());
    REQUIRE_MESSAGE(opened.ok(), Message(opened.status()));
    return *std::move(opened);
  }
  absl::StatusOr<LedgerRecord> Create() const { return Create(release); }
  absl::StatusOr<LedgerRecord> Create(const SealedRelease& of) const {
    Ledger book = Book();
    return RecordCreation(book, of, {"maker", "subscribers.csv", "set-1", ""});
  }
  absl::StatusOr<LedgerRecord> Publish(const std::string& page = "",
                                       const std::string& day = "2026-11-21") {
    Ledger book = Book();
    return RecordPublication(book, release, {"legal", day, kUrl, page});
  }
  absl::StatusOr<LedgerRecord> Provide(const Provision& provision) const {
    return Provide(release, provision);
  }
  absl::StatusOr<LedgerRecord> Provide(const SealedRelease& of,
                                       const Provision& provision) const {
    Ledger book = Book();
    return RecordProvision(book, of, provision);
  }
  absl::StatusOr<LedgerRecord> End(const std::string& day = "2026-11-22") {
    Ledger book = Book();
    return RecordEnd(book, release.id, {"legal", day, "the contract ended"});
  }
  absl::StatusOr<LedgerRecord> Erasing() const {
    Ledger book = Book();
    return RecordErasing(book, release.id, {"ops", "2026-11-22", "not needed"});
  }
  absl::StatusOr<LedgerRecord> Erased() const {
    Ledger book = Book();
    return RecordErased(book, release.id, {"ops", "2026-11-22", "not needed"},
                        "certificate");
  }
  ReleaseStatus Status(std::string_view today = "2026-11-22") const {
    const auto records = Book().Records();
    REQUIRE(records.ok());
    return StatusOf(*records, today).front();
  }
};

Provision ToUniversity() {
  Provision provision;
  provision.actor = "sales";
  provision.day = "2026-11-22";
  provision.recipient = "見本大学";
  provision.method = "upload of an encrypted file";
  provision.notice_route = "email";
  provision.notice_day = "2026-11-22";
  return provision;
}

Provision ToContractor() {
  Provision provision = ToUniversity();
  provision.scope = RecipientScope::kContractor;
  provision.purpose = "analysis of quality";
  provision.expires = "2027-03-31";
  return provision;
}

// Refused, and the message holds `why`.
void CheckRefused(const absl::StatusOr<LedgerRecord>& record,
                  std::string_view why) {
  REQUIRE_FALSE(record.ok());
  CHECK_MESSAGE(Message(record.status()).find(why) != std::string_view::npos,
                Message(record.status()));
}

TEST_CASE("Life cycle: created, published, provided, ended, erased") {
  Case c;
  REQUIRE(c.Create().ok());
  CHECK(c.Status().state == "created");
  CHECK(c.Status().next == "publish");
  const auto published =
      c.Publish(test::Read(c.sealable.dir / "publish/manifest.ja.html"));
  REQUIRE_MESSAGE(published.ok(), Message(published.status()));
  CHECK(published->Detail("page") == "publish/manifest.ja.html");
  const auto provided = c.Provide(ToUniversity());
  REQUIRE_MESSAGE(provided.ok(), Message(provided.status()));
  CHECK(provided->Detail("legal_label") == "art43_4_evidence");
  CHECK(provided->Detail("publication.url") == kUrl);
  CHECK(provided->Detail("items").starts_with("生年代、性別"));
  REQUIRE(c.Provide(ToUniversity()).ok());  // any number of times
  REQUIRE(c.End().ok());
  CHECK(c.Status().next == "erase");
  REQUIRE(c.Erasing().ok());
  CHECK(c.Status().alarms.size() == 1);  // under way
  REQUIRE(c.Erasing().ok());             // finishing what was interrupted
  REQUIRE(c.Erased().ok());
  const ReleaseStatus status = c.Status();
  CHECK(status.state == "erased");
  CHECK(status.provisions == 2);
  CHECK(status.alarms.empty());
  CHECK(status.next.empty());
}

TEST_CASE("Life cycle: every step out of order is refused") {
  Case c;
  CheckRefused(c.Provide(ToUniversity()), "does not know it");
  CheckRefused(c.End(), "does not know it");
  CheckRefused(c.Erasing(), "does not know it");
  REQUIRE(c.Create().ok());
  CheckRefused(c.Create(), "id of its own");
  CheckRefused(c.Provide(ToUniversity()), "Article 43(4)");
  CheckRefused(c.Erased(), "no erasure of it is under way");
  REQUIRE(c.Publish().ok());
  CheckRefused(c.Erasing(), "has not ended");
  REQUIRE(c.End().ok());
  CheckRefused(c.End(), "has ended");
  CheckRefused(c.Publish(), "has ended");
  CheckRefused(c.Provide(ToUniversity()), "has ended");
  REQUIRE(c.Erasing().ok());
  REQUIRE(c.Erased().ok());
  CheckRefused(c.Erasing(), "is erased");
  CheckRefused(c.Erased(), "no erasure of it is under way");
  CHECK(c.Book().Records()->size() == 5);  // nothing refused was recorded
}

TEST_CASE("Life cycle: days stand in the order of what happened") {
  Case c;
  REQUIRE(c.Create().ok());
  CheckRefused(c.Publish("", "2026-11-19"), "before creation");
  CheckRefused(c.Publish("", "2226-11-19"), "future");
  CheckRefused(c.Publish("", "yesterday"), "no date");
  REQUIRE(c.Publish("", "2026-11-22").ok());
  Provision early = ToUniversity();
  early.day = "2026-11-21";
  early.notice_day = "2026-11-21";
  CheckRefused(c.Provide(early), "before its item list");
  Provision untold = ToUniversity();
  untold.notice_route.clear();
  CheckRefused(c.Provide(untold), "must be told");
  Provision told_later = ToUniversity();
  told_later.day = "2026-11-22";
  told_later.notice_day = "2026-11-23";
  CheckRefused(c.Provide(told_later), "no later than");
  CheckRefused(c.End("2026-11-21"), "before published");
}

TEST_CASE("Life cycle: a page that lacks an item is no publication") {
  Case c;
  CheckRefused(c.Publish("<p>生年代、性別</p>"), "lacks 3 of its 5 items");
  const auto own = c.Publish(
      "<p>当社の書式: "
      "生年代、性別、居住都道府県、契約プラン、利用端末の種類</p>");
  REQUIRE_MESSAGE(own.ok(), Message(own.status()));
  CHECK(own->Detail("page") == "a page that holds every item");
}

TEST_CASE("Life cycle: another release under a known id is refused") {
  Case c;
  REQUIRE(c.Create().ok());
  ReleaseTerms terms = AnonymizedTerms();
  terms.population.ja += "等";
  const Case other(terms);
  CheckRefused(c.Provide(other.release, ToUniversity()),
               "another release by this id");
  test::Write(c.sealable.dir / "provide/data.csv", "changed\n");
  CHECK_FALSE(SealedRelease::Open(c.sealable.dir.path()).ok());
}

ReleaseTerms Continuing(const std::string& id) {
  ReleaseTerms terms = AnonymizedTerms();
  terms.id = id;
  terms.continuity = {.continuing = true, .from = "2026-11-20", .to = ""};
  return terms;
}

TEST_CASE("Life cycle: a continuing publication covers the same again") {
  Case first(Continuing("visits-2026-11"));
  REQUIRE(first.Publish().ok());
  const Case second(Continuing("visits-2026-12"));
  REQUIRE(first.Create(second.release).ok());
  const auto provided = first.Provide(second.release, ToUniversity());
  REQUIRE_MESSAGE(provided.ok(), Message(provided.status()));
  CHECK(provided->Detail("publication.release") == "visits-2026-11");

  ReleaseTerms changed = Continuing("visits-2027-01");
  changed.items.back().label = {"機種", "Model of device"};
  const Case third(changed);
  REQUIRE(first.Create(third.release).ok());
  CheckRefused(first.Provide(third.release, ToUniversity()), "publish its");

  REQUIRE(first.End().ok());
  CheckRefused(first.Provide(second.release, ToUniversity()), "publish its");
}

TEST_CASE("Life cycle: a one-off publication covers only itself") {
  Case first;
  REQUIRE(first.Publish().ok());
  ReleaseTerms again = AnonymizedTerms();
  again.id = "subscribers-2026-12";
  const Case second(again);
  REQUIRE(first.Create(second.release).ok());
  CheckRefused(first.Provide(second.release, ToUniversity()), "publish its");
}

TEST_CASE("Life cycle: pseudonymized information goes to no third party") {
  const Case c(PseudonymizedTerms());
  REQUIRE(c.Create().ok());
  CheckRefused(c.Provide(ToUniversity()), "Articles 41(6) and 42(1)");
  Provision joint = ToUniversity();
  joint.scope = RecipientScope::kJointUser;
  CheckRefused(c.Provide(joint), "published range");
  Provision by_law = ToUniversity();
  by_law.required_by = "刑事訴訟法第218条";
  const auto provided = c.Provide(by_law);
  REQUIRE_MESSAGE(provided.ok(), Message(provided.status()));
  CHECK(provided->Detail("legal_label") == "required_by_law");
  Provision successor = ToUniversity();
  successor.scope = RecipientScope::kSuccessor;
  CHECK(c.Provide(successor).ok());
}

TEST_CASE("Life cycle: a contractor has a scope, a last day, and no merging") {
  const Case c(PseudonymizedTerms());
  REQUIRE(c.Create().ok());
  Provision boundless = ToContractor();
  boundless.purpose.clear();
  CheckRefused(c.Provide(boundless), "entrusted with");
  Provision endless = ToContractor();
  endless.expires.clear();
  CheckRefused(c.Provide(endless), "last day");
  Provision over = ToContractor();
  over.expires = "2026-11-21";
  CheckRefused(c.Provide(over), "last day");
  const auto provided = c.Provide(ToContractor());
  REQUIRE_MESSAGE(provided.ok(), Message(provided.status()));
  CHECK(provided->Detail("merging_with_other_data") == "forbidden");
  CHECK(provided->Detail("legal_label") == "art41_6_evidence");
  CHECK(c.Status().alarms.empty());
  const ReleaseStatus later = c.Status("2027-04-01");
  REQUIRE(later.alarms.size() == 1);
  CHECK(later.alarms[0].find("entrustment ended") != std::string::npos);
}

TEST_CASE("Life cycle: the second person is asked for where the policy asks") {
  ReleaseTerms terms = AnonymizedTerms();
  terms.approval_required = true;
  Case c(terms);
  REQUIRE(c.Create().ok());
  CheckRefused(c.Publish(), "second person");
  CheckRefused(c.Provide(ToUniversity()), "second person");
  const auto approver = SigningKey::CreateFile(c.books / "approver");
  REQUIRE(approver.ok());
  REQUIRE(SignRelease(c.sealable.dir.path(), *approver, SignerRole::kApprover)
              .ok());
  c.release = c.Reopened();
  CHECK(c.Publish().ok());
}

TEST_CASE("Life cycle: overdue publication and retention raise alarms") {
  Case c;
  REQUIRE(c.Create().ok());
  CHECK(c.Status("2026-12-04").alarms.empty());
  REQUIRE(c.Status("2026-12-05").alarms.size() == 1);
  CHECK(c.Status("2026-12-05").alarms[0].find("overdue") != std::string::npos);
  REQUIRE(c.Publish().ok());
  CHECK(c.Status("2026-12-05").alarms.empty());

  const Case kept(PseudonymizedTerms());
  Ledger book = kept.Book();
  REQUIRE(
      RecordCreation(book, kept.release, {"m", "s", "set", "2026-12-31"}).ok());
  CHECK(kept.Status("2026-12-31").alarms.empty());
  REQUIRE(kept.Status("2027-01-01").alarms.size() == 1);
  CHECK(kept.Status("2027-01-01").alarms[0].find("erased") !=
        std::string::npos);
}

TEST_CASE("Life cycle: provisions are found by what they were made of") {
  Case c;
  REQUIRE(c.Create().ok());
  REQUIRE(c.Publish().ok());
  REQUIRE(c.Provide(ToUniversity()).ok());
  const auto records = c.Book().Records();
  CHECK(ProvisionsOf(*records, "subscribers.csv").size() == 1);
  CHECK(ProvisionsOf(*records, "others.csv").empty());
  const auto all = ProvisionsOf(*records, "");
  REQUIRE(all.size() == 1);
  const std::string json = RecordJson(all[0]);
  CHECK(json.find("\"recipient\": {\n    \"name\": \"見本大学\"") !=
        std::string::npos);
}

}  // namespace
}  // namespace anon
