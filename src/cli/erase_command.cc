// SPDX-License-Identifier: Apache-2.0
//
// anon erase: a release, a data set, or a principal from the vault and from
// data sets that were released. The files go first: once the vault has
// forgotten a principal, nobody can find the pseudonym any more.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/io/csv.h"
#include "anon/pseudonym/normalization.h"
#include "cli/commands.h"
#include "cli/custodian_options.h"
#include "cli/erase_release.h"

namespace anon::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  CustodianArguments custodian;
  std::string data_set;
  std::string principal;
  std::string attribute;
  std::string normalize = "none";
  std::vector<std::string> files;
  std::string column;
  std::string certificate;
  EraseReleaseArguments release;
};

// Copies the records of `from` whose column is not among `gone` to `to`;
// returns how many it left out.
absl::StatusOr<std::int64_t> CopyWithout(
    const fs::path& from, const fs::path& to, const std::string& column,
    const std::unordered_set<std::string_view>& gone) {
  auto source = CsvSource::Open(from);
  if (!source.ok()) return source.status();
  const std::vector<std::string>& names = (*source)->attributes();
  const auto at = std::find(names.begin(), names.end(), column);
  if (at == names.end()) {
    return PolicyError(fmt::format("{}: has no column {}; name one it has",
                                   from.string(), column));
  }
  const auto index = static_cast<std::size_t>(at - names.begin());
  // It may be as private as `from`, whose mode it gets when it is whole.
  auto sink = CsvSink::Create(to, names, {}, 0600);
  if (!sink.ok()) return sink.status();
  std::int64_t removed = 0;
  for (Batch batch, kept;;) {
    const auto more = (*source)->Next(batch);
    if (!more.ok()) return more.status();
    if (!*more) break;
    kept.Reset(batch.columns.size());
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      if (gone.contains(batch.columns[index][row])) {
        ++removed;
        continue;
      }
      kept.lines.push_back(batch.lines[row]);
      for (std::size_t i = 0; i < batch.columns.size(); ++i) {
        kept.columns[i].push_back(batch.columns[i][row]);
      }
    }
    const absl::Status appended = (*sink)->Append(kept);
    if (!appended.ok()) return appended;
  }
  const absl::Status finished = (*sink)->Finish();
  if (!finished.ok()) return finished;
  return removed;
}

// Replaces a file by itself without the records of `gone`; the old one or the
// new one is there at any time. Says what changed on stderr.
absl::Status RemoveRows(const fs::path& path, const std::string& column,
                        const std::unordered_set<std::string_view>& gone) {
  const fs::path temporary = path.string() + ".erasing";
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return IoError("open", path.string(), errno);
  }
  const auto before = Sha256OfFile(path);
  if (!before.ok()) return before.status();
  unlink(temporary.c_str());  // of a process that was killed
  auto removed = CopyWithout(path, temporary, column, gone);
  absl::Status status = removed.status();
  const auto after = status.ok() ? Sha256OfFile(temporary) : before;
  if (status.ok()) status = after.status();
  if (status.ok() && chmod(temporary.c_str(), info.st_mode & 07777U) != 0) {
    status = IoError("set the mode of", temporary.string(), errno);
  }
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = IoError("replace", path.string(), errno);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  const fs::path parent = path.parent_path();
  status = SyncPath(parent.empty() ? fs::path(".") : parent);
  fmt::print(stderr, "{}: {} records removed; SHA-256 was {}, is {}\n",
             path.string(), *removed, ToHex(*before), ToHex(*after));
  return status;
}

// The vault holds what a run normalized in its normal form.
absl::Status AddNormalized(std::optional<Normalization> profile,
                           std::vector<std::string>& identifiers) {
  if (!profile) {
    return PolicyError(
        "--normalize is none, text, code, phone or email, or a version of one "
        "as in phone-jp-1; correct it");
  }
  if (*profile == Normalization::kNone) return absl::OkStatus();
  const std::size_t given = identifiers.size();
  std::string buffer;
  for (std::size_t i = 0; i < given; ++i) {
    const auto normal = Normalize(*profile, identifiers[i], buffer);
    if (!normal.ok()) {
      return InputErrorAt(
          {.file = "stdin", .line = static_cast<std::int64_t>(i) + 1},
          Message(normal.status()));
    }
    identifiers.emplace_back(*normal);
  }
  return absl::OkStatus();
}

// What a run has not committed may hold the principal, too.
void WarnOfPending(const std::vector<std::string>& pending) {
  if (pending.empty()) return;
  fmt::print(stderr,
             "anon: warning: {} data sets are pending and were not searched; "
             "anon vault list names them: wait for their runs and erase again, "
             "or erase them with --data-set\n",
             pending.size());
}

absl::StatusOr<ErasureResult> ErasePrincipal(VaultCustodian& vault,
                                             const Arguments& arguments) {
  auto lines = LinesOfStdin(arguments.principal, "--principal");
  if (!lines.ok()) return lines.status();
  const absl::Status normalized =
      AddNormalized(ParseNormalization(arguments.normalize), *lines);
  if (!normalized.ok()) return normalized;
  const std::vector<std::string_view> identifiers(lines->begin(), lines->end());
  const auto found =
      vault.FindPrincipal(identifiers, arguments.attribute, arguments.data_set);
  if (!found.ok()) return found.status();
  WarnOfPending(found->pending);
  const std::vector<VaultRecord>& records = found->records;
  if (records.empty()) {
    return absl::NotFoundError(
        "the vault holds no record of this principal; check the identifier, it "
        "must be written as in the source");
  }
  std::unordered_set<std::string_view> gone;
  for (const VaultRecord& record : records) gone.insert(record.pseudonym);
  for (const std::string& file : arguments.files) {
    const absl::Status removed = RemoveRows(file, arguments.column, gone);
    if (!removed.ok()) return removed;
  }
  return vault.EraseRecords(records);
}

absl::Status CheckTogether(const Arguments& a) {
  if (!a.release.directory.empty()) {
    return a.release.ledger.empty() || !a.principal.empty()
               ? PolicyError(
                     "--release goes with --ledger, and without "
                     "--principal")
               : absl::OkStatus();
  }
  if (a.custodian.place.vault.empty() || a.custodian.custodian_key.empty()) {
    return PolicyError("--vault and --custodian-key are required");
  }
  if (a.principal.empty() && a.data_set.empty()) {
    return PolicyError(
        "name what to erase: --release, --data-set or --principal -");
  }
  if (a.files.empty() != a.column.empty() ||
      (!a.files.empty() && a.principal.empty())) {
    return PolicyError("--in and --column go together, and with --principal -");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> EraseWhatIsNamed(const Arguments& a) {
  if (!a.release.directory.empty()) {
    EraseReleaseArguments release = a.release;
    release.data_set = a.data_set;
    return EraseRelease(release, a.custodian);
  }
  auto vault = a.custodian.Open();
  if (!vault.ok()) return vault.status();
  const auto erased = a.principal.empty() ? vault->EraseDataSet(a.data_set)
                                          : ErasePrincipal(*vault, a);
  if (!erased.ok()) return erased.status();
  return CertificateOf(*erased);
}

int Erase(const Arguments& arguments) {
  const absl::Status together = CheckTogether(arguments);
  if (!together.ok()) return Fail(together);
  const auto certificate = EraseWhatIsNamed(arguments);
  if (!certificate.ok()) return FailStep(certificate.status());
  if (arguments.certificate.empty()) {
    fmt::print("{}", *certificate);
    return kOk;
  }
  const absl::Status written = WriteFile(arguments.certificate, *certificate);
  return written.ok() ? kOk : Fail(written);
}

}  // namespace

void AddErase(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("erase", "Erase a release, a data set or a principal");
  auto a = std::make_shared<Arguments>();
  AddCustodianOptions(*command, a->custodian, /*needs_reason=*/true);
  for (const char* const option : {"--vault", "--custodian-key"}) {
    command->get_option(option)->required(false);
  }
  command->add_option("--release", a->release.directory,
                      "Directory of a release to erase, with its deletion "
                      "information");
  command->add_option("--internal", a->release.internal,
                      "Internal files of that release, to be erased too");
  command->add_option("--ledger", a->release.ledger,
                      "Ledger of releases, for --release");
  command->add_option("--data-set", a->data_set,
                      "Data set to erase, or to erase the principal from");
  command->add_option("--principal", a->principal,
                      "- : identifiers of the principal on stdin, one a line");
  command->add_option("--attribute", a->attribute,
                      "Only records of this attribute");
  command->add_option("--normalize", a->normalize,
                      "Look for the identifiers in this normal form, too: the "
                      "'normalize' of the policy");
  command->add_option("--in", a->files,
                      "Pseudonymized CSV file to remove the principal from");
  command->add_option("--column", a->column, "Column of pseudonyms in --in");
  command
      ->add_option("--limit", a->custodian.options.look_ups_per_hour,
                   "Identifiers and look-ups allowed in an hour, by everyone")
      ->capture_default_str();
  command->add_option("--certificate", a->certificate,
                      "File for the certificate (default: stdout)");
  command->callback([a, &exit_code] { exit_code = Erase(*a); });
}

}  // namespace anon::cli
