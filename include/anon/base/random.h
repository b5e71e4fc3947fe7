// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_RANDOM_H_
#define ANON_BASE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace anon {

// Where chance comes from. It is always a parameter; there is no global
// generator. Products use OsRandom(); a seeded source exists in tests only, so
// that no seed can reach a policy, a solution file or a log.
class RandomSource {
 public:
  virtual ~RandomSource() = default;

  // Fills `bytes`. Aborts the process if the system has no randomness to give:
  // there is no safe way on.
  virtual void Fill(std::span<std::byte> bytes) = 0;

  // Uniform in [0, bound), exactly, by rejection. Requires bound > 0.
  std::uint64_t Below(std::uint64_t bound);
};

// The operating system's generator (getrandom), buffered per object and wiped
// after use. Not thread-safe: make one per thread; it is cheap.
class OsRandom final : public RandomSource {
 public:
  OsRandom() = default;
  ~OsRandom() override;
  OsRandom(const OsRandom&) = delete;
  OsRandom& operator=(const OsRandom&) = delete;

  void Fill(std::span<std::byte> bytes) override;

 private:
  std::byte buffer_[1024];
  std::size_t left_ = 0;  // unread bytes, at the end of buffer_
};

}  // namespace anon

#endif  // ANON_BASE_RANDOM_H_
