// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/key_use_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <utility>

#include "base/fd.h"
#include "base/json.h"
#include "base/private_fd.h"
#include "base/status_macros.h"

namespace anon {
namespace {

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[] = "0000-00-00T00:00:00Z";
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

class FileLog final : public KeyUseLog {
 public:
  FileLog(internal::Fd fd, std::filesystem::path path)
      : fd_(std::move(fd)), path_(std::move(path)) {}

  absl::Status Record(const KeyUseEvent& event) override {
    internal::Json line = {{"time", UtcNow()},
                           {"uid", getuid()},
                           {"pid", getpid()},
                           {"action", std::string(event.action)},
                           {"key_id", std::string(event.key_id)}};
    const auto add = [&line](const char* name, std::string_view value) {
      if (!value.empty()) line[name] = std::string(value);
    };
    add("kind", event.kind);
    add("domain", event.domain);
    add("attribute", event.attribute);
    add("epoch", event.epoch);
    // One write to a file opened for appending: lines of threads and processes
    // do not mix.
    const std::string text =
        line.dump(-1, ' ', false, internal::Json::error_handler_t::replace) +
        "\n";
    const ssize_t wrote = write(fd_.get(), text.data(), text.size());
    if (wrote != static_cast<ssize_t>(text.size())) {
      return IoError("append to", path_.string(), wrote < 0 ? errno : ENOSPC);
    }
    return absl::OkStatus();
  }

 private:
  internal::Fd fd_;
  std::filesystem::path path_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<KeyUseLog>> OpenKeyUseLog(
    const std::filesystem::path& path) {
  internal::Fd fd(
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd.ok()) return IoError("open", path.string(), errno);
  ANON_RETURN_IF_ERROR(internal::RequirePrivate(fd, path));
  return std::make_shared<FileLog>(std::move(fd), path);
}

}  // namespace anon
