// SPDX-License-Identifier: Apache-2.0
#include "anon/pseudonym/fresh_pseudonyms.h"

#include <array>

#include "base/status_macros.h"
#include "pseudonym/lengths.h"

namespace anon {

absl::StatusOr<FreshPseudonyms> FreshPseudonyms::Create(
    const PseudonymOptions& options, RandomSource& random) {
  if (!options.domain.empty() || !options.attribute.empty() ||
      !options.epoch.empty() || options.normalization != Normalization::kNone) {
    return PolicyError(
        "a fresh pseudonym links with nothing, so that domain, attribute, "
        "epoch and normalization mean nothing; leave them out");
  }
  ANON_RETURN_IF_ERROR(internal::CheckLengths(options));
  return FreshPseudonyms(options.encoding, options.bytes, random);
}

std::size_t FreshPseudonyms::width() const {
  return PseudonymWidth(encoding_, bytes_);
}

absl::Status FreshPseudonyms::Make(std::span<char> out) const {
  if (out.size() % width() != 0) {
    return absl::InternalError("room for a part of a pseudonym");
  }
  for (; !out.empty(); out = out.subspan(width())) {
    std::array<std::byte, kMostPseudonymBytes> random{};
    random_->Fill(std::span(random).first(bytes_));
    EncodePseudonym(encoding_, bytes_, internal::FirstBytes(random, bytes_),
                    out.first(width()));
  }
  return absl::OkStatus();
}

}  // namespace anon
