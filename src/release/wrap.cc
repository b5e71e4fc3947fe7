// SPDX-License-Identifier: Apache-2.0
#include "release/wrap.h"

#include <algorithm>
#include <array>
#include <vector>

namespace anon::internal {
namespace {

std::size_t CharacterLength(std::string_view rest) {
  const auto lead = static_cast<unsigned char>(rest.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                                           : 4;
  return std::min(length, rest.size());
}

// Kana, kanji, full-width forms: all at or after U+2E80, three bytes or more.
bool IsWide(std::string_view character) {
  return character.size() >= 3 && character >= "\u2E80";
}

bool NotAtStart(std::string_view character) {
  constexpr std::array<std::string_view, 24> kClosing = {
      "、", "。", "，", "．", "・", "：", "；", "？", "！", "）", "」", "』",
      "】", "〕", "］", "｝", "〉", "》", "ー", "々", "ゃ", "ゅ", "ょ", "っ"};
  return std::ranges::find(kClosing, character) != kClosing.end();
}

bool NotAtEnd(std::string_view character) {
  constexpr std::array<std::string_view, 8> kOpening = {"（", "「", "『", "【",
                                                        "〔", "［", "｛", "〈"};
  return std::ranges::find(kOpening, character) != kOpening.end();
}

bool IsDigit(std::string_view character) {
  return character.size() == 1 && character >= "0" && character <= "9";
}

// The smallest pieces a line may break between.
std::vector<std::string_view> Pieces(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  std::string_view last;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view next =
        text.substr(at, CharacterLength(text.substr(at)));
    const bool beside_wide = IsWide(last) || IsWide(next);
    // "第41条" and "2026年" stay whole.
    const bool number = IsDigit(last) || IsDigit(next);
    const bool breaks = !last.empty() && next != " " &&
                        (last == " " || (beside_wide && !number)) &&
                        !NotAtStart(next) && !NotAtEnd(last);
    if (breaks) {
      pieces.push_back(text.substr(begin, at - begin));
      begin = at;
    }
    last = next;
    at += next.size();
  }
  if (begin < text.size()) pieces.push_back(text.substr(begin));
  return pieces;
}

std::string_view WithoutTrailingSpaces(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    width += IsWide(text.substr(0, length)) ? 2 : 1;
    text.remove_prefix(length);
  }
  return width;
}

std::string Wrap(std::string_view text, std::string_view first,
                 std::size_t width) {
  const std::string indent(DisplayWidth(first), ' ');
  std::string lines;
  std::string line(first);
  bool empty = true;
  for (const std::string_view piece : Pieces(text)) {
    const std::size_t needed =
        DisplayWidth(line) + DisplayWidth(WithoutTrailingSpaces(piece));
    if (!empty && needed > width) {
      lines += WithoutTrailingSpaces(line);
      lines += '\n';
      line = indent;
    }
    line += piece;
    empty = false;
  }
  lines += WithoutTrailingSpaces(line);
  lines += '\n';
  return lines;
}

}  // namespace anon::internal
