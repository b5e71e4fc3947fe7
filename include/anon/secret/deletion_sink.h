// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_DELETION_SINK_H_
#define ANON_SECRET_DELETION_SINK_H_

#include <span>
#include <string>
#include <string_view>

#include "anon/base/status.h"

namespace anon {

// One piece of deletion information (削除情報等, Act Art. 41(2)): what was
// removed from a data set, under the pseudonym that stands in its place. The
// views belong to the caller.
struct DeletionRecord {
  std::string_view attribute;  // "subscriber_id"
  std::string_view pseudonym;  // as printed in the data set
  std::string_view original;   // what it replaced
};

// What a data set is called where its deletion information is kept.
struct DeletionDataSet {
  std::string id;      // unique; a run makes it
  std::string origin;  // the release directory: runs of one origin exclude
                       // each other, so its pending leftovers are garbage
  std::string kind;    // the legal kind, as in the policy
  std::string key_id;  // of the pseudonymization key
  // The last day (ISO 8601) it may be kept; empty: no day is set.
  std::string retain_until = {};
};

// The write-only half of a deletion-information store, all that a run may hold:
// nothing can be read back through it. The store itself (anon::vault, or a
// service's own) is chosen by the process that calls the run. One thread at a
// time.
//
// A data set is pending from Begin until Commit. Commit and RollBack may be
// repeated (recovery does) and are durable when they return OK.
class DeletionSink {
 public:
  virtual ~DeletionSink() = default;

  virtual absl::Status Begin(const DeletionDataSet& data_set) = 0;
  // Adds to the data set begun last. A pair handed in twice counts once; one
  // pseudonym with two originals is a collision and an error.
  virtual absl::Status Put(std::span<const DeletionRecord> records) = 0;
  // Everything put so far is on the disk, still pending.
  virtual absl::Status Flush() = 0;

  virtual absl::Status Commit(std::string_view data_set_id) = 0;
  // Forgets what is pending for `origin`, from runs that did not finish.
  virtual absl::Status RollBack(std::string_view origin) = 0;
};

}  // namespace anon

#endif  // ANON_SECRET_DELETION_SINK_H_
