// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_KEY_H_
#define ANON_SECRET_KEY_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/secret/key_use_log.h"
#include "anon/secret/secret_bytes.h"

namespace anon {

// What a subkey is for. Every field enters the derivation length-prefixed, so
// that no two different uses share a key: pseudonyms of two domains (recipient,
// period) never link, and two attributes of one domain never collide.
struct KeyUse {
  std::string kind = {};       // what the subkey is used as: "pseudonym"
  std::string domain = {};     // pseudonymization domain: "univ-a/2026"
  std::string attribute = {};  // "subscriber_id"
  std::string epoch = {};      // "" where keys are not rotated by time
};

// A pseudonymization secret (EDPB 01/2025: part of the additional information;
// in Japanese law, of 削除情報等) with the public name it is recorded under.
// 256 bits or more; there is no default and no empty key. Move-only. Const use
// is safe from many threads.
class Key {
 public:
  // `id`: 1 to 128 visible ASCII characters. Refuses a secret of less than 32
  // bytes, and one that repeats a single byte.
  static absl::StatusOr<Key> Create(std::string id, SecretBytes secret);
  // A fresh 256-bit key with a fresh random id ("key-" and 16 hex digits).
  static absl::StatusOr<Key> Generate(RandomSource& random);

  const std::string& id() const { return id_; }
  const SecretBytes& secret() const { return secret_; }

  // HKDF-SHA-256 (RFC 5869), 256 bits, info = the format version and the fields
  // of `use`, each with its length before it.
  absl::StatusOr<SecretBytes> Derive(const KeyUse& use) const;

  // Every Derive is recorded there first; if that fails, so does Derive.
  void LogTo(std::shared_ptr<KeyUseLog> log) { log_ = std::move(log); }

  // Wipes the secret. Derive then fails.
  void Destroy() { secret_.Destroy(); }

 private:
  Key(std::string id, SecretBytes secret)
      : id_(std::move(id)), secret_(std::move(secret)) {}

  std::string id_;
  SecretBytes secret_;
  std::shared_ptr<KeyUseLog> log_;
};

}  // namespace anon

#endif  // ANON_SECRET_KEY_H_
