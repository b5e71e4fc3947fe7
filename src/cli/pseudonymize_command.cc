// SPDX-License-Identifier: Apache-2.0
//
// A streaming filter: CSV in, the same CSV out with pseudonyms in one column.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "anon/io/csv.h"
#include "anon/pseudonym/pseudonymizer.h"
#include "base/status_macros.h"
#include "cli/commands.h"
#include "cli/keyring_options.h"

namespace anon::cli {
namespace {

struct Arguments {
  KeyringOptions keyring;
  std::string key_id;
  std::string column;
  PseudonymOptions pseudonym;
  std::string encoding = "base32";
  std::string normalize = "none";
  std::string input_encoding = "utf-8";
  bool quiet = false;
};

// Replaces the cells of one column, batch by batch; empty ones stay empty.
class ColumnFilter {
 public:
  ColumnFilter(const Pseudonymizer& pseudonymizer, std::size_t column)
      : pseudonymizer_(pseudonymizer), column_(column) {}

  absl::Status Apply(const RecordSource& source, Batch& batch) {
    std::vector<std::string_view>& cells = batch.columns[column_];
    identifiers_.clear();
    for (const std::string_view cell : cells) {
      if (!cell.empty()) identifiers_.push_back(cell);
    }
    const std::size_t width = pseudonymizer_.width();
    pseudonyms_.resize(width * identifiers_.size());
    const absl::Status status =
        pseudonymizer_.Pseudonymize(identifiers_, pseudonyms_);
    if (!status.ok()) return Place(source, batch, status);
    std::string_view rest = pseudonyms_;
    for (std::string_view& cell : cells) {
      if (cell.empty()) continue;
      cell = rest.substr(0, width);
      rest.remove_prefix(width);
    }
    return absl::OkStatus();
  }

 private:
  // The same failure, with the line it is on.
  absl::Status Place(const RecordSource& source, const Batch& batch,
                     const absl::Status& status) const {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const std::string_view cell = batch.columns[column_][row];
      if (cell.empty()) continue;
      const absl::Status one = pseudonymizer_.Pseudonymize(cell).status();
      if (!absl::IsDataLoss(one)) continue;
      return InputErrorAt({.file = source.name(),
                           .line = batch.lines[row],
                           .column = static_cast<std::int64_t>(column_ + 1),
                           .attribute = source.attributes()[column_]},
                          Message(one));
    }
    return status;
  }

  const Pseudonymizer& pseudonymizer_;
  std::size_t column_;
  std::vector<std::string_view> identifiers_;
  std::string pseudonyms_;
};

absl::StatusOr<std::size_t> FindColumn(const RecordSource& source,
                                       const std::string& name) {
  for (std::size_t c = 0; c < source.attributes().size(); ++c) {
    if (source.attributes()[c] == name) return c;
  }
  return PolicyError(fmt::format("{}: has no column {}; correct --column",
                                 source.name(), name));
}

absl::Status Filter(const Pseudonymizer& pseudonymizer,
                    const Arguments& arguments) {
  CsvOptions options;
  options.digest = false;
  const auto encoding = ParseCsvEncoding(arguments.input_encoding);
  if (!encoding) {
    return PolicyError("--input-encoding is utf-8 or cp932; correct it");
  }
  options.encoding = *encoding;
  ANON_ASSIGN_OR_RETURN(const auto source, CsvSource::Open("-", options));
  ANON_ASSIGN_OR_RETURN(const std::size_t column,
                        FindColumn(*source, arguments.column));
  ANON_ASSIGN_OR_RETURN(const auto sink,
                        CsvSink::Create("-", source->attributes()));
  ColumnFilter filter(pseudonymizer, column);
  Batch batch;
  for (;;) {
    ANON_ASSIGN_OR_RETURN(const bool more, source->Next(batch));
    if (!more) return sink->Finish();
    ANON_RETURN_IF_ERROR(filter.Apply(*source, batch));
    ANON_RETURN_IF_ERROR(sink->Append(batch));
  }
}

absl::StatusOr<PseudonymOptions> OptionsOf(const Arguments& arguments) {
  PseudonymOptions options = arguments.pseudonym;
  if (options.attribute.empty()) options.attribute = arguments.column;
  const auto encoding = ParsePseudonymEncoding(arguments.encoding);
  if (!encoding) {
    return PolicyError(
        "--encoding is base32, hex, base64url or decimal; correct it");
  }
  options.encoding = *encoding;
  const auto normalization = ParseNormalization(arguments.normalize);
  if (!normalization) {
    return PolicyError(
        "--normalize is none, text, code, phone or email, or a version of "
        "one as in phone-jp-1; correct it");
  }
  options.normalization = *normalization;
  return options;
}

absl::Status Pseudonymize(const Arguments& arguments) {
  ANON_ASSIGN_OR_RETURN(const PseudonymOptions options, OptionsOf(arguments));
  ANON_ASSIGN_OR_RETURN(const Keyring keyring, OpenKeyring(arguments.keyring));
  const Key* key = &keyring.primary();
  if (!arguments.key_id.empty()) {
    ANON_ASSIGN_OR_RETURN(key, keyring.Find(arguments.key_id));
  }
  ANON_ASSIGN_OR_RETURN(const Pseudonymizer pseudonymizer,
                        Pseudonymizer::Create(*key, options));
  // Keep this beside the data: without it nobody knows which key made them.
  if (!arguments.quiet) {
    fmt::print(stderr, "anon: key {}, normalization {}, encoding {}\n",
               key->id(), ToString(options.normalization),
               ToString(options.encoding));
  }
  return Filter(pseudonymizer, arguments);
}

}  // namespace

void AddPseudonymize(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "pseudonymize",
      "Replace one column of CSV by pseudonyms, from stdin to stdout");
  const auto a = std::make_shared<Arguments>();
  AddKeyringOptions(*command, a->keyring, true);
  command->add_option("--key-id", a->key_id,
                      "Key to use (default: the primary key)");
  command
      ->add_option("--domain", a->pseudonym.domain,
                   "Who may link: recipient and period, as in univ-a/2026")
      ->required();
  command->add_option("--column", a->column, "Column of identifiers")
      ->required();
  command->add_option("--attribute", a->pseudonym.attribute,
                      "What the column is called in the whole domain "
                      "(default: its name)");
  command->add_option("--epoch", a->pseudonym.epoch,
                      "Period within which pseudonyms link");
  command->add_option("--normalize", a->normalize,
                      "none, text, code, phone or email");
  command->add_option("--encoding", a->encoding,
                      "base32, hex, base64url or decimal");
  command->add_option("--bytes", a->pseudonym.bytes,
                      "Bytes of a pseudonym, 8 to 16");
  command->add_option("--most-identifiers", a->pseudonym.most_identifiers,
                      "Most identifiers of the domain, ever; decides how "
                      "short a pseudonym may be");
  command->add_option("--input-encoding", a->input_encoding, "utf-8 or cp932");
  command->add_flag("--quiet", a->quiet, "Print errors only");
  command->callback([a, &exit_code] {
    const absl::Status status = Pseudonymize(*a);
    exit_code = status.ok() ? kOk : Fail(status);
  });
}

}  // namespace anon::cli
