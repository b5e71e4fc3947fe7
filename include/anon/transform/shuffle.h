// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_SHUFFLE_H_
#define ANON_TRANSFORM_SHUFFLE_H_

#include <cstddef>
#include <filesystem>
#include <memory>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"

namespace anon {

struct ShuffleOptions {
  // Where unnamed temporary files go; used only when the records outgrow
  // buckets * bucket_buffer_bytes.
  std::filesystem::path temporary_directory;

  // Affect performance only. The defaults buffer 64 MiB, and hold about 1/256
  // of a larger table at a time while they give it out.
  std::size_t buckets = 256;
  std::size_t bucket_buffer_bytes = std::size_t{256} << 10;
};

// Record shuffling (レコードの並べ替え). The order of a source is itself a code
// that links it with what is made from it, so records leave in a uniformly
// random order. Appended records are kept; Finish hands all of them to `out`
// and finishes it. What must wait on disk is encrypted under a key that dies
// with this object, in files without names. One thread at a time; `out` and
// `random` must outlive it.
class ShufflingSink final : public RecordSink {
 public:
  static absl::StatusOr<std::unique_ptr<ShufflingSink>> Create(
      RecordSink& out, std::size_t columns, RandomSource& random,
      const ShuffleOptions& options);
  ~ShufflingSink() override;

  absl::Status Append(const Batch& batch) override;
  absl::Status Finish() override;

 private:
  struct State;
  explicit ShufflingSink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_TRANSFORM_SHUFFLE_H_
