// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_BASE_DIGEST_H_
#define ANON_BASE_DIGEST_H_

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "anon/base/status.h"

namespace anon {

// A SHA-256 value (FIPS 180-4). Names bytes that are not secret: files,
// manifests, hierarchies. Never a stand-in for a keyed hash.
using Digest = std::array<std::byte, 32>;

std::string ToHex(std::span<const std::byte> bytes);

Digest Sha256(std::string_view bytes);
absl::StatusOr<Digest> Sha256OfFile(const std::filesystem::path& path);

// Incremental SHA-256. One thread at a time.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void Update(std::string_view bytes);
  // The digest of everything so far; the hasher then starts afresh.
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_BASE_DIGEST_H_
