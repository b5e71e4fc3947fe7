// SPDX-License-Identifier: Apache-2.0
//
// The commit protocol. For a release directory R and an internal directory I:
//
//   .R.anon-lock, .I.anon-lock       held while a run is at work
//   .R.anon-stage, .I.anon-stage     what the run writes into
//   .R.anon-commit, .I.anon-commit   the journal: both stages are complete
//   .R.anon-old, .I.anon-old         what was replaced, where directories
//                                    cannot be exchanged in one step
//
// No journal beside R: stages are rubbish and are removed. Journal: the renames
// it describes are finished. A directory is known by its inode, so that each
// step can tell whether it has happened. Tested by killing runs at random
// moments (tests/e2e) and at each system call
// (tests/release/recovery_test.cc).
#include "anon/release/transaction.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "anon/base/files.h"
#include "base/status_macros.h"
#include "release/journal.h"
#include "release/lock_file.h"
#include "release/rename.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::DirectoryId;
using internal::IdOf;
using internal::Journal;
using internal::LockFile;
using internal::RemoveTree;
using internal::Sibling;

// Marks an internal directory of a run that released nothing.
constexpr char kRefusedMark[] = "refused";
constexpr char kRefusedText[] =
    "The models of the policy were not met; nothing was released.\n";

// Leaves room for what Sibling and temporary names add to 255 bytes.
constexpr std::size_t kLongestName = 220;

bool Occupied(const fs::path& path) { return IdOf(path) != DirectoryId{}; }

bool IsRefusedRun(const fs::path& internal_dir) {
  const fs::path mark = internal_dir / kRefusedMark;
  if (!Occupied(mark)) return false;
  const absl::StatusOr<std::string> text = ReadFile(mark);
  return text.ok() && *text == kRefusedText;
}

absl::Status CheckName(const fs::path& target) {
  const std::string name = target.filename().string();
  if (name.empty() || name.size() > kLongestName ||
      name.find(".anon-") != std::string::npos) {
    return PolicyError(fmt::format(
        "{}: a directory of a run needs a name of 1 to {} bytes without "
        "'.anon-'",
        target.string(), kLongestName));
  }
  return absl::OkStatus();
}

// Replacing deletes: only what looks like the work of a run, having `mark`, may
// go. Empty directories are fine.
absl::Status CheckReplaceable(const fs::path& target, const fs::path& mark,
                              std::string_view what) {
  std::error_code error;
  const bool is_empty =
      fs::is_directory(target, error) && fs::is_empty(target, error) && !error;
  if (!is_empty && !Occupied(target / mark)) {
    return absl::FailedPreconditionError(
        fmt::format("{}: holds no {}, so --replace leaves it alone; name "
                    "another directory",
                    target.string(), what));
  }
  struct stat here {};
  struct stat parent {};
  if (stat(target.c_str(), &here) == 0 &&
      stat(target.parent_path().c_str(), &parent) == 0 &&
      here.st_dev != parent.st_dev) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: a mount point cannot be exchanged; name a directory inside it",
        target.string()));
  }
  return absl::OkStatus();
}

// What was moved away goes back, or goes, if a run was killed while it replaced
// `target` without a journal.
absl::Status SettleOld(const fs::path& target) {
  const fs::path old = Sibling(target, "old");
  if (!Occupied(old)) return absl::OkStatus();
  if (Occupied(target)) return RemoveTree(old);
  std::error_code error;
  fs::rename(old, target, error);
  if (error) return IoError("restore", target.string(), error.value());
  return SyncPath(target.parent_path());
}

// Where a refused run of `internal` goes if that is taken.
fs::path RefusedSibling(const fs::path& internal) {
  fs::path path = internal;
  path += ".refused";
  return path;
}

}  // namespace

struct ReleaseTransaction::State {
  Options options;
  DeletionSink* sink = nullptr;
  std::string origin;
  fs::path out_stage;
  fs::path internal_stage;
  std::vector<LockFile> locks;
  bool settled = false;  // nothing is left to roll back

  absl::Status Lock();
  absl::Status Recover();
  absl::Status FinishCommit(const fs::path& target);
  absl::Status CheckTargets() const;
  absl::Status MakeStages() const;
};

absl::Status ReleaseTransaction::State::Lock() {
  std::error_code error;
  for (const fs::path& target : {options.out, options.internal}) {
    ANON_RETURN_IF_ERROR(CheckName(target));
    fs::create_directories(target.parent_path(), error);
    if (error) {
      return IoError("create", target.parent_path().string(), error.value());
    }
    ANON_ASSIGN_OR_RETURN(auto lock,
                          LockFile::Acquire(Sibling(target, "lock")));
    locks.push_back(std::move(lock));
  }
  return absl::OkStatus();
}

// Finishes the commit that the journal beside `target` tells of, if any.
absl::Status ReleaseTransaction::State::FinishCommit(const fs::path& target) {
  ANON_ASSIGN_OR_RETURN(const auto journal, internal::ReadJournal(target));
  if (!journal) return absl::OkStatus();
  if (target != journal->out && target != journal->internal) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: the journal of an interrupted run that was at {}; move the "
        "directory back there and run again",
        Sibling(target, "commit").string(), journal->out.string()));
  }
  // One of its directories may not be this run's.
  const fs::path& other =
      target == journal->out ? journal->internal : journal->out;
  std::optional<LockFile> lock;
  if (other != options.out && other != options.internal) {
    ANON_ASSIGN_OR_RETURN(lock, LockFile::Acquire(Sibling(other, "lock")));
  }
  if (target != journal->out) {
    ANON_ASSIGN_OR_RETURN(const auto counts,
                          internal::ReadJournal(journal->out));
    if (counts != journal) return RemoveTree(Sibling(target, "commit"));
  }
  return internal::RollForward(*journal, sink);
}

absl::Status ReleaseTransaction::State::Recover() {
  for (const fs::path& target : {options.out, options.internal}) {
    ANON_RETURN_IF_ERROR(FinishCommit(target));
    ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "stage")));
  }
  ANON_RETURN_IF_ERROR(SettleOld(options.internal));
  ANON_RETURN_IF_ERROR(SettleOld(RefusedSibling(options.internal)));
  return sink == nullptr ? absl::OkStatus() : sink->RollBack(origin);
}

absl::Status ReleaseTransaction::State::CheckTargets() const {
  for (const fs::path& target : {options.out, options.internal}) {
    if (!Occupied(target)) continue;
    const bool is_out = target == options.out;
    if (!is_out && IsRefusedRun(target)) continue;
    if (!options.replace) {
      return absl::AlreadyExistsError(
          fmt::format("{}: exists; name another directory or run with "
                      "--replace",
                      target.string()));
    }
    ANON_RETURN_IF_ERROR(
        is_out ? CheckReplaceable(target, "publish/SHA256SUMS", "release")
               : CheckReplaceable(target, "report.json", "report of a run"));
  }
  return absl::OkStatus();
}

absl::Status ReleaseTransaction::State::MakeStages() const {
  ANON_RETURN_IF_ERROR(CheckTargets());
  ANON_RETURN_IF_ERROR(MakeDirectory(out_stage, 0700));
  return MakeDirectory(internal_stage, 0700);
}

ReleaseTransaction::ReleaseTransaction(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

absl::StatusOr<std::unique_ptr<ReleaseTransaction>> ReleaseTransaction::Begin(
    const Options& options, DeletionSink* sink) {
  auto state = std::make_unique<State>();
  state->options = options;
  state->sink = sink;
  ANON_ASSIGN_OR_RETURN(state->options.out, RealPath(options.out));
  ANON_ASSIGN_OR_RETURN(state->options.internal, RealPath(options.internal));
  state->origin = state->options.out.string();
  state->out_stage = Sibling(state->options.out, "stage");
  state->internal_stage = Sibling(state->options.internal, "stage");
  ANON_RETURN_IF_ERROR(state->Lock());
  ANON_RETURN_IF_ERROR(state->Recover());
  // From here on the destructor cleans up.
  std::unique_ptr<ReleaseTransaction> transaction(
      new ReleaseTransaction(std::move(state)));
  ANON_RETURN_IF_ERROR(transaction->state_->MakeStages());
  return transaction;
}

ReleaseTransaction::~ReleaseTransaction() {
  if (state_->settled) return;
  // Best effort: what is left is removed by the next Begin.
  RemoveTree(state_->out_stage).IgnoreError();
  RemoveTree(state_->internal_stage).IgnoreError();
  if (state_->sink != nullptr) {
    state_->sink->RollBack(state_->origin).IgnoreError();
  }
}

const fs::path& ReleaseTransaction::out_stage() const {
  return state_->out_stage;
}
const fs::path& ReleaseTransaction::internal_stage() const {
  return state_->internal_stage;
}
const std::string& ReleaseTransaction::origin() const { return state_->origin; }

absl::Status ReleaseTransaction::Commit(std::string_view data_set_id) {
  State& s = *state_;
  std::error_code error;
  fs::permissions(s.out_stage, fs::perms{0755}, error);
  if (error) return IoError("open up", s.out_stage.string(), error.value());
  ANON_RETURN_IF_ERROR(SyncTree(s.out_stage));
  ANON_RETURN_IF_ERROR(SyncTree(s.internal_stage));
  if (!data_set_id.empty()) {
    if (s.sink == nullptr) {
      return absl::FailedPreconditionError(
          "deletion information can be committed only where there is a sink");
    }
    ANON_RETURN_IF_ERROR(s.sink->Flush());
  }
  ANON_RETURN_IF_ERROR(s.CheckTargets());  // again: a run takes long
  const Journal journal{
      .out = s.options.out,
      .internal = s.options.internal,
      .out_id = IdOf(s.out_stage),
      .internal_id = IdOf(s.internal_stage),
      .replace_out = s.options.replace,
      .replace_internal = s.options.replace || IsRefusedRun(s.options.internal),
      .data_set_id = std::string(data_set_id)};
  if (absl::Status written = internal::WriteJournal(journal); !written.ok()) {
    // It may be there all the same. If it stays, it counts.
    s.settled = !internal::RemoveJournal(journal).ok();
    return written;
  }
  s.settled = true;  // from here on, forward only
  return internal::RollForward(journal, s.sink);
}

absl::StatusOr<fs::path> ReleaseTransaction::Refuse() {
  State& s = *state_;
  fs::path target = s.options.internal;
  if (Occupied(target) && !IsRefusedRun(target)) {
    target = RefusedSibling(target);
    if (Occupied(target) && !IsRefusedRun(target)) {
      return absl::AlreadyExistsError(
          fmt::format("{}: exists and is not of a refused run; move it away",
                      target.string()));
    }
  }
  if (s.sink != nullptr) ANON_RETURN_IF_ERROR(s.sink->RollBack(s.origin));
  ANON_RETURN_IF_ERROR(
      WriteFile(s.internal_stage / kRefusedMark, kRefusedText, 0600));
  ANON_RETURN_IF_ERROR(SyncTree(s.internal_stage));
  ANON_RETURN_IF_ERROR(internal::PutInPlace(
      s.internal_stage, target, Sibling(target, "old"), IdOf(s.internal_stage),
      /*replace=*/true));
  ANON_RETURN_IF_ERROR(SyncPath(target.parent_path()));
  ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "old")));
  return target;  // the destructor removes the stages
}

}  // namespace anon
