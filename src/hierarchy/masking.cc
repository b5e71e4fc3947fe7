// SPDX-License-Identifier: Apache-2.0
#include "anon/hierarchy/masking.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "hierarchy/nesting.h"
#include "hierarchy/width.h"

namespace anon {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();

class Mask final : public HierarchyRule {
 public:
  explicit Mask(const MaskRuleOptions& options)
      : HierarchyRule(options.keep.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    std::int64_t counted = 0;
    for (std::size_t i = 0; i < value.size();) {
      const std::size_t size = internal::PrefixBytes(value.substr(i), 1);
      if (!Separates(value.substr(i, size))) ++counted;
      i += size;
    }
    for (const std::int64_t keep : options_.keep) {
      std::string& label = labels.emplace_back();
      std::int64_t at = 0;  // characters so far that are no separators
      for (std::size_t i = 0; i < value.size();) {
        const std::size_t size = internal::PrefixBytes(value.substr(i), 1);
        const std::string_view character = value.substr(i, size);
        i += size;
        if (Separates(character)) {
          label += character;
          continue;
        }
        const bool stays = options_.keep_end ? at >= counted - keep : at < keep;
        if (stays) {
          label += character;
        } else {
          label += options_.mask;
        }
        ++at;
      }
    }
    return absl::OkStatus();
  }

  bool Separates(std::string_view character) const {
    return character.size() == 1 &&
           options_.separators.find(character[0]) != std::string::npos;
  }

  MaskRuleOptions options_;
};

class Prefix final : public HierarchyRule {
 public:
  explicit Prefix(const PrefixRuleOptions& options)
      : HierarchyRule(options.lengths.size()), options_(options) {}

 private:
  absl::Status AddLabels(std::string_view value,
                         std::vector<std::string>& labels) const override {
    for (const std::int64_t length : options_.lengths) {
      const std::size_t end =
          internal::PrefixBytes(value, static_cast<std::size_t>(length));
      labels.emplace_back(value.substr(0, end));
      if (end < value.size()) labels.back() += '*';
    }
    return absl::OkStatus();
  }

  PrefixRuleOptions options_;
};

bool IsPrintableAscii(char c) { return c > ' ' && c <= '~'; }

}  // namespace

absl::StatusOr<HierarchyRulePtr> MaskRule(const MaskRuleOptions& options) {
  if (!internal::Falling(options.keep, 0, kMost)) {
    return PolicyError("mask needs numbers of 0 or more that fall for keep");
  }
  if (!IsPrintableAscii(options.mask) ||
      options.separators.find(options.mask) != std::string::npos) {
    return PolicyError(
        "mask needs a printable ASCII character for mask_character that is "
        "not a separator");
  }
  const auto ascii = [](char c) { return IsPrintableAscii(c) || c == ' '; };
  if (!std::ranges::all_of(options.separators, ascii)) {
    return PolicyError("mask needs printable ASCII characters for separators");
  }
  return std::make_shared<Mask>(options);
}

absl::StatusOr<HierarchyRulePtr> PrefixRule(const PrefixRuleOptions& options) {
  if (!internal::Falling(options.lengths, 1, kMost)) {
    return PolicyError(
        "prefix needs numbers of 1 or more that fall for lengths");
  }
  return std::make_shared<Prefix>(options);
}

}  // namespace anon
