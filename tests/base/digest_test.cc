// SPDX-License-Identifier: Apache-2.0
#include "anon/base/digest.h"

#include <doctest/doctest.h>

#include "support/support.h"

namespace anon {
namespace {

constexpr char kAbc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST_CASE("Sha256: the example of FIPS 180-4") {
  CHECK(ToHex(Sha256("abc")) == kAbc);
}

TEST_CASE("Hasher: pieces give the same as the whole, and it starts afresh") {
  Hasher hasher;
  for (int round = 0; round < 2; ++round) {
    hasher.Update("a");
    hasher.Update("");
    hasher.Update("bc");
    CHECK(ToHex(hasher.Finish()) == kAbc);
  }
}

TEST_CASE("Sha256OfFile: digests a file, and says which one is missing") {
  const test::TempDir dir;
  auto digest = Sha256OfFile(test::Write(dir / "x", "abc"));
  REQUIRE(digest.ok());
  CHECK(ToHex(*digest) == kAbc);
  CHECK(Message(Sha256OfFile(dir / "none").status()).find("none") !=
        std::string_view::npos);
}

}  // namespace
}  // namespace anon
