// SPDX-License-Identifier: Apache-2.0
//
// HMAC(key, m) = H(key ^ opad, H(key ^ ipad, m)) (RFC 2104): the first block of
// either hash depends on the key alone and is hashed once a key. What remains
// for a message of up to 55 bytes are two compressions.
// Tested against HMAC() and EVP_MAC in tests/pseudonym.

// The only file that uses deprecated calls of OpenSSL.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "pseudonym/hmac_pads.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "anon/secret/reveal_secret.h"
#include "pseudonym/hmac.h"

namespace anon::internal {
namespace {

constexpr std::size_t kBlock = 64;

using Words = std::uint32_t[8];
using Vector = unsigned char __attribute__((vector_size(16)));

#ifdef OPENSSL_NO_DEPRECATED_3_0
constexpr bool kHaveLowLevel = false;
using Sha256State = struct { std::uint32_t h[8]; };
void Compress(Sha256State&, const unsigned char*) { std::abort(); }
void Start(Sha256State&) { std::abort(); }
#else
constexpr bool kHaveLowLevel = true;
using Sha256State = SHA256_CTX;
void Compress(Sha256State& state, const unsigned char* block) {
  SHA256_Transform(&state, block);
}
void Start(Sha256State& state) { SHA256_Init(&state); }
#endif

// The eight words as bytes, most significant first: sixteen bytes a store,
// because SHA-256 loads sixteen at once and would wait for smaller ones.
void StoreWords(const Words& words, unsigned char* out) {
  for (std::size_t half = 0; half < 2; ++half) {
    Vector vector;
    std::memcpy(&vector, &words[4 * half], sizeof(vector));
    if constexpr (std::endian::native == std::endian::little) {
      vector = __builtin_shufflevector(vector, vector, 3, 2, 1, 0, 7, 6, 5, 4,
                                       11, 10, 9, 8, 15, 14, 13, 12);
    }
    std::memcpy(out + 16 * half, &vector, sizeof(vector));
  }
}

// The last eight bytes of a last block: the bits hashed, pad included.
void StoreBits(std::size_t message_bytes, unsigned char* block) {
  std::uint64_t bits = (std::uint64_t{message_bytes} + kBlock) * 8;
  if constexpr (std::endian::native == std::endian::little) {
    bits = __builtin_bswap64(bits);
  }
  std::memcpy(block + 56, &bits, sizeof(bits));
}

// A message of up to this many bytes fits one block with its end.
constexpr std::size_t kShortMessage = kBlock - 9;

// Copies a short message in stores of fixed sizes, which may overlap.
void CopyShort(std::string_view message, unsigned char* out) {
  const char* const from = message.data();
  const std::size_t size = message.size();
  const auto ends =
      [&]<std::size_t kSize>(std::integral_constant<std::size_t, kSize>) {
        std::array<char, kSize> first;
        std::array<char, kSize> last;
        std::memcpy(first.data(), from, kSize);
        std::memcpy(last.data(), from + size - kSize, kSize);
        std::memcpy(out, first.data(), kSize);
        std::memcpy(out + size - kSize, last.data(), kSize);
      };
  if (size >= 32) {
    ends(std::integral_constant<std::size_t, 32>());
  } else if (size >= 16) {
    ends(std::integral_constant<std::size_t, 16>());
  } else if (size >= 8) {
    ends(std::integral_constant<std::size_t, 8>());
  } else if (size >= 4) {
    ends(std::integral_constant<std::size_t, 4>());
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      out[i] = static_cast<unsigned char>(from[i]);
    }
  }
}

// The only block of a short message.
void FillShort(std::string_view message, unsigned char* block) {
  std::memset(block, 0, kBlock);
  CopyShort(message, block);
  block[message.size()] = 0x80;
  StoreBits(message.size(), block);
}

// Hashes the rest of a message whose whole blocks are in `state` already.
void FinishInner(Sha256State& state, std::string_view rest, std::size_t whole,
                 unsigned char* block) {
  std::memset(block, 0, kBlock);
  std::memcpy(block, rest.data(), rest.size());
  block[rest.size()] = 0x80;
  if (rest.size() >= kBlock - 8) {
    Compress(state, block);
    std::memset(block, 0, kBlock);
  }
  StoreBits(whole, block);
  Compress(state, block);
}

// The state after one block of `key` xor `fill`.
void HashPad(std::span<const unsigned char, kBlock> key, unsigned char fill,
             std::byte* out) {
  std::array<unsigned char, kBlock> block{};
  std::transform(key.begin(), key.end(), block.begin(),
                 [fill](unsigned char byte) {
                   return static_cast<unsigned char>(byte ^ fill);
                 });
  Sha256State state;
  Start(state);
  Compress(state, block.data());
  std::memcpy(out, &state.h[0], 32);
  OPENSSL_cleanse(block.data(), block.size());
  OPENSSL_cleanse(&state, sizeof(state));
}

// Messages of every length around the borders of one and two blocks, and keys
// shorter and longer than a block.
bool AgreesWith(EVP_MAC* mac) {
  const std::string text(200, 'm');
  for (const std::size_t key_size : {4U, 32U, 64U, 65U, 131U}) {
    const std::string key(key_size, 'k');
    const auto key_bytes = std::as_bytes(std::span(key));
    auto slow = HmacSha256::Create(mac, key_bytes, HmacRestart::kKeyAnew);
    const auto pads = MakePads(key_bytes);
    if (!slow.ok() || !pads.ok()) return false;
    PadHmac fast(RevealSecret::Bytes(*pads).first<kPadBytes>());
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::string_view message(text.data(), size);
      std::array<std::byte, 32> a{};
      std::array<std::byte, 32> b{};
      if (!slow->Compute(message, a).ok()) return false;
      fast.Compute(message, b);
      if (a != b) return false;
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<SecretBytes> MakePads(std::span<const std::byte> key) {
  if (key.empty()) {
    return absl::FailedPreconditionError(
        "the key is gone: it was destroyed, or the process has forked since "
        "it was loaded; load it again in this process");
  }
  std::array<unsigned char, kBlock> block{};
  if (key.size() <= kBlock) {
    std::memcpy(block.data(), key.data(), key.size());
  } else {
    unsigned length = 0;
    if (EVP_Digest(key.data(), key.size(), block.data(), &length, EVP_sha256(),
                   nullptr) != 1) {
      return absl::InternalError("OpenSSL's SHA-256 failed");
    }
  }
  std::array<std::byte, kPadBytes> pads{};
  HashPad(block, 0x36, pads.data());
  HashPad(block, 0x5c, pads.data() + 32);
  OPENSSL_cleanse(block.data(), block.size());
  return SecretBytes::TakeFrom(pads);
}

bool PadsMayBeUsed(EVP_MAC* mac) {
  if (!kHaveLowLevel) return false;
  if (EVP_default_properties_is_fips_enabled(nullptr) != 0) return false;
  const char* const choice = std::getenv("ANON_CRYPTO");
  if (choice != nullptr && std::string_view(choice) == "evp") return false;
  // The calls do not change while the process runs: one test is enough.
  static const bool agrees = AgreesWith(mac);
  return agrees;
}

PadHmac::PadHmac(std::span<const std::byte, kPadBytes> pads) {
  std::memcpy(inner_.data(), pads.data(), sizeof(inner_));
  std::memcpy(outer_.data(), pads.data() + sizeof(inner_), sizeof(outer_));
  for (Block& last : last_) {
    last[32] = 0x80;
    StoreBits(32, last.data());
  }
}

PadHmac::~PadHmac() {
  OPENSSL_cleanse(inner_.data(), sizeof(inner_));
  OPENSSL_cleanse(outer_.data(), sizeof(outer_));
  OPENSSL_cleanse(blocks_.data(), sizeof(blocks_));
  OPENSSL_cleanse(last_.data(), sizeof(last_));
  OPENSSL_cleanse(macs_.data(), sizeof(macs_));
}

void PadHmac::Add(std::string_view message) {
  const std::size_t slot = count_++;
  if (slot >= kBatch) std::abort();
  short_[slot] = message.size() <= kShortMessage;
  unsigned char* const block = blocks_[slot].data();
  if (short_[slot]) return FillShort(message, block);
  Sha256State state;
  std::memcpy(&state.h[0], inner_.data(), sizeof(inner_));
  std::string_view rest = message;
  for (; rest.size() >= kBlock; rest.remove_prefix(kBlock)) {
    Compress(state, reinterpret_cast<const unsigned char*>(rest.data()));
  }
  FinishInner(state, rest, message.size(), block);
  StoreWords(state.h, last_[slot].data());
}

std::span<const PadHmac::Mac> PadHmac::Finish() {
  Sha256State state;
  for (std::size_t slot = 0; slot < count_; ++slot) {
    if (!short_[slot]) continue;
    std::memcpy(&state.h[0], inner_.data(), sizeof(inner_));
    Compress(state, blocks_[slot].data());
    StoreWords(state.h, last_[slot].data());
  }
  for (std::size_t slot = 0; slot < count_; ++slot) {
    std::memcpy(&state.h[0], outer_.data(), sizeof(outer_));
    Compress(state, last_[slot].data());
    StoreWords(state.h, reinterpret_cast<unsigned char*>(macs_[slot].data()));
  }
  return std::span(macs_).first(std::exchange(count_, 0));
}

void PadHmac::Compute(std::string_view message, std::span<std::byte, 32> out) {
  Add(message);
  std::ranges::copy(Finish().front(), out.begin());
}

}  // namespace anon::internal
