// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>

#include "anon/io/csv.h"
#include "base/fd.h"
#include "base/status_macros.h"

namespace anon {

struct CsvSink::State {
  std::string name;
  CsvOptions options;
  internal::Fd fd;
  std::string pending;
  std::string specials;  // bytes that make a field need quotes

  void AppendField(std::string_view value, bool only_field);
  absl::Status WritePending();
};

void CsvSink::State::AppendField(std::string_view value, bool only_field) {
  // An unquoted empty field alone on its line would read as a blank line.
  if (value.find_first_of(specials) == std::string_view::npos &&
      !(only_field && value.empty())) {
    pending += value;
    return;
  }
  pending += '"';
  for (const char c : value) {
    if (c == '"') pending += '"';
    pending += c;
  }
  pending += '"';
}

absl::Status CsvSink::State::WritePending() {
  std::string_view rest = pending;
  while (!rest.empty()) {
    const ssize_t wrote = write(fd.get(), rest.data(), rest.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return IoError("write", name, errno);
    }
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  pending.clear();
  return absl::OkStatus();
}

CsvSink::CsvSink(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvSink::~CsvSink() = default;

absl::StatusOr<std::unique_ptr<CsvSink>> CsvSink::Create(
    const std::filesystem::path& path,
    const std::vector<std::string>& attributes, const CsvOptions& options,
    unsigned mode) {
  auto state = std::make_unique<State>();
  state->name = path.string();
  state->options = options;
  state->specials = {options.delimiter, '"', '\r', '\n'};
  if (path == "-") {
    state->name = "standard output";
    state->fd = internal::Fd(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  } else {
    state->fd = internal::Fd(
        open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  }
  if (!state->fd.ok()) return IoError("create", state->name, errno);
  // open applies the umask; a run's files have the modes it says.
  if (path != "-" && fchmod(state->fd.get(), mode) != 0) {
    return IoError("set the mode of", state->name, errno);
  }
  if (options.header) {
    for (std::size_t c = 0; c < attributes.size(); ++c) {
      if (c > 0) state->pending += options.delimiter;
      state->AppendField(attributes[c], attributes.size() == 1);
    }
    state->pending += '\n';
  }
  return std::unique_ptr<CsvSink>(new CsvSink(std::move(state)));
}

absl::Status CsvSink::Append(const Batch& batch) {
  State& s = *state_;
  const bool one_column = batch.columns.size() == 1;
  for (std::size_t r = 0; r < batch.rows(); ++r) {
    for (std::size_t c = 0; c < batch.columns.size(); ++c) {
      if (c > 0) s.pending += s.options.delimiter;
      s.AppendField(batch.columns[c][r], one_column);
    }
    s.pending += '\n';
    if (s.pending.size() >= s.options.block_bytes) {
      ANON_RETURN_IF_ERROR(s.WritePending());
    }
  }
  return absl::OkStatus();
}

absl::Status CsvSink::Finish() {
  ANON_RETURN_IF_ERROR(state_->WritePending());
  // A pipe or a terminal has nothing to flush.
  if (fsync(state_->fd.get()) != 0 && errno != EINVAL && errno != EROFS) {
    return IoError("flush", state_->name, errno);
  }
  return absl::OkStatus();
}

}  // namespace anon
