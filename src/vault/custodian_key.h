// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: X25519 keys (RFC 7748), of the custodian and of writer
// sessions.
#ifndef ANON_SRC_VAULT_CUSTODIAN_KEY_H_
#define ANON_SRC_VAULT_CUSTODIAN_KEY_H_

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "anon/secret/secret_bytes.h"

namespace anon::internal {

using PublicKey = std::array<std::byte, 32>;

// Fresh from the operating system's generator.
absl::StatusOr<SecretBytes> NewPrivateKey();

absl::StatusOr<PublicKey> PublicKeyOf(const SecretBytes& private_key);

// The X25519 shared secret. Refuses the points that would make it zero.
absl::StatusOr<SecretBytes> Agree(const SecretBytes& mine,
                                  std::span<const std::byte> theirs);

// SHA-256 of a public key in hex: what people compare and write down.
std::string KeyFingerprint(const PublicKey& key);

// The custodian's private key file (see secret/secret_file.h).
absl::Status CreateCustodianKeyFile(const std::filesystem::path& path,
                                    const SecretBytes& private_key);
absl::StatusOr<SecretBytes> ReadCustodianKeyFile(
    const std::filesystem::path& path);

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_CUSTODIAN_KEY_H_
