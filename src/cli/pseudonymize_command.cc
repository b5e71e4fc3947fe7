// SPDX-License-Identifier: Apache-2.0
//
// A streaming filter: CSV in, the same CSV out with pseudonyms in one column.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/random.h"
#include "anon/io/csv.h"
#include "anon/pseudonym/fresh_pseudonyms.h"
#include "anon/pseudonym/pseudonymizer.h"
#include "anon/pseudonym/reversible.h"
#include "base/status_macros.h"
#include "cli/commands.h"
#include "cli/keyring_options.h"
#include "cli/vault_options.h"

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
  bool fresh = false;
  std::string format_preserving;  // an alphabet
  VaultOptions vault;
  std::string retain_until;
  bool security_measure = false;
  bool quiet = false;
};

// Pseudonyms with a key, or fresh ones; or identifiers encrypted in their
// format.
struct Maker {
  std::optional<Pseudonymizer> keyed;
  std::optional<FreshPseudonyms> fresh;
  std::optional<FormatPreservingCipher> cipher;

  std::size_t WidthOf(std::string_view identifier) const {
    if (cipher) return identifier.size();
    return fresh ? fresh->width() : keyed->width();
  }
  absl::Status Make(std::span<const std::string_view> identifiers,
                    std::span<char> out) const {
    if (cipher) return cipher->Encrypt(identifiers, out);
    return fresh ? fresh->Make(out) : keyed->Pseudonymize(identifiers, out);
  }
  // Which of `identifiers` alone is refused, and why.
  std::pair<std::size_t, absl::Status> Refused(
      std::span<const std::string_view> identifiers,
      const absl::Status& status) const {
    for (std::size_t i = 0; cipher && i < identifiers.size(); ++i) {
      const auto alone = cipher->Encrypt(identifiers[i]);
      if (!alone.ok()) return {i, alone.status()};
    }
    return {0, status};
  }
};

// Replaces the cells of one column, batch by batch; empty ones stay empty. What
// is replaced goes to `vault`, if there is one, in its normal form: spellings
// of one identifier are no collision.
class ColumnFilter {
 public:
  ColumnFilter(const Maker& maker, const PseudonymOptions& options,
               std::size_t column, DeletionSink* vault)
      : maker_(maker), options_(options), column_(column), vault_(vault) {}

  absl::Status Apply(const RecordSource& source, Batch& batch) {
    std::vector<std::string_view>& cells = batch.columns[column_];
    ANON_RETURN_IF_ERROR(Normalized(source, batch));
    identifiers_.assign(normal_.begin(), normal_.end());
    std::size_t room = 0;
    for (const std::string_view each : identifiers_) {
      room += maker_.WidthOf(each);
    }
    pseudonyms_.resize(room);
    if (const auto made = maker_.Make(identifiers_, pseudonyms_); !made.ok()) {
      if (!maker_.cipher) return made;
      const auto [which, why] = maker_.Refused(identifiers_, made);
      return InputErrorAt(PlaceOf(source, batch, rows_[which]), Message(why));
    }
    std::string_view rest = pseudonyms_;
    removed_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::string_view& cell = cells[rows_[i]];
      cell = rest.substr(0, maker_.WidthOf(identifiers_[i]));
      rest.remove_prefix(cell.size());
      removed_.push_back({.attribute = options_.attribute,
                          .pseudonym = cell,
                          .original = identifiers_[i]});
    }
    return vault_ == nullptr ? absl::OkStatus() : vault_->Put(removed_);
  }

 private:
  Place PlaceOf(const RecordSource& source, const Batch& batch,
                std::size_t row) const {
    return {.file = source.name(),
            .line = batch.lines[row],
            .column = static_cast<std::int64_t>(column_ + 1),
            .attribute = source.attributes()[column_]};
  }

  absl::Status Normalized(const RecordSource& source, const Batch& batch) {
    normal_.clear();
    rows_.clear();
    std::string buffer;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const std::string_view cell = batch.columns[column_][row];
      if (cell.empty()) continue;
      const auto normal = Normalize(options_.normalization, cell, buffer);
      if (!normal.ok() || normal->empty()) {
        return InputErrorAt(PlaceOf(source, batch, row),
                            normal.ok()
                                ? "is empty once it is normalized; correct it"
                                : Message(normal.status()));
      }
      normal_.emplace_back(*normal);
      rows_.push_back(row);
    }
    return absl::OkStatus();
  }

  const Maker& maker_;
  const PseudonymOptions& options_;
  std::size_t column_;
  DeletionSink* vault_;
  std::vector<std::string> normal_;  // of the cells that are not empty
  std::vector<std::size_t> rows_;    // and where they are
  std::vector<std::string_view> identifiers_;
  std::string pseudonyms_;
  std::vector<DeletionRecord> removed_;
};

absl::StatusOr<std::size_t> FindColumn(const RecordSource& source,
                                       const std::string& name) {
  for (std::size_t c = 0; c < source.attributes().size(); ++c) {
    if (source.attributes()[c] == name) return c;
  }
  return PolicyError(fmt::format("{}: has no column {}; correct --column",
                                 source.name(), name));
}

absl::Status Filter(const Maker& maker, const PseudonymOptions& made,
                    const Arguments& arguments, DeletionSink* vault) {
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
  ColumnFilter filter(maker, made, column, vault);
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

// The key, or none where pseudonyms are fresh.
absl::StatusOr<std::string> Prepare(const Arguments& arguments,
                                    const PseudonymOptions& options,
                                    RandomSource& random, Maker& maker) {
  if (arguments.fresh) {
    if (!arguments.keyring.path.empty() || !options.epoch.empty()) {
      return PolicyError(
          "--fresh pseudonyms have no key and no epoch; leave --keyring and "
          "--epoch out");
    }
    ANON_ASSIGN_OR_RETURN(
        maker.fresh,
        FreshPseudonyms::Create({.encoding = options.encoding,
                                 .bytes = options.bytes,
                                 .most_identifiers = options.most_identifiers},
                                random));
    return "";
  }
  if (arguments.keyring.path.empty()) {
    return PolicyError("--keyring is required, unless pseudonyms are --fresh");
  }
  ANON_ASSIGN_OR_RETURN(const Keyring keyring, OpenKeyring(arguments.keyring));
  const Key* key = &keyring.primary();
  if (!arguments.key_id.empty()) {
    ANON_ASSIGN_OR_RETURN(key, keyring.Find(arguments.key_id));
  }
  if (!arguments.format_preserving.empty()) {
    ANON_ASSIGN_OR_RETURN(
        maker.cipher,
        FormatPreservingCipher::Create(
            *key, {options.domain, options.attribute, options.epoch},
            arguments.format_preserving));
    return key->id();
  }
  PseudonymOptions normalized = options;
  normalized.normalization = Normalization::kNone;  // the filter does it
  ANON_ASSIGN_OR_RETURN(maker.keyed, Pseudonymizer::Create(*key, normalized));
  return key->id();
}

// Encryption is no pseudonymization in the sense of the Act, and must not look
// like it.
absl::Status CheckFormatPreserving(const Arguments& arguments) {
  if (arguments.format_preserving.empty()) return absl::OkStatus();
  if (!arguments.security_measure) {
    return PolicyError(
        "--format-preserving encrypts: whoever has the key gets every "
        "identifier back, and the data stay personal data; say so with "
        "--as-security-measure, or leave it out for pseudonyms");
  }
  if (arguments.fresh || !arguments.vault.vault.empty()) {
    return PolicyError(
        "--format-preserving goes without --fresh and --vault: the key undoes "
        "it, nothing is deleted");
  }
  return absl::OkStatus();
}

absl::Status Pseudonymize(const Arguments& arguments) {
  ANON_RETURN_IF_ERROR(CheckFormatPreserving(arguments));
  ANON_ASSIGN_OR_RETURN(const PseudonymOptions options, OptionsOf(arguments));
  OsRandom random;
  Maker maker;
  ANON_ASSIGN_OR_RETURN(const std::string key_id,
                        Prepare(arguments, options, random, maker));
  // Keep this beside the data: without it nobody knows which key made them.
  if (!arguments.quiet) {
    fmt::print(
        stderr, "anon: key {}, normalization {}, encoding {}\n",
        key_id.empty() ? "none" : key_id, ToString(options.normalization),
        maker.cipher ? "format-preserving (FF1)" : ToString(options.encoding));
  }
  if (arguments.vault.vault.empty()) {
    return Filter(maker, options, arguments, nullptr);
  }
  ANON_ASSIGN_OR_RETURN(const auto vault, arguments.vault.OpenSink());
  std::array<std::byte, 8> unique{};
  random.Fill(unique);
  const std::string id = fmt::format("{}.{}", options.attribute, ToHex(unique));
  ANON_RETURN_IF_ERROR(
      vault->Begin({.id = id,
                    .origin = "anon pseudonymize " + id,
                    .kind = arguments.security_measure
                                ? "pseudonymization_as_security_measure"
                                : "pseudonymized_personal_information",
                    .key_id = key_id,
                    .retain_until = arguments.retain_until}));
  const absl::Status filtered = Filter(maker, options, arguments, vault.get());
  if (!filtered.ok()) {
    vault->RollBack("anon pseudonymize " + id).IgnoreError();
    return filtered;
  }
  ANON_RETURN_IF_ERROR(vault->Commit(id));
  if (!arguments.quiet) fmt::print(stderr, "anon: data set {}\n", id);
  return absl::OkStatus();
}

}  // namespace

void AddPseudonymize(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "pseudonymize",
      "Replace one column of CSV by pseudonyms, from stdin to stdout");
  const auto a = std::make_shared<Arguments>();
  AddKeyringOptions(*command, a->keyring, false);
  command->add_option("--key-id", a->key_id,
                      "Key to use (default: the primary key)");
  command->add_option("--domain", a->pseudonym.domain,
                      "Who may link: recipient and period, as in univ-a/2026");
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
  command->add_flag("--fresh", a->fresh,
                    "A new random pseudonym for every record, without a key");
  command->add_option("--format-preserving", a->format_preserving,
                      "Encrypt instead (FF1; the key undoes it), by the "
                      "characters of a value in their order, as in "
                      "0123456789; with --as-security-measure only");
  AddVaultOptions(*command, a->vault, /*required=*/false);
  command->add_option("--custodian", a->vault.fingerprint,
                      "Fingerprint of the vault's custodian; refuses any "
                      "other");
  command->add_option("--retain-until", a->retain_until,
                      "Last day the deletion information may be kept");
  command->add_flag("--as-security-measure", a->security_measure,
                    "The data stay personal data and may be re-identified "
                    "from the vault; otherwise they may not (Act Art. 41(7))");
  command->add_option("--input-encoding", a->input_encoding, "utf-8 or cp932");
  command->add_flag("--quiet", a->quiet, "Print errors only");
  command->callback([a, &exit_code] {
    const absl::Status status = Pseudonymize(*a);
    exit_code = status.ok() ? kOk : Fail(status);
  });
}

}  // namespace anon::cli
