// SPDX-License-Identifier: Apache-2.0
//
// Definition: pseudonym = encode(first 8 * bytes bits of HMAC-SHA-256(subkey,
// normalize(id))), subkey = HKDF-SHA-256(key; "pseudonym", domain, attribute,
// epoch) (secret/key.h).
// Cost: two SHA-256 compressions for an id of up to 55 bytes; about 0.1 us with
// precomputed pads, 0.2 us with EVP_MAC and the restart that OpenSSL 3.0.3 and
// later do right, 0.4 us otherwise.
// Sources: FIPS 198-1; RFC 2104; RFC 5869; EDPB Guidelines 01/2025, paras
// 89 and 107 (keyed one-way functions). Truncation: FIPS 198-1 s. 5,
// NIST SP 800-107r1 s. 5.3.3; lengths as in Tink's PRF set.
// Tested against OpenSSL's one-shot HMAC() in tests/pseudonym.
#include "anon/pseudonym/pseudonymizer.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <array>
#include <utility>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "pseudonym/hmac.h"
#include "pseudonym/hmac_pads.h"
#include "pseudonym/lengths.h"

namespace anon {

struct Pseudonymizer::State {
  SecretBytes secret;  // the pads, or the subkey where EVP_MAC works
  bool pads;
  internal::MacPtr mac;
  internal::HmacRestart restart;
  PseudonymEncoding encoding;
  std::size_t bytes;
  Normalization normalization;

  template <typename Emit>
  absl::Status ForEach(std::span<const std::string_view> identifiers,
                       const Emit& emit) const;
  template <typename Hmac, typename Emit>
  absl::Status Run(std::span<const std::string_view> identifiers, Hmac& hmac,
                   const Emit& emit) const;
};

namespace {

std::uint64_t LoadBigEndian(const std::byte* bytes) {
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i) {
    word = word << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return word;
}

// Says which of the identifiers failed.
absl::Status At(std::size_t i, std::size_t count, const absl::Status& status) {
  return InputError(
      fmt::format("identifier {} of {} {}", i + 1, count, Message(status)));
}

absl::Status Empty() {
  return InputError(
      "is empty; handle missing identifiers before pseudonymizing, or all of "
      "them become one person");
}

absl::Status Compute(internal::PadHmac& hmac, std::string_view message,
                     std::array<std::byte, 32>& mac) {
  hmac.Compute(message, mac);
  return absl::OkStatus();
}

absl::Status Compute(internal::HmacSha256& hmac, std::string_view message,
                     std::array<std::byte, 32>& mac) {
  return hmac.Compute(message, mac);
}

absl::Status CheckOptions(const PseudonymOptions& options) {
  if (options.domain.empty()) {
    return PolicyError(
        "a pseudonym needs a domain: name the recipient and the period, as "
        "in univ-a/2026");
  }
  if (options.attribute.empty()) {
    return PolicyError("a pseudonym needs an attribute: name its column");
  }
  return internal::CheckLengths(options);
}

}  // namespace

namespace internal {

absl::Status CheckLengths(const PseudonymOptions& options) {
  if (options.bytes < kLeastPseudonymBytes ||
      options.bytes > kMostPseudonymBytes) {
    return PolicyError(
        fmt::format("a pseudonym has 8 to 16 bytes, not {}", options.bytes));
  }
  const std::size_t least = LeastPseudonymBytes(options.most_identifiers);
  if (least > kMostPseudonymBytes) {
    return PolicyError(
        "128 bits keep at most 2^48 identifiers apart; split the domain, or "
        "state fewer identifiers");
  }
  if (options.bytes < least) {
    return PolicyError(fmt::format(
        "{} bytes do not keep {} identifiers apart; take {} bytes, or say how "
        "many identifiers the domain has at most",
        options.bytes, options.most_identifiers, least));
  }
  return absl::OkStatus();
}

PseudonymValue FirstBytes(std::span<const std::byte> from, std::size_t bytes) {
  PseudonymValue value{LoadBigEndian(from.data()), LoadBigEndian(&from[8])};
  const std::size_t cut = 8 * (kMostPseudonymBytes - bytes);
  if (cut == 0) return value;
  if (cut == 64) return {0, value.high};
  return {value.high >> cut, value.low >> cut | value.high << (64 - cut)};
}

}  // namespace internal

template <typename Hmac, typename Emit>
absl::Status Pseudonymizer::State::Run(
    std::span<const std::string_view> identifiers, Hmac& hmac,
    const Emit& emit) const {
  std::array<std::byte, 32> mac{};
  std::string buffer;
  absl::Status status;
  for (std::size_t i = 0; status.ok() && i < identifiers.size(); ++i) {
    std::string_view identifier = identifiers[i];
    if (normalization != Normalization::kNone) {
      const auto normal = Normalize(normalization, identifier, buffer);
      if (!normal.ok()) {
        status = At(i, identifiers.size(), normal.status());
        break;
      }
      identifier = *normal;
    }
    if (identifier.empty()) {
      status = At(i, identifiers.size(), Empty());
      break;
    }
    status = Compute(hmac, identifier, mac);
    emit(i, internal::FirstBytes(mac, bytes));
  }
  OPENSSL_cleanse(mac.data(), mac.size());
  OPENSSL_cleanse(buffer.data(), buffer.size());
  return status;
}

template <typename Emit>
absl::Status Pseudonymizer::State::ForEach(
    std::span<const std::string_view> identifiers, const Emit& emit) const {
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    if (identifiers[i].empty()) return At(i, identifiers.size(), Empty());
  }
  // A context a call: contexts are not for sharing, and the key leaves its
  // guarded memory only for as long as a batch takes.
  const std::span<const std::byte> key = RevealSecret::Bytes(secret);
  if (pads && key.size() == internal::kPadBytes) {
    internal::PadHmac hmac(key.first<internal::kPadBytes>());
    return Run(identifiers, hmac, emit);
  }
  ANON_ASSIGN_OR_RETURN(internal::HmacSha256 hmac,
                        internal::HmacSha256::Create(mac.get(), key, restart));
  return Run(identifiers, hmac, emit);
}

absl::StatusOr<Pseudonymizer> Pseudonymizer::Create(
    const Key& key, const PseudonymOptions& options) {
  ANON_RETURN_IF_ERROR(CheckOptions(options));
  ANON_ASSIGN_OR_RETURN(internal::MacPtr mac, internal::FetchHmac());
  ANON_ASSIGN_OR_RETURN(const internal::HmacRestart restart,
                        internal::ChooseHmacRestart(mac.get()));
  ANON_ASSIGN_OR_RETURN(SecretBytes secret,
                        key.Derive({.kind = "pseudonym",
                                    .domain = options.domain,
                                    .attribute = options.attribute,
                                    .epoch = options.epoch}));
  const bool pads = internal::PadsMayBeUsed(mac.get());
  if (pads) {
    ANON_ASSIGN_OR_RETURN(secret,
                          internal::MakePads(RevealSecret::Bytes(secret)));
  }
  return Pseudonymizer(std::unique_ptr<const State>(
      new State{std::move(secret), pads, std::move(mac), restart,
                options.encoding, options.bytes, options.normalization}));
}

Pseudonymizer::Pseudonymizer(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}
Pseudonymizer::~Pseudonymizer() = default;
Pseudonymizer::Pseudonymizer(Pseudonymizer&&) noexcept = default;
Pseudonymizer& Pseudonymizer::operator=(Pseudonymizer&&) noexcept = default;

std::size_t Pseudonymizer::width() const {
  return PseudonymWidth(state_->encoding, state_->bytes);
}

absl::Status Pseudonymizer::Pseudonymize(
    std::span<const std::string_view> identifiers, std::span<char> out) const {
  const std::size_t width = this->width();
  if (out.size() != width * identifiers.size()) {
    return PolicyError(fmt::format(
        "{} identifiers need room for {} characters, not {}",
        identifiers.size(), width * identifiers.size(), out.size()));
  }
  return state_->ForEach(
      identifiers, [&](std::size_t i, const PseudonymValue& value) {
        EncodePseudonym(state_->encoding, state_->bytes, value,
                        out.subspan(i * width, width));
      });
}

absl::StatusOr<std::string> Pseudonymizer::Pseudonymize(
    std::string_view identifier) const {
  std::string pseudonym(width(), '\0');
  ANON_RETURN_IF_ERROR(Pseudonymize(std::span(&identifier, 1), pseudonym));
  return pseudonym;
}

absl::Status Pseudonymizer::PseudonymizeToValues(
    std::span<const std::string_view> identifiers,
    std::span<PseudonymValue> out) const {
  if (out.size() != identifiers.size()) {
    return PolicyError(
        fmt::format("{} identifiers need room for as many "
                    "pseudonyms, not {}",
                    identifiers.size(), out.size()));
  }
  return state_->ForEach(
      identifiers,
      [&](std::size_t i, const PseudonymValue& value) { out[i] = value; });
}

}  // namespace anon
