// SPDX-License-Identifier: Apache-2.0
#include "secret/aead.h"

#include <openssl/crypto.h>

#include <limits>
#include <vector>

#include "anon/base/digest.h"
#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/openssl_ptr.h"

namespace anon::internal {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kMost = std::size_t{1} << 30;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
const unsigned char* Bytes(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

absl::Status Damaged() {
  return InputError("does not open: another key, or damaged");
}

// A context for `name` followed by the bits of `key`: "AES-256-GCM".
absl::StatusOr<CipherContext> Start(const SecretBytes& key, const char* mode,
                                    const unsigned char* nonce, bool encrypt) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(key);
  if (bytes.empty()) {
    return absl::FailedPreconditionError(
        "the key is gone: it was destroyed, or the process has forked since "
        "it was loaded; load it again in this process");
  }
  const std::string name =
      "AES-" + std::to_string(8 * bytes.size()) + "-" + mode;
  const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!cipher || !context ||
      EVP_CipherInit_ex2(context.get(), cipher.get(), Bytes(bytes), nonce,
                         encrypt ? 1 : 0, nullptr) != 1) {
    return absl::InternalError("OpenSSL offers no " + name);
  }
  return context;
}

// Runs `in` through `context` into `out`, which is long enough.
bool Update(EVP_CIPHER_CTX* context, unsigned char* out,
            std::span<const std::byte> in) {
  int length = 0;
  if (in.empty()) return true;
  return in.size() < kMost &&
         EVP_CipherUpdate(context, out, &length, Bytes(in),
                          static_cast<int>(in.size())) == 1;
}

}  // namespace

absl::StatusOr<std::string> SealGcm(const SecretBytes& key,
                                    std::string_view nonce,
                                    std::string_view associated,
                                    std::span<const std::byte> plain) {
  if (nonce.size() != kNonce) {
    return absl::InternalError("a nonce has 12 bytes");
  }
  ANON_ASSIGN_OR_RETURN(const CipherContext context,
                        Start(key, "GCM", Bytes(nonce), true));
  std::string sealed(nonce);
  sealed.resize(kNonce + plain.size() + kTag);
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data()) + kNonce;
  int length = 0;
  if (!Update(context.get(), nullptr, std::as_bytes(std::span(associated))) ||
      !Update(context.get(), out, plain) ||
      EVP_CipherFinal_ex(context.get(), out + plain.size(), &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTag,
                          out + plain.size()) != 1) {
    return absl::InternalError("OpenSSL failed to encrypt");
  }
  return sealed;
}

absl::StatusOr<SecretBytes> OpenGcm(const SecretBytes& key,
                                    std::string_view associated,
                                    std::string_view sealed) {
  if (sealed.size() < kNonce + kTag) return Damaged();
  ANON_ASSIGN_OR_RETURN(const CipherContext context,
                        Start(key, "GCM", Bytes(sealed), false));
  const std::string_view body =
      sealed.substr(kNonce, sealed.size() - kNonce - kTag);
  std::string tag(sealed.substr(sealed.size() - kTag));
  std::vector<std::byte> plain(body.size() + 1);
  auto* const out = reinterpret_cast<unsigned char*>(plain.data());
  int length = 0;
  const bool good =
      Update(context.get(), nullptr, std::as_bytes(std::span(associated))) &&
      Update(context.get(), out, std::as_bytes(std::span(body))) &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTag,
                          tag.data()) == 1 &&
      EVP_CipherFinal_ex(context.get(), out + body.size(), &length) == 1;
  // What was not authenticated is wiped, too.
  absl::StatusOr<SecretBytes> secret =
      SecretBytes::TakeFrom(std::span(plain).first(body.size()));
  if (!good) return Damaged();
  return secret;
}

absl::StatusOr<std::string> WrapAes(const SecretBytes& key,
                                    const SecretBytes& secret) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(secret);
  if (bytes.size() < 16 || bytes.size() % 8 != 0) {
    return absl::InternalError("a wrapped key has a multiple of 8 bytes");
  }
  ANON_ASSIGN_OR_RETURN(const CipherContext context,
                        Start(key, "WRAP", nullptr, true));
  std::string wrapped(bytes.size() + 8, '\0');
  if (!Update(context.get(), reinterpret_cast<unsigned char*>(wrapped.data()),
              bytes)) {
    return absl::InternalError("OpenSSL failed to wrap a key");
  }
  return wrapped;
}

absl::StatusOr<SecretBytes> UnwrapAes(const SecretBytes& key,
                                      std::string_view wrapped) {
  if (wrapped.size() < 24 || wrapped.size() % 8 != 0) return Damaged();
  ANON_ASSIGN_OR_RETURN(const CipherContext context,
                        Start(key, "WRAP", nullptr, false));
  std::vector<std::byte> plain(wrapped.size());
  const bool good =
      Update(context.get(), reinterpret_cast<unsigned char*>(plain.data()),
             std::as_bytes(std::span(wrapped)));
  absl::StatusOr<SecretBytes> secret =
      SecretBytes::TakeFrom(std::span(plain).first(wrapped.size() - 8));
  if (!good) return Damaged();
  return secret;
}

std::string HexOf(std::string_view bytes) {
  return ToHex(std::as_bytes(std::span(bytes)));
}

absl::StatusOr<std::string> FromHex(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (hex.size() % 2 != 0) return InputError("not hex");
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::size_t high = kDigits.find(hex[i]);
    const std::size_t low = kDigits.find(hex[i + 1]);
    if (high > 15 || low > 15) return InputError("not hex");
    bytes += static_cast<char>(16 * high + low);
  }
  return bytes;
}

}  // namespace anon::internal
