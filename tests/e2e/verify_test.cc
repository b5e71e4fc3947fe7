// SPDX-License-Identifier: Apache-2.0
//
// Signing and verifying a release, by the tool.
#include <doctest/doctest.h>

#include "e2e/workplace.h"
#include "support/support.h"

namespace anon::test {
namespace {

TEST_CASE("a release is signed, approved, verified, and found out") {
  Workplace place;
  place.UseSmallTable(Kind::kAnonymized, 240);
  const std::string maker = (place.root() / "keys" / "maker").string();
  const std::string approver = (place.root() / "keys" / "approver").string();
  const std::string out = place.out.string();
  for (const std::string& key : {maker, approver}) {
    CHECK(Tool({"signing-key", "create", key}).exit_code == 0);
  }
  const Outcome run = place.Run({"--signing-key", maker});
  REQUIRE_MESSAGE(run.exit_code == 0, run.err);

  const Outcome stranger = Tool({"verify", out});
  CHECK(stranger.exit_code == 1);
  CHECK(stranger.out.find("a key you have not named") != std::string::npos);
  CHECK(stranger.out.find("UNTRUSTED") != std::string::npos);

  CHECK(Tool({"sign", out, "--key", maker, "--role", "approver"}).exit_code ==
        3);
  CHECK(
      Tool({"sign", out, "--key", approver, "--role", "approver"}).exit_code ==
      0);
  const Outcome known =
      Tool({"verify", out, "--public-key", maker + ".pub", "--public-key",
            approver + ".pub", "--policy", place.policy().string()});
  CHECK_MESSAGE(known.exit_code == 0, known.out);
  CHECK(known.out.find("as approver: valid, a key you trust") !=
        std::string::npos);
  CHECK(known.out.find("k_anonymity 3: satisfied on the data") !=
        std::string::npos);
  CHECK(known.out.ends_with("\nTRUSTED\n"));

  Write(place.out / "provide/data.csv",
        Read(place.out / "provide/data.csv") + "x,y,z\n");
  const Outcome changed = Tool({"verify", out, "--public-key", maker + ".pub"});
  CHECK(changed.exit_code == 1);
  CHECK(changed.out.find("PROBLEM: provide/data.csv is not what was "
                         "attested") != std::string::npos);
}

}  // namespace
}  // namespace anon::test
