// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_CODE_COLUMN_H_
#define ANON_DATA_CODE_COLUMN_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <type_traits>

namespace anon {

// A column of codes, one, two or four bytes each: the narrower, the faster it
// is counted. A view; made implicitly from any std::span or std::vector of
// std::uint8_t, std::uint16_t or std::uint32_t.
class CodeColumn {
 public:
  CodeColumn() = default;

  template <typename Range>
  requires std::ranges::contiguous_range<const Range> &&
      (std::same_as<std::ranges::range_value_t<const Range>, std::uint8_t> ||
       std::same_as<std::ranges::range_value_t<const Range>, std::uint16_t> ||
       std::same_as<std::ranges::range_value_t<const Range>,
                    std::uint32_t>)
          CodeColumn(const Range& codes)  // NOLINT(google-explicit-constructor)
      : data_(std::ranges::data(codes)),
        size_(std::ranges::size(codes)),
        width_(sizeof(std::ranges::range_value_t<const Range>)) {}

  const void* data() const { return data_; }
  std::size_t size() const { return size_; }
  // Bytes of a code: 1, 2 or 4.
  std::size_t width() const { return width_; }

  // Requires row < size().
  std::uint32_t operator[](std::size_t row) const {
    switch (width_) {
      case 1:
        return static_cast<const std::uint8_t*>(data_)[row];
      case 2:
        return static_cast<const std::uint16_t*>(data_)[row];
      default:
        return static_cast<const std::uint32_t*>(data_)[row];
    }
  }

 private:
  const void* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t width_ = 4;
};

}  // namespace anon

#endif  // ANON_DATA_CODE_COLUMN_H_
