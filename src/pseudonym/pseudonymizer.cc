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

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
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
  // Adds one to a batch; the status says what is wrong with it.
  template <typename Hmac>
  absl::Status Add(std::string_view identifier, Hmac& hmac,
                   std::string& buffer) const;
};

namespace {

std::uint64_t LoadBigEndian(const std::byte* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return std::endian::native == std::endian::little ? __builtin_bswap64(word)
                                                    : word;
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

// EVP_MAC in the manner of PadHmac.
class EvpBatch {
 public:
  explicit EvpBatch(internal::HmacSha256 hmac) : hmac_(std::move(hmac)) {}
  EvpBatch(const EvpBatch&) = delete;
  EvpBatch& operator=(const EvpBatch&) = delete;
  ~EvpBatch() { OPENSSL_cleanse(macs_.data(), sizeof(macs_)); }

  absl::Status Add(std::string_view message) {
    return hmac_.Compute(message, macs_.at(count_++));
  }
  std::span<const internal::PadHmac::Mac> Finish() {
    return std::span(macs_).first(std::exchange(count_, 0));
  }

 private:
  internal::HmacSha256 hmac_;
  std::size_t count_ = 0;
  std::array<internal::PadHmac::Mac, internal::PadHmac::kBatch> macs_{};
};

absl::Status AddTo(internal::PadHmac& hmac, std::string_view message) {
  hmac.Add(message);
  return absl::OkStatus();
}

absl::Status AddTo(EvpBatch& hmac, std::string_view message) {
  return hmac.Add(message);
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

template <typename Hmac>
absl::Status Pseudonymizer::State::Add(std::string_view identifier, Hmac& hmac,
                                       std::string& buffer) const {
  if (normalization != Normalization::kNone) {
    ANON_ASSIGN_OR_RETURN(identifier,
                          Normalize(normalization, identifier, buffer));
  }
  if (identifier.empty()) return Empty();
  return AddTo(hmac, identifier);
}

// `emit` is called with the place of the first of some pseudonyms, and them.
template <typename Hmac, typename Emit>
absl::Status Pseudonymizer::State::Run(
    std::span<const std::string_view> identifiers, Hmac& hmac,
    const Emit& emit) const {
  constexpr std::size_t kBatch = internal::PadHmac::kBatch;
  std::array<PseudonymValue, kBatch> values;
  std::string buffer;
  absl::Status status;
  for (std::size_t i = 0; status.ok() && i < identifiers.size();) {
    const std::size_t first = i;
    const std::size_t end = std::min(first + kBatch, identifiers.size());
    for (; status.ok() && i < end; ++i) {
      status = Add(identifiers[i], hmac, buffer);
    }
    if (!status.ok()) {
      if (absl::IsDataLoss(status)) {
        status = At(i - 1, identifiers.size(), status);
      }
      break;
    }
    const auto macs = hmac.Finish();
    for (std::size_t j = 0; j < macs.size(); ++j) {
      values[j] = internal::FirstBytes(macs[j], bytes);
    }
    emit(first, std::span<const PseudonymValue>(values).first(macs.size()));
  }
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
  EvpBatch batch(std::move(hmac));
  return Run(identifiers, batch, emit);
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
      identifiers,
      [&](std::size_t first, std::span<const PseudonymValue> values) {
        internal::EncodePseudonyms(
            state_->encoding, state_->bytes, values,
            out.subspan(first * width, values.size() * width));
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
      [&](std::size_t first, std::span<const PseudonymValue> values) {
        std::ranges::copy(values,
                          out.begin() + static_cast<std::ptrdiff_t>(first));
      });
}

}  // namespace anon
