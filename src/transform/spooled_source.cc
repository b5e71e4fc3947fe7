// SPDX-License-Identifier: Apache-2.0
//
// A batch is its number of rows, their lines, and all values column by column,
// each after its length; numbers as they lie in memory. Tested in
// tests/transform/spooled_source_test.cc.
#include "transform/spooled_source.h"

#include <cstdint>
#include <cstring>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

template <typename Number>
void AppendNumber(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

template <typename Number>
Number TakeNumber(const char*& at) {
  Number number{};
  std::memcpy(&number, at, sizeof(number));
  at += sizeof(number);
  return number;
}

std::string BytesOf(const Batch& batch) {
  std::string bytes;
  AppendNumber<std::uint64_t>(bytes, batch.rows());
  for (const std::int64_t line : batch.lines) AppendNumber(bytes, line);
  for (const auto& column : batch.columns) {
    for (const std::string_view value : column) {
      AppendNumber<std::uint64_t>(bytes, value.size());
      bytes += value;
    }
  }
  return bytes;
}

// Its values are views into `bytes`.
void ReadBatch(const std::string& bytes, std::size_t columns, Batch& batch) {
  batch.Reset(columns);
  const char* at = bytes.data();
  const auto rows = TakeNumber<std::uint64_t>(at);
  for (std::uint64_t r = 0; r < rows; ++r) {
    batch.lines.push_back(TakeNumber<std::int64_t>(at));
  }
  for (auto& column : batch.columns) {
    for (std::uint64_t r = 0; r < rows; ++r) {
      const auto size = TakeNumber<std::uint64_t>(at);
      column.emplace_back(at, size);
      at += size;
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpooledSource>> SpooledSource::Create(
    RecordSource& once, std::filesystem::path directory, RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(SealedFile file,
                        SealedFile::Create(std::move(directory), random));
  return std::unique_ptr<SpooledSource>(
      new SpooledSource(once, std::move(file)));
}

absl::StatusOr<bool> SpooledSource::Next(Batch& batch) {
  if (next_ < batches_.size()) {
    ANON_RETURN_IF_ERROR(file_.Read(batches_[next_++], bytes_));
    ReadBatch(bytes_, attributes().size(), batch);
    return true;
  }
  if (ended_) {
    batch.Reset(attributes().size());
    return false;
  }
  ANON_ASSIGN_OR_RETURN(const bool more, once_.Next(batch));
  ended_ = !more;
  if (!more) return false;
  std::string bytes = BytesOf(batch);
  ANON_ASSIGN_OR_RETURN(batches_.emplace_back(), file_.Append(bytes));
  next_ = batches_.size();
  return true;
}

absl::Status SpooledSource::Rewind() {
  next_ = 0;
  return absl::OkStatus();
}

}  // namespace anon::internal
