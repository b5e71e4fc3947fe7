// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_CSV_OPTIONS_H_
#define ANON_SRC_CLI_CSV_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "anon/io/csv.h"

namespace anon::cli {

// How a table on the command line is written.
struct CsvArguments {
  std::string delimiter = ",";
  std::string delimiter_option = "--delimiter";  // its name
  std::string encoding = "utf-8";
  std::string null_text;

  absl::StatusOr<CsvOptions> Parse() const;
};

// --delimiter, or what else it is to be called, --encoding, --null.
void AddCsvOptions(CLI::App& command, CsvArguments& arguments,
                   const char* delimiter_option = "--delimiter");

// The one character that `text` is ("\t" is a tab); `option` names it in the
// error.
absl::StatusOr<char> OneCharacter(std::string_view option,
                                  std::string_view text);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_CSV_OPTIONS_H_
