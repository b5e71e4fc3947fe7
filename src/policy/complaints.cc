// SPDX-License-Identifier: Apache-2.0
#include "policy/complaints.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/utf8.h"

namespace anon::internal {
namespace {

// A hopeless file gets this many complaints; the rest are only counted.
constexpr std::size_t kMostShown = 50;

}  // namespace

std::string Shown(std::string_view name) {
  constexpr std::size_t kMost = 60;
  std::string shown;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (shown.size() >= kMost && !IsContinuation(name[i])) {
      return shown + "...";
    }
    const auto byte = static_cast<unsigned char>(name[i]);
    const auto next =
        i + 1 < name.size() ? static_cast<unsigned char>(name[i + 1]) : 0U;
    // C1 controls steer terminals just as C0 controls do.
    const bool c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
    if (c1) ++i;
    shown += byte < 0x20 || byte == 0x7F || c1 ? '?' : name[i];
  }
  return shown;
}

Complaints::Complaints(std::string file, std::string_view text)
    : file_(std::move(file)), text_(text), line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

Place Complaints::PlaceOf(const YAML::Mark& mark) const {
  Place place{.file = file_};
  if (mark.line < 0 || mark.column < 0) return place;
  place.line = mark.line + 1;
  const auto line = static_cast<std::size_t>(mark.line);
  if (line >= line_starts_.size()) return place;
  const std::string_view before =
      text_.substr(line_starts_[line])
          .substr(0, static_cast<std::size_t>(mark.column));
  place.column = 1 + std::ranges::count_if(
                         before, [](char c) { return !IsContinuation(c); });
  return place;
}

void Complaints::Add(const YAML::Mark& mark, std::string_view sentence) {
  found_.push_back({PlaceOf(mark), std::string(sentence)});
}

void Complaints::AddAtOffset(std::size_t offset, std::string_view sentence) {
  const auto line = std::ranges::upper_bound(line_starts_, offset) - 1;
  YAML::Mark mark;
  mark.line = static_cast<int>(line - line_starts_.begin());
  mark.column = static_cast<int>(offset - *line);
  Add(mark, sentence);
}

absl::Status Complaints::ToStatus() const {
  if (found_.empty()) return absl::OkStatus();
  std::vector<const Complaint*> sorted;
  for (const Complaint& complaint : found_) sorted.push_back(&complaint);
  std::ranges::stable_sort(sorted, {}, [](const Complaint* complaint) {
    return std::tuple(complaint->place.line, complaint->place.column);
  });
  std::string all;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMostShown); ++i) {
    if (i > 0) all += '\n';
    all +=
        fmt::format("{}: {}", ToString(sorted[i]->place), sorted[i]->sentence);
  }
  if (sorted.size() > kMostShown) {
    all += fmt::format("\n{}: and {} more errors", file_,
                       sorted.size() - kMostShown);
  }
  return PolicyError(all);
}

}  // namespace anon::internal
