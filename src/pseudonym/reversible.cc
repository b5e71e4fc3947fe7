// SPDX-License-Identifier: Apache-2.0
#include "anon/pseudonym/reversible.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "pseudonym/ff1.h"
#include "pseudonym/siv.h"
#include "secret/aead.h"

namespace anon {
namespace {

// Bound into every AES-SIV value; never empty.
constexpr std::string_view kAssociated = "anon/identifier/1";
constexpr std::size_t kPad = 16;

absl::Status CheckOptions(const ReversibleOptions& options) {
  if (options.domain.empty() || options.attribute.empty()) {
    return PolicyError(
        "an encrypted identifier needs a domain and an attribute; name the "
        "recipient and the column");
  }
  return absl::OkStatus();
}

absl::StatusOr<SecretBytes> Subkey(const Key& key, std::string kind,
                                   const ReversibleOptions& options) {
  return key.Derive({.kind = std::move(kind),
                     .domain = options.domain,
                     .attribute = options.attribute,
                     .epoch = options.epoch});
}

absl::StatusOr<std::span<const std::byte>> Reveal(const SecretBytes& key) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(key);
  if (!bytes.empty()) return bytes;
  return absl::FailedPreconditionError(
      "the key is gone: the process has forked since it was loaded; load it "
      "again in this process");
}

}  // namespace

struct IdentifierCipher::State {
  SecretBytes key;
};

absl::StatusOr<IdentifierCipher> IdentifierCipher::Create(
    const Key& key, const ReversibleOptions& options) {
  ANON_RETURN_IF_ERROR(CheckOptions(options));
  ANON_ASSIGN_OR_RETURN(const SecretBytes mac, Subkey(key, "siv-mac", options));
  ANON_ASSIGN_OR_RETURN(const SecretBytes ctr, Subkey(key, "siv-ctr", options));
  std::array<std::byte, 64> both{};
  std::ranges::copy(RevealSecret::Bytes(mac), both.begin());
  std::ranges::copy(RevealSecret::Bytes(ctr), both.begin() + 32);
  ANON_ASSIGN_OR_RETURN(SecretBytes joined, SecretBytes::TakeFrom(both));
  return IdentifierCipher(
      std::unique_ptr<const State>(new State{std::move(joined)}));
}

IdentifierCipher::IdentifierCipher(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}
IdentifierCipher::~IdentifierCipher() = default;
IdentifierCipher::IdentifierCipher(IdentifierCipher&&) noexcept = default;
IdentifierCipher& IdentifierCipher::operator=(IdentifierCipher&&) noexcept =
    default;

absl::StatusOr<std::string> IdentifierCipher::Encrypt(
    std::string_view identifier) const {
  if (identifier.empty()) {
    return InputError("an empty identifier is a missing value; leave it out");
  }
  ANON_ASSIGN_OR_RETURN(const auto key, Reveal(state_->key));
  // One bit and zeros, up to whole blocks (ISO/IEC 7816-4).
  std::string padded(identifier);
  padded += '\x80';
  padded.resize((padded.size() + kPad - 1) / kPad * kPad);
  const auto sealed = internal::SealSiv(key, kAssociated, padded);
  OPENSSL_cleanse(padded.data(), padded.size());
  if (!sealed.ok()) return sealed.status();
  return internal::HexOf(*sealed);
}

absl::StatusOr<std::string> IdentifierCipher::Decrypt(
    std::string_view text) const {
  ANON_ASSIGN_OR_RETURN(const auto key, Reveal(state_->key));
  ANON_ASSIGN_OR_RETURN(const std::string sealed, internal::FromHex(text));
  ANON_ASSIGN_OR_RETURN(std::string padded,
                        internal::OpenSiv(key, kAssociated, sealed));
  const std::size_t end = padded.find_last_not_of('\0');
  if (end == std::string::npos || padded[end] != '\x80') {
    return InputError("does not open: another format");
  }
  padded.resize(end);
  return padded;
}

namespace {

// Values encrypted at once; their digits stay in the cache.
constexpr std::size_t kAtOnce = 1024;

absl::Status NotOfAlphabet() {
  return InputError(
      "a character is not of the alphabet; widen it, or normalize first");
}

}  // namespace

struct FormatPreservingCipher::State {
  SecretBytes key;
  std::string alphabet;
  std::array<std::int16_t, 256> digits;  // by character; -1: none
  struct Place;

  absl::StatusOr<std::string> Apply(std::string_view value,
                                    bool encrypt) const {
    ANON_ASSIGN_OR_RETURN(const auto bytes, Reveal(key));
    internal::Digits work;
    for (const char c : value) {
      const std::int16_t digit = digits[static_cast<unsigned char>(c)];
      if (digit < 0) return NotOfAlphabet();
      work.push_back(static_cast<std::uint16_t>(digit));
    }
    ANON_ASSIGN_OR_RETURN(
        internal::Ff1 ff1,
        internal::Ff1::Create(bytes,
                              static_cast<std::uint32_t>(alphabet.size())));
    // Domain, attribute and epoch are in the key: no tweak is needed.
    ANON_RETURN_IF_ERROR(encrypt ? ff1.Encrypt(work, "")
                                 : ff1.Decrypt(work, ""));
    std::string out;
    for (const std::uint16_t digit : work) out += alphabet[digit];
    return out;
  }

  absl::Status ApplyAll(std::span<const std::string_view> values,
                        std::span<char> out, bool encrypt) const;
  // Some of the values, all of one length, at places of `out`.
  absl::Status ApplySome(internal::Ff1& ff1,
                         std::span<const std::string_view> values,
                         std::span<const Place> places, internal::Digits& work,
                         std::span<char> out, bool encrypt) const;
};

// Which value, and where in the output it goes.
struct FormatPreservingCipher::State::Place {
  std::size_t value = 0;
  std::size_t at = 0;
};

absl::Status FormatPreservingCipher::State::ApplySome(
    internal::Ff1& ff1, std::span<const std::string_view> values,
    std::span<const Place> places, internal::Digits& work, std::span<char> out,
    bool encrypt) const {
  const auto refused = [&](const Place& place, const absl::Status& status) {
    return absl::Status(status.code(),
                        fmt::format("value {} of {}: {}", place.value + 1,
                                    values.size(), Message(status)));
  };
  const std::size_t length = values[places.front().value].size();
  work.resize(places.size() * length);
  std::uint16_t* to = work.data();
  for (const Place& place : places) {
    std::int16_t least = 0;
    for (const char c : values[place.value]) {
      const std::int16_t digit = digits[static_cast<unsigned char>(c)];
      least = std::min(least, digit);
      *to++ = static_cast<std::uint16_t>(digit);
    }
    if (least < 0) return refused(place, NotOfAlphabet());
  }
  const absl::Status status = encrypt ? ff1.EncryptAll(work, length, "")
                                      : ff1.DecryptAll(work, length, "");
  if (!status.ok()) return refused(places.front(), status);
  const std::uint16_t* from = work.data();
  for (const Place& place : places) {
    for (char& c : out.subspan(place.at, length)) c = alphabet[*from++];
  }
  return absl::OkStatus();
}

absl::Status FormatPreservingCipher::State::ApplyAll(
    std::span<const std::string_view> values, std::span<char> out,
    bool encrypt) const {
  std::vector<Place> places(values.size());
  std::size_t room = 0;
  bool alike = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    places[i] = {i, room};
    room += values[i].size();
    alike = alike && values[i].size() == values[0].size();
  }
  if (out.size() != room) {
    return PolicyError(fmt::format(
        "{} values need room for {} characters, as many as they have, not {}",
        values.size(), room, out.size()));
  }
  if (!alike) {
    std::ranges::stable_sort(places, {}, [&](const Place& place) {
      return values[place.value].size();
    });
  }
  ANON_ASSIGN_OR_RETURN(const auto bytes, Reveal(key));
  ANON_ASSIGN_OR_RETURN(internal::Ff1 ff1,
                        internal::Ff1::Create(bytes, static_cast<std::uint32_t>(
                                                         alphabet.size())));
  internal::Digits work;
  absl::Status status;
  for (std::span<const Place> rest(places); status.ok() && !rest.empty();) {
    const std::size_t length = values[rest.front().value].size();
    std::size_t count = 1;
    while (count < std::min(rest.size(), kAtOnce) &&
           values[rest[count].value].size() == length) {
      ++count;
    }
    status = ApplySome(ff1, values, rest.first(count), work, out, encrypt);
    rest = rest.subspan(count);
  }
  OPENSSL_cleanse(work.data(), work.size() * sizeof(work[0]));
  return status;
}

absl::StatusOr<FormatPreservingCipher> FormatPreservingCipher::Create(
    const Key& key, const ReversibleOptions& options,
    std::string_view alphabet) {
  ANON_RETURN_IF_ERROR(CheckOptions(options));
  std::array<std::int16_t, 256> digits{};
  digits.fill(-1);
  bool good = alphabet.size() >= 2;
  for (std::size_t i = 0; good && i < alphabet.size(); ++i) {
    std::int16_t& digit = digits[static_cast<unsigned char>(alphabet[i])];
    good = alphabet[i] > ' ' && alphabet[i] <= '~' && digit < 0;
    digit = static_cast<std::int16_t>(i);
  }
  if (!good) {
    return PolicyError(
        "an alphabet has 2 to 94 different visible ASCII characters; correct "
        "it");
  }
  ANON_ASSIGN_OR_RETURN(SecretBytes subkey, Subkey(key, "ff1", options));
  return FormatPreservingCipher(std::unique_ptr<const State>(
      new State{std::move(subkey), std::string(alphabet), digits}));
}

FormatPreservingCipher::FormatPreservingCipher(
    std::unique_ptr<const State> state)
    : state_(std::move(state)) {}
FormatPreservingCipher::~FormatPreservingCipher() = default;
FormatPreservingCipher::FormatPreservingCipher(
    FormatPreservingCipher&&) noexcept = default;
FormatPreservingCipher& FormatPreservingCipher::operator=(
    FormatPreservingCipher&&) noexcept = default;

absl::StatusOr<std::string> FormatPreservingCipher::Encrypt(
    std::string_view value) const {
  return state_->Apply(value, true);
}

absl::StatusOr<std::string> FormatPreservingCipher::Decrypt(
    std::string_view value) const {
  return state_->Apply(value, false);
}

absl::Status FormatPreservingCipher::Encrypt(
    std::span<const std::string_view> values, std::span<char> out) const {
  return state_->ApplyAll(values, out, true);
}

absl::Status FormatPreservingCipher::Decrypt(
    std::span<const std::string_view> values, std::span<char> out) const {
  return state_->ApplyAll(values, out, false);
}

}  // namespace anon
