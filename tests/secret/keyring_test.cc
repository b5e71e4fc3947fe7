// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/keyring.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

constexpr char kHexA[] =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr char kHexB[] =
    "f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fs::path WriteKeyring(const fs::path& path, const std::string& body) {
  REQUIRE(WriteFile(path, body + "sha256 " + ToHex(Sha256(body)) + "\n", 0600)
              .ok());
  return path;
}

TEST_CASE("Keyring: what is created opens again with the same key") {
  const test::TempDir dir;
  test::SeededRandom random(7);
  const mode_t before = umask(0);  // the worst one
  const auto created = Keyring::CreateFile(dir / "keys", random);
  umask(before);
  REQUIRE(created.ok());
  struct stat info {};
  REQUIRE(stat((dir / "keys").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777U) == 0600U);
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
  const auto opened = Keyring::OpenFile(dir / "keys");
  REQUIRE(opened.ok());
  CHECK(opened->keys().size() == 1);
  CHECK(opened->primary().id() == created->primary().id());
  CHECK(opened->primary().secret() == created->primary().secret());
}

TEST_CASE("Keyring: never replaces a file") {
  const test::TempDir dir;
  test::SeededRandom random(7);
  REQUIRE(Keyring::CreateFile(dir / "keys", random).ok());
  const std::string before = test::Read(dir / "keys");
  CHECK(absl::IsAlreadyExists(
      Keyring::CreateFile(dir / "keys", random).status()));
  CHECK(test::Read(dir / "keys") == before);
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("Keyring: one that others may read is refused") {
  const test::TempDir dir;
  test::SeededRandom random(7);
  REQUIRE(Keyring::CreateFile(dir / "keys", random).ok());
  for (const mode_t mode : {0640U, 0604U, 0660U, 0610U}) {
    REQUIRE(chmod((dir / "keys").c_str(), mode) == 0);
    CHECK(absl::IsPermissionDenied(Keyring::OpenFile(dir / "keys").status()));
  }
}

TEST_CASE("Keyring: several keys, one of them primary") {
  const test::TempDir dir;
  const std::string body = std::string("anon-keyring 1\nprimary b\nkey a ") +
                           kHexA + "\nkey b " + kHexB + "\n";
  const auto keyring = Keyring::OpenFile(WriteKeyring(dir / "keys", body));
  REQUIRE(keyring.ok());
  CHECK(keyring->keys().size() == 2);
  CHECK(keyring->primary().id() == "b");
}

TEST_CASE("Keyring: errors name file and line, never the contents") {
  const test::TempDir dir;
  const std::string a = std::string("key a ") + kHexA + "\n";
  const std::string bodies[] = {
      "",
      "anon-keyring 2\n" + a,
      "anon-keyring 1\n",
      "anon-keyring 1\nprimary a\n",
      "anon-keyring 1\nprimary z\n" + a,
      "anon-keyring 1\nprimary a\n" + a + a,
      "anon-keyring 1\nprimary a\n" + a + "\n",
      std::string("anon-keyring 1\nprimary a\nkey a ") + kHexA + "0\n",
      std::string("anon-keyring 1\nprimary a\nkey ") + kHexA + "\n",
      std::string("anon-keyring 1\nprimary a\nkey a ") +
          std::string(kHexA).substr(2) + "\n",
      "a stray file\n"};
  for (const std::string& body : bodies) {
    const absl::Status status =
        Keyring::OpenFile(WriteKeyring(dir / "keys", body)).status();
    CAPTURE(body);
    CHECK_FALSE(status.ok());
    CHECK(Message(status).find("keys") != std::string_view::npos);
    CHECK(Message(status).find("0405") == std::string_view::npos);
    CHECK(Message(status).find("stray") == std::string_view::npos);
  }
}

TEST_CASE("Keyring: a damaged or torn file is noticed") {
  const test::TempDir dir;
  test::SeededRandom random(7);
  REQUIRE(Keyring::CreateFile(dir / "keys", random).ok());
  const std::string good = test::Read(dir / "keys");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    REQUIRE(WriteFile(dir / "keys", bad, 0600).ok());
    CHECK_FALSE(Keyring::OpenFile(dir / "keys").ok());
    REQUIRE(WriteFile(dir / "keys", good.substr(0, i), 0600).ok());
    CHECK_FALSE(Keyring::OpenFile(dir / "keys").ok());
  }
  CHECK_FALSE(Keyring::OpenFile(dir / "none").ok());
  CHECK_FALSE(Keyring::OpenFile(dir.path()).ok());
}

}  // namespace
}  // namespace anon
