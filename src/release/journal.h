// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the journal of a commit, and how one is finished.
#ifndef ANON_SRC_RELEASE_JOURNAL_H_
#define ANON_SRC_RELEASE_JOURNAL_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/secret/deletion_sink.h"
#include "release/rename.h"

namespace anon::internal {

// The hidden file or directory `suffix` beside `target`.
std::filesystem::path Sibling(const std::filesystem::path& target,
                              std::string_view suffix);

// Removes `path` and all below it; nothing there is fine.
absl::Status RemoveTree(const std::filesystem::path& path);

// Says that both stages are complete and what is to be done with them. It lies
// beside both directories; the one beside `out` counts, the other leads a run
// that uses only the internal directory to it.
struct Journal {
  std::filesystem::path out;
  std::filesystem::path internal;
  DirectoryId out_id;
  DirectoryId internal_id;
  bool replace_out = false;
  bool replace_internal = false;
  std::string data_set_id;  // deletion information to commit; may be empty
  friend bool operator==(const Journal&, const Journal&) = default;
};

// Written inside the stages and moved out, so that a process killed on the way
// leaves a stage, which is rubbish, and never half a journal beside it.
absl::Status WriteJournal(const Journal& journal);
absl::Status RemoveJournal(const Journal& journal);

// The journal beside `target`, or nothing if there is none.
absl::StatusOr<std::optional<Journal>> ReadJournal(
    const std::filesystem::path& target);

// Finishes a commit whose journal is on the disk. May be repeated. A journal
// of which no step was done, nor can be, is dropped. `sink` may be null if the
// journal has no deletion information.
absl::Status RollForward(const Journal& journal, DeletionSink* sink);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_JOURNAL_H_
