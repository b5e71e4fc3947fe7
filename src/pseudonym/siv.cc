// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL takes the key anew for every message (there is no re-init), and
// before 3.0.10 ignored associated data that are empty (CVE-2023-2975): what
// calls this never has them empty. OpenSSL 3.0 fails on an empty message.
// Tested against Wycheproof in tests/pseudonym/reversible_test.cc.
#include "pseudonym/siv.h"

#include "base/status_macros.h"
#include "secret/openssl_ptr.h"

namespace anon::internal {
namespace {

constexpr std::size_t kTag = 16;
constexpr std::size_t kMost = std::size_t{1} << 20;

const unsigned char* Bytes(std::string_view text) {
  // A null pointer means something else to OpenSSL than no bytes.
  return reinterpret_cast<const unsigned char*>(text.empty() ? ""
                                                             : text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

absl::StatusOr<CipherContext> Start(std::span<const std::byte> key,
                                    bool encrypt) {
  if (key.size() != 32 && key.size() != 48 && key.size() != 64) {
    return PolicyError("an AES-SIV key has 32, 48 or 64 bytes");
  }
  const std::string name = "AES-" + std::to_string(4 * key.size()) + "-SIV";
  const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!cipher || !context ||
      EVP_CipherInit_ex2(context.get(), cipher.get(),
                         reinterpret_cast<const unsigned char*>(key.data()),
                         nullptr, encrypt ? 1 : 0, nullptr) != 1) {
    return absl::InternalError("OpenSSL offers no " + name);
  }
  return context;
}

bool Update(EVP_CIPHER_CTX* context, unsigned char* out, std::string_view in) {
  int length = 0;
  return in.size() < kMost &&
         EVP_CipherUpdate(context, out, &length, Bytes(in),
                          static_cast<int>(in.size())) == 1;
}

}  // namespace

absl::StatusOr<std::string> SealSiv(std::span<const std::byte> key,
                                    std::string_view associated,
                                    std::string_view plain) {
  ANON_ASSIGN_OR_RETURN(const CipherContext context, Start(key, true));
  std::string sealed(kTag + plain.size() + 1, '\0');
  unsigned char* const out = Bytes(sealed);
  int length = 0;
  if (!Update(context.get(), nullptr, associated) ||
      !Update(context.get(), out + kTag, plain) ||
      EVP_CipherFinal_ex(context.get(), out + kTag, &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTag, out) !=
          1) {
    return absl::InternalError("OpenSSL failed to encrypt (AES-SIV)");
  }
  sealed.pop_back();
  return sealed;
}

absl::StatusOr<std::string> OpenSiv(std::span<const std::byte> key,
                                    std::string_view associated,
                                    std::string_view sealed) {
  const absl::Status damaged =
      InputError("does not open: another key or domain, or changed");
  if (sealed.size() < kTag) return damaged;
  ANON_ASSIGN_OR_RETURN(const CipherContext context, Start(key, false));
  std::string tag(sealed.substr(0, kTag));
  const std::string_view body = sealed.substr(kTag);
  std::string plain(body.size() + 1, '\0');
  int length = 0;
  if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTag,
                          tag.data()) != 1 ||
      !Update(context.get(), nullptr, associated) ||
      !Update(context.get(), Bytes(plain), body) ||
      EVP_CipherFinal_ex(context.get(), Bytes(plain), &length) != 1) {
    return damaged;
  }
  plain.pop_back();
  return plain;
}

}  // namespace anon::internal
