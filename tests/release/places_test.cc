// SPDX-License-Identifier: Apache-2.0
#include "anon/release/places.h"

#include <doctest/doctest.h>

#include <string>

#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

struct Site {
  test::TempDir dir;
  fs::path root = fs::canonical(dir.path());
  Places places{.out = root / "releases/r",
                .internal = root / "inside/i",
                .vault = root / "vault/vault.db",
                .keyring = root / "keys/keyring"};

  // "" if the places are apart.
  std::string Refusal() const {
    const auto resolved = ResolvePlaces(places);
    if (resolved.ok()) return "";
    CHECK(absl::IsInvalidArgument(resolved.status()));
    return std::string(Message(resolved.status()));
  }
};

bool Says(const std::string& message, std::string_view words) {
  return message.find(words) != std::string::npos;
}

TEST_CASE("ResolvePlaces: four different directories are fine") {
  const Site site;
  const auto resolved = ResolvePlaces(site.places);
  REQUIRE(resolved.ok());
  CHECK(resolved->out == site.places.out);
  CHECK(resolved->internal == site.places.internal);
  CHECK(resolved->vault == site.places.vault);
  CHECK(resolved->keyring == site.places.keyring);
}

TEST_CASE("ResolvePlaces: release and internal directory are required") {
  Site site;
  site.places.out.clear();
  CHECK(Says(site.Refusal(), "--out"));
  site.places.out = "r";
  site.places.internal.clear();
  CHECK(Says(site.Refusal(), "--internal"));
}

TEST_CASE("ResolvePlaces: vault and keyring may be left out") {
  Site site;
  site.places.vault.clear();
  site.places.keyring.clear();
  const auto resolved = ResolvePlaces(site.places);
  REQUIRE(resolved.ok());
  CHECK(resolved->vault.empty());
  CHECK(resolved->keyring.empty());
}

TEST_CASE("ResolvePlaces: one directory for two purposes is refused") {
  Site site;
  site.places.internal = site.places.out;
  CHECK(Says(site.Refusal(), "are the same"));
  Site keys;
  keys.places.keyring = keys.root / "vault/keyring";
  CHECK(Says(keys.Refusal(), "the vault's directory and the keyring's"));
  Site vault;
  vault.places.vault = vault.places.internal / "vault.db";
  CHECK(Says(vault.Refusal(), "are the same"));
}

TEST_CASE(
    "ResolvePlaces: nothing lies inside a release or the internal "
    "directory") {
  const Site site;
  for (const fs::path& closed : {site.places.out, site.places.internal}) {
    for (auto member :
         {&Places::out, &Places::internal, &Places::vault, &Places::keyring}) {
      Site other;
      if (site.places.*member == closed) continue;
      other.places = site.places;
      other.places.*member = closed / "a" / "b";
      CHECK(Says(other.Refusal(), "lies inside"));
    }
  }
}

TEST_CASE(
    "ResolvePlaces: release and internal directory may lie below those "
    "of vault or keyring, and all side by side") {
  Site site;
  site.places.vault = site.root / "vault.db";
  CHECK(site.Refusal().empty());
  site.places.keyring = site.root / "releases" / "keyring";
  CHECK(site.Refusal().empty());
  site.places.internal = site.root / "releases" / "r-internal";
  CHECK(site.Refusal().empty());  // a name that only begins alike
}

TEST_CASE(
    "ResolvePlaces: trailing slashes, dots and relative paths hide "
    "nothing") {
  Site site;
  const fs::path before = fs::current_path();
  fs::current_path(site.root);
  for (const char* const out :
       {"inside/i", "inside/i/", "inside//i//", "./inside/x/../i", "inside/i/.",
        "inside/i/sub/.."}) {
    INFO(out);
    site.places.out = out;
    CHECK(Says(site.Refusal(), "are the same"));
  }
  site.places.out = "releases/r/";
  const auto resolved = ResolvePlaces(site.places);
  fs::current_path(before);
  REQUIRE(resolved.ok());
  CHECK(resolved->out == site.root / "releases/r");
}

TEST_CASE("ResolvePlaces: symlinks are seen through") {
  Site site;
  fs::create_directories(site.root / "inside");
  fs::create_directory_symlink("inside", site.root / "alias");
  site.places.out = site.root / "alias" / "i";
  CHECK(Says(site.Refusal(), "are the same"));
  site.places.out = site.root / "alias" / "i" / "deeper";
  CHECK(Says(site.Refusal(), "lies inside"));
  // A file that is a link counts where it really lies.
  Site linked;
  test::Write(linked.places.internal / "vault.db", "");
  fs::create_directories(linked.root / "vault");
  fs::create_symlink(linked.places.internal / "vault.db", linked.places.vault);
  CHECK(Says(linked.Refusal(), "are the same"));
}

TEST_CASE("ResolvePlaces: a circle of links is an error") {
  Site site;
  fs::create_directories(site.root / "releases");
  fs::create_symlink("r", site.places.out);
  CHECK_FALSE(ResolvePlaces(site.places).ok());
}

TEST_CASE("ResolvePlaces: the root of everything is no place for a release") {
  Site site;
  site.places.out = "/";
  CHECK(Says(site.Refusal(), "lies inside"));
}

TEST_CASE("ResolvePlaces: other keys and the ledger lie outside both") {
  Site site;
  site.places.outside = {site.root / "vault/vault.db.record-keys",
                         site.root / "kek/kek", site.root / "books/ledger"};
  CHECK(site.Refusal().empty());
  for (const fs::path& closed : {site.places.out, site.places.internal}) {
    Site other;
    other.places = site.places;
    other.places.outside.push_back(closed / "keys" / "signing");
    CHECK(Says(other.Refusal(), "keys/signing"));
    CHECK(Says(other.Refusal(), "may not lie in " + closed.string()));
  }
}

TEST_CASE("CheckOutside: what a run reads lies outside what it replaces") {
  const Site site;
  const auto resolved = ResolvePlaces(site.places);
  REQUIRE(resolved.ok());
  CHECK(CheckOutside(*resolved, site.root / "source.csv").ok());
  CHECK(CheckOutside(*resolved, site.root / "releases/r.csv").ok());
  for (const fs::path& place : {site.places.out, site.places.internal}) {
    const absl::Status refused =
        CheckOutside(*resolved, place / "provide" / "data.csv");
    CHECK(absl::IsInvalidArgument(refused));
  }
  fs::create_symlink(site.places.out / "data.csv", site.root / "link.csv");
  test::Write(site.places.out / "data.csv", "");
  CHECK_FALSE(CheckOutside(*resolved, site.root / "link.csv").ok());
}

}  // namespace
}  // namespace anon
