// SPDX-License-Identifier: Apache-2.0
//
// A uniform shuffle of more records than memory holds.
//
// Each record goes to one of B buckets, chosen uniformly and independently; at
// the end each bucket is shuffled in memory (Fisher-Yates) and the buckets are
// given out one after the other. Every permutation of n records is then equally
// likely: sorting records by independent random keys is a uniform shuffle, the
// bucket is the first digit of such a key and the shuffle in memory stands for
// the rest. (Rao 1961; Sandelius 1962.)
//
// A bucket is a buffer of records, each a run of length-prefixed fields. A full
// buffer goes to one unnamed temporary file, sealed under a key drawn for this
// shuffle (sealed_file.h). Cost: each record is copied twice, and encrypted,
// written, read and decrypted once if the table is large. Tested in
// tests/transform/shuffle_test.cc.
#include "anon/transform/shuffle.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "transform/sealed_file.h"

namespace anon {
namespace {

using internal::SealedFile;

constexpr std::size_t kRowsPerBatch = 8192;

struct Bucket {
  std::string buffer;
  std::vector<SealedFile::Chunk> chunks;  // that wait in the temporary file
};

void AppendField(std::string& buffer, std::string_view field) {
  const auto size = static_cast<std::uint32_t>(field.size());
  buffer.append(reinterpret_cast<const char*>(&size), sizeof(size));
  buffer.append(field);
}

std::string_view TakeField(const char*& at) {
  std::uint32_t size = 0;
  std::memcpy(&size, at, sizeof(size));
  const std::string_view field(at + sizeof(size), size);
  at += sizeof(size) + size;
  return field;
}

}  // namespace

struct ShufflingSink::State {
  RecordSink& out;
  std::size_t columns;
  RandomSource& random;
  ShuffleOptions options;
  SealedFile file;
  std::vector<Bucket> buckets;

  absl::Status Spill(Bucket& bucket);
  absl::StatusOr<std::string> Load(Bucket& bucket);
  absl::Status GiveOut(Bucket& bucket);
};

absl::Status ShufflingSink::State::Spill(Bucket& bucket) {
  ANON_ASSIGN_OR_RETURN(const SealedFile::Chunk chunk,
                        file.Append(bucket.buffer));
  bucket.chunks.push_back(chunk);
  return absl::OkStatus();
}

// All bytes of a bucket, in order of arrival.
absl::StatusOr<std::string> ShufflingSink::State::Load(Bucket& bucket) {
  std::string all;
  std::string bytes;
  for (const SealedFile::Chunk& chunk : bucket.chunks) {
    ANON_RETURN_IF_ERROR(file.Read(chunk, bytes));
    all += bytes;
  }
  all += bucket.buffer;
  bucket = Bucket();
  return all;
}

absl::Status ShufflingSink::State::GiveOut(Bucket& bucket) {
  ANON_ASSIGN_OR_RETURN(const std::string bytes, Load(bucket));
  std::vector<std::size_t> starts;
  for (const char* at = bytes.data(); at < bytes.data() + bytes.size();) {
    starts.push_back(static_cast<std::size_t>(at - bytes.data()));
    for (std::size_t c = 0; c < columns; ++c) TakeField(at);
  }
  for (std::size_t i = starts.size(); i > 1; --i) {
    std::swap(starts[i - 1], starts[random.Below(i)]);
  }
  Batch batch;
  for (std::size_t from = 0; from < starts.size(); from += kRowsPerBatch) {
    batch.Reset(columns);
    const std::size_t to = std::min(starts.size(), from + kRowsPerBatch);
    for (std::size_t i = from; i < to; ++i) {
      const char* at = bytes.data() + starts[i];
      for (auto& column : batch.columns) column.push_back(TakeField(at));
      batch.lines.push_back(0);
    }
    ANON_RETURN_IF_ERROR(out.Append(batch));
  }
  return absl::OkStatus();
}

ShufflingSink::ShufflingSink(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
ShufflingSink::~ShufflingSink() = default;

absl::StatusOr<std::unique_ptr<ShufflingSink>> ShufflingSink::Create(
    RecordSink& out, std::size_t columns, RandomSource& random,
    const ShuffleOptions& options) {
  if (columns == 0 || options.buckets == 0) {
    return PolicyError("a shuffle needs at least one column and one bucket");
  }
  ANON_ASSIGN_OR_RETURN(
      SealedFile file, SealedFile::Create(options.temporary_directory, random));
  return std::unique_ptr<ShufflingSink>(
      new ShufflingSink(std::make_unique<State>(State{
          .out = out,
          .columns = columns,
          .random = random,
          .options = options,
          .file = std::move(file),
          .buckets = std::vector<Bucket>(options.buckets),
      })));
}

absl::Status ShufflingSink::Append(const Batch& batch) {
  State& s = *state_;
  for (std::size_t r = 0; r < batch.rows(); ++r) {
    Bucket& bucket = s.buckets[s.random.Below(s.buckets.size())];
    for (const auto& column : batch.columns) {
      AppendField(bucket.buffer, column[r]);
    }
    if (bucket.buffer.size() >= s.options.bucket_buffer_bytes) {
      ANON_RETURN_IF_ERROR(s.Spill(bucket));
    }
  }
  return absl::OkStatus();
}

absl::Status ShufflingSink::Finish() {
  for (Bucket& bucket : state_->buckets) {
    ANON_RETURN_IF_ERROR(state_->GiveOut(bucket));
  }
  return state_->out.Finish();
}

}  // namespace anon
