// SPDX-License-Identifier: Apache-2.0
#include "data/huge_array.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace anon::internal {
namespace {

constexpr std::size_t kLine = 64;

std::size_t RoundUp(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

bool IsMapped(std::size_t bytes) { return bytes >= kHugePage; }

// The address space around the aligned part goes back at once.
void* MapAligned(std::size_t bytes) {
  const std::size_t room = bytes + kHugePage;
  void* const start = mmap(nullptr, room, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) throw std::bad_alloc();
  auto* const from = static_cast<char*>(start);
  const std::size_t skip =
      (kHugePage - reinterpret_cast<std::uintptr_t>(start) % kHugePage) %
      kHugePage;
  if (skip > 0) munmap(from, skip);
  if (skip < kHugePage) munmap(from + skip + bytes, kHugePage - skip);
#ifdef MADV_HUGEPAGE
  madvise(from + skip, bytes, MADV_HUGEPAGE);  // a hint; may be refused
#endif
  return from + skip;
}

}  // namespace

void* AllocateZeroed(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  if (IsMapped(bytes)) return MapAligned(RoundUp(bytes, kHugePage));
  void* const memory = std::aligned_alloc(kLine, RoundUp(bytes, kLine));
  if (memory == nullptr) throw std::bad_alloc();
  return std::memset(memory, 0, bytes);
}

void FreeZeroed(void* memory, std::size_t bytes) noexcept {
  if (IsMapped(bytes)) {
    munmap(memory, RoundUp(bytes, kHugePage));
  } else {
    std::free(memory);
  }
}

}  // namespace anon::internal
