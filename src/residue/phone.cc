// SPDX-License-Identifier: Apache-2.0
//
// Japanese telephone numbers, by the national numbering plan: mobile and IP
// (0x0 and eight digits), fixed (0 and nine digits, areas of two to five), and
// both as +81 without the 0. With separators in the right places a number is
// certain; run together it is one of many numbers of ten or eleven digits, and
// a sentence, a word or the column decides. Numbers of services (0120, 0570,
// 0800) belong to nobody.
#include <cstddef>
#include <string>

#include "residue/detector.h"

namespace anon::internal {
namespace {

bool IsMobile(std::string_view digits) {
  return digits.size() == 11 && digits[0] == '0' && digits[2] == '0' &&
         std::string_view("256789").find(digits[1]) != std::string_view::npos &&
         !digits.starts_with("0800");
}

bool IsFixed(std::string_view digits) {
  return digits.size() == 10 && digits[0] == '0' && digits[1] >= '1' &&
         !digits.starts_with("0120") && !digits.starts_with("0570") &&
         !digits.starts_with("0990");
}

// Whether groups of these sizes are where people put them.
bool Grouped(std::string_view digits, std::size_t first, std::size_t second) {
  if (digits.size() == 11) {
    return IsMobile(digits) && first == 3 && (second == 4 || second == 8);
  }
  if (!IsFixed(digits)) return false;
  const bool short_area =
      digits[1] == '3' || digits[1] == '4' || digits[1] == '6';
  const bool to_end = first + second == 10;  // 03-12345678
  return (first == 2 && short_area && (second == 4 || to_end)) ||
         (first == 3 && (second == 3 || to_end)) ||
         (first == 4 && second == 2) || (first == 5 && second == 1);
}

RuleIndex RuleOf(std::string_view digits) {
  return digits.size() == 11 ? kMobilePhone : kFixedPhone;
}

// Whether only separators stand between two groups: at most ") ".
bool Joined(std::string_view text, const DigitGroup& a, const DigitGroup& b) {
  const std::string_view between = text.substr(a.end, b.begin - a.end);
  return !between.empty() && between.size() <= 2 &&
         between.find_first_not_of("-() .") == std::string_view::npos;
}

bool Alone(const Cell& cell, std::size_t first, std::size_t last) {
  const auto groups = cell.groups();
  const std::string_view text = cell.text();
  if (first > 0 && groups[first - 1].end + 1 == groups[first].begin &&
      std::string_view("-.").find(text[groups[first].begin - 1]) !=
          std::string_view::npos) {
    return false;
  }
  if (last + 1 < groups.size() &&
      groups[last].end + 1 == groups[last + 1].begin &&
      std::string_view("-.").find(text[groups[last].end]) !=
          std::string_view::npos) {
    return false;
  }
  const std::size_t end = groups[last].end;
  return end == text.size() || (!IsLetter(text[end]) && text[end] != '_');
}

std::string Digits(const Cell& cell, std::size_t first, std::size_t last) {
  std::string digits;
  for (std::size_t g = first; g <= last; ++g) {
    digits +=
        cell.text().substr(cell.groups()[g].begin, cell.groups()[g].size());
  }
  return digits;
}

// 03-1234-5678, 090 1234 5678, (03)1234-5678, 090-12345678.
void FindGrouped(const Cell& cell, Matches& matches) {
  const auto groups = cell.groups();
  const std::string_view text = cell.text();
  for (std::size_t g = 0; g + 1 < groups.size(); ++g) {
    if (text[groups[g].begin] != '0' || groups[g].size() > 5) continue;
    if (groups[g].begin > 0 && IsLetter(text[groups[g].begin - 1]) &&
        (groups[g].begin < 2 || !IsLetter(text[groups[g].begin - 2]))) {
      continue;
    }
    for (std::size_t last = g + 1; last < groups.size() && last <= g + 2 &&
                                   Joined(text, groups[last - 1], groups[last]);
         ++last) {
      const std::string digits = Digits(cell, g, last);
      if (Grouped(digits, groups[g].size(), groups[g + 1].size()) &&
          Alone(cell, g, last)) {
        AddCertain(RuleOf(digits), groups[g].begin, groups[last].end, matches);
      }
    }
  }
}

// +81 90 1234 5678, +81-(0)3-1234-5678, +819012345678.
void FindInternational(const Cell& cell, Matches& matches) {
  const auto groups = cell.groups();
  const std::string_view text = cell.text();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t begin = groups[g].begin;
    if (begin == 0 || text[begin - 1] != '+' ||
        !text.substr(begin).starts_with("81")) {
      continue;
    }
    for (std::size_t last = g;
         last < groups.size() && last <= g + 4 &&
         (last == g || Joined(text, groups[last - 1], groups[last]));
         ++last) {
      std::string digits = Digits(cell, g, last).substr(2);
      if (!digits.starts_with('0')) digits.insert(0, 1, '0');
      if (IsMobile(digits) || IsFixed(digits)) {
        AddCertain(RuleOf(digits), begin - 1, groups[last].end, matches);
        break;
      }
    }
  }
}

}  // namespace

void FindPhones(const Cell& cell, Matches& matches) {
  FindGrouped(cell, matches);
  FindInternational(cell, matches);
  cell.ForEachNumber({{11}}, "", [&](const Number& number) {
    AddNumber(cell, kMobilePhone, number, IsMobile(number.digits), matches);
    if (!matches.empty() && matches.back().rule == kMobilePhone &&
        matches.back().certainty == Certainty::kPossible &&
        cell.InText(number.begin, number.end)) {
      matches.back().certainty = Certainty::kCertain;
    }
  });
  cell.ForEachNumber({{10}}, "", [&](const Number& number) {
    AddNumber(cell, kFixedPhone, number, IsFixed(number.digits), matches);
  });
}

}  // namespace anon::internal
