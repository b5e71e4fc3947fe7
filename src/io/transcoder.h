// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: text in another encoding becomes UTF-8, piece by piece.
#ifndef ANON_SRC_IO_TRANSCODER_H_
#define ANON_SRC_IO_TRANSCODER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "anon/base/status.h"
#include "anon/io/csv.h"

namespace anon::internal {

class Transcoder {
 public:
  // Bytes of UTF-8 that one byte becomes at most. A byte kept back from the
  // call before may add as many.
  static constexpr std::size_t kLongest = 3;

  static absl::StatusOr<std::unique_ptr<Transcoder>> Create(
      CsvEncoding encoding);
  ~Transcoder();

  struct Result {
    std::size_t size = 0;  // of what was written
    // Where in it the first sequence stands that the encoding does not know,
    // as U+FFFD.
    std::optional<std::size_t> invalid;
  };
  // Writes UTF-8 to `to`, which has room for (text.size() + 1) * kLongest
  // bytes. A character cut by the end of `text` waits for the next call, unless
  // this is the last.
  Result Convert(std::string_view text, bool last, char* to);
  void Reset();

 private:
  struct State;
  explicit Transcoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_IO_TRANSCODER_H_
