// SPDX-License-Identifier: Apache-2.0
//
// The commit protocol. For a release directory R and an internal directory I:
//
//   .R.anon-lock, .I.anon-lock     held while a run is at work
//   .R.anon-stage, .I.anon-stage   what the run writes into
//   .R.anon-commit                 the journal: both stages are complete
//   .R.anon-old, .I.anon-old       what was replaced, where directories cannot
//                                  be exchanged in one step
//
// No journal: stages are rubbish and are removed. Journal: the renames it
// describes are finished. A directory is known by its inode, so that each step
// can tell whether it has happened. Tested by killing runs at random moments
// (tests/e2e) and step by step (tests/release/transaction_test.cc).
#include "anon/release/transaction.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "anon/base/files.h"
#include "base/json.h"
#include "base/status_macros.h"
#include "release/lock_file.h"
#include "release/rename.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::DirectoryId;
using internal::IdOf;
using internal::Json;

// Marks an internal directory of a run that released nothing.
constexpr char kRefusedMark[] = "refused";

fs::path Sibling(const fs::path& target, std::string_view suffix) {
  return target.parent_path() /
         fmt::format(".{}.anon-{}", target.filename().string(), suffix);
}

absl::Status RemoveTree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return IoError("remove", path.string(), error.value());
  return absl::OkStatus();
}

struct Journal {
  fs::path out;
  fs::path internal;
  DirectoryId out_id;
  DirectoryId internal_id;
  bool replace = false;
  std::string data_set_id;
};

std::string ToText(const Journal& journal) {
  return internal::PrettyJson(
      {{"anon_commit", 1},
       {"out", journal.out.string()},
       {"internal", journal.internal.string()},
       {"out_id", {journal.out_id.device, journal.out_id.inode}},
       {"internal_id",
        {journal.internal_id.device, journal.internal_id.inode}},
       {"replace", journal.replace},
       {"data_set_id", journal.data_set_id}});
}

// Puts the journal on the disk. It is written inside the stage and moved out,
// so that a process killed here leaves a stage, which is rubbish, and never
// half a journal beside it.
absl::Status WriteJournal(const Journal& journal, const fs::path& stage) {
  const fs::path path = Sibling(journal.out, "commit");
  const fs::path fresh = stage / path.filename();
  ANON_RETURN_IF_ERROR(WriteFile(fresh, ToText(journal), 0600));
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error) return IoError("create", path.string(), error.value());
  absl::Status status = SyncPath(stage);
  if (status.ok()) status = SyncPath(path.parent_path());
  // What is not surely on the disk must not be: the caller gives up.
  if (!status.ok()) fs::remove(path, error);
  return status;
}

// The journal at `path`, or nothing if there is none.
absl::StatusOr<std::optional<Journal>> ReadJournal(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  ANON_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  try {
    const Json json = Json::parse(text);
    if (json.at("anon_commit") == 1) {
      return Journal{
          .out = json.at("out").get<std::string>(),
          .internal = json.at("internal").get<std::string>(),
          .out_id = {json.at("out_id").at(0), json.at("out_id").at(1)},
          .internal_id = {json.at("internal_id").at(0),
                          json.at("internal_id").at(1)},
          .replace = json.at("replace"),
          .data_set_id = json.at("data_set_id")};
    }
  } catch (const Json::exception&) {
    // Said below: a journal is written whole, so this is not a crash's work.
  }
  return absl::FailedPreconditionError(fmt::format(
      "{}: not a commit journal of this version; an interrupted run needs the "
      "version of anon that began it",
      path.string()));
}

// Finishes a commit whose journal is on the disk.
absl::Status RollForward(const Journal& journal, DeletionSink* sink) {
  if (!journal.data_set_id.empty() && sink == nullptr) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: an interrupted run still has to commit its deletion information; "
        "run again with the same --vault",
        journal.out.string()));
  }
  for (const auto& [target, id] :
       {std::pair(journal.internal, journal.internal_id),
        std::pair(journal.out, journal.out_id)}) {
    ANON_RETURN_IF_ERROR(internal::PutInPlace(Sibling(target, "stage"), target,
                                              Sibling(target, "old"), id,
                                              journal.replace));
    ANON_RETURN_IF_ERROR(SyncPath(target.parent_path()));
  }
  if (!journal.data_set_id.empty()) {
    ANON_RETURN_IF_ERROR(sink->Commit(journal.data_set_id));
  }
  for (const fs::path& target : {journal.internal, journal.out}) {
    ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "stage")));
    ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "old")));
  }
  ANON_RETURN_IF_ERROR(RemoveTree(Sibling(journal.out, "commit")));
  return SyncPath(journal.out.parent_path());
}

bool IsRefusedRun(const fs::path& internal_dir) {
  return fs::exists(internal_dir / kRefusedMark);
}

}  // namespace

struct ReleaseTransaction::State {
  Options options;
  DeletionSink* sink = nullptr;
  std::string origin;
  fs::path out_stage;
  fs::path internal_stage;
  std::vector<internal::LockFile> locks;
  bool settled = false;  // nothing is left to roll back

  absl::Status Lock();
  absl::Status Recover();
  absl::Status MakeStages();
};

absl::Status ReleaseTransaction::State::Lock() {
  std::error_code error;
  for (const fs::path& target : {options.out, options.internal}) {
    fs::create_directories(target.parent_path(), error);
    if (error) {
      return IoError("create", target.parent_path().string(), error.value());
    }
    ANON_ASSIGN_OR_RETURN(auto lock,
                          internal::LockFile::Acquire(Sibling(target, "lock")));
    locks.push_back(std::move(lock));
  }
  return absl::OkStatus();
}

absl::Status ReleaseTransaction::State::Recover() {
  ANON_ASSIGN_OR_RETURN(const auto journal,
                        ReadJournal(Sibling(options.out, "commit")));
  if (journal) {
    // Its internal directory may be another than this run's.
    std::optional<internal::LockFile> lock;
    if (journal->internal != options.internal) {
      ANON_ASSIGN_OR_RETURN(
          lock, internal::LockFile::Acquire(Sibling(journal->internal, "lock")));
    }
    ANON_RETURN_IF_ERROR(RollForward(*journal, sink));
  }
  ANON_RETURN_IF_ERROR(RemoveTree(Sibling(options.out, "stage")));
  ANON_RETURN_IF_ERROR(RemoveTree(Sibling(options.internal, "stage")));
  return sink == nullptr ? absl::OkStatus() : sink->RollBack(origin);
}

absl::Status ReleaseTransaction::State::MakeStages() {
  for (const fs::path& target : {options.out, options.internal}) {
    const bool refused_before =
        target == options.internal && IsRefusedRun(target);
    if (fs::exists(target) && !options.replace && !refused_before) {
      return absl::AlreadyExistsError(
          fmt::format("{}: exists; name another directory or run with "
                      "--replace",
                      target.string()));
    }
  }
  out_stage = Sibling(options.out, "stage");
  internal_stage = Sibling(options.internal, "stage");
  ANON_RETURN_IF_ERROR(MakeDirectory(out_stage, 0755));
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
  ANON_RETURN_IF_ERROR(state->Lock());
  ANON_RETURN_IF_ERROR(state->Recover());
  ANON_RETURN_IF_ERROR(state->MakeStages());
  return std::unique_ptr<ReleaseTransaction>(
      new ReleaseTransaction(std::move(state)));
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
const std::string& ReleaseTransaction::origin() const {
  return state_->origin;
}

absl::Status ReleaseTransaction::Commit(std::string_view data_set_id) {
  State& s = *state_;
  ANON_RETURN_IF_ERROR(SyncTree(s.out_stage));
  ANON_RETURN_IF_ERROR(SyncTree(s.internal_stage));
  if (s.sink != nullptr) ANON_RETURN_IF_ERROR(s.sink->Flush());
  const Journal journal{
      .out = s.options.out,
      .internal = s.options.internal,
      .out_id = IdOf(s.out_stage),
      .internal_id = IdOf(s.internal_stage),
      .replace = s.options.replace || IsRefusedRun(s.options.internal),
      .data_set_id = std::string(data_set_id)};
  if (!s.options.replace && fs::exists(s.options.out)) {
    return absl::AlreadyExistsError(
        fmt::format("{}: appeared during the run", s.options.out.string()));
  }
  ANON_RETURN_IF_ERROR(WriteJournal(journal, s.out_stage));
  s.settled = true;  // from here on, forward only
  return RollForward(journal, s.sink);
}

absl::StatusOr<fs::path> ReleaseTransaction::Refuse() {
  State& s = *state_;
  fs::path target = s.options.internal;
  if (fs::exists(target) && !IsRefusedRun(target)) target += ".refused";
  ANON_RETURN_IF_ERROR(WriteFile(
      s.internal_stage / kRefusedMark,
      "The models of the policy were not met; nothing was released.\n", 0600));
  ANON_RETURN_IF_ERROR(SyncTree(s.internal_stage));
  ANON_RETURN_IF_ERROR(internal::PutInPlace(
      s.internal_stage, target, Sibling(target, "old"), IdOf(s.internal_stage),
      /*replace=*/true));
  ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "old")));
  return target;  // the destructor removes the stages
}

}  // namespace anon
