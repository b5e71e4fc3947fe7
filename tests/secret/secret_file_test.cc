// SPDX-License-Identifier: Apache-2.0
#include "secret/secret_file.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>

#include "anon/base/files.h"
#include "anon/secret/key_use_log.h"
#include "anon/secret/reveal_secret.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

// A name that now is one of two files, now the other: a private one, and one
// that others may read.
class Flipping {
 public:
  Flipping() {
    REQUIRE(WriteFile(dir_ / "private", "private", 0600).ok());
    REQUIRE(WriteFile(dir_ / "loose", "loose", 0644).ok());
    fs::create_symlink("private", name());
    thread_ = std::thread([this] {
      const fs::path next = dir_ / "next";
      for (bool loose = true; !done_; loose = !loose) {
        fs::create_symlink(loose ? "loose" : "private", next);
        fs::rename(next, name());
      }
    });
  }
  ~Flipping() {
    done_ = true;
    thread_.join();
  }
  fs::path name() const { return dir_ / "name"; }
  fs::path loose() const { return dir_ / "loose"; }

 private:
  test::TempDir dir_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

TEST_CASE("a secret file is the one that was found to be private") {
  const Flipping files;
  int wrong = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto secret = internal::ReadSmallSecret(files.name());
    if (!secret.ok()) continue;
    wrong +=
        RevealSecret::Bytes(*secret).size() != std::string("private").size();
  }
  CHECK(wrong == 0);
}

TEST_CASE("a log of key uses is the one that was found to be private") {
  const Flipping files;
  for (int i = 0; i < 5'000; ++i) {
    const auto log = OpenKeyUseLog(files.name());
    if (log.ok()) {
      CHECK((*log)->Record({.action = "derive", .key_id = "key-1"}).ok());
    }
  }
  CHECK(test::Read(files.loose()) == "loose");
}

}  // namespace
}  // namespace anon
