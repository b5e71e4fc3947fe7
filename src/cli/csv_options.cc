// SPDX-License-Identifier: Apache-2.0
#include "cli/csv_options.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include "base/status_macros.h"

namespace anon::cli {

absl::StatusOr<CsvOptions> CsvArguments::Parse() const {
  CsvOptions csv;
  ANON_ASSIGN_OR_RETURN(csv.delimiter,
                        OneCharacter(delimiter_option, delimiter));
  const auto parsed = ParseCsvEncoding(encoding);
  if (!parsed) {
    return PolicyError("--encoding takes utf-8, cp932 or shift_jis");
  }
  csv.encoding = *parsed;
  csv.null_text = null_text;
  csv.digest = false;  // read once: there is nothing to compare it with
  return csv;
}

void AddCsvOptions(CLI::App& command, CsvArguments& arguments,
                   const char* delimiter_option) {
  arguments.delimiter_option = delimiter_option;
  command.add_option(delimiter_option, arguments.delimiter,
                     "Field delimiter of the table (default ,)");
  command.add_option("--encoding", arguments.encoding,
                     "Of the table: utf-8 (default), cp932 or shift_jis");
  command.add_option("--null", arguments.null_text,
                     "Text of a missing value (default: only empty)");
}

absl::StatusOr<char> OneCharacter(std::string_view option,
                                  std::string_view text) {
  if (text == "\\t") return '\t';
  constexpr std::string_view kSpecial = "\"\r\n";
  if (text.size() == 1 &&
      absl::ascii_isascii(static_cast<unsigned char>(text[0])) &&
      kSpecial.find(text[0]) == kSpecial.npos) {
    return text[0];
  }
  return PolicyError(fmt::format(
      "{} takes one ASCII character, not a quote nor the end of a line",
      option));
}

}  // namespace anon::cli
