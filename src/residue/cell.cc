// SPDX-License-Identifier: Apache-2.0
#include "residue/cell.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

namespace anon::internal {
namespace {

// One character of UTF-8 and its length; bytes that are none stand alone.
struct Character {
  std::uint32_t code = 0;
  std::size_t length = 1;
};

Character ReadCharacter(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned lead = byte(at);
  const auto tail = [&](std::size_t i) {
    return (byte(at + i) & 0xC0) == 0x80;
  };
  if (lead >= 0xE0 && lead < 0xF0 && tail(1) && tail(2)) {
    return {((lead & 0x0F) << 12) | ((byte(at + 1) & 0x3F) << 6) |
                (byte(at + 2) & 0x3F),
            3};
  }
  if (lead >= 0xC2 && lead < 0xE0 && tail(1)) {
    return {((lead & 0x1F) << 6) | (byte(at + 1) & 0x3F), 2};
  }
  return {lead < 0x80 ? lead : 0xFFFFFFFF, 1};
}

constexpr char kDrop = 0;
constexpr char kKeep = 1;
constexpr char kHyphenBetweenDigits = 2;

// What becomes of a character: an ASCII one, or one of the above.
char Ascii(std::uint32_t code) {
  if (code < 0x80) return static_cast<char>(code);
  if (code >= 0xFF01 && code <= 0xFF5E) {  // full-width forms
    return static_cast<char>(code - 0xFF01 + 0x21);
  }
  if (code >= 0x2010 && code <= 0x2015) return '-';
  switch (code) {
    case 0x2212:  // minus
    case 0xFE63:
    case 0x2043:
      return '-';
    case 0x30FC:  // the long vowel mark, which people type for a hyphen
    case 0xFF70:
    case 0x2500:
      return kHyphenBetweenDigits;
    case 0x3000:
    case 0x00A0:
    case 0x2003:
    case 0x2002:
    case 0x2009:
      return ' ';
    case 0x00AD:
    case 0x200B:
    case 0x200C:
    case 0x200D:
    case 0x2060:
    case 0xFEFF:
      return kDrop;
    default:
      return kKeep;
  }
}

bool IsAscii(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Appends the ASCII forms of `value` to `out`, and where each byte comes from.
void Normalize(std::string_view value, std::string& out,
               std::vector<std::uint32_t>* origin) {
  for (std::size_t at = 0; at < value.size();) {
    const Character c = ReadCharacter(value, at);
    char ascii = c.code < 0x80 ? value[at] : Ascii(c.code);
    if (c.code >= 0x80 && ascii == kHyphenBetweenDigits) {
      const char next = Ascii(ReadCharacter(value, at + c.length).code);
      const bool between = !out.empty() && IsDigit(out.back()) && IsDigit(next);
      ascii = between ? '-' : kKeep;
    }
    const bool keep = c.code >= 0x80 && ascii == kKeep;
    const std::size_t bytes =
        c.code >= 0x80 && ascii == kDrop ? 0 : (keep ? c.length : 1);
    for (std::size_t i = 0; i < bytes; ++i) {
      out += keep ? value[at + i] : ascii;
      if (origin != nullptr) {
        origin->push_back(static_cast<std::uint32_t>(at + (keep ? i : 0)));
      }
    }
    at += c.length;
  }
  if (origin != nullptr) {
    origin->push_back(static_cast<std::uint32_t>(value.size()));
  }
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Numbers of these kinds look like identifiers and are none.
constexpr std::string_view kOtherNumbers[] = {
    "注文",     "受注",       "発注",    "伝票",     "受付",     "管理番号",
    "問合せ",   "問い合わせ", "追跡",    "配送",     "請求書番", "整理番号",
    "ロット",   "シリアル",   "型番",    "予約番号", "案件",     "チケット",
    "order",    "tracking",   "invoice", "serial",   "isbn",     "jan",
    "ean",      "lot",        "ticket",  "sku",      "shipment", "transaction",
    "取引番号", "製品",       "商品",    "部品",     "品番",     "part",
    "batch"};

// The distance of the nearest of `words` from [begin, end) of `text`.
constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

bool IsWordAt(std::string_view text, std::size_t at, std::string_view word) {
  if (static_cast<unsigned char>(word[0]) >= 0x80) return true;
  const std::size_t end = at + word.size();
  return (at == 0 || !IsLetter(text[at - 1])) &&
         (end == text.size() || !IsLetter(text[end]));
}

std::size_t Distance(std::string_view text, std::size_t begin, std::size_t end,
                     std::span<const std::string_view> words) {
  constexpr std::size_t kBefore = 60;
  constexpr std::size_t kAfter = 30;
  const std::size_t from = begin > kBefore ? begin - kBefore : 0;
  const std::size_t to = std::min(text.size(), end + kAfter);
  std::size_t nearest = kFar;
  for (const std::string_view word : words) {
    for (std::size_t at = text.find(word, from);
         at != std::string_view::npos && at + word.size() <= to;
         at = text.find(word, at + 1)) {
      if (!IsWordAt(text, at, word)) continue;
      if (at + word.size() <= begin) {
        nearest = std::min(nearest, begin - at - word.size());
      } else if (at >= end) {
        nearest = std::min(nearest, at - end + 1);  // what leads counts first
      } else {
        nearest = 0;
      }
    }
  }
  return nearest;
}

}  // namespace

bool MayHoldResidue(std::string_view value) {
  // Counters side by side in one word, ten bits each.
  constexpr int kAt = 10, kColon = 20, kEqual = 30, kDot = 40, kHigh = 50;
  constexpr std::size_t kLongest = 1023;
  static constexpr auto kSteps = [] {
    std::array<std::uint64_t, 256> steps{};
    for (std::size_t c = '0'; c <= '9'; ++c) steps[c] = 1;
    steps['@'] = std::uint64_t{1} << kAt;
    steps[':'] = std::uint64_t{1} << kColon;
    steps['='] = std::uint64_t{1} << kEqual;
    steps['.'] = std::uint64_t{1} << kDot;
    for (std::size_t c = 0x80; c < 256; ++c) {
      steps[c] = std::uint64_t{1} << kHigh;
    }
    return steps;
  }();
  if (value.size() > kLongest) return true;
  std::uint64_t sum = 0;
  for (const char c : value) sum += kSteps[static_cast<unsigned char>(c)];
  const auto count = [sum](int shift) { return (sum >> shift) & 0x3FF; };
  std::uint64_t digits = count(0);
  if (count(kAt) > 0 || count(kColon) > 1) return true;
  if (count(kColon) > 0 && count(kEqual) > 0) return true;
  if (count(kHigh) == 0) {
    constexpr std::size_t kShortestToken = 26;
    return digits >= 6 || (digits >= 4 && count(kDot) >= 3) ||
           (digits > 0 && value.size() >= kShortestToken);
  }
  for (std::size_t i = 0; i + 2 < value.size(); ++i) {
    if (value[i] != '\xEF' || value[i + 1] != '\xBC') continue;
    if (value[i + 2] >= '\x90' && value[i + 2] <= '\x99') ++digits;
    if (value[i + 2] == '\xA0') return true;
  }
  return digits >= 4;
}

std::uint64_t HashOf(std::string_view text) {
  return std::hash<std::string_view>()(text);
}

std::string ContextName(std::string_view attribute) {
  std::string normal;
  Normalize(attribute, normal, nullptr);
  std::string name;
  for (std::size_t i = 0; i < normal.size(); ++i) {
    const bool up = normal[i] >= 'A' && normal[i] <= 'Z';
    if (up && i > 0 && normal[i - 1] >= 'a' && normal[i - 1] <= 'z') {
      name += ' ';
    }
    name += normal[i] == '_' || normal[i] == '-' ? ' ' : Lower(normal[i]);
  }
  return name;
}

void Cell::Read(std::string_view name, std::string_view value) {
  name_ = name;
  has_lower_ = false;
  origin_.clear();
  if (IsAscii(value)) {
    text_ = value;
  } else {
    buffer_.clear();
    Normalize(value, buffer_, &origin_);
    text_ = buffer_;
  }
  groups_.clear();
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (!IsDigit(text_[i])) continue;
    const std::size_t begin = i;
    while (i < text_.size() && IsDigit(text_[i])) ++i;
    groups_.push_back({begin, i});
  }
}

std::string_view Cell::lower() const {
  if (!has_lower_) {
    lower_.assign(text_);
    for (char& c : lower_) c = Lower(c);
    has_lower_ = true;
  }
  return lower_;
}

std::size_t Cell::Origin(std::size_t at) const {
  return origin_.empty() ? at : origin_[at];
}

bool Cell::StandsAlone(std::size_t begin, std::size_t end) const {
  if (end < text_.size()) {
    const char c = text_[end];
    const bool digit_next = end + 1 < text_.size() && IsDigit(text_[end + 1]);
    if (IsLetter(c) || c == '_') return false;
    if ((c == '-' || c == '.' || c == ',') && digit_next) return false;
    if (text_.substr(end).starts_with("円")) return false;
  }
  if (begin == 0) return true;
  const char c = text_[begin - 1];
  if (c == '_' || c == '+') return false;
  if (c == '-' || c == '.' || c == ',') {
    return begin < 2 || !IsDigit(text_[begin - 2]);
  }
  if (!IsLetter(c)) return true;
  std::size_t word = begin;  // "tel0312345678", but not "A123" or "x9f12"
  while (word > 0 && IsLetter(text_[word - 1])) --word;
  const bool led =
      word > 0 && (IsDigit(text_[word - 1]) || text_[word - 1] == '_');
  return begin - word >= 2 && !led;
}

bool Cell::ReadNumber(std::size_t first, std::span<const std::uint8_t> lengths,
                      std::string_view separators, Number& number) const {
  if (first + lengths.size() > groups_.size()) return false;
  char separator = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const DigitGroup& group = groups_[first + i];
    if (group.size() != lengths[i]) return false;
    if (i == 0) continue;
    const std::size_t before = groups_[first + i - 1].end;
    if (group.begin != before + 1) return false;
    const char c = text_[before];
    if (separator == 0 && separators.find(c) == std::string_view::npos) {
      return false;
    }
    if (separator != 0 && c != separator) return false;
    separator = c;
  }
  number.begin = groups_[first].begin;
  number.end = groups_[first + lengths.size() - 1].end;
  number.grouped = lengths.size() > 1;
  if (!StandsAlone(number.begin, number.end)) return false;
  if (!number.grouped) {
    number.digits = text_.substr(number.begin, number.end - number.begin);
    return true;
  }
  digits_.clear();
  for (std::size_t i = number.begin; i < number.end; ++i) {
    if (IsDigit(text_[i])) digits_ += text_[i];
  }
  number.digits = digits_;
  return true;
}

Context Cell::ContextOf(std::size_t begin, std::size_t end,
                        std::span<const std::string_view> words) const {
  if (begin != 0 || end != text_.size()) {
    const std::size_t near = Distance(lower(), begin, end, words);
    const std::size_t other = Distance(lower(), begin, end, kOtherNumbers);
    if (near != kFar || other != kFar) {
      return near <= other ? Context::kFor : Context::kAgainst;
    }
  }
  if (Distance(name_, name_.size(), name_.size(), words) != kFar) {
    return Context::kFor;
  }
  if (Distance(name_, name_.size(), name_.size(), kOtherNumbers) != kFar) {
    return Context::kAgainstName;
  }
  return Context::kNone;
}

bool Cell::InText(std::size_t begin, std::size_t end) const {
  const auto says = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const char c = text_[i];
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x80) return true;
      // A space between words; those around the value do not count.
      if (c == ' ' && i != 0 && i + 1 != text_.size()) return true;
      if (c == ';' || c == ',') return true;
    }
    return false;
  };
  return says(0, begin) || says(end, text_.size());
}

}  // namespace anon::internal
