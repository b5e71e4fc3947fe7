// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the bytes of a CSV file on their way to the parser, read
// in blocks, digested, transcoded if need be, checked for UTF-8.
#ifndef ANON_SRC_IO_CSV_INPUT_H_
#define ANON_SRC_IO_CSV_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/status.h"
#include "anon/io/csv.h"
#include "base/fd.h"
#include "io/transcoder.h"

namespace anon::internal {

class CsvInput {
 public:
  // A record longer than this is a quote that is never closed.
  static constexpr std::size_t kLongestRecord = std::size_t{64} << 20;
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  absl::Status Open(const std::string& name, const CsvOptions& options);
  // Back to the beginning of the file, past a byte order mark.
  absl::Status Restart();
  // True if Fill would have to hold more than a record may take.
  bool full() const;
  // Moves what is left to the front of the buffer and reads more after it.
  absl::Status Fill();
  std::optional<Digest> digest();

  // At least so many bytes lie behind buffer[end).
  static constexpr std::size_t kSlack = 16;

  // buffer[begin, end) is not yet parsed; the caller moves `begin`. Well-formed
  // UTF-8 up to `invalid`, as far as `checked`; what follows that may be the
  // start of a character.
  std::vector<char> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t checked = 0;
  std::size_t invalid = kNone;
  bool at_end = false;

  std::int64_t bytes_total = 0;
  std::int64_t bytes_read = 0;

 private:
  absl::Status Read(char* to, std::size_t size, std::size_t& got);
  absl::Status FillTranscoded();
  std::size_t capacity() const { return buffer.size() - kSlack; }
  void Grow() { buffer.resize(2 * capacity() + kSlack); }

  std::string name_;
  CsvOptions options_;
  Fd fd_;
  Hasher hasher_;
  std::optional<Digest> digest_;
  std::unique_ptr<Transcoder> transcoder_;  // unless the file is UTF-8
  std::vector<char> raw_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_IO_CSV_INPUT_H_
