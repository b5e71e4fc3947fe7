// SPDX-License-Identifier: Apache-2.0
//
// Secrets have memory pages of their own: locked (not swapped), left out of
// core dumps, and zeroed in a forked child, as far as the system grants each.
// Five calls of the system and a page fault: many secrets taken at once share
// them. A mark behind the last byte of each tells a wiped copy from a secret:
// without it a forked child would go on with a key of zeros.
#include "anon/secret/secret_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "anon/secret/reveal_secret.h"

namespace anon {
namespace {

constexpr std::byte kMark{0xA5};

constexpr std::size_t kMost = std::size_t{1} << 30;

std::size_t MappedSize(std::size_t size) {
  static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (size + page - 1) / page * page;
}

}  // namespace

// A mapping, wiped and given back with its last user.
class SecretBytes::Pages {
 public:
  static absl::StatusOr<std::shared_ptr<Pages>> Map(std::size_t size) {
    if (size > kMost) {
      return absl::ResourceExhaustedError("a secret may have at most 1 GiB");
    }
    const std::size_t mapped = MappedSize(size);
    void* const pages = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
      return IoError("map", "memory for a secret", errno);
    }
    // Each of these may be refused (RLIMIT_MEMLOCK, old kernels, sandboxes);
    // the secret is then less well kept, but kept.
    (void)mlock(pages, mapped);
#ifdef MADV_DONTDUMP
    (void)madvise(pages, mapped, MADV_DONTDUMP);
#endif
#ifdef MADV_WIPEONFORK
    (void)madvise(pages, mapped, MADV_WIPEONFORK);
#endif
    return std::make_shared<Pages>(static_cast<std::byte*>(pages), mapped);
  }

  Pages(std::byte* at, std::size_t size) : at_(at), size_(size) {}
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() {
    OPENSSL_cleanse(at_, size_);
    munmap(at_, size_);
  }
  std::byte* at() const { return at_; }

 private:
  std::byte* at_;
  std::size_t size_;
};

absl::StatusOr<SecretBytes> SecretBytes::Allocate(std::size_t size) {
  if (size == 0) return SecretBytes(nullptr, 0, nullptr);
  if (size > kMost) {
    return absl::ResourceExhaustedError("a secret may have at most 1 GiB");
  }
  auto pages = Pages::Map(size + sizeof(kMark));
  if (!pages.ok()) return pages.status();
  std::byte* const data = (*pages)->at();
  data[size] = kMark;
  return SecretBytes(data, size, *std::move(pages));
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

absl::StatusOr<std::vector<SecretBytes>> SecretBytes::TakeFromEach(
    std::span<const std::span<std::byte>> all) {
  std::size_t size = 0;
  for (const std::span<std::byte> bytes : all) {
    // Saturates above kMost, which Map refuses.
    if (size <= kMost) size += std::min(bytes.size(), kMost) + sizeof(kMark);
  }
  if (size == 0) return std::vector<SecretBytes>();
  const auto pages = Pages::Map(size);
  std::vector<SecretBytes> secrets;
  secrets.reserve(all.size());
  std::byte* at = pages.ok() ? (*pages)->at() : nullptr;
  for (const std::span<std::byte> bytes : all) {
    if (pages.ok() && !bytes.empty()) {
      std::memcpy(at, bytes.data(), bytes.size());
      at[bytes.size()] = kMark;
      secrets.push_back(SecretBytes(at, bytes.size(), *pages));
      at += bytes.size() + sizeof(kMark);
    } else {
      secrets.push_back(SecretBytes(nullptr, 0, nullptr));
    }
    OPENSSL_cleanse(bytes.data(), bytes.size());
  }
  if (!pages.ok()) return pages.status();
  return secrets;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      pages_(std::move(other.pages_)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    Destroy();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    pages_ = std::move(other.pages_);
  }
  return *this;
}

SecretBytes::~SecretBytes() { Destroy(); }

void SecretBytes::Destroy() {
  if (data_ == nullptr) return;
  OPENSSL_cleanse(data_, size_ + sizeof(kMark));
  data_ = nullptr;
  size_ = 0;
  pages_.reset();
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
