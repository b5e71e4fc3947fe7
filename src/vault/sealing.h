// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: sealing records so that only the custodian opens them.
//
// A writer session has an ephemeral X25519 key pair; its agreement with the
// custodian's public key goes through HKDF-SHA-256, bound to the format, both
// public keys and the data set, into a key for AES-256-GCM. The nonce is the
// record's sequence number: no key ever meets the same number twice, because a
// session is never reopened. The additional data bind a record to its place
// (data set, session, sequence, attribute, pseudonym): none can be moved.
// Originals are padded to multiples of 32 bytes, so that their lengths tell
// little.
//
// The same idea as HPKE (RFC 9180) in its base mode, which OpenSSL 3.0 lacks.
// Cost: about 0.3 us a record. Tested in tests/vault.
#ifndef ANON_SRC_VAULT_SEALING_H_
#define ANON_SRC_VAULT_SEALING_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "secret/openssl_ptr.h"
#include "vault/custodian_key.h"

namespace anon::internal {

// Where a record stands within a session.
struct SealPlace {
  std::uint64_t sequence = 0;
  std::string_view attribute;
  std::string_view pseudonym;
};

// One writer session. The key is forgotten with the object. It must not cross
// a fork: two processes would use the same nonces.
class Sealer {
 public:
  static absl::StatusOr<Sealer> Create(const PublicKey& custodian,
                                       std::string_view data_set_id);

  const PublicKey& session() const { return session_; }
  // Refuses to run in another process than the one that created it.
  absl::Status CheckProcess() const;
  // Writes the sequence number it used to `place`.
  absl::Status Seal(SealPlace& place, std::string_view original,
                    std::string& sealed);

 private:
  Sealer() = default;

  CipherContext context_;
  PublicKey session_{};
  std::string bound_;   // the part of the additional data all records share
  std::string data_;    // scratch: additional data
  std::string padded_;  // scratch, wiped after use: a padded original
  std::uint64_t next_ = 0;
  int process_ = 0;
};

// The custodian's counterpart, for one session.
class Opener {
 public:
  static absl::StatusOr<Opener> Create(const SecretBytes& custodian_private,
                                       std::span<const std::byte> session,
                                       std::string_view data_set_id);

  // kDataLoss if the record is not what was sealed for this place.
  absl::StatusOr<SecretBytes> Open(const SealPlace& place,
                                   std::span<const std::byte> sealed) const;

 private:
  Opener() = default;

  CipherContext context_;
  std::string bound_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_SEALING_H_
