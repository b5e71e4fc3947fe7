// SPDX-License-Identifier: Apache-2.0
#include "anon/base/digest.h"

#include <openssl/evp.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace anon {

struct Hasher::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() { Start(); }
  ~State() { EVP_MD_CTX_free(context); }
  void Start() {
    // SHA-256 is in every provider; without it no promise can be kept.
    if (EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) std::abort();
  }
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::Update(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Digest Hasher::Finish() {
  Digest digest;
  EVP_DigestFinal_ex(state_->context,
                     reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  state_->Start();
  return digest;
}

Digest Sha256(std::string_view bytes) {
  Hasher hasher;
  hasher.Update(bytes);
  return hasher.Finish();
}

absl::StatusOr<Digest> Sha256OfFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return IoError("open", path.string(), errno);
  Hasher hasher;
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), std::ssize(buffer)) || in.gcount() > 0) {
    hasher.Update({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (in.bad()) return IoError("read", path.string(), EIO);
  return hasher.Finish();
}

std::string ToHex(std::span<const std::byte> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4];
    text += kDigits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

}  // namespace anon
