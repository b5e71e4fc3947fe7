// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_DICTIONARY_H_
#define ANON_DATA_DICTIONARY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace anon {

// Numbers the distinct values of a column 0, 1, 2, ... in order of first
// appearance. Owns copies of the values. One writer; const calls are safe from
// many threads while nobody writes. Movable, not copyable.
class Dictionary {
 public:
  Dictionary();
  ~Dictionary();
  Dictionary(Dictionary&&) noexcept;
  Dictionary& operator=(Dictionary&&) noexcept;

  std::uint32_t Intern(std::string_view value);
  std::optional<std::uint32_t> Find(std::string_view value) const;

  // The same for many values at once, which is several times as fast: codes[i]
  // belongs to values[i]. Find gives kNone for what is not here. `slack` is
  // that of Batch; it affects performance only.
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  void Intern(std::span<const std::string_view> values, std::uint32_t* codes,
              std::size_t slack = 0);
  void Find(std::span<const std::string_view> values, std::uint32_t* codes,
            std::size_t slack = 0) const;

  // Requires code < size(). The view lives as long as the dictionary.
  std::string_view value(std::uint32_t code) const;
  std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_DATA_DICTIONARY_H_
