// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/key_wrapper.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "anon/base/files.h"
#include "support/support.h"

namespace anon {
namespace {

SecretBytes Secret(std::string text) {
  return *SecretBytes::TakeFrom(std::as_writable_bytes(std::span(text)));
}

void CheckRoundTrip(const KeyWrapper& wrapper) {
  test::SeededRandom random(5);
  const auto key = SecretBytes::Random(32, random);
  const auto wrapped = wrapper.Wrap(*key, random);
  REQUIRE(wrapped.ok());
  const auto back = wrapper.Unwrap(*wrapped);
  REQUIRE(back.ok());
  CHECK(*back == *key);
  for (std::size_t i = 1; i < wrapped->size(); ++i) {
    if (wrapper.name() == "passphrase" && i % 16 != 1) continue;  // slow
    std::string bad = *wrapped;
    bad[i] = static_cast<char>(bad[i] ^ 0x20);
    CHECK(absl::IsDataLoss(wrapper.Unwrap(bad).status()));
  }
  CHECK_FALSE(wrapper.Unwrap("").ok());
  CHECK_FALSE(wrapper.Unwrap(wrapped->substr(1)).ok());
}

TEST_CASE("KeyWrapper: a key and a passphrase wrap and notice a change") {
  test::SeededRandom random(5);
  CheckRoundTrip(**MakeKeyWrapper(*SecretBytes::Random(32, random)));
  CheckRoundTrip(**MakePassphraseWrapper(Secret("correct horse battery"), 14));
}

TEST_CASE("KeyWrapper: another passphrase does not open") {
  test::SeededRandom random(5);
  const auto key = SecretBytes::Random(32, random);
  const auto one = MakePassphraseWrapper(Secret("correct horse battery"), 14);
  const auto two = MakePassphraseWrapper(Secret("correct horse batterz"), 14);
  const auto wrapped = (*one)->Wrap(*key, random);
  CHECK(absl::IsDataLoss((*two)->Unwrap(*wrapped).status()));
  CHECK(*(*one)->Wrap(*key, random) != *wrapped);  // a fresh salt
}

TEST_CASE("KeyWrapper: refuses weak keys and passphrases") {
  test::SeededRandom random(5);
  CHECK_FALSE(MakeKeyWrapper(*SecretBytes::Random(16, random)).ok());
  CHECK_FALSE(MakeKeyWrapper(*SecretBytes::Random(0, random)).ok());
  CHECK_FALSE(MakePassphraseWrapper(Secret("short")).ok());
  CHECK_FALSE(MakePassphraseWrapper(Secret("correct horse battery"), 10).ok());
}

TEST_CASE("KeyWrapper: opens by reference to a file or descriptor") {
  const test::TempDir dir;
  test::SeededRandom random(5);
  REQUIRE(CreateKeyWrapperFile(dir / "kek", random).ok());
  CHECK(absl::IsAlreadyExists(CreateKeyWrapperFile(dir / "kek", random)));
  const std::string path = (dir / "kek").string();
  const auto by_file = OpenKeyWrapper("file:" + path);
  REQUIRE(by_file.ok());
  CheckRoundTrip(**by_file);
  int fds[2];
  REQUIRE(pipe(fds) == 0);
  const std::string text = test::Read(dir / "kek");
  REQUIRE(write(fds[1], text.data(), text.size()) ==
          static_cast<ssize_t>(text.size()));
  close(fds[1]);
  const auto by_fd = OpenKeyWrapper(fmt::format("fd:{}", fds[0]));
  close(fds[0]);
  REQUIRE(by_fd.ok());
  const auto key = SecretBytes::Random(32, random);
  CHECK(*(*by_file)->Unwrap(*(*by_fd)->Wrap(*key, random)) == *key);
  REQUIRE(WriteFile(dir / "words", "correct horse battery\r\n", 0600).ok());
  CHECK((*OpenKeyWrapper("passphrase-file:" + (dir / "words").string()))
            ->name() == "passphrase");
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  CHECK(absl::IsPermissionDenied(OpenKeyWrapper("file:" + path).status()));
}

TEST_CASE("KeyWrapper: a reference that is none says what one is") {
  for (const std::string_view text :
       {"", "secret", "file:", "fd:x", "fd:", "env:KEK", "pkcs11:token=a",
        "pkcs11:token=a;object=b?module-path=%2F&pin-source=x", "pkcs11:"}) {
    CHECK(absl::IsInvalidArgument(OpenKeyWrapper(text).status()));
  }
  CHECK_FALSE(OpenKeyWrapper("file:/none").ok());
  CHECK_FALSE(OpenKeyWrapper("fd:999").ok());
}

}  // namespace
}  // namespace anon
