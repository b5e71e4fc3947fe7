// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: a source that reports each batch and can be stopped.
#ifndef ANON_SRC_POLICY_WATCHED_SOURCE_H_
#define ANON_SRC_POLICY_WATCHED_SOURCE_H_

#include <string>
#include <utility>
#include <vector>

#include "anon/data/record_stream.h"
#include "base/status_macros.h"
#include "policy/passes.h"

namespace anon::internal {

class WatchedSource final : public RecordSource {
 public:
  WatchedSource(RecordSource& source, AfterBatch after_batch)
      : source_(source), after_batch_(std::move(after_batch)) {}

  const std::string& name() const override { return source_.name(); }
  const std::vector<std::string>& attributes() const override {
    return source_.attributes();
  }
  absl::StatusOr<bool> Next(Batch& batch) override {
    ANON_RETURN_IF_ERROR(after_batch_(records_));
    ANON_ASSIGN_OR_RETURN(const bool more, source_.Next(batch));
    if (more) records_ += static_cast<std::int64_t>(batch.rows());
    return more;
  }
  absl::Status Rewind() override {
    records_ = 0;
    return source_.Rewind();
  }
  std::optional<Digest> digest() const override { return source_.digest(); }

 private:
  RecordSource& source_;
  AfterBatch after_batch_;
  std::int64_t records_ = 0;
};

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_WATCHED_SOURCE_H_
