// SPDX-License-Identifier: Apache-2.0
#include "anon/secret/key_wrapper.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <charconv>
#include <utility>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/aead.h"
#include "secret/openssl_ptr.h"
#include "secret/pkcs11_key_wrapper.h"
#include "secret/secret_file.h"

namespace anon {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSalt = 16;
constexpr unsigned kLeastLog2N = 14;
constexpr unsigned kMostLog2N = 20;
constexpr std::size_t kLeastPassphrase = 12;

class LocalKey final : public KeyWrapper {
 public:
  explicit LocalKey(SecretBytes key) : key_(std::move(key)) {}
  std::string name() const override { return "key"; }
  absl::StatusOr<std::string> Wrap(const SecretBytes& key,
                                   RandomSource& /*random*/) const override {
    return internal::WrapAes(key_, key);
  }
  absl::StatusOr<SecretBytes> Unwrap(std::string_view wrapped) const override {
    return internal::UnwrapAes(key_, wrapped);
  }

 private:
  SecretBytes key_;
};

absl::StatusOr<SecretBytes> Scrypt(const SecretBytes& passphrase,
                                   std::string_view salt, unsigned log2_n) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(passphrase);
  if (bytes.empty()) {
    return absl::FailedPreconditionError(
        "the passphrase is gone: the process has forked since it was read; "
        "read it again in this process");
  }
  const internal::KdfPtr kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
  const internal::KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get())
                                         : nullptr);
  if (!context) return absl::InternalError("OpenSSL offers no scrypt");
  std::string salt_copy(salt);
  std::uint64_t n = std::uint64_t{1} << log2_n;
  std::uint32_t r = 8;
  std::uint32_t p = 1;
  std::uint64_t most_memory = std::uint64_t{2} << 30;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD,
                                        const_cast<std::byte*>(bytes.data()),
                                        bytes.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt_copy.data(),
                                        salt_copy.size()),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &most_memory),
      OSSL_PARAM_construct_end()};
  std::array<std::byte, kKeyBytes> key{};
  if (EVP_KDF_derive(context.get(),
                     reinterpret_cast<unsigned char*>(key.data()), key.size(),
                     parameters) != 1) {
    return absl::ResourceExhaustedError(
        "scrypt failed, for want of memory as a rule; it needs 128 MiB");
  }
  return SecretBytes::TakeFrom(key);
}

// Wrapped: log2 N in one byte, the salt, the key wrapped under scrypt's.
class Passphrase final : public KeyWrapper {
 public:
  Passphrase(SecretBytes passphrase, unsigned log2_n)
      : passphrase_(std::move(passphrase)), log2_n_(log2_n) {}
  std::string name() const override { return "passphrase"; }

  absl::StatusOr<std::string> Wrap(const SecretBytes& key,
                                   RandomSource& random) const override {
    std::string wrapped(1 + kSalt, static_cast<char>(log2_n_));
    random.Fill(std::as_writable_bytes(std::span(wrapped).subspan(1)));
    ANON_ASSIGN_OR_RETURN(
        const SecretBytes kek,
        Scrypt(passphrase_, std::string_view(wrapped).substr(1), log2_n_));
    ANON_ASSIGN_OR_RETURN(const std::string body, internal::WrapAes(kek, key));
    return wrapped + body;
  }

  absl::StatusOr<SecretBytes> Unwrap(std::string_view wrapped) const override {
    const unsigned log2_n =
        wrapped.empty() ? 0 : static_cast<unsigned char>(wrapped[0]);
    if (wrapped.size() <= 1 + kSalt || log2_n < kLeastLog2N ||
        log2_n > kMostLog2N) {
      return InputError("does not open: damaged");
    }
    ANON_ASSIGN_OR_RETURN(
        const SecretBytes kek,
        Scrypt(passphrase_, wrapped.substr(1, kSalt), log2_n));
    return internal::UnwrapAes(kek, wrapped.substr(1 + kSalt));
  }

 private:
  SecretBytes passphrase_;
  unsigned log2_n_;
};

// The first line of `text`.
std::string_view FirstLine(const SecretBytes& text) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(text);
  std::string_view line(reinterpret_cast<const char*>(bytes.data()),
                        bytes.size());
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

absl::StatusOr<SecretBytes> ReadReference(std::string_view kind,
                                          std::string_view place) {
  if (kind == "file" || kind == "passphrase-file") {
    return internal::ReadSmallSecret(std::filesystem::path(place));
  }
  int fd = -1;
  const auto* const end = place.data() + place.size();
  const auto [stop, error] = std::from_chars(place.data(), end, fd);
  if (error != std::errc() || stop != end || fd < 0) {
    return PolicyError(
        "a file descriptor is a number, as in fd:3; correct the reference");
  }
  return internal::ReadSmallSecret(fd);
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyWrapper>> MakeKeyWrapper(SecretBytes key) {
  if (key.size() != kKeyBytes) {
    return PolicyError(
        "a key-encryption key has 32 bytes, written as 64 hex digits; make "
        "one with openssl rand -hex 32");
  }
  return std::make_unique<LocalKey>(std::move(key));
}

absl::StatusOr<std::unique_ptr<KeyWrapper>> MakePassphraseWrapper(
    SecretBytes passphrase, unsigned log2_n) {
  if (passphrase.size() < kLeastPassphrase) {
    return PolicyError(
        "a passphrase needs 12 bytes or more; take several words");
  }
  if (log2_n < kLeastLog2N || log2_n > kMostLog2N) {
    return PolicyError("scrypt's log2 N is 14 to 20");
  }
  return std::make_unique<Passphrase>(std::move(passphrase), log2_n);
}

absl::StatusOr<std::unique_ptr<KeyWrapper>> OpenKeyWrapper(
    std::string_view reference) {
  const std::size_t colon = reference.find(':');
  const std::string_view kind = reference.substr(0, colon);
  const std::string_view place =
      colon == std::string_view::npos ? "" : reference.substr(colon + 1);
  if (kind == "pkcs11") return internal::OpenPkcs11(place);
  const bool passphrase = kind.starts_with("passphrase-");
  if (place.empty() || (kind != "file" && kind != "fd" &&
                        kind != "passphrase-file" && kind != "passphrase-fd")) {
    return PolicyError(
        "a key-encryption key is given by reference: file:PATH, fd:N, "
        "passphrase-file:PATH, passphrase-fd:N or pkcs11:...");
  }
  ANON_ASSIGN_OR_RETURN(const SecretBytes text, ReadReference(kind, place));
  const std::string_view line = FirstLine(text);
  if (!passphrase) {
    ANON_ASSIGN_OR_RETURN(SecretBytes key, internal::ParseHexSecret(line));
    return MakeKeyWrapper(std::move(key));
  }
  std::array<std::byte, 4096> bytes{};
  for (std::size_t i = 0; i < line.size(); ++i) {
    bytes[i] = static_cast<std::byte>(line[i]);
  }
  ANON_ASSIGN_OR_RETURN(
      SecretBytes words,
      SecretBytes::TakeFrom(std::span(bytes).first(line.size())));
  return MakePassphraseWrapper(std::move(words));
}

absl::Status CreateKeyWrapperFile(const std::filesystem::path& path,
                                  RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes key,
                        SecretBytes::Random(kKeyBytes, random));
  internal::SecretText text(2 * kKeyBytes + 1);
  text.AddHex(RevealSecret::Bytes(key));
  text.Add("\n");
  return internal::CreatePlainSecretFile(path, text.view());
}

}  // namespace anon
