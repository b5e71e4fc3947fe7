// SPDX-License-Identifier: Apache-2.0
#include "vault/access_chain.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "vault/custodian_key.h"

namespace anon::internal {
namespace {

struct Written {
  std::string action;
  bool sealed = false;
};

std::vector<AccessLogEntry> MakeChain(const std::vector<Written>& actions,
                                      const SecretBytes& log_key) {
  std::vector<AccessLogEntry> entries;
  AccessLogEntry last;
  for (const Written& written : actions) {
    AccessLogEntry entry;
    entry.action = written.action;
    REQUIRE(Chain(last, written.sealed ? &log_key : nullptr, entry).ok());
    entries.push_back(entry);
    last = entry;
  }
  return entries;
}

SecretBytes NewLogKey() {
  auto key = LogKey(*NewPrivateKey());
  REQUIRE(key.ok());
  return *std::move(key);
}

TEST_CASE("AccessLog: a log of runs and custodians is genuine") {
  const SecretBytes key = NewLogKey();
  const auto log = MakeChain({{"begin"},
                              {"commit"},
                              {"list", true},
                              {"roll back"},
                              {"erase records", true}},
                             key);
  CHECK(CheckChain(log, key).ok());
  CHECK(absl::IsDataLoss(CheckChain(log, NewLogKey())));
}

TEST_CASE("AccessLog: no chain made anew without the key hides a custodian") {
  const SecretBytes key = NewLogKey();
  // Every entry hashed anew, none sealed.
  CHECK(absl::IsDataLoss(
      CheckChain(MakeChain({{"begin"}, {"commit"}, {"list"}}, key), key)));
  CHECK(absl::IsDataLoss(CheckChain(MakeChain({{"look-up"}}, key), key)));
}

TEST_CASE("AccessLog: a seal cannot be taken off, nor its entry be a run's") {
  const SecretBytes key = NewLogKey();
  const std::vector<AccessLogEntry> genuine =
      MakeChain({{"begin"}, {"commit", true}, {"look-up", true}}, key);
  REQUIRE(CheckChain(genuine, key).ok());
  for (const std::size_t at : {1U, 2U}) {
    std::vector<AccessLogEntry> log = genuine;
    log[at].seal.clear();
    CHECK(absl::IsDataLoss(CheckChain(log, key)));
  }
  // One put in place of a sealed entry breaks the seal that follows.
  std::vector<AccessLogEntry> log = MakeChain({{"begin"}, {"commit"}}, key);
  log.push_back(genuine[2]);
  CHECK(absl::IsDataLoss(CheckChain(log, key)));
  AccessLogEntry next = genuine[2];
  REQUIRE(Chain(log[1], nullptr, next).ok());
  next.seal = genuine[2].seal;
  log[2] = next;
  CHECK(absl::IsDataLoss(CheckChain(log, key)));
}

}  // namespace
}  // namespace anon::internal
