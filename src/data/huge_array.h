// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_HUGE_ARRAY_H_
#define ANON_SRC_DATA_HUGE_ARRAY_H_

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace anon::internal {

inline constexpr std::size_t kHugePage = std::size_t{1} << 21;

// Zeroed memory, on huge pages where it takes one at least: count arrays on 4
// KiB pages spend half their time in the TLB. Pages never written take no
// memory. Throws std::bad_alloc like new.
void* AllocateZeroed(std::size_t bytes);
void FreeZeroed(void* memory, std::size_t bytes) noexcept;

// A fixed capacity of plain values that start as zero. Move-only.
template <typename T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HugeArray() = default;
  explicit HugeArray(std::size_t size)
      : data_(static_cast<T*>(AllocateZeroed(size * sizeof(T)))),
        size_(size),
        capacity_(size) {}
  ~HugeArray() { FreeZeroed(data_, capacity_ * sizeof(T)); }
  HugeArray(HugeArray&& other) noexcept { *this = std::move(other); }
  HugeArray& operator=(HugeArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  std::span<const T> span() const { return {data_, size_}; }

  // Requires size <= size().
  void Shrink(std::size_t size) { size_ = size; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_HUGE_ARRAY_H_
