// SPDX-License-Identifier: Apache-2.0
#include "vault/sealing.h"

#include <openssl/crypto.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "anon/base/digest.h"
#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/hkdf.h"

namespace anon::internal {
namespace {

// Names what is sealed and how; never changes meaning.
constexpr std::string_view kFormat =
    "anon/vault/2 X25519 HKDF-SHA256 AES-256-GCM key-share";
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kPadBlock = 32;

using Nonce = std::array<unsigned char, 12>;

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

unsigned char* Unsigned(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}

const unsigned char* Unsigned(const void* bytes) {
  return static_cast<const unsigned char*>(bytes);
}

Nonce NonceOf(std::uint64_t sequence) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[nonce.size() - 1 - i] =
        static_cast<unsigned char>(sequence >> (8 * i));
  }
  return nonce;
}

void AppendNumber(std::uint64_t number, std::string& data) {
  char big[8];
  for (int i = 0; i < 8; ++i) {
    big[i] = static_cast<char>((number >> (56 - 8 * i)) & 0xFF);
  }
  data.append(big, sizeof(big));
}

// What a record is bound to; the session's key binds it to the data set.
void PlaceData(const SealPlace& place, std::string& data) {
  data.clear();
  AppendNumber(place.sequence, data);
  AppendNumber(place.attribute.size(), data);
  data += place.attribute;
  AppendNumber(place.pseudonym.size(), data);
  data += place.pseudonym;
}

bool FitsOpenssl(std::size_t size) {
  return size < static_cast<std::size_t>(std::numeric_limits<int>::max()) / 2;
}

absl::Status Altered() {
  return InputError("a sealed record was altered or moved");
}

// Everything that describes a data set, as one digest: HKDF's info is short.
std::string Description(const DeletionDataSet& set) {
  return ToHex(Sha256(LengthPrefixed(
      {set.id, set.origin, set.kind, set.key_id, set.retain_until})));
}

}  // namespace

absl::StatusOr<SessionCipher> SessionCipher::Create(
    const SecretBytes& mine, const PublicKey& theirs,
    const PublicKey& custodian, const PublicKey& session,
    const DeletionDataSet& data_set) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes shared, Agree(mine, theirs));
  ANON_ASSIGN_OR_RETURN(
      SecretBytes key,
      HkdfSha256(shared,
                 LengthPrefixed({kFormat, AsText(custodian), AsText(session),
                                 Description(data_set)})));
  const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!cipher || !context ||
      EVP_CipherInit_ex2(context.get(), cipher.get(), nullptr, nullptr, 1,
                         nullptr) != 1) {
    return absl::InternalError("OpenSSL offers no AES-256-GCM");
  }
  return SessionCipher(std::move(key), std::move(context));
}

bool SessionCipher::Start(const SealPlace& place,
                          std::span<const std::byte> share, bool encrypt) {
  const std::span<const std::byte> key = RevealSecret::Bytes(key_);
  if (key.size() != kShareBytes || share.size() != kShareBytes) return false;
  std::array<unsigned char, kShareBytes> record_key{};
  for (std::size_t i = 0; i < kShareBytes; ++i) {
    record_key[i] = std::to_integer<unsigned char>(key[i] ^ share[i]);
  }
  PlaceData(place, data_);
  int length = 0;
  const bool started =
      FitsOpenssl(data_.size()) &&
      EVP_CipherInit_ex2(context_.get(), nullptr, record_key.data(),
                         NonceOf(place.sequence).data(), encrypt ? 1 : 0,
                         nullptr) == 1 &&
      EVP_CipherUpdate(context_.get(), nullptr, &length, Unsigned(data_.data()),
                       static_cast<int>(data_.size())) == 1;
  OPENSSL_cleanse(record_key.data(), record_key.size());
  return started;
}

bool IsErased(std::span<const std::byte> share) {
  return share.size() == kShareBytes &&
         std::ranges::all_of(
             share, [](std::byte byte) { return byte == std::byte{}; });
}

std::size_t SealedSize(std::size_t original_size) {
  return (original_size / kPadBlock + 1) * kPadBlock + kTagBytes;
}

Sealer::Sealer(SessionCipher cipher, const PublicKey& session)
    : cipher_(std::move(cipher)), session_(session), process_(getpid()) {}

absl::StatusOr<Sealer> Sealer::Create(const PublicKey& custodian,
                                      const DeletionDataSet& data_set) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes ephemeral, NewPrivateKey());
  ANON_ASSIGN_OR_RETURN(const PublicKey session, PublicKeyOf(ephemeral));
  ANON_ASSIGN_OR_RETURN(SessionCipher cipher,
                        SessionCipher::Create(ephemeral, custodian, custodian,
                                              session, data_set));
  return Sealer(std::move(cipher), session);
}

absl::Status Sealer::CheckProcess() const {
  if (getpid() == process_) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this process is a forked child of the one that opened the vault; open "
      "it again here");
}

absl::Status Sealer::Seal(const SealPlace& place,
                          std::span<const std::byte> share,
                          std::string_view original, std::string& sealed) {
  if (!FitsOpenssl(original.size())) {
    return InputError("a value of 1 GiB or more cannot be sealed");
  }
  const std::size_t size = SealedSize(original.size()) - kTagBytes;
  padded_.assign(original);
  padded_ += '\x80';
  padded_.resize(size, '\0');
  const std::size_t at = sealed.size();
  sealed.resize(at + size + kTagBytes);
  char* const out = sealed.data() + at;
  int length = 0;
  const bool done =
      cipher_.Start(place, share, /*encrypt=*/true) &&
      EVP_CipherUpdate(cipher_.context(), Unsigned(out), &length,
                       Unsigned(padded_.data()), static_cast<int>(size)) == 1 &&
      EVP_CipherFinal_ex(cipher_.context(), Unsigned(out + length), &length) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(cipher_.context(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                          out + size) == 1;
  OPENSSL_cleanse(padded_.data(), padded_.size());
  return done ? absl::OkStatus()
              : absl::InternalError("OpenSSL's AES-256-GCM failed");
}

absl::StatusOr<Opener> Opener::Create(const SecretBytes& custodian_private,
                                      const PublicKey& session,
                                      const DeletionDataSet& data_set) {
  ANON_ASSIGN_OR_RETURN(const PublicKey custodian,
                        PublicKeyOf(custodian_private));
  ANON_ASSIGN_OR_RETURN(SessionCipher cipher,
                        SessionCipher::Create(custodian_private, session,
                                              custodian, session, data_set));
  return Opener(std::move(cipher));
}

absl::StatusOr<std::string_view> Opener::Open(
    const SealPlace& place, std::span<const std::byte> share,
    std::span<const std::byte> sealed) {
  if (IsErased(share)) return absl::NotFoundError("the record was erased");
  if (share.size() != kShareBytes || sealed.size() < kPadBlock + kTagBytes ||
      !FitsOpenssl(sealed.size())) {
    return Altered();
  }
  const std::size_t size = sealed.size() - kTagBytes;
  std::array<std::byte, kTagBytes> tag{};
  std::copy(sealed.end() - kTagBytes, sealed.end(), tag.begin());
  Wipe();
  padded_.resize(size);
  int length = 0;
  const bool genuine =
      cipher_.Start(place, share, /*encrypt=*/false) &&
      EVP_CipherUpdate(cipher_.context(), Unsigned(padded_.data()), &length,
                       Unsigned(sealed.data()), static_cast<int>(size)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher_.context(), EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                          tag.data()) == 1 &&
      EVP_CipherFinal_ex(cipher_.context(), Unsigned(padded_.data() + length),
                         &length) == 1;
  std::size_t end = size;
  while (genuine && end > 0 && padded_[end - 1] == '\0') --end;
  if (!genuine || end == 0 || padded_[end - 1] != '\x80') {
    Wipe();
    return Altered();
  }
  return std::string_view(padded_).substr(0, end - 1);
}

void Opener::Wipe() { OPENSSL_cleanse(padded_.data(), padded_.size()); }

}  // namespace anon::internal
