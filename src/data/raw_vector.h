// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_RAW_VECTOR_H_
#define ANON_SRC_DATA_RAW_VECTOR_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "data/huge_array.h"

namespace anon::internal {

// Leaves new elements of vectors as they are unless a value is given. Large
// ones are on huge pages: what a search makes anew for every node would
// otherwise be granted by the system in pieces of 4 KiB.
template <typename T>
struct RawAllocator : std::allocator<T> {
  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    return bytes < kLarge
               ? std::allocator<T>::allocate(n)
               : static_cast<T*>(AllocateZeroed(std::max(bytes, kHugePage)));
  }
  void deallocate(T* at, std::size_t n) noexcept {
    const std::size_t bytes = n * sizeof(T);
    if (bytes < kLarge) {
      std::allocator<T>::deallocate(at, n);
    } else {
      FreeZeroed(at, std::max(bytes, kHugePage));
    }
  }
  template <typename U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <typename U, typename... Args>
  void construct(U* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }

 private:
  static constexpr std::size_t kLarge = kHugePage / 2;
};

// Of plain values; resize() leaves those it adds undefined. For large arrays
// that several threads write first: zeros would be written by one alone, who
// would also wait for the system to grant every page.
template <typename T>
using RawVector = std::vector<T, RawAllocator<T>>;

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_RAW_VECTOR_H_
