// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/secret_bytes.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <type_traits>

#include "anon/secret/key.h"
#include "anon/secret/reveal_secret.h"
#include "support/support.h"

namespace anon {
namespace {

SecretBytes Secret(std::string text) {
  auto secret = SecretBytes::TakeFrom(std::as_writable_bytes(std::span(text)));
  REQUIRE(secret.ok());
  return *std::move(secret);
}

std::string Text(const SecretBytes& secret) {
  const auto bytes = RevealSecret::Bytes(secret);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_CASE("SecretBytes: takes the bytes over and wipes where they were") {
  std::string text = "correct horse battery staple";
  const auto secret =
      SecretBytes::TakeFrom(std::as_writable_bytes(std::span(text)));
  REQUIRE(secret.ok());
  CHECK(Text(*secret) == "correct horse battery staple");
  CHECK(text == std::string(28, '\0'));
}

TEST_CASE("SecretBytes: takes many over into shared pages, each wiped alone") {
  std::string texts[] = {"one", "", "three", std::string(5000, 'x')};
  std::vector<std::span<std::byte>> all;
  for (std::string& text : texts) {
    all.push_back(std::as_writable_bytes(std::span(text)));
  }
  auto secrets = SecretBytes::TakeFromEach(all);
  REQUIRE(secrets.ok());
  REQUIRE(secrets->size() == 4);
  CHECK(texts[0] == std::string(3, '\0'));
  CHECK(texts[3] == std::string(5000, '\0'));
  CHECK(Text((*secrets)[0]) == "one");
  CHECK((*secrets)[1].size() == 0);
  CHECK(Text((*secrets)[2]) == "three");
  CHECK(Text((*secrets)[3]) == std::string(5000, 'x'));
  const auto first = RevealSecret::Bytes((*secrets)[0]);
  const auto third = RevealSecret::Bytes((*secrets)[2]);
  // One behind the other, with the mark between them.
  CHECK(third.data() == first.data() + 4);
  (*secrets)[0].Destroy();
  CHECK(
      std::ranges::all_of(first, [](std::byte b) { return b == std::byte{}; }));
  CHECK(Text((*secrets)[2]) == "three");
  SecretBytes kept = std::move((*secrets)[2]);
  secrets->clear();
  CHECK(Text(kept) == "three");
  CHECK(SecretBytes::TakeFromEach({}).value().empty());
}

TEST_CASE("SecretBytes: == compares bytes and sizes") {
  CHECK(Secret("abc") == Secret("abc"));
  CHECK_FALSE(Secret("abc") == Secret("abd"));
  CHECK_FALSE(Secret("abc") == Secret("ab"));
  CHECK(Secret("") == Secret(""));
}

TEST_CASE("SecretBytes: holds every size around a page") {
  test::SeededRandom random(1);
  for (const std::size_t size : {0, 1, 4094, 4095, 4096, 4097, 100000}) {
    auto secret = SecretBytes::Random(size, random);
    REQUIRE(secret.ok());
    CHECK(secret->size() == size);
    CHECK(RevealSecret::Bytes(*secret).size() == size);
  }
}

TEST_CASE("SecretBytes: moves, and leaves nothing behind") {
  SecretBytes a = Secret("one");
  SecretBytes b = std::move(a);
  CHECK(a.size() == 0);  // NOLINT(bugprone-use-after-move): what is tested
  a = std::move(b);
  CHECK(Text(a) == "one");
  CHECK(b.size() == 0);
  a.Destroy();
  CHECK(a.size() == 0);
  CHECK(RevealSecret::Bytes(a).empty());
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
  static_assert(!std::is_copy_assignable_v<SecretBytes>);
  static_assert(!std::is_copy_constructible_v<Key>);
}

// The VmFlags of the mapping that starts at `address`, or "".
std::string FlagsOfMapping(const void* address) {
  std::ostringstream start;
  start << std::hex << reinterpret_cast<std::uintptr_t>(address) << "-";
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.starts_with(start.str())) inside = true;
    if (inside && line.starts_with("VmFlags:")) return line;
  }
  return "";
}

TEST_CASE("SecretBytes: is left out of core dumps and wiped in children") {
  const SecretBytes secret = Secret("not for children");
  const std::string flags = FlagsOfMapping(RevealSecret::Bytes(secret).data());
  if (flags.empty()) {
    MESSAGE("SKIPPED: this system does not show flags of mappings");
    return;
  }
  CHECK(flags.find(" dd") != std::string::npos);
  CHECK(flags.find(" wf") != std::string::npos);
}

TEST_CASE("SecretBytes: a forked child gets an error, not a key of zeros") {
  test::SeededRandom random(1);
  const auto key = Key::Generate(random);
  REQUIRE(key.ok());
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto bytes = RevealSecret::Bytes(key->secret());
    const bool equal = key->secret() == key->secret();
    const auto derived = key->Derive({.kind = "pseudonym"});
    _exit(bytes.empty() && !equal && !derived.ok() ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(key->Derive({.kind = "pseudonym"}).ok());
}

}  // namespace
}  // namespace anon
