// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/keyring.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "anon/base/files.h"
#include "anon/secret/reveal_secret.h"
#include "secret/secret_file.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

std::string HexOfSecret(const SecretBytes& secret) {
  internal::SecretText text(2 * secret.size());
  text.AddHex(RevealSecret::Bytes(secret));
  return std::string(text.view());
}

// A directory and a key-encryption key.
struct Site {
  test::TempDir dir;
  test::SeededRandom random{7};
  std::unique_ptr<KeyWrapper> kek =
      *MakeKeyWrapper(*SecretBytes::Random(32, random));
  fs::path path = dir / "keys";
  KeyringAccess access{.wrapper = kek.get()};

  absl::StatusOr<Keyring> Create() {
    return Keyring::CreateFile(path, access, random);
  }
  absl::StatusOr<Keyring> Open() { return Keyring::OpenFile(path, access); }
  absl::StatusOr<Keyring> Rotate() {
    return Keyring::Rotate(path, access, random);
  }
  absl::StatusOr<Keyring> Set(std::string_view id, KeyState state) {
    return Keyring::SetState(path, access, id, state, random);
  }
  std::ptrdiff_t Files() {
    return std::distance(fs::directory_iterator(dir.path()), {});
  }
};

TEST_CASE("Keyring: what is created opens again with the same key") {
  Site site;
  const mode_t before = umask(0);  // the worst one
  const auto created = site.Create();
  umask(before);
  REQUIRE_MESSAGE(created.ok(), created.status().ToString());
  for (const char* name : {"keys", "keys.counter"}) {
    struct stat info {};
    REQUIRE(stat((site.dir / name).c_str(), &info) == 0);
    CHECK((info.st_mode & 07777U) == 0600U);
  }
  CHECK(site.Files() == 2);
  const auto opened = site.Open();
  REQUIRE(opened.ok());
  CHECK(opened->keys().size() == 1);
  CHECK(opened->counter() == 1);
  CHECK(opened->primary().id() == created->primary().id());
  CHECK(opened->primary().secret() == created->primary().secret());
  CHECK(test::Read(site.path).find(HexOfSecret(opened->primary().secret())) ==
        std::string::npos);
}

TEST_CASE("Keyring: never replaces a file") {
  Site site;
  REQUIRE(site.Create().ok());
  const std::string before = test::Read(site.path);
  CHECK(absl::IsAlreadyExists(site.Create().status()));
  fs::remove(site.dir / "keys.counter");
  CHECK(absl::IsAlreadyExists(site.Create().status()));
  CHECK(test::Read(site.path) == before);
}

TEST_CASE("Keyring: one that others may read is refused, and so is no key") {
  Site site;
  REQUIRE(site.Create().ok());
  CHECK(absl::IsInvalidArgument(Keyring::OpenFile(site.path, {}).status()));
  for (const mode_t mode : {0640U, 0604U, 0660U, 0610U}) {
    REQUIRE(chmod(site.path.c_str(), mode) == 0);
    CHECK(absl::IsPermissionDenied(site.Open().status()));
  }
}

TEST_CASE("Keyring: rotation adds a primary key and keeps the others") {
  Site site;
  const auto first = site.Create();
  const auto second = site.Rotate();
  REQUIRE_MESSAGE(second.ok(), second.status().ToString());
  CHECK(second->counter() == 2);
  CHECK(second->keys().size() == 2);
  CHECK(second->primary().id() != first->primary().id());
  CHECK((*second->Find(first->primary().id()))->secret() ==
        first->primary().secret());
  CHECK(absl::IsNotFound(second->Find("key-0").status()));
}

TEST_CASE("Keyring: states disabled and destroyed") {
  Site site;
  const std::string id = site.Create()->primary().id();
  CHECK(absl::IsFailedPrecondition(
      site.Set(id, KeyState::kDisabled).status()));  // primary
  REQUIRE(site.Rotate().ok());
  auto ring = site.Set(id, KeyState::kDisabled);
  REQUIRE(ring.ok());
  CHECK(ring->keys().size() == 1);
  CHECK(absl::IsFailedPrecondition(ring->Find(id).status()));
  CHECK(Message(ring->Find(id).status()).find("anon key enable") !=
        std::string_view::npos);
  ring = site.Set(id, KeyState::kEnabled);
  CHECK(ring->keys().size() == 2);
  ring = site.Set(id, KeyState::kDestroyed);
  REQUIRE(ring.ok());
  CHECK(Message(ring->Find(id).status()).find("enable") ==
        std::string_view::npos);
  CHECK(ring->infos().size() == 2);
  CHECK(ring->infos()[0].id == id);
  CHECK(ring->infos()[0].state == KeyState::kDestroyed);
  CHECK(ring->infos()[1].primary);
  CHECK(absl::IsFailedPrecondition(site.Set(id, KeyState::kEnabled).status()));
  CHECK(absl::IsNotFound(site.Set("key-0", KeyState::kDisabled).status()));
  CHECK(site.Open()->keys().size() == 1);
}

TEST_CASE("Keyring: an old copy put back is noticed") {
  Site site;
  const std::string id = site.Create()->primary().id();
  REQUIRE(site.Rotate().ok());
  const std::string old = test::Read(site.path);
  const std::string old_counter = test::Read(site.dir / "keys.counter");
  REQUIRE(site.Set(id, KeyState::kDestroyed).ok());
  const std::string newest = test::Read(site.path);
  REQUIRE(WriteFile(site.path, old, 0600).ok());
  const absl::Status status = site.Open().status();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(Message(status).find("old copy (counter 2, but 3 was seen)") !=
        std::string_view::npos);
  CHECK_FALSE(site.Rotate().ok());

  // Both put back: only a counter kept elsewhere tells.
  REQUIRE(WriteFile(site.dir / "keys.counter", old_counter, 0600).ok());
  CHECK(site.Open().ok());
  site.access.least_counter = 3;
  CHECK_FALSE(site.Open().ok());
  REQUIRE(WriteFile(site.path, newest, 0600).ok());
  CHECK(site.Open().ok());
}

TEST_CASE("Keyring: without its counter file only a stated counter opens it") {
  Site site;
  REQUIRE(site.Create().ok());
  fs::remove(site.dir / "keys.counter");
  CHECK(absl::IsFailedPrecondition(site.Open().status()));
  site.access.least_counter = 1;
  CHECK(site.Open().ok());
  site.access.least_counter = 0;
  CHECK(site.Open().ok());  // it is there again
  Site other;
  other.random = test::SeededRandom(8);  // another ring id
  REQUIRE(other.Create().ok());
  site.access.counter_file = other.dir / "keys.counter";
  CHECK(absl::IsFailedPrecondition(site.Open().status()));
}

TEST_CASE("Keyring: another key-encryption key or kind does not open it") {
  Site site;
  REQUIRE(site.Create().ok());
  const auto other = MakeKeyWrapper(*SecretBytes::Random(32, site.random));
  CHECK(absl::IsDataLoss(
      Keyring::OpenFile(site.path, {.wrapper = other->get()}).status()));
  const auto words =
      MakePassphraseWrapper(*SecretBytes::Random(20, site.random), 14);
  const absl::Status status =
      Keyring::OpenFile(site.path, {.wrapper = words->get()}).status();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(Message(status).find("passphrase") != std::string_view::npos);
}

TEST_CASE("Keyring: a damaged, torn or edited file is noticed") {
  Site site;
  REQUIRE(site.Create().ok());
  const std::string good = test::Read(site.path);
  const std::string_view body =
      std::string_view(good).substr(0, good.size() - 72);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    REQUIRE(WriteFile(site.path, bad, 0600).ok());
    CHECK_FALSE(site.Open().ok());
    REQUIRE(WriteFile(site.path, good.substr(0, i), 0600).ok());
    CHECK_FALSE(site.Open().ok());
    if (i >= body.size()) continue;
    // Whoever changes it can make the checksum right; the tag not.
    std::string edited(body);
    edited[i] = static_cast<char>(edited[i] ^ 1);
    REQUIRE(internal::ReplaceSecretFile(site.path, edited).ok());
    CHECK_FALSE(site.Open().ok());
  }
  CHECK_FALSE(Keyring::OpenFile(site.dir / "none", site.access).ok());
  CHECK_FALSE(Keyring::OpenFile(site.dir.path(), site.access).ok());
}

TEST_CASE("Keyring: errors name the file, never the contents") {
  Site site;
  for (const std::string body :
       {"", "anon-keyring 1\nprimary a\n", "anon-keyring 3\n",
        "anon-keyring 2\nring a\ncounter x\n", "a stray file\n"}) {
    REQUIRE(internal::ReplaceSecretFile(site.path, body).ok());
    const absl::Status status = site.Open().status();
    CHECK_FALSE(status.ok());
    CHECK(Message(status).find("keys") != std::string_view::npos);
    CHECK(Message(status).find("stray") == std::string_view::npos);
  }
}

TEST_CASE("Keyring: changes from many threads come one after the other") {
  Site site;
  REQUIRE(site.Create().ok());
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 4; ++i) {
    threads.emplace_back([&site, i] {
      test::SeededRandom random(100 + i);
      for (int round = 0; round < 5; ++round) {
        (void)Keyring::Rotate(site.path, site.access, random);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto ring = site.Open();
  REQUIRE(ring.ok());
  CHECK(ring->counter() == 21);
  CHECK(ring->keys().size() == 21);
}

TEST_CASE("Keyring: opened while others change it, it raises no alarm") {
  Site site;
  REQUIRE(site.Create().ok());
  std::atomic<bool> done = false;
  std::thread changing([&] {
    test::SeededRandom random(100);
    for (int round = 0; round < 60; ++round) {
      (void)Keyring::Rotate(site.path, site.access, random);
    }
    done = true;
  });
  absl::Status first;
  std::uint64_t last = 0;
  bool falls = false;
  while (!done) {
    const auto ring = site.Open();
    first.Update(ring.status());
    if (!ring.ok()) continue;
    falls = falls || ring->counter() < last;
    last = ring->counter();
  }
  changing.join();
  CHECK_MESSAGE(first.ok(), first.ToString());
  CHECK_FALSE(falls);
  CHECK(site.Open()->counter() == 61);
}

TEST_CASE("Keyring: a change that was cut short is remembered when opened") {
  Site site;
  REQUIRE(site.Create().ok());
  const std::string counter = test::Read(site.dir / "keys.counter");
  const std::string old = test::Read(site.path);
  REQUIRE(site.Rotate().ok());
  REQUIRE(WriteFile(site.dir / "keys.counter", counter, 0600).ok());
  CHECK(site.Open()->counter() == 2);
  CHECK(test::Read(site.dir / "keys.counter") != counter);
  REQUIRE(WriteFile(site.path, old, 0600).ok());
  CHECK(absl::IsFailedPrecondition(site.Open().status()));
}

}  // namespace
}  // namespace anon
