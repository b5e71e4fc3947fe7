// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_THREADS_H_
#define ANON_SRC_DATA_THREADS_H_

#include <cstddef>
#include <thread>
#include <vector>

namespace anon::internal {

// work(0), ..., work(count - 1) at the same time, the first on this thread;
// returns when all are done. `work` does not throw.
template <typename Work>
void RunThreads(std::size_t count, const Work& work) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < count; ++i) {
    threads.emplace_back([&work, i] { work(i); });
  }
  if (count > 0) work(0);
}

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_THREADS_H_
