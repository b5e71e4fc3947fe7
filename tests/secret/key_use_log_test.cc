// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/key_use_log.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "anon/secret/keyring.h"
#include "support/support.h"

namespace anon {
namespace {

TEST_CASE("KeyUseLog: every use of a keyring's key is one line") {
  const test::TempDir dir;
  test::SeededRandom random(3);
  const auto kek = *MakeKeyWrapper(*SecretBytes::Random(32, random));
  const auto log = OpenKeyUseLog(dir / "log");
  REQUIRE(log.ok());
  const KeyringAccess access{.wrapper = kek.get(), .log = *log};
  const auto ring = Keyring::CreateFile(dir / "keys", access, random);
  REQUIRE(ring.ok());
  const Key& key = ring->primary();
  REQUIRE(key.Derive({.kind = "pseudonym", .domain = "d\"1", .attribute = "id"})
              .ok());
  const auto rotated = Keyring::Rotate(dir / "keys", access, random);
  REQUIRE(rotated.ok());
  REQUIRE(Keyring::SetState(dir / "keys", access, key.id(),
                            KeyState::kDestroyed, random)
              .ok());
  std::istringstream lines(test::Read(dir / "log"));
  std::vector<nlohmann::json> events;
  for (std::string line; std::getline(lines, line);) {
    events.push_back(nlohmann::json::parse(line));
  }
  REQUIRE(events.size() == 4);
  CHECK(events[0]["action"] == "create");
  CHECK(events[1]["action"] == "derive");
  CHECK(events[1]["key_id"] == key.id());
  CHECK(events[1]["domain"] == "d\"1");
  CHECK_FALSE(events[1].contains("epoch"));
  CHECK(events[2]["key_id"] == rotated->primary().id());
  CHECK(events[3]["action"] == "destroyed");
  struct stat info {};
  REQUIRE(stat((dir / "log").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
}

class FullDisk final : public KeyUseLog {
 public:
  absl::Status Record(const KeyUseEvent& /*event*/) override {
    return IoError("append to", "log", 28);
  }
};

TEST_CASE("KeyUseLog: what cannot be logged does not take place") {
  test::SeededRandom random(3);
  Key key = *Key::Generate(random);
  key.LogTo(std::make_shared<FullDisk>());
  CHECK(absl::IsUnavailable(key.Derive({.kind = "pseudonym"}).status()));
}

TEST_CASE("KeyUseLog: one that others may read is refused") {
  const test::TempDir dir;
  test::Write(dir / "log", "");
  REQUIRE(chmod((dir / "log").c_str(), 0644) == 0);
  CHECK(absl::IsPermissionDenied(OpenKeyUseLog(dir / "log").status()));
}

}  // namespace
}  // namespace anon
