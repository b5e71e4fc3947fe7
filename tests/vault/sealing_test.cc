// SPDX-License-Identifier: Apache-2.0
#include "vault/sealing.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "anon/base/digest.h"
#include "vault/vault_support.h"

namespace anon::internal {
namespace {

std::span<const std::byte> Bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

SecretBytes FromHex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(
        std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return *SecretBytes::TakeFrom(bytes);
}

TEST_CASE("X25519: gives the values of RFC 7748, section 6.1") {
  const SecretBytes bob = FromHex(
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  CHECK(ToHex(*PublicKeyOf(bob)) ==
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const SecretBytes alice_public = FromHex(
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  CHECK(*Agree(bob, RevealSecret::Bytes(alice_public)) ==
        FromHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e16"
                "1742"));
}

TEST_CASE("X25519: both sides agree") {
  const SecretBytes a = *NewPrivateKey();
  const SecretBytes b = *NewPrivateKey();
  CHECK(*Agree(a, *PublicKeyOf(b)) == *Agree(b, *PublicKeyOf(a)));
}

TEST_CASE("X25519: refuses public keys that would make a known secret") {
  const SecretBytes mine = *NewPrivateKey();
  CHECK_FALSE(Agree(mine, PublicKey{}).ok());
  PublicKey one{};
  one[0] = std::byte{1};
  CHECK_FALSE(Agree(mine, one).ok());
  CHECK_FALSE(Agree(mine, std::span(one).first(31)).ok());
}

DeletionDataSet Set(std::string id) {
  return {std::move(id), "/o", "k", "key"};
}

struct Sealed {
  SealPlace place;
  std::string share;
  std::string bytes;
};

struct SealingFixture {
  SecretBytes custodian = *NewPrivateKey();
  Sealer sealer = *Sealer::Create(*PublicKeyOf(custodian), Set("ds-1"));
  Opener opener = *Opener::Create(custodian, sealer.session(), Set("ds-1"));
  OsRandom random;
  std::uint64_t next = 0;

  Sealed Seal(std::string_view original) {
    Sealed sealed{{next++, "id", "p1"}, std::string(kShareBytes, '\0'), ""};
    random.Fill(std::as_writable_bytes(std::span(sealed.share)));
    REQUIRE(
        sealer.Seal(sealed.place, Bytes(sealed.share), original, sealed.bytes)
            .ok());
    CHECK(sealed.bytes.size() == SealedSize(original.size()));
    return sealed;
  }
};

TEST_CASE_FIXTURE(SealingFixture, "Sealing: opens originals of every length") {
  for (std::size_t size = 0; size < 200; ++size) {
    std::string original(size, '\x80');
    if (size > 2) original[size - 1] = '\0';
    const Sealed sealed = Seal(original);
    const auto opened =
        opener.Open(sealed.place, Bytes(sealed.share), Bytes(sealed.bytes));
    REQUIRE(opened.ok());
    CHECK(*opened == original);
    CHECK(sealed.bytes.size() == (size / 32 + 1) * 32 + 16);
  }
}

TEST_CASE_FIXTURE(SealingFixture, "Sealing: equal originals look different") {
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) all.insert(Seal("090-1234-5678").bytes);
  CHECK(all.size() == 1000);
}

TEST_CASE_FIXTURE(SealingFixture, "Sealing: without its share nothing opens") {
  const Sealed sealed = Seal("original");
  const auto open = [&](const std::string& share) {
    return opener.Open(sealed.place, Bytes(share), Bytes(sealed.bytes))
        .status();
  };
  CHECK(open(sealed.share).ok());
  CHECK(absl::IsNotFound(open(std::string(kShareBytes, '\0'))));
  CHECK(absl::IsDataLoss(open("")));
  CHECK(absl::IsDataLoss(open(Seal("original").share)));
  for (std::size_t i = 0; i < kShareBytes; ++i) {
    std::string other = sealed.share;
    other[i] = static_cast<char>(other[i] ^ 1);
    CHECK(absl::IsDataLoss(open(other)));
  }
}

TEST_CASE_FIXTURE(SealingFixture, "Sealing: a record opens at its place only") {
  const Sealed sealed = Seal("original");
  const auto opens = [&](Opener& by, std::uint64_t sequence,
                         std::string_view attribute,
                         std::string_view pseudonym) {
    return by
        .Open({sequence, attribute, pseudonym}, Bytes(sealed.share),
              Bytes(sealed.bytes))
        .ok();
  };
  CHECK(opens(opener, 0, "id", "p1"));
  CHECK_FALSE(opens(opener, 1, "id", "p1"));
  CHECK_FALSE(opens(opener, 0, "name", "p1"));
  CHECK_FALSE(opens(opener, 0, "id", "p2"));
  CHECK_FALSE(opens(opener, 0, "idp", "1"));
  auto other_session =
      Opener::Create(custodian, *PublicKeyOf(*NewPrivateKey()), Set("ds-1"));
  CHECK_FALSE(opens(*other_session, 0, "id", "p1"));
  auto other_custodian =
      Opener::Create(*NewPrivateKey(), sealer.session(), Set("ds-1"));
  CHECK_FALSE(opens(*other_custodian, 0, "id", "p1"));
}

TEST_CASE_FIXTURE(SealingFixture,
                  "Sealing: a record opens under its data set's description "
                  "only") {
  const Sealed sealed = Seal("original");
  const auto opens = [&](const DeletionDataSet& set) {
    auto by = Opener::Create(custodian, sealer.session(), set);
    return by->Open(sealed.place, Bytes(sealed.share), Bytes(sealed.bytes))
        .ok();
  };
  CHECK(opens({"ds-1", "/o", "k", "key", ""}));
  CHECK_FALSE(opens({"ds-2", "/o", "k", "key", ""}));
  CHECK_FALSE(opens({"ds-1", "/p", "k", "key", ""}));
  CHECK_FALSE(opens({"ds-1", "/o", "l", "key", ""}));
  CHECK_FALSE(opens({"ds-1", "/o", "k", "kez", ""}));
  CHECK_FALSE(opens({"ds-1", "/o", "k", "key", "2030-01-01"}));
  CHECK_FALSE(opens({"ds-1", "/ok", "", "key", ""}));
}

TEST_CASE_FIXTURE(SealingFixture, "Sealing: every flipped bit is noticed") {
  const Sealed sealed = Seal("original");
  const auto open = [&](const std::string& bytes) {
    return opener.Open(sealed.place, Bytes(sealed.share), Bytes(bytes))
        .status();
  };
  for (std::size_t bit = 0; bit < 8 * sealed.bytes.size(); ++bit) {
    std::string bad = sealed.bytes;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    CHECK(absl::IsDataLoss(open(bad)));
  }
  for (std::size_t size = 0; size < sealed.bytes.size(); ++size) {
    CHECK_FALSE(open(sealed.bytes.substr(0, size)).ok());
  }
  CHECK(open(sealed.bytes).ok());
}

TEST_CASE_FIXTURE(SealingFixture, "Sealing: sessions never share a key") {
  const auto again = Sealer::Create(*PublicKeyOf(custodian), Set("ds-1"));
  CHECK(again->session() != sealer.session());
}

TEST_CASE_FIXTURE(SealingFixture, "Sealing: does not go on in a forked child") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(sealer.CheckProcess().ok() ? 1 : 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(sealer.CheckProcess().ok());
}

}  // namespace
}  // namespace anon::internal
