// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "anon/io/csv.h"

namespace anon {

std::string_view ToString(CsvEncoding encoding) {
  return encoding == CsvEncoding::kUtf8 ? "utf-8" : "cp932";
}

std::optional<CsvEncoding> ParseCsvEncoding(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, CsvEncoding>, 5>
      kNames = {{{"utf-8", CsvEncoding::kUtf8},
                 {"utf8", CsvEncoding::kUtf8},
                 {"cp932", CsvEncoding::kCp932},
                 {"shift_jis", CsvEncoding::kCp932},
                 {"windows-31j", CsvEncoding::kCp932}}};
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const auto& [known, encoding] : kNames) {
    if (known == lower) return encoding;
  }
  return std::nullopt;
}

}  // namespace anon
