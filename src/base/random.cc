// SPDX-License-Identifier: Apache-2.0
#include "anon/base/random.h"

#include <openssl/crypto.h>
#include <sys/random.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace anon {
namespace {

void FillFromSystem(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::abort();
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace

std::uint64_t RandomSource::Below(std::uint64_t bound) {
  // Values below `reject` would make small results likelier: draw again.
  const std::uint64_t reject = (0 - bound) % bound;
  for (;;) {
    std::uint64_t value = 0;
    Fill(std::as_writable_bytes(std::span(&value, 1)));
    if (value >= reject) return value % bound;
  }
}

OsRandom::~OsRandom() { OPENSSL_cleanse(buffer_, sizeof(buffer_)); }

void OsRandom::Fill(std::span<std::byte> bytes) {
  if (bytes.size() >= sizeof(buffer_)) return FillFromSystem(bytes);
  if (left_ < bytes.size()) {
    FillFromSystem(buffer_);
    left_ = sizeof(buffer_);
  }
  std::byte* const from = buffer_ + (sizeof(buffer_) - left_);
  std::memcpy(bytes.data(), from, bytes.size());
  OPENSSL_cleanse(from, bytes.size());
  left_ -= bytes.size();
}

}  // namespace anon
