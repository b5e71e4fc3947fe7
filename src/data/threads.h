// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_THREADS_H_
#define ANON_SRC_DATA_THREADS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <system_error>
#include <thread>
#include <vector>

namespace anon::internal {

// work(0), ..., work(count - 1) at the same time, the first on this thread;
// returns when all are done. Where the system grants fewer threads, this one
// does their work. `work` does not throw.
template <typename Work>
void RunThreads(std::size_t count, const Work& work) {
  std::vector<std::jthread> threads;
  std::size_t started = 1;
  try {
    for (; started < count; ++started) {
      threads.emplace_back([&work, i = started] { work(i); });
    }
  } catch (const std::system_error&) {
  }
  if (count > 0) work(0);
  for (std::size_t i = started; i < count; ++i) work(i);
}

// Waits until `value` is no longer `old`. Short waits are spent awake: to fall
// asleep and be woken takes longer than much of the work in between.
template <typename T>
void WaitWhile(const std::atomic<T>& value, T old) {
  for (int i = 0; i < 5000; ++i) {
    if (value != old) return;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  value.wait(old);
}

// The same again and again, by threads that stay: to start one takes longer
// than small work does. Where fewer can be started, they do it all. One caller
// at a time.
class ThreadTeam {
 public:
  explicit ThreadTeam(std::size_t size) : size_(size) {
    try {
      for (std::size_t i = 1; i < size; ++i) {
        threads_.emplace_back([this, i] { Serve(i); });
      }
    } catch (const std::system_error&) {
      // The system grants no more: those that are there do the work.
    }
  }
  ~ThreadTeam() {
    work_ = nullptr;
    Start();
  }
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  // Does not throw.
  void Run(const std::function<void(std::size_t)>& work) {
    work_ = &work;
    busy_ = threads_.size();
    Start();
    work(0);
    for (std::size_t i = threads_.size() + 1; i < size_; ++i) work(i);
    for (std::size_t busy = busy_; busy > 0; busy = busy_) {
      WaitWhile(busy_, busy);
    }
  }

 private:
  void Start() {
    ++round_;
    round_.notify_all();
  }
  void Serve(std::size_t i) {
    for (std::uint64_t seen = 0;; ++seen) {
      WaitWhile(round_, seen);
      if (work_ == nullptr) return;
      (*work_)(i);
      if (--busy_ == 0) busy_.notify_one();
    }
  }

  const std::size_t size_;
  const std::function<void(std::size_t)>* work_ = nullptr;  // null: go home
  std::atomic<std::uint64_t> round_ = 0;
  std::atomic<std::size_t> busy_ = 0;
  std::vector<std::jthread> threads_;  // last: they use the others
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_THREADS_H_
