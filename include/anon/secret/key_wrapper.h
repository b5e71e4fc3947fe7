// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SECRET_KEY_WRAPPER_H_
#define ANON_SECRET_KEY_WRAPPER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/secret/secret_bytes.h"

namespace anon {

// A key-encryption key, wherever it lives: it encrypts the key that a keyring
// file is encrypted under, and decrypts it again. Implement it for a KMS or an
// HSM; the ones below are for a key in a file and for a passphrase. Const use
// must be safe from many threads.
class KeyWrapper {
 public:
  virtual ~KeyWrapper() = default;

  // What kind it is, so that a file opened with another kind says so. Visible
  // ASCII without spaces, no secret: "key", "passphrase", "pkcs11".
  virtual std::string name() const = 0;

  // `key` (32 bytes), encrypted and authenticated; any bytes, at most 4096.
  virtual absl::StatusOr<std::string> Wrap(const SecretBytes& key,
                                           RandomSource& random) const = 0;
  // kDataLoss if it was wrapped by another key, or changed.
  virtual absl::StatusOr<SecretBytes> Unwrap(
      std::string_view wrapped) const = 0;
};

// AES-256 key wrap (RFC 3394) under `key`, of exactly 32 bytes.
absl::StatusOr<std::unique_ptr<KeyWrapper>> MakeKeyWrapper(SecretBytes key);

// The same under scrypt(passphrase, fresh salt; N = 2^log2_n, r = 8, p = 1)
// (RFC 7914): 2^17 takes 128 MiB and half a second of whoever guesses. Refuses
// a passphrase of less than 12 bytes and a log2_n outside 14 to 20.
absl::StatusOr<std::unique_ptr<KeyWrapper>> MakePassphraseWrapper(
    SecretBytes passphrase, unsigned log2_n = 17);

// By reference, so that no key stands in arguments or the environment:
//   file:PATH             64 hex digits in a file that nobody else may read
//   fd:N                  the same from an open file descriptor, to its end
//   passphrase-file:PATH  a passphrase (one line)
//   passphrase-fd:N
//   pkcs11:token=NAME;object=NAME?module-path=PATH&pin-source=PATH
//                         an AES key that stays in an HSM (RFC 7512)
absl::StatusOr<std::unique_ptr<KeyWrapper>> OpenKeyWrapper(
    std::string_view reference);

// A fresh key for file:PATH, mode 0600. kAlreadyExists if there is something.
absl::Status CreateKeyWrapperFile(const std::filesystem::path& path,
                                  RandomSource& random);

}  // namespace anon

#endif  // ANON_SECRET_KEY_WRAPPER_H_
