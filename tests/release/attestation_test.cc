// SPDX-License-Identifier: Apache-2.0
#include "anon/release/attestation.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "release/sealable.h"

namespace anon {
namespace {

using test::Sealable;

// A sealed release and two people's keys.
struct Signed {
  Sealable sealable;
  test::TempDir keys;
  SigningKey maker = Make("maker");
  SigningKey approver = Make("approver");
  std::filesystem::path dir = sealable.dir.path();

  Signed() { REQUIRE(sealable.TrySeal().ok()); }

  SigningKey Make(const char* name) {
    auto key = SigningKey::CreateFile(keys / name);
    REQUIRE(key.ok());
    return *std::move(key);
  }
  VerifiedRelease Verify(const std::vector<VerifyingKey>& trusted) const {
    auto release = VerifyRelease(dir, trusted);
    REQUIRE_MESSAGE(release.ok(), Message(release.status()));
    return *std::move(release);
  }
  bool IsTrusted() const {
    const auto release = VerifyRelease(dir, {maker.verifying_key()});
    return release.ok() && release->trusted();
  }
};

TEST_CASE("Attestation: a signed release is trusted by who knows the key") {
  Signed s;
  CHECK_FALSE(s.Verify({s.maker.verifying_key()}).trusted());  // unsigned
  REQUIRE(SignRelease(s.dir, s.maker, SignerRole::kMaker).ok());
  const VerifiedRelease release = s.Verify({s.maker.verifying_key()});
  CHECK(release.trusted());
  CHECK(release.models_met);
  CHECK(release.release_id == s.sealable.terms.id);
  REQUIRE(release.signatures.size() == 1);
  CHECK(release.signatures[0].role == "maker");
  CHECK(release.signatures[0].key_id == s.maker.verifying_key().id());
  // Valid, but of a stranger.
  CHECK_FALSE(s.Verify({}).trusted());
  CHECK_FALSE(s.Verify({s.approver.verifying_key()}).trusted());
  CHECK(s.Verify({}).signatures[0].valid);
}

TEST_CASE("Attestation: the one who approves is another person") {
  Signed s;
  REQUIRE(SignRelease(s.dir, s.maker, SignerRole::kMaker).ok());
  CHECK_FALSE(SignRelease(s.dir, s.maker, SignerRole::kApprover).ok());
  CHECK_FALSE(SignRelease(s.dir, s.maker, SignerRole::kMaker).ok());
  REQUIRE(SignRelease(s.dir, s.approver, SignerRole::kApprover).ok());
  const VerifiedRelease release = s.Verify({s.approver.verifying_key()});
  CHECK(release.trusted());
  CHECK(release.signatures.size() == 2);
}

std::vector<std::filesystem::path> FilesOf(const std::filesystem::path& dir) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

TEST_CASE("Attestation: any flipped byte of any file is found") {
  Signed s;
  REQUIRE(SignRelease(s.dir, s.maker, SignerRole::kMaker).ok());
  REQUIRE(s.IsTrusted());
  const std::vector<std::filesystem::path> files = FilesOf(s.dir);
  CHECK(files.size() > 15);
  for (const std::filesystem::path& file : files) {
    const std::string name = file.lexically_relative(s.dir).string();
    const std::string whole = test::Read(file);
    const std::size_t step = whole.size() < 2000 ? 1 : whole.size() / 400;
    for (std::size_t i = 0; i < whole.size(); i += step) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      test::Write(s.dir / name, flipped);
      CHECK_MESSAGE(!s.IsTrusted(), name, " at ", i);
    }
    test::Write(s.dir / name, whole);
  }
  CHECK(s.IsTrusted());
}

TEST_CASE("Attestation: files that are missing or were added are found") {
  Signed s;
  REQUIRE(SignRelease(s.dir, s.maker, SignerRole::kMaker).ok());
  test::Write(s.dir / "provide/extra.csv", "x");
  CHECK(s.Verify({}).problems ==
        std::vector<std::string>{"provide/extra.csv is not attested"});
  CHECK_FALSE(SignRelease(s.dir, s.approver, SignerRole::kApprover).ok());
  std::filesystem::remove(s.dir / "provide/extra.csv");
  std::filesystem::remove(s.dir / "provide/notice.ja.txt");
  CHECK(s.Verify({}).problems ==
        std::vector<std::string>{"provide/notice.ja.txt is missing"});
}

TEST_CASE("Attestation: a signature counts for its role and document only") {
  Signed s;
  REQUIRE(SignRelease(s.dir, s.maker, SignerRole::kMaker).ok());
  const auto path = s.dir / "publish/attestation.json";
  const auto change = [&](const auto& edit) {
    const std::string whole = test::Read(path);
    auto json = nlohmann::json::parse(whole);
    edit(json);
    test::Write(path, json.dump(2) + "\n");
    const bool trusted = s.IsTrusted();
    test::Write(path, whole);
    return trusted;
  };
  CHECK(change([](auto&) {}));
  CHECK_FALSE(change([](auto& j) { j["signatures"][0]["role"] = "approver"; }));
  CHECK_FALSE(change([](auto& j) { j["models_met"] = false; }));
  CHECK_FALSE(change([](auto& j) { j["signatures"][0]["signature"] = "00"; }));
  CHECK_FALSE(change([](auto& j) {
    j["signatures"].push_back(
        {{"role", "approver"}, {"key_id", "x"}, {"signature", "zz"}});
  }));
  CHECK_FALSE(change([](auto& j) { j["files"]["../../etc/passwd"] = "00"; }));
  test::Write(path, "[]\n");
  CHECK_FALSE(VerifyRelease(s.dir, {}).ok());
}

TEST_CASE("Attestation: figures stay out unless they are disclosed") {
  const Signed s;
  const std::string text = test::Read(s.dir / "publish/attestation.json");
  CHECK(text.find("\"models_met\": true") != std::string::npos);
  CHECK(text.find("k_anonymity") == std::string::npos);
}

TEST_CASE("Signing keys: files are private, and only they are taken") {
  const test::TempDir dir;
  const auto key = SigningKey::CreateFile(dir / "key");
  REQUIRE(key.ok());
  CHECK_FALSE(SigningKey::CreateFile(dir / "key").ok());
  const auto opened = SigningKey::OpenFile(dir / "key");
  REQUIRE(opened.ok());
  CHECK(opened->verifying_key() == key->verifying_key());
  const auto published = VerifyingKey::ReadFile(dir / "key.pub");
  REQUIRE(published.ok());
  CHECK(*published == key->verifying_key());
  const auto signature = key->Sign("message");
  REQUIRE(signature.ok());
  CHECK(published->Verifies("message", *signature));
  CHECK_FALSE(published->Verifies("massage", *signature));
  std::filesystem::permissions(dir / "key", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  CHECK_FALSE(SigningKey::OpenFile(dir / "key").ok());
  CHECK_FALSE(SigningKey::OpenFile(dir / "key.pub").ok());
  CHECK_FALSE(VerifyingKey::Parse("ed25519 00").ok());
}

// RFC 8032, 7.1, test 2.
TEST_CASE("Signing keys: Ed25519 is RFC 8032's") {
  const auto key = VerifyingKey::Parse(
      "ed25519 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660"
      "c");
  REQUIRE(key.ok());
  constexpr std::string_view kSignature =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e4"
      "3e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
  std::vector<std::byte> signature;
  for (std::size_t i = 0; i < kSignature.size(); i += 2) {
    signature.push_back(static_cast<std::byte>(
        std::stoi(std::string(kSignature.substr(i, 2)), nullptr, 16)));
  }
  CHECK(key->Verifies("\x72", signature));
  CHECK_FALSE(key->Verifies("\x73", signature));
}

}  // namespace
}  // namespace anon
