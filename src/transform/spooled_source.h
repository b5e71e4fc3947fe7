// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: a source that can be read once, as often as needed.
#ifndef ANON_SRC_TRANSFORM_SPOOLED_SOURCE_H_
#define ANON_SRC_TRANSFORM_SPOOLED_SOURCE_H_

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "anon/data/record_stream.h"
#include "transform/sealed_file.h"

namespace anon::internal {

// Hands on what `once` gives (a pipe, say) and keeps it, encrypted (see
// SealedFile), for the next time. `once` must outlive this and is never
// rewound.
class SpooledSource final : public RecordSource {
 public:
  static absl::StatusOr<std::unique_ptr<SpooledSource>> Create(
      RecordSource& once, std::filesystem::path directory,
      RandomSource& random);

  const std::string& name() const override { return once_.name(); }
  const std::vector<std::string>& attributes() const override {
    return once_.attributes();
  }
  absl::StatusOr<bool> Next(Batch& batch) override;
  absl::Status Rewind() override;

 private:
  SpooledSource(RecordSource& once, SealedFile file)
      : once_(once), file_(std::move(file)) {}

  RecordSource& once_;
  SealedFile file_;
  std::vector<SealedFile::Chunk> batches_;
  std::size_t next_ = 0;  // of batches_, or one of `once_`
  bool ended_ = false;    // there is nothing left in `once_`
  std::string bytes_;     // of the batch given out last
};

}  // namespace anon::internal

#endif  // ANON_SRC_TRANSFORM_SPOOLED_SOURCE_H_
