// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_DATA_RECORD_STREAM_H_
#define ANON_DATA_RECORD_STREAM_H_

#include <optional>
#include <string>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/status.h"
#include "anon/data/batch.h"

namespace anon {

// Where records come from: a CSV file, a query, a caller's own buffers. A run
// reads its source more than once, so a source can be rewound and must then
// give the same records. One thread at a time.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // Names this source in messages: a path, a table.
  virtual const std::string& name() const = 0;

  // The names of the columns, in order. Unique and not empty.
  virtual const std::vector<std::string>& attributes() const = 0;

  // Replaces `batch` by the next records; false when there are none left. A
  // failure names the place (file, line, column) and ends the reading.
  virtual absl::StatusOr<bool> Next(Batch& batch) = 0;

  // Starts again at the first record.
  virtual absl::Status Rewind() = 0;

  // SHA-256 of everything behind the records, once Next has said there are none
  // left; nothing from a source that cannot tell. Two readings of unchanged
  // data agree.
  virtual std::optional<Digest> digest() const { return std::nullopt; }
};

// Where records go. Batches hold the columns the sink was made for. A sink that
// is destroyed before Finish() leaves nothing that looks finished.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual absl::Status Append(const Batch& batch) = 0;
  virtual absl::Status Finish() = 0;
};

}  // namespace anon

#endif  // ANON_DATA_RECORD_STREAM_H_
