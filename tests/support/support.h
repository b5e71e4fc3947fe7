// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_SUPPORT_SUPPORT_H_
#define ANON_TESTS_SUPPORT_SUPPORT_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "anon/base/random.h"

namespace anon::test {

// A repeatable source of chance. Tests only: products have no seeds.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void Fill(std::span<std::byte> bytes) override;

 private:
  std::mt19937_64 engine_;
};

// A fresh directory (0700) that goes with its owner.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// Writes `text` to `path`, creating parents; returns `path`.
std::filesystem::path Write(const std::filesystem::path& path,
                            std::string_view text);
// The whole file, or "" if there is none.
std::string Read(const std::filesystem::path& path);

// The root of this checkout.
std::filesystem::path SourceDir();

// Third-party data that is not part of the project: $ANON_TEST_DATA, or
// ../shared beside the checkout. Nothing if `relative` is not there.
std::optional<std::filesystem::path> TestData(std::string_view relative);

}  // namespace anon::test

// Ends the test case with a message, counted as skipped by name, when test data
// are absent.
#define ANON_REQUIRE_TEST_DATA(variable, relative)              \
  const auto variable##_maybe = anon::test::TestData(relative); \
  if (!variable##_maybe) {                                      \
    MESSAGE("SKIPPED: no test data " relative);                 \
    return;                                                     \
  }                                                             \
  const std::filesystem::path variable = *variable##_maybe

#endif  // ANON_TESTS_SUPPORT_SUPPORT_H_
