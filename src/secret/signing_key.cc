// SPDX-License-Identifier: Apache-2.0
//
// A signing key's files, version 1 (text). The private one:
//
//   anon-signing-key 1
//   ed25519 <private key in hex>
//   sha256 <hex>
//
// and the public one: "ed25519 <public key in hex>".
#include "anon/secret/signing_key.h"

#include <fmt/format.h>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/base/random.h"
#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/openssl_ptr.h"
#include "secret/secret_file.h"

namespace anon {
namespace {

using internal::PkeyPtr;
using MdContext =
    std::unique_ptr<EVP_MD_CTX, internal::OpensslFree<EVP_MD_CTX_free>>;

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kFormat = "anon-signing-key 1";
constexpr std::string_view kAlgorithm = "ed25519 ";

const unsigned char* Unsigned(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

const unsigned char* Unsigned(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

absl::StatusOr<PkeyPtr> LoadPrivate(const SecretBytes& secret) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(secret);
  PkeyPtr pkey(bytes.size() == kKeyBytes
                   ? EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                                  Unsigned(bytes), kKeyBytes)
                   : nullptr);
  if (!pkey) return absl::InternalError("not an Ed25519 private key");
  return pkey;
}

// The digits of a nibble, or -1.
int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::filesystem::path PublicPath(const std::filesystem::path& path) {
  return path.string() + ".pub";
}

}  // namespace

std::string VerifyingKey::id() const {
  const std::string_view bytes(reinterpret_cast<const char*>(bytes_.data()),
                               bytes_.size());
  return "sig-" + ToHex(Sha256(bytes)).substr(0, 16);
}

std::string VerifyingKey::ToString() const {
  return std::string(kAlgorithm) + ToHex(bytes_);
}

absl::StatusOr<VerifyingKey> VerifyingKey::Parse(std::string_view text) {
  VerifyingKey key;
  if (text.ends_with('\n')) text.remove_suffix(1);
  bool good = text.starts_with(kAlgorithm) &&
              text.size() == kAlgorithm.size() + 2 * kKeyBytes;
  for (std::size_t i = 0; good && i < kKeyBytes; ++i) {
    const int high = HexDigit(text[kAlgorithm.size() + 2 * i]);
    const int low = HexDigit(text[kAlgorithm.size() + 2 * i + 1]);
    good = high >= 0 && low >= 0;
    if (good) key.bytes_[i] = static_cast<std::byte>(high * 16 + low);
  }
  if (good) return key;
  return InputError(
      "not a public signing key: one line, 'ed25519' and 64 hex digits");
}

absl::StatusOr<VerifyingKey> VerifyingKey::ReadFile(
    const std::filesystem::path& path) {
  ANON_ASSIGN_OR_RETURN(const std::string text, anon::ReadFile(path));
  auto key = Parse(text);
  if (key.ok()) return key;
  return InputError(
      fmt::format("{}: {}", path.string(), Message(key.status())));
}

bool VerifyingKey::Verifies(std::string_view message,
                            std::span<const std::byte> signature) const {
  const PkeyPtr pkey(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, Unsigned(bytes_), bytes_.size()));
  const MdContext context(EVP_MD_CTX_new());
  return pkey && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                              pkey.get()) == 1 &&
         EVP_DigestVerify(context.get(), Unsigned(signature), signature.size(),
                          Unsigned(message), message.size()) == 1;
}

absl::StatusOr<SigningKey> SigningKey::Create(SecretBytes secret) {
  ANON_ASSIGN_OR_RETURN(const PkeyPtr pkey, LoadPrivate(secret));
  VerifyingKey key;
  std::size_t size = key.bytes_.size();
  if (EVP_PKEY_get_raw_public_key(
          pkey.get(), reinterpret_cast<unsigned char*>(key.bytes_.data()),
          &size) != 1 ||
      size != key.bytes_.size()) {
    return absl::InternalError("OpenSSL's Ed25519 failed");
  }
  return SigningKey(std::move(secret), key);
}

absl::StatusOr<SigningKey> SigningKey::CreateFile(
    const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::exists(PublicPath(path), error)) {
    return absl::AlreadyExistsError(fmt::format(
        "{} exists: choose another name", PublicPath(path).string()));
  }
  OsRandom random;
  ANON_ASSIGN_OR_RETURN(SecretBytes secret,
                        SecretBytes::Random(kKeyBytes, random));
  ANON_ASSIGN_OR_RETURN(SigningKey key, Create(std::move(secret)));
  internal::SecretText text(256);
  text.Add(kFormat);
  text.Add("\n");
  text.Add(kAlgorithm);
  text.AddHex(RevealSecret::Bytes(key.secret_));
  text.Add("\n");
  ANON_RETURN_IF_ERROR(internal::CreateSecretFile(path, text.view()));
  ANON_RETURN_IF_ERROR(
      WriteFile(PublicPath(path), key.verifying_key_.ToString() + "\n"));
  return key;
}

absl::StatusOr<SigningKey> SigningKey::OpenFile(
    const std::filesystem::path& path) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes body, internal::ReadSecretFile(path));
  const std::span<const std::byte> bytes = RevealSecret::Bytes(body);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                        bytes.size());
  const std::string_view format = internal::TakeLine(text);
  const std::string_view line = internal::TakeLine(text);
  if (format == kFormat && line.starts_with(kAlgorithm) && text.empty()) {
    ANON_ASSIGN_OR_RETURN(
        SecretBytes secret,
        internal::ParseHexSecret(line.substr(kAlgorithm.size())));
    if (secret.size() == kKeyBytes) return Create(std::move(secret));
  }
  return InputError(fmt::format(
      "{}: not a signing key; make one with 'anon key create --signing'",
      path.string()));
}

absl::StatusOr<std::array<std::byte, 64>> SigningKey::Sign(
    std::string_view message) const {
  ANON_ASSIGN_OR_RETURN(const PkeyPtr pkey, LoadPrivate(secret_));
  const MdContext context(EVP_MD_CTX_new());
  std::array<std::byte, 64> signature{};
  std::size_t size = signature.size();
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                         pkey.get()) != 1 ||
      EVP_DigestSign(context.get(),
                     reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Unsigned(message), message.size()) != 1 ||
      size != signature.size()) {
    return absl::InternalError("OpenSSL's Ed25519 failed");
  }
  return signature;
}

}  // namespace anon
