// SPDX-License-Identifier: Apache-2.0
//
// A secret has memory pages of its own: locked (not swapped), left out of core
// dumps, and zeroed in a forked child, as far as the system grants each. A
// mark behind the last byte tells a wiped copy from a secret: without it a
// forked child would go on with a key of zeros.
#include "anon/secret/secret_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "anon/secret/reveal_secret.h"

namespace anon {
namespace {

constexpr std::byte kMark{0xA5};

std::size_t MappedSize(std::size_t size) {
  static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (size + sizeof(kMark) + page - 1) / page * page;
}

}  // namespace

absl::StatusOr<SecretBytes> SecretBytes::Allocate(std::size_t size) {
  if (size == 0) return SecretBytes(nullptr, 0);
  constexpr std::size_t kMost = std::size_t{1} << 30;
  if (size > kMost) {
    return absl::ResourceExhaustedError("a secret may have at most 1 GiB");
  }
  const std::size_t mapped = MappedSize(size);
  void* const pages = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    return IoError("map", "memory for a secret", errno);
  }
  // Each of these may be refused (RLIMIT_MEMLOCK, old kernels, sandboxes); the
  // secret is then less well kept, but kept.
  (void)mlock(pages, mapped);
#ifdef MADV_DONTDUMP
  (void)madvise(pages, mapped, MADV_DONTDUMP);
#endif
#ifdef MADV_WIPEONFORK
  (void)madvise(pages, mapped, MADV_WIPEONFORK);
#endif
  auto* const data = static_cast<std::byte*>(pages);
  data[size] = kMark;
  return SecretBytes(data, size);
}

absl::StatusOr<SecretBytes> SecretBytes::Random(std::size_t size,
                                                RandomSource& random) {
  absl::StatusOr<SecretBytes> secret = Allocate(size);
  if (secret.ok()) random.Fill({secret->data_, size});
  return secret;
}

absl::StatusOr<SecretBytes> SecretBytes::TakeFrom(std::span<std::byte> bytes) {
  absl::StatusOr<SecretBytes> secret = Allocate(bytes.size());
  if (secret.ok() && !bytes.empty()) {
    std::memcpy(secret->data_, bytes.data(), bytes.size());
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    Destroy();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBytes::~SecretBytes() { Destroy(); }

void SecretBytes::Destroy() {
  if (data_ == nullptr) return;
  const std::size_t mapped = MappedSize(size_);
  OPENSSL_cleanse(data_, mapped);
  munmap(data_, mapped);
  data_ = nullptr;
  size_ = 0;
}

std::span<const std::byte> RevealSecret::Bytes(const SecretBytes& secret) {
  if (secret.data_ == nullptr || secret.data_[secret.size_] != kMark) return {};
  return {secret.data_, secret.size_};
}

bool operator==(const SecretBytes& a, const SecretBytes& b) {
  if (a.size() != b.size()) return false;
  const std::span<const std::byte> left = RevealSecret::Bytes(a);
  const std::span<const std::byte> right = RevealSecret::Bytes(b);
  if (left.size() != a.size() || right.size() != b.size()) return false;
  return left.empty() ||
         CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace anon
