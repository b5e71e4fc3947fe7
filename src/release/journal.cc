// SPDX-License-Identifier: Apache-2.0
#include "release/journal.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "anon/base/files.h"
#include "base/json.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

namespace fs = std::filesystem;

std::string ToText(const Journal& journal) {
  return PrettyJson({{"anon_commit", 1},
                     {"out", journal.out.string()},
                     {"internal", journal.internal.string()},
                     {"out_id", journal.out_id.inode},
                     {"internal_id", journal.internal_id.inode},
                     {"replace_out", journal.replace_out},
                     {"replace_internal", journal.replace_internal},
                     {"data_set_id", journal.data_set_id}});
}

bool Done(const fs::path& target, DirectoryId id) { return IdOf(target) == id; }

bool CanBeDone(const fs::path& target, DirectoryId id) {
  return Done(target, id) || IdOf(Sibling(target, "stage")) == id;
}

// Nothing was put in place, and a stage is gone.
bool IsVoid(const Journal& j) {
  return !Done(j.internal, j.internal_id) && !Done(j.out, j.out_id) &&
         !(CanBeDone(j.internal, j.internal_id) && CanBeDone(j.out, j.out_id));
}

absl::Status PutBothInPlace(const Journal& journal) {
  struct Step {
    const fs::path& target;
    DirectoryId id;
    bool replace;
  };
  for (const Step& step :
       {Step{journal.internal, journal.internal_id, journal.replace_internal},
        Step{journal.out, journal.out_id, journal.replace_out}}) {
    if (!CanBeDone(step.target, step.id)) {
      return absl::FailedPreconditionError(fmt::format(
          "{}: an interrupted run cannot be finished, because what it put or "
          "would put here is gone; to give it up, remove {}",
          step.target.string(), Sibling(journal.out, "commit").string()));
    }
    ANON_RETURN_IF_ERROR(PutInPlace(Sibling(step.target, "stage"), step.target,
                                    Sibling(step.target, "old"), step.id,
                                    step.replace));
    ANON_RETURN_IF_ERROR(SyncPath(step.target.parent_path()));
  }
  return absl::OkStatus();
}

}  // namespace

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

absl::Status WriteJournal(const Journal& journal) {
  const std::string text = ToText(journal);
  for (const fs::path& target : {journal.internal, journal.out}) {
    const fs::path stage = Sibling(target, "stage");
    const fs::path path = Sibling(target, "commit");
    const fs::path fresh = stage / path.filename();
    ANON_RETURN_IF_ERROR(WriteFile(fresh, text, 0600));
    std::error_code error;
    fs::rename(fresh, path, error);
    if (error) return IoError("create", path.string(), error.value());
    ANON_RETURN_IF_ERROR(SyncPath(stage));
    ANON_RETURN_IF_ERROR(SyncPath(target.parent_path()));
  }
  return absl::OkStatus();
}

absl::Status RemoveJournal(const Journal& journal) {
  for (const fs::path& target : {journal.out, journal.internal}) {
    ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "commit")));
    ANON_RETURN_IF_ERROR(SyncPath(target.parent_path()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Journal>> ReadJournal(const fs::path& target) {
  const fs::path path = Sibling(target, "commit");
  if (IdOf(path) == DirectoryId{}) return std::nullopt;
  ANON_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  try {
    const Json json = Json::parse(text);
    if (json.at("anon_commit") == 1) {
      return Journal{.out = json.at("out").get<std::string>(),
                     .internal = json.at("internal").get<std::string>(),
                     .out_id = {json.at("out_id")},
                     .internal_id = {json.at("internal_id")},
                     .replace_out = json.at("replace_out"),
                     .replace_internal = json.at("replace_internal"),
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

absl::Status RollForward(const Journal& journal, DeletionSink* sink) {
  if (!journal.data_set_id.empty() && sink == nullptr) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: an interrupted run still has to commit its deletion information; "
        "run again with the same --vault",
        journal.out.string()));
  }
  const bool abandoned = IsVoid(journal);
  if (!abandoned) ANON_RETURN_IF_ERROR(PutBothInPlace(journal));
  if (!journal.data_set_id.empty()) {
    ANON_RETURN_IF_ERROR(abandoned ? sink->RollBack(journal.out.string())
                                   : sink->Commit(journal.data_set_id));
  }
  for (const fs::path& target : {journal.internal, journal.out}) {
    ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "stage")));
    ANON_RETURN_IF_ERROR(RemoveTree(Sibling(target, "old")));
  }
  return RemoveJournal(journal);
}

}  // namespace anon::internal
