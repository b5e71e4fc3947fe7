// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_TRANSACTION_H_
#define ANON_RELEASE_TRANSACTION_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/secret/deletion_sink.h"

namespace anon {

// Puts a release and its internal files in place together, or not at all. All
// work happens in hidden siblings of the two directories; a journal, written
// when everything is on the disk, turns the rest into something that is
// finished by whoever comes next: a process killed at any moment leaves the old
// state or the new one, and the next Begin for the same directories mends what
// is left over. One run at a time per directory (a lock file says so).
//
// The order of a commit: data on the disk, deletion information pending ->
// journal -> internal directory renamed -> release renamed -> deletion
// information committed -> journal removed. See docs/architecture.md.
class ReleaseTransaction {
 public:
  struct Options {
    std::filesystem::path out;
    std::filesystem::path internal;
    // What an earlier run put there is exchanged; else refused. Other
    // people's directories are refused in any case.
    bool replace = false;
  };

  // Takes the locks, recovers from an interrupted run and makes empty stages.
  // `sink` (may be null) must outlive this object.
  static absl::StatusOr<std::unique_ptr<ReleaseTransaction>> Begin(
      const Options& options, DeletionSink* sink);

  // Without Commit: removes the stages and rolls pending deletion information
  // back.
  ~ReleaseTransaction();
  ReleaseTransaction(const ReleaseTransaction&) = delete;
  ReleaseTransaction& operator=(const ReleaseTransaction&) = delete;

  // Directories to write into, both closed to others; the release is opened
  // (0755) when it is complete.
  const std::filesystem::path& out_stage() const;
  const std::filesystem::path& internal_stage() const;
  // What names this release in a DeletionDataSet.
  const std::string& origin() const;

  // Puts both stages in place; commits `data_set_id` (if not empty) in the
  // sink. When it fails before the journal, nothing has changed; after it, the
  // next Begin finishes the work.
  absl::Status Commit(std::string_view data_set_id);

  // Ends a run that releases nothing: puts only the internal stage in place,
  // marked as refused, beside an internal directory of an earlier release
  // (".refused" is appended to the name) if there is one. Returns where.
  absl::StatusOr<std::filesystem::path> Refuse();

 private:
  struct State;
  explicit ReleaseTransaction(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_RELEASE_TRANSACTION_H_
