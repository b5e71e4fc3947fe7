// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/key.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/support.h"

namespace anon {
namespace {

SecretBytes Secret(std::size_t size) {
  test::SeededRandom random(size);
  return *SecretBytes::Random(size, random);
}

TEST_CASE("Key: refuses a short secret, a constant one and a bad id") {
  CHECK(Key::Create("billing", Secret(32)).ok());
  CHECK(absl::IsInvalidArgument(Key::Create("billing", Secret(31)).status()));
  CHECK_FALSE(Key::Create("billing", Secret(0)).ok());
  CHECK_FALSE(Key::Create("", Secret(32)).ok());
  CHECK_FALSE(Key::Create("a b", Secret(32)).ok());
  CHECK_FALSE(Key::Create("a\nkey", Secret(32)).ok());
  std::string zeros(32, '\0');
  CHECK_FALSE(
      Key::Create("billing", *SecretBytes::TakeFrom(
                                 std::as_writable_bytes(std::span(zeros))))
          .ok());
}

TEST_CASE("Key: generated ones have their own ids and secrets") {
  test::SeededRandom random(1);
  const auto a = Key::Generate(random);
  const auto b = Key::Generate(random);
  REQUIRE(a.ok());
  CHECK(a->id().size() == 20);
  CHECK(a->id().starts_with("key-"));
  CHECK(a->id() != b->id());
  CHECK_FALSE(a->secret() == b->secret());
}

TEST_CASE("Key: every field of a use separates, and so do their borders") {
  const Key key = *Key::Create("k", Secret(32));
  const std::vector<KeyUse> uses = {
      {"pseudonym", "ab", "c", ""}, {"pseudonym", "a", "bc", ""},
      {"pseudonym", "abc", "", ""}, {"pseudonym", "", "abc", ""},
      {"pseudonym", "ab", "", "c"}, {"pseudonymab", "", "c", ""},
      {"other", "ab", "c", ""},     {"pseudonym", "ab", "c", "2026"}};
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const auto one = key.Derive(uses[i]);
    REQUIRE(one.ok());
    CHECK(one->size() == 32);
    CHECK(*one == *key.Derive(uses[i]));
    for (std::size_t j = i + 1; j < uses.size(); ++j) {
      CHECK_FALSE(*one == *key.Derive(uses[j]));
    }
  }
  CHECK_FALSE(*key.Derive(uses[0]) ==
              *Key::Create("k", Secret(33))->Derive(uses[0]));
}

TEST_CASE("Key: derives nothing when destroyed, nor for names too long") {
  Key key = *Key::Create("k", Secret(32));
  CHECK(absl::IsInvalidArgument(
      key.Derive({.kind = "x", .domain = std::string(2000, 'd')}).status()));
  CHECK_FALSE(key.Derive({.domain = "d"}).ok());
  key.Destroy();
  CHECK(absl::IsFailedPrecondition(key.Derive({.kind = "x"}).status()));
}

}  // namespace
}  // namespace anon
