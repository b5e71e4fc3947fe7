// SPDX-License-Identifier: Apache-2.0
#include "anon/base/status.h"

#include <fmt/format.h>

#include <system_error>

namespace anon {
namespace {

absl::string_view ToAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

}  // namespace

absl::Status PolicyError(std::string_view message) {
  return absl::InvalidArgumentError(ToAbsl(message));
}

absl::Status InputError(std::string_view message) {
  return absl::DataLossError(ToAbsl(message));
}

absl::Status IoError(std::string_view action, std::string_view path,
                     int error) {
  return absl::UnavailableError(
      fmt::format("{}: cannot {}: {}", path, action,
                  std::generic_category().message(error)));
}

std::string ToString(const Place& place) {
  std::string text = place.file;
  if (place.line > 0) text += fmt::format(", line {}", place.line);
  if (place.column > 0) text += fmt::format(", column {}", place.column);
  if (!place.attribute.empty()) text += fmt::format(" ({})", place.attribute);
  return text;
}

absl::Status PolicyErrorAt(const Place& place, std::string_view message) {
  return PolicyError(fmt::format("{}: {}", ToString(place), message));
}

absl::Status InputErrorAt(const Place& place, std::string_view message) {
  return InputError(fmt::format("{}: {}", ToString(place), message));
}

std::string_view Message(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

}  // namespace anon
