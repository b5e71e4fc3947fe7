// SPDX-License-Identifier: Apache-2.0
#include "io/csv_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "anon/base/text.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

// Room for what the transcoder makes of one byte, whatever came before it.
constexpr std::size_t kLeastRoom = 2 * Transcoder::kLongest;

// Bytes at the end of `text` that may be the start of a cut UTF-8 sequence.
std::size_t CutSequence(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size());
       ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0) return back;
    if (byte < 0x80) return 0;
  }
  return 0;
}

}  // namespace

absl::Status CsvInput::Open(const std::string& name,
                            const CsvOptions& options) {
  name_ = name;
  options_ = options;
  if (name == "-") {
    name_ = "standard input";
    fd_ = Fd(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  } else {
    fd_ = Fd(open(name.c_str(), O_RDONLY | O_CLOEXEC));
  }
  if (!fd_.ok()) return IoError("open", name, errno);
  struct stat info {};
  if (fstat(fd_.get(), &info) != 0 || S_ISDIR(info.st_mode)) {
    return IoError("read", name, S_ISDIR(info.st_mode) ? EISDIR : errno);
  }
  bytes_total = S_ISREG(info.st_mode) ? info.st_size : 0;
  buffer.resize(std::max<std::size_t>(options.block_bytes, 16) + kSlack);
  if (options.encoding != CsvEncoding::kUtf8) {
    ANON_ASSIGN_OR_RETURN(transcoder_, Transcoder::Create(options.encoding));
  }
  return absl::OkStatus();
}

absl::Status CsvInput::Restart() {
  if (bytes_read > 0 && lseek(fd_.get(), 0, SEEK_SET) < 0) {
    return IoError("read twice (a pipe?)", name_, errno);
  }
  begin = end = checked = 0;
  invalid = kNone;
  at_end = false;
  bytes_read = 0;
  digest_.reset();
  hasher_.Finish();
  if (transcoder_ != nullptr) transcoder_->Reset();
  do {
    ANON_RETURN_IF_ERROR(Fill());
  } while (end < 3 && !at_end);
  if (transcoder_ == nullptr &&
      std::string_view(buffer.data(), end).starts_with("\xEF\xBB\xBF")) {
    begin = 3;
    checked = std::max(checked, begin);  // Fill may hold a last sequence back
  }
  return absl::OkStatus();
}

bool CsvInput::full() const {
  const std::size_t least = transcoder_ == nullptr ? 1 : kLeastRoom;
  return capacity() - (end - begin) < least && capacity() >= kLongestRecord;
}

absl::Status CsvInput::Read(char* to, std::size_t size, std::size_t& got) {
  got = 0;
  for (;;) {
    const ssize_t result = read(fd_.get(), to, size);
    if (result < 0 && errno == EINTR) continue;
    if (result < 0) return IoError("read", name_, errno);
    got = static_cast<std::size_t>(result);
    break;
  }
  if (options_.digest) hasher_.Update({to, got});
  bytes_read += static_cast<std::int64_t>(got);
  at_end = got == 0;
  return absl::OkStatus();
}

absl::Status CsvInput::Fill() {
  if (begin > 0) {
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    checked -= begin;
    if (invalid != kNone) invalid -= begin;
    begin = 0;
  }
  if (transcoder_ != nullptr) return FillTranscoded();
  if (end == capacity()) Grow();
  std::size_t got = 0;
  ANON_RETURN_IF_ERROR(Read(buffer.data() + end, capacity() - end, got));
  end += got;
  if (invalid != kNone) return absl::OkStatus();
  std::string_view fresh(buffer.data() + checked, end - checked);
  if (!at_end) fresh.remove_suffix(CutSequence(fresh));
  if (const auto bad = FindInvalidUtf8(fresh)) invalid = checked + *bad;
  checked += fresh.size();
  return absl::OkStatus();
}

absl::Status CsvInput::FillTranscoded() {
  if (capacity() - end < kLeastRoom) Grow();
  raw_.resize((capacity() - end) / Transcoder::kLongest - 1);
  std::size_t got = 0;
  ANON_RETURN_IF_ERROR(Read(raw_.data(), raw_.size(), got));
  const Transcoder::Result result =
      transcoder_->Convert({raw_.data(), got}, at_end, buffer.data() + end);
  if (result.invalid && invalid == kNone) invalid = end + *result.invalid;
  end += result.size;
  checked = end;
  return absl::OkStatus();
}

std::optional<Digest> CsvInput::digest() {
  if (!digest_ && at_end && options_.digest) digest_ = hasher_.Finish();
  return digest_;
}

}  // namespace anon::internal
