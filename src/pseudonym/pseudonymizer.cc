// SPDX-License-Identifier: Apache-2.0
//
// Definition: pseudonym = encode(first 128 bits of HMAC-SHA-256(subkey, id)),
// subkey = HKDF-SHA-256(key; "pseudonym", domain, attribute) (secret/key.h).
// Cost: two SHA-256 compressions for an id of up to 55 bytes; about 0.2 us with
// the restart that OpenSSL 3.0.3 and later do right, 0.4 us otherwise.
// Sources: FIPS 198-1; RFC 2104; RFC 5869; EDPB Guidelines 01/2025, paras
// 89 and 107 (keyed one-way functions). Truncation: FIPS 198-1 s. 5,
// NIST SP 800-107r1 s. 5.3.3.
// Tested against OpenSSL's one-shot HMAC() in tests/pseudonym.
#include "anon/pseudonym/pseudonymizer.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <array>
#include <utility>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "pseudonym/encode.h"
#include "pseudonym/hmac.h"

namespace anon {

struct Pseudonymizer::State {
  SecretBytes subkey;
  internal::MacPtr mac;
  internal::HmacRestart restart;
  PseudonymEncoding encoding;
};

absl::StatusOr<Pseudonymizer> Pseudonymizer::Create(
    const Key& key, const PseudonymOptions& options) {
  if (options.domain.empty()) {
    return PolicyError(
        "a pseudonym needs a domain: name the recipient and the period, as "
        "in univ-a/2026");
  }
  if (options.attribute.empty()) {
    return PolicyError("a pseudonym needs an attribute: name its column");
  }
  ANON_ASSIGN_OR_RETURN(internal::MacPtr mac, internal::FetchHmac());
  ANON_ASSIGN_OR_RETURN(const internal::HmacRestart restart,
                        internal::ChooseHmacRestart(mac.get()));
  ANON_ASSIGN_OR_RETURN(SecretBytes subkey,
                        key.Derive({.kind = "pseudonym",
                                    .domain = options.domain,
                                    .attribute = options.attribute,
                                    .epoch = ""}));
  return Pseudonymizer(std::unique_ptr<const State>(
      new State{std::move(subkey), std::move(mac), restart, options.encoding}));
}

Pseudonymizer::Pseudonymizer(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}
Pseudonymizer::~Pseudonymizer() = default;
Pseudonymizer::Pseudonymizer(Pseudonymizer&&) noexcept = default;
Pseudonymizer& Pseudonymizer::operator=(Pseudonymizer&&) noexcept = default;

std::size_t Pseudonymizer::width() const {
  return internal::WidthOf(state_->encoding);
}

absl::Status Pseudonymizer::Pseudonymize(
    std::span<const std::string_view> identifiers, std::span<char> out) const {
  const std::size_t width = this->width();
  if (out.size() != width * identifiers.size()) {
    return PolicyError(fmt::format(
        "{} identifiers need room for {} characters, not {}",
        identifiers.size(), width * identifiers.size(), out.size()));
  }
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    if (identifiers[i].empty()) {
      return InputError(fmt::format(
          "identifier {} of {} is empty; handle missing identifiers before "
          "pseudonymizing, or all of them become one person",
          i + 1, identifiers.size()));
    }
  }
  // A context a call: contexts are not for sharing, and the key leaves its
  // guarded memory only for as long as a batch takes.
  ANON_ASSIGN_OR_RETURN(
      internal::HmacSha256 hmac,
      internal::HmacSha256::Create(state_->mac.get(),
                                   RevealSecret::Bytes(state_->subkey),
                                   state_->restart));
  std::array<std::byte, 32> mac{};
  absl::Status status;
  for (std::size_t i = 0; status.ok() && i < identifiers.size(); ++i) {
    status = hmac.Compute(identifiers[i], mac);
    internal::Encode(state_->encoding,
                     std::span(mac).first<internal::kPseudonymBytes>(),
                     out.subspan(i * width, width));
  }
  OPENSSL_cleanse(mac.data(), mac.size());
  return status;
}

absl::StatusOr<std::string> Pseudonymizer::Pseudonymize(
    std::string_view identifier) const {
  std::string pseudonym(width(), '\0');
  ANON_RETURN_IF_ERROR(Pseudonymize(std::span(&identifier, 1), pseudonym));
  return pseudonym;
}

}  // namespace anon
