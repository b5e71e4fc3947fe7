// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_RAW_VECTOR_H_
#define ANON_SRC_DATA_RAW_VECTOR_H_

#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace anon::internal {

// Leaves new elements of vectors as they are unless a value is given.
template <typename T>
struct RawAllocator : std::allocator<T> {
  template <typename U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <typename U, typename... Args>
  void construct(U* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }
};

// Of plain values; resize() leaves those it adds undefined. For large arrays
// that several threads write first: zeros would be written by one alone, who
// would also wait for the system to grant every page.
template <typename T>
using RawVector = std::vector<T, RawAllocator<T>>;

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_RAW_VECTOR_H_
