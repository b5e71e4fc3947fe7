// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_SECRET_BYTES_H_
#define ANON_SECRET_SECRET_BYTES_H_

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "anon/base/random.h"
#include "anon/base/status.h"

namespace anon {

class RevealSecret;

// Key material. Move-only, wiped when it dies, compared in constant time, kept
// out of core dumps and of forked children where the system allows, and not
// printable: the bytes can be reached only through RevealSecret
// (secret/reveal_secret.h), a name to search the code base for. A secret has
// whole memory pages to itself, or to itself and what was taken in one call, so
// this is for keys, not for columns. Const use is safe from many threads.
class SecretBytes {
 public:
  // `size` fresh random bytes.
  static absl::StatusOr<SecretBytes> Random(std::size_t size,
                                            RandomSource& random);
  // Takes over `bytes` and wipes the original, also where it fails.
  static absl::StatusOr<SecretBytes> TakeFrom(std::span<std::byte> bytes);
  // The same for many, in pages that they share: each is wiped when it dies,
  // the pages are given back with the last.
  static absl::StatusOr<std::vector<SecretBytes>> TakeFromEach(
      std::span<const std::span<std::byte>> all);

  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  std::size_t size() const { return size_; }

  // Wipes the bytes now; the object is then empty.
  void Destroy();

  // Constant-time in the bytes; sizes are no secret.
  friend bool operator==(const SecretBytes& a, const SecretBytes& b);

 private:
  friend class RevealSecret;
  class Pages;
  static absl::StatusOr<SecretBytes> Allocate(std::size_t size);
  SecretBytes(std::byte* data, std::size_t size, std::shared_ptr<Pages> pages)
      : data_(data), size_(size), pages_(std::move(pages)) {}

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::shared_ptr<Pages> pages_;
};

}  // namespace anon

#endif  // ANON_SECRET_SECRET_BYTES_H_
