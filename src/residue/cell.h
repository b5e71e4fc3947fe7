// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: one value, read the way detectors want it.
#ifndef ANON_SRC_RESIDUE_CELL_H_
#define ANON_SRC_RESIDUE_CELL_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anon::internal {

// Digits that stand together, as bytes of the text.
struct DigitGroup {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

// A number as it is written: several groups, or one.
struct Number {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view digits;  // without separators; until the next one is read
  bool grouped = false;
};

// What words near a number, or the name of its column, say about it.
enum class Context : std::uint8_t {
  kNone,
  kFor,
  kAgainst,      // another kind of number, by the cell itself
  kAgainstName,  // by the name of the column only
};

// Whether a value can hold residue at all. Fast, and never wrongly false but
// for numbers of five digits and less.
bool MayHoldResidue(std::string_view value);

// Equal for equal texts.
std::uint64_t HashOf(std::string_view text);

// The name of a column as context: lower case, ASCII forms, words of camelCase
// apart.
std::string ContextName(std::string_view attribute);

// Reused from value to value. The views it gives hold until the next Read.
class Cell {
 public:
  // `name` is a ContextName and must outlive what is asked of this cell.
  void Read(std::string_view name, std::string_view value);

  // The value in ASCII forms: full-width digits, letters and signs, hyphens of
  // all kinds; invisible characters are gone.
  std::string_view text() const { return text_; }
  std::string_view lower() const;  // the same with A-Z in lower case
  std::string_view name() const { return name_; }
  std::span<const DigitGroup> groups() const { return groups_; }

  // The byte of the value that text()[at] was read from; at may be the end.
  std::size_t Origin(std::size_t at) const;

  // The number that begins with group `first` and has groups of these lengths,
  // all joined by one and the same character of `separators`. It must stand
  // alone: no letter, decimal point, sign or further joined group beside it,
  // but a word may lead it ("tel0312345678").
  bool ReadNumber(std::size_t first, std::span<const std::uint8_t> lengths,
                  std::string_view separators, Number& number) const;

  // Calls f(number) for every number with one of `layouts`.
  template <typename F>
  void ForEachNumber(
      std::initializer_list<std::initializer_list<std::uint8_t>> layouts,
      std::string_view separators, F f) const {
    Number number;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (const auto& layout : layouts) {
        const std::span<const std::uint8_t> lengths(layout.begin(),
                                                    layout.size());
        if (ReadNumber(g, lengths, separators, number)) f(number);
      }
    }
  }

  // What is near [begin, end): the nearest word counts, then the name.
  Context ContextOf(std::size_t begin, std::size_t end,
                    std::span<const std::string_view> words) const;

  // Whether the value says more than what stands in [begin, end): a sentence, a
  // memo.
  bool InText(std::size_t begin, std::size_t end) const;

 private:
  bool StandsAlone(std::size_t begin, std::size_t end) const;

  std::string_view name_;
  std::string_view text_;
  std::string buffer_;
  std::vector<std::uint32_t> origin_;  // empty: as it was
  mutable std::string lower_;
  mutable bool has_lower_ = false;
  std::vector<DigitGroup> groups_;
  mutable std::string digits_;
};

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
inline bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace anon::internal

#endif  // ANON_SRC_RESIDUE_CELL_H_
