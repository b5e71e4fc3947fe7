// SPDX-License-Identifier: Apache-2.0
//
// Tested in tests/transform/shuffle_test.cc and spooled_source_test.cc.
#include "transform/sealed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

constexpr std::size_t kTagBytes = 16;

}  // namespace

SealedFile::SealedFile(std::filesystem::path directory, SecretBytes key)
    : directory_(std::move(directory)),
      key_(std::move(key)),
      context_(EVP_CIPHER_CTX_new()) {}

absl::StatusOr<SealedFile> SealedFile::Create(std::filesystem::path directory,
                                              RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::Random(32, random));
  return SealedFile(std::move(directory), std::move(key));
}

absl::Status SealedFile::Failed(std::string_view action) const {
  return IoError(action, directory_.string(), errno);
}

// Text || tag, in place.
bool SealedFile::Crypt(const Chunk& chunk, std::string& bytes, bool seal) {
  std::array<unsigned char, 12> nonce{};
  std::memcpy(nonce.data(), &chunk.number, sizeof(chunk.number));
  EVP_CIPHER_CTX* const c = context_.get();
  auto* const text = reinterpret_cast<unsigned char*>(bytes.data());
  auto* const tag = text + chunk.size;
  const auto* const key =
      reinterpret_cast<const unsigned char*>(RevealSecret::Bytes(key_).data());
  int size = 0;
  if (EVP_CipherInit_ex(c, EVP_aes_256_gcm(), nullptr, key, nonce.data(),
                        seal ? 1 : 0) != 1) {
    return false;
  }
  if (!seal &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag) != 1) {
    return false;
  }
  if (EVP_CipherUpdate(c, text, &size, text, static_cast<int>(chunk.size)) !=
          1 ||
      EVP_CipherFinal_ex(c, text + size, &size) != 1) {
    return false;
  }
  return !seal ||
         EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1;
}

absl::StatusOr<SealedFile::Chunk> SealedFile::Append(std::string& bytes) {
  if (!file_.ok()) {
    file_ = Fd(open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file_.ok()) return Failed("open a temporary file in");
  }
  const Chunk chunk{
      .number = next_number_++, .offset = size_, .size = bytes.size()};
  bytes.resize(chunk.size + kTagBytes);
  if (!Crypt(chunk, bytes, /*seal=*/true)) {
    return absl::InternalError("encryption of a temporary file failed");
  }
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t wrote = pwrite(file_.get(), rest.data(), rest.size(), size_);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return Failed("write a temporary file in");
    rest.remove_prefix(static_cast<std::size_t>(wrote));
    size_ += wrote;
  }
  bytes.clear();
  return chunk;
}

absl::Status SealedFile::Read(const Chunk& chunk, std::string& bytes) {
  bytes.resize(chunk.size + kTagBytes);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        pread(file_.get(), bytes.data() + done, bytes.size() - done,
              chunk.offset + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Failed("read a temporary file in");
    done += static_cast<std::size_t>(got);
  }
  if (!Crypt(chunk, bytes, /*seal=*/false)) {
    return absl::InternalError("a temporary file was altered");
  }
  bytes.resize(chunk.size);
  return absl::OkStatus();
}

}  // namespace anon::internal
