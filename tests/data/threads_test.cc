// SPDX-License-Identifier: Apache-2.0
#include "data/threads.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace anon::internal {
namespace {

TEST_CASE("ThreadTeam: shared work is done once, whoever comes") {
  for (const std::size_t size : {1, 2, 5}) {
    ThreadTeam team(size);
    for (int round = 0; round < 2000; ++round) {
      constexpr std::size_t kTasks = 7;
      std::vector<std::atomic<int>> done(kTasks);
      std::atomic<std::size_t> next = 0;
      std::atomic<bool> strange = false;
      team.Run([&](std::size_t thread) {
        if (thread >= size) strange = true;
        for (std::size_t n = next++; n < kTasks; n = next++) ++done[n];
      });
      CHECK_FALSE(strange);
      for (const auto& count : done) CHECK(count == 1);
    }
  }
}

TEST_CASE("ThreadTeam: the end of work is not the end for who is at it") {
  ThreadTeam team(2);
  for (int round = 0; round < 20; ++round) {
    std::atomic<bool> begun = false;
    std::atomic<bool> ended = false;
    team.Run([&](std::size_t thread) {
      if (thread == 0) {
        while (!begun) std::this_thread::yield();
        return;
      }
      begun = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      ended = true;
    });
    CHECK(ended);
  }
}

TEST_CASE("RunThreads: every number once") {
  for (const std::size_t count : {0, 1, 3}) {
    std::vector<std::atomic<int>> done(count);
    RunThreads(count, [&](std::size_t i) { ++done[i]; });
    for (const auto& times : done) CHECK(times == 1);
  }
}

}  // namespace
}  // namespace anon::internal
