// SPDX-License-Identifier: Apache-2.0
#include "anon/release/delivery.h"

#include <fmt/format.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include "anon/base/files.h"
#include "base/status_macros.h"
#include "release/journal.h"
#include "release/rename.h"
#include "secret/openssl_ptr.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

using internal::OpensslFree;
using Bio = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, OpensslFree<X509_free>>;
using Message =
    std::unique_ptr<CMS_ContentInfo, OpensslFree<CMS_ContentInfo_free>>;

absl::StatusOr<Certificate> ReadCertificate(const fs::path& path) {
  const Bio file(BIO_new_file(path.c_str(), "r"));
  Certificate certificate(
      file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)
           : nullptr);
  ERR_clear_error();
  if (!certificate) {
    return InputError(fmt::format(
        "{}: no X.509 certificate in PEM can be read here; ask the recipient "
        "for one",
        path.string()));
  }
  const bool begun =
      X509_cmp_current_time(X509_get0_notBefore(certificate.get())) < 0;
  const bool over =
      X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0;
  if (!begun || over) {
    return InputError(fmt::format(
        "{}: the certificate {}; ask the recipient for one that is valid",
        path.string(), over ? "has expired" : "is not valid yet"));
  }
  EVP_PKEY* const key = X509_get0_pubkey(certificate.get());
  if (key == nullptr || (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
                         EVP_PKEY_get_bits(key) < 2048)) {
    return InputError(fmt::format(
        "{}: its key is unknown or below 2048 bits; ask the recipient for a "
        "stronger one",
        path.string()));
  }
  return certificate;
}

bool AddRecipient(CMS_ContentInfo* message, X509* certificate) {
  CMS_RecipientInfo* const recipient =
      CMS_add1_recipient_cert(message, certificate, CMS_KEY_PARAM);
  if (recipient == nullptr) return false;
  if (EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) != EVP_PKEY_RSA) {
    return true;
  }
  EVP_PKEY_CTX* const context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  return context != nullptr &&
         EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0;
}

absl::Status Encrypt(const fs::path& from, const fs::path& to,
                     X509* certificate) {
  constexpr unsigned kFlags = CMS_BINARY | CMS_STREAM | CMS_PARTIAL;
  const Bio in(BIO_new_file(from.c_str(), "rb"));
  if (!in) return IoError("open", from.string(), errno);
  const Bio out(BIO_new_file(to.c_str(), "wb"));
  if (!out) return IoError("create", to.string(), errno);
  const Message message(
      CMS_encrypt(nullptr, nullptr, EVP_aes_256_gcm(), kFlags));
  const bool done = message && AddRecipient(message.get(), certificate) &&
                    i2d_CMS_bio_stream(out.get(), message.get(), in.get(),
                                       static_cast<int>(kFlags)) == 1 &&
                    BIO_flush(out.get()) == 1;
  ERR_clear_error();
  return done ? absl::OkStatus()
              : absl::InternalError(fmt::format(
                    "{}: cannot be encrypted for this certificate; check the "
                    "disk and that its key is RSA or elliptic-curve",
                    from.string()));
}

bool IsNotice(const fs::path& file) {
  return file.filename().string().starts_with("notice.") ||
         file.extension() == ".json";
}

absl::Status Fill(const fs::path& provide, const fs::path& stage,
                  X509* certificate) {
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(provide, error)) {
    const fs::path name = entry.path().filename();
    if (IsNotice(name)) {
      ANON_ASSIGN_OR_RETURN(const std::string notice, ReadFile(entry.path()));
      ANON_RETURN_IF_ERROR(WriteFile(stage / name, notice));
    } else {
      ANON_RETURN_IF_ERROR(
          Encrypt(entry.path(), stage / (name.string() + ".p7m"), certificate));
    }
  }
  if (error) return IoError("read", provide.string(), error.value());
  return SyncTree(stage);
}

}  // namespace

absl::Status MakeDeliveryPackage(const fs::path& directory,
                                 const fs::path& certificate,
                                 const fs::path& package) {
  ANON_ASSIGN_OR_RETURN(const Certificate recipient,
                        ReadCertificate(certificate));
  std::error_code ignored;
  if (fs::exists(package, ignored)) {
    return absl::AlreadyExistsError(fmt::format(
        "{}: exists; name a directory that does not", package.string()));
  }
  const fs::path stage = internal::Sibling(package, "stage");
  ANON_RETURN_IF_ERROR(internal::RemoveTree(stage));
  ANON_RETURN_IF_ERROR(MakeDirectory(stage, 0700));
  absl::Status status = Fill(directory / "provide", stage, recipient.get());
  if (status.ok())
    status = internal::PutInPlace(stage, package, {}, internal::IdOf(stage),
                                  /*replace=*/false);
  if (!status.ok()) internal::RemoveTree(stage).IgnoreError();
  return status;
}

}  // namespace anon
