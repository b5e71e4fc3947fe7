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

// Shared work again and again, by threads that stay: to start one takes longer
// than small work does. One caller at a time.
//
// Nobody waits for a thread that comes late, because the system had no
// processor for it: work that is done is over, and whoever has not begun by
// then does not begin. So a team is never slower than its caller alone.
class ThreadTeam {
 public:
  explicit ThreadTeam(std::size_t size) {
    try {
      for (std::size_t i = 1; i < size; ++i) {
        threads_.emplace_back([this, i] { Serve(i); });
      }
    } catch (const std::system_error&) {
      // The system grants no more: those that are there do the work.
    }
  }
  ~ThreadTeam() {
    leaves_ = true;
    Call();
  }
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  // work(0) by the caller; meanwhile work(i) by others of the team, maybe none,
  // maybe more than once. Whatever there is to do must be done when work(0)
  // returns, but for what others are at. Does not throw.
  void Run(const std::function<void(std::size_t)>& work) {
    work_ = &work;
    gate_ = kOpen;
    Call();
    work(0);
    gate_ -= kOpen;
    for (std::uint32_t inside = gate_; inside > 0; inside = gate_) {
      WaitWhile(gate_, inside);
    }
  }

 private:
  static constexpr std::uint32_t kOpen = std::uint32_t{1} << 31;

  void Call() {
    ++round_;
    round_.notify_all();
  }
  bool Enter() {
    std::uint32_t inside = gate_;
    while ((inside & kOpen) != 0) {
      if (gate_.compare_exchange_weak(inside, inside + 1)) return true;
    }
    return false;
  }
  void Serve(std::size_t i) {
    for (std::uint64_t seen = 0;;) {
      WaitWhile(round_, seen);
      seen = round_;
      if (leaves_) return;
      if (!Enter()) continue;
      (*work_)(i);
      if (--gate_ == 0) gate_.notify_one();
    }
  }

  const std::function<void(std::size_t)>* work_ = nullptr;
  std::atomic<bool> leaves_ = false;
  std::atomic<std::uint64_t> round_ = 0;  // of calls
  std::atomic<std::uint32_t> gate_ = 0;   // how many work; kOpen: others may
  std::vector<std::jthread> threads_;     // last: they use the others
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_THREADS_H_
