// SPDX-License-Identifier: Apache-2.0
#include "vault/sealing.h"

#include <openssl/crypto.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <vector>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/hkdf.h"

namespace anon::internal {
namespace {

// Names what is sealed and how; never changes meaning.
constexpr std::string_view kFormat =
    "anon/vault/1 X25519 HKDF-SHA256 AES-256-GCM";
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

absl::StatusOr<CipherContext> StartCipher(const SecretBytes& shared,
                                          std::string_view custodian,
                                          std::string_view session,
                                          std::string_view data_set_id,
                                          bool encrypt) {
  ANON_ASSIGN_OR_RETURN(
      const SecretBytes key,
      HkdfSha256(shared,
                 LengthPrefixed({kFormat, custodian, session, data_set_id})));
  const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!cipher || !context ||
      EVP_CipherInit_ex2(context.get(), cipher.get(),
                         Unsigned(RevealSecret::Bytes(key).data()), nullptr,
                         encrypt ? 1 : 0, nullptr) != 1) {
    return absl::InternalError("OpenSSL offers no AES-256-GCM");
  }
  return context;
}

std::string Bound(std::string_view session, std::string_view data_set_id) {
  return LengthPrefixed({kFormat, session, data_set_id});
}

// Everything a record is bound to but its sequence, which is in the nonce and,
// so that nobody has to know that, here too.
void AppendPlace(const SealPlace& place, std::string& data) {
  const auto append_number = [&data](std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      data += static_cast<char>((number >> shift) & 0xFF);
    }
  };
  append_number(place.sequence);
  append_number(place.attribute.size());
  data += place.attribute;
  append_number(place.pseudonym.size());
  data += place.pseudonym;
}

// Sets the nonce and feeds the additional data.
bool StartRecord(EVP_CIPHER_CTX* context, std::uint64_t sequence,
                 std::string_view data) {
  int length = 0;
  return EVP_CipherInit_ex2(context, nullptr, nullptr, NonceOf(sequence).data(),
                            -1, nullptr) == 1 &&
         EVP_CipherUpdate(context, nullptr, &length, Unsigned(data.data()),
                          static_cast<int>(data.size())) == 1;
}

bool FitsOpenssl(std::size_t size) {
  return size < static_cast<std::size_t>(std::numeric_limits<int>::max()) / 2;
}

absl::Status Altered() {
  return InputError("a sealed record was altered or moved");
}

}  // namespace

absl::StatusOr<Sealer> Sealer::Create(const PublicKey& custodian,
                                      std::string_view data_set_id) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes ephemeral, NewPrivateKey());
  ANON_ASSIGN_OR_RETURN(const SecretBytes shared, Agree(ephemeral, custodian));
  Sealer sealer;
  ANON_ASSIGN_OR_RETURN(sealer.session_, PublicKeyOf(ephemeral));
  ANON_ASSIGN_OR_RETURN(
      sealer.context_,
      StartCipher(shared, AsText(custodian), AsText(sealer.session_),
                  data_set_id, /*encrypt=*/true));
  sealer.bound_ = Bound(AsText(sealer.session_), data_set_id);
  sealer.process_ = getpid();
  return sealer;
}

absl::Status Sealer::CheckProcess() const {
  if (getpid() == process_) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this process is a forked child of the one that opened the vault; open "
      "it again here");
}

absl::Status Sealer::Seal(SealPlace& place, std::string_view original,
                          std::string& sealed) {
  place.sequence = next_++;
  data_ = bound_;
  AppendPlace(place, data_);
  if (!FitsOpenssl(original.size()) || !FitsOpenssl(data_.size())) {
    return InputError("a value of 1 GiB or more cannot be sealed");
  }
  const std::size_t size = (original.size() / kPadBlock + 1) * kPadBlock;
  padded_.assign(original);
  padded_ += '\x80';
  padded_.resize(size, '\0');
  sealed.resize(size + kTagBytes);
  int length = 0;
  const bool done =
      StartRecord(context_.get(), place.sequence, data_) &&
      EVP_CipherUpdate(context_.get(), Unsigned(sealed.data()), &length,
                       Unsigned(padded_.data()), static_cast<int>(size)) == 1 &&
      EVP_CipherFinal_ex(context_.get(), Unsigned(sealed.data() + length),
                         &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                          sealed.data() + size) == 1;
  OPENSSL_cleanse(padded_.data(), padded_.size());
  return done ? absl::OkStatus()
              : absl::InternalError("OpenSSL's AES-256-GCM failed");
}

absl::StatusOr<Opener> Opener::Create(const SecretBytes& custodian_private,
                                      std::span<const std::byte> session,
                                      std::string_view data_set_id) {
  ANON_ASSIGN_OR_RETURN(const PublicKey custodian,
                        PublicKeyOf(custodian_private));
  ANON_ASSIGN_OR_RETURN(const SecretBytes shared,
                        Agree(custodian_private, session));
  Opener opener;
  ANON_ASSIGN_OR_RETURN(opener.context_,
                        StartCipher(shared, AsText(custodian), AsText(session),
                                    data_set_id, /*encrypt=*/false));
  opener.bound_ = Bound(AsText(session), data_set_id);
  return opener;
}

absl::StatusOr<SecretBytes> Opener::Open(
    const SealPlace& place, std::span<const std::byte> sealed) const {
  if (sealed.size() < kPadBlock + kTagBytes || !FitsOpenssl(sealed.size())) {
    return Altered();
  }
  std::string data = bound_;
  AppendPlace(place, data);
  const std::size_t size = sealed.size() - kTagBytes;
  std::array<std::byte, kTagBytes> tag{};
  std::copy(sealed.end() - kTagBytes, sealed.end(), tag.begin());
  std::vector<std::byte> padded(size);
  int length = 0;
  const bool genuine =
      StartRecord(context_.get(), place.sequence, data) &&
      EVP_CipherUpdate(context_.get(),
                       reinterpret_cast<unsigned char*>(padded.data()), &length,
                       Unsigned(sealed.data()), static_cast<int>(size)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                          tag.data()) == 1 &&
      EVP_CipherFinal_ex(
          context_.get(),
          reinterpret_cast<unsigned char*>(padded.data()) + length,
          &length) == 1;
  std::size_t end = size;
  while (genuine && end > 0 && padded[end - 1] == std::byte{0}) --end;
  if (!genuine || end == 0 || padded[end - 1] != std::byte{0x80}) {
    OPENSSL_cleanse(padded.data(), padded.size());
    return Altered();
  }
  auto original = SecretBytes::TakeFrom(std::span(padded).first(end - 1));
  OPENSSL_cleanse(padded.data(), padded.size());
  return original;
}

}  // namespace anon::internal
