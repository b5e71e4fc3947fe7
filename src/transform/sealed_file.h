// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: what must wait on disk, encrypted. Chunks of bytes go to
// a file without a name, each sealed with AES-256-GCM under a key that dies
// with this object; the nonce is a counter, never reused. The file is made when
// the first chunk comes. One thread at a time.
#ifndef ANON_SRC_TRANSFORM_SEALED_FILE_H_
#define ANON_SRC_TRANSFORM_SEALED_FILE_H_

#include <openssl/evp.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/secret/secret_bytes.h"
#include "base/fd.h"

namespace anon::internal {

class SealedFile {
 public:
  // Where a chunk is.
  struct Chunk {
    std::uint64_t number = 0;  // the nonce
    off_t offset = 0;
    std::size_t size = 0;  // of the plain text; the tag follows
  };

  static absl::StatusOr<SealedFile> Create(std::filesystem::path directory,
                                           RandomSource& random);

  // Seals `bytes` where they are, writes them, and empties the string.
  absl::StatusOr<Chunk> Append(std::string& bytes);
  // Replaces `bytes` by those of a chunk.
  absl::Status Read(const Chunk& chunk, std::string& bytes);

 private:
  struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const {
      EVP_CIPHER_CTX_free(context);
    }
  };

  SealedFile(std::filesystem::path directory, SecretBytes key);
  bool Crypt(const Chunk& chunk, std::string& bytes, bool seal);
  absl::Status Failed(std::string_view action) const;

  std::filesystem::path directory_;
  SecretBytes key_;
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_;
  Fd file_;  // opened at the first chunk
  off_t size_ = 0;
  std::uint64_t next_number_ = 0;
};

}  // namespace anon::internal

#endif  // ANON_SRC_TRANSFORM_SEALED_FILE_H_
