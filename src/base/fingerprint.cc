// SPDX-License-Identifier: Apache-2.0
#include "anon/base/fingerprint.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace anon {

struct Fingerprinter::State {
  EVP_MAC_CTX* context = nullptr;
  std::array<unsigned char, 16> key{};

  explicit State(RandomSource& random) {
    random.Fill(std::as_writable_bytes(std::span(key)));
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
    context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    if (context == nullptr) std::abort();  // no provider: no way on
  }
  ~State() {
    EVP_MAC_CTX_free(context);
    OPENSSL_cleanse(key.data(), key.size());
  }
};

Fingerprinter::Fingerprinter(RandomSource& random)
    : state_(std::make_unique<State>(random)) {}
Fingerprinter::~Fingerprinter() = default;
Fingerprinter::Fingerprinter(Fingerprinter&&) noexcept = default;
Fingerprinter& Fingerprinter::operator=(Fingerprinter&&) noexcept = default;

Fingerprint Fingerprinter::Of(std::string_view value) const {
  std::array<unsigned char, 16> out{};
  std::size_t length = 0;
  // Keyed anew each time: a re-init without key is a silent no-op on OpenSSL
  // 3.0.0 to 3.0.2.
  if (EVP_MAC_init(state_->context, state_->key.data(), state_->key.size(),
                   nullptr) != 1 ||
      EVP_MAC_update(state_->context,
                     reinterpret_cast<const unsigned char*>(value.data()),
                     value.size()) != 1 ||
      EVP_MAC_final(state_->context, out.data(), &length, out.size()) != 1 ||
      length != out.size()) {
    std::abort();
  }
  Fingerprint fingerprint;
  std::memcpy(&fingerprint.high, out.data(), 8);
  std::memcpy(&fingerprint.low, out.data() + 8, 8);
  return fingerprint;
}

}  // namespace anon
