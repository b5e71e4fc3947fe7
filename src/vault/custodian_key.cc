// SPDX-License-Identifier: Apache-2.0
//
// The custodian's key file, version 1 (text):
//
//   anon-vault-custodian 1
//   x25519 <private key in hex>
//   sha256 <hex>
#include "vault/custodian_key.h"

#include <fmt/format.h>

#include <string_view>

#include "anon/base/digest.h"
#include "anon/base/random.h"
#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/openssl_ptr.h"
#include "secret/secret_file.h"

namespace anon::internal {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kFormat = "anon-vault-custodian ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kKey = "x25519 ";

const unsigned char* Unsigned(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

absl::StatusOr<PkeyPtr> LoadPrivate(const SecretBytes& key) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(key);
  PkeyPtr pkey(bytes.size() == kKeyBytes
                   ? EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr,
                                                  Unsigned(bytes), kKeyBytes)
                   : nullptr);
  if (!pkey) return absl::InternalError("not an X25519 private key");
  return pkey;
}

}  // namespace

absl::StatusOr<SecretBytes> NewPrivateKey() {
  OsRandom random;
  return SecretBytes::Random(kKeyBytes, random);
}

absl::StatusOr<PublicKey> PublicKeyOf(const SecretBytes& private_key) {
  ANON_ASSIGN_OR_RETURN(const PkeyPtr pkey, LoadPrivate(private_key));
  PublicKey key{};
  std::size_t size = key.size();
  if (EVP_PKEY_get_raw_public_key(pkey.get(),
                                  reinterpret_cast<unsigned char*>(key.data()),
                                  &size) != 1 ||
      size != key.size()) {
    return absl::InternalError("OpenSSL's X25519 failed");
  }
  return key;
}

absl::StatusOr<SecretBytes> Agree(const SecretBytes& mine,
                                  std::span<const std::byte> theirs) {
  ANON_ASSIGN_OR_RETURN(const PkeyPtr pkey, LoadPrivate(mine));
  const PkeyPtr peer(theirs.size() == kKeyBytes
                         ? EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr,
                                                       Unsigned(theirs),
                                                       kKeyBytes)
                         : nullptr);
  const PkeyContext context(EVP_PKEY_CTX_new(pkey.get(), nullptr));
  std::array<std::byte, kKeyBytes> shared{};
  std::size_t size = shared.size();
  if (!peer || !context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
      EVP_PKEY_derive(context.get(),
                      reinterpret_cast<unsigned char*>(shared.data()),
                      &size) != 1 ||
      size != shared.size()) {
    return absl::InternalError("no X25519 agreement with this public key");
  }
  return SecretBytes::TakeFrom(shared);
}

std::string KeyFingerprint(const PublicKey& key) {
  return ToHex(Sha256({reinterpret_cast<const char*>(key.data()), key.size()}));
}

absl::Status CreateCustodianKeyFile(const std::filesystem::path& path,
                                    const SecretBytes& private_key) {
  SecretText text(256);
  text.Add(kFormat);
  text.Add(kVersion);
  text.Add("\n");
  text.Add(kKey);
  text.AddHex(RevealSecret::Bytes(private_key));
  text.Add("\n");
  return CreateSecretFile(path, text.view());
}

absl::StatusOr<SecretBytes> ReadCustodianKeyFile(
    const std::filesystem::path& path) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes body, ReadSecretFile(path));
  const std::span<const std::byte> bytes = RevealSecret::Bytes(body);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                        bytes.size());
  const std::string_view format = TakeLine(text);
  const std::string_view key = TakeLine(text);
  if (format.starts_with(kFormat) &&
      format.substr(kFormat.size()) != kVersion) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: a custodian key of a format this version does not read; use a "
        "newer anon",
        path.string()));
  }
  if (format.starts_with(kFormat) && key.starts_with(kKey) && text.empty()) {
    ANON_ASSIGN_OR_RETURN(SecretBytes secret,
                          ParseHexSecret(key.substr(kKey.size())));
    if (secret.size() == kKeyBytes) return secret;
  }
  return InputError(
      fmt::format("{}: not a vault custodian's key; give the file made with "
                  "the vault",
                  path.string()));
}

}  // namespace anon::internal
