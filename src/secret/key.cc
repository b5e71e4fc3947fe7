// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/key.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "anon/base/digest.h"
#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/hkdf.h"

namespace anon {
namespace {

constexpr std::size_t kLeastBytes = 32;

// Never change: every pseudonym ever made depends on it.
constexpr std::string_view kDerivation = "anon/key/1";

bool IsId(std::string_view id) {
  return !id.empty() && id.size() <= 128 &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

absl::StatusOr<Key> Key::Create(std::string id, SecretBytes secret) {
  if (!IsId(id)) {
    return PolicyError(
        "a key id needs 1 to 128 visible ASCII characters without spaces");
  }
  const std::span<const std::byte> bytes = RevealSecret::Bytes(secret);
  if (bytes.size() < kLeastBytes) {
    return PolicyError(
        "a key needs 32 random bytes (256 bits) or more; generate one");
  }
  if (std::all_of(bytes.begin(), bytes.end(),
                  [&](std::byte byte) { return byte == bytes[0]; })) {
    return PolicyError(
        "a key of one repeated byte is no secret; generate a random one");
  }
  return Key(std::move(id), std::move(secret));
}

absl::StatusOr<Key> Key::Generate(RandomSource& random) {
  std::array<std::byte, 8> name{};
  random.Fill(name);
  ANON_ASSIGN_OR_RETURN(SecretBytes secret,
                        SecretBytes::Random(kLeastBytes, random));
  return Create("key-" + ToHex(name), std::move(secret));
}

absl::StatusOr<SecretBytes> Key::Derive(const KeyUse& use) const {
  if (use.kind.empty()) {
    return PolicyError("a subkey needs a kind: what it is used as");
  }
  if (log_ != nullptr) {
    ANON_RETURN_IF_ERROR(log_->Record({.action = "derive",
                                       .key_id = id_,
                                       .kind = use.kind,
                                       .domain = use.domain,
                                       .attribute = use.attribute,
                                       .epoch = use.epoch}));
  }
  return internal::HkdfSha256(
      secret_, internal::LengthPrefixed({kDerivation, use.kind, use.domain,
                                         use.attribute, use.epoch}));
}

}  // namespace anon
