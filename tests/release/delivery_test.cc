// SPDX-License-Identifier: Apache-2.0
//
// Packages are opened by OpenSSL's own reader, not by code of this project.
#include "anon/release/delivery.h"

#include <doctest/doctest.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "release/sealable.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

struct Free {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(CMS_ContentInfo* p) const { CMS_ContentInfo_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// A recipient with a self-signed certificate, valid from `from` to `to` seconds
// from now.
struct Recipient {
  Owned<EVP_PKEY> key;
  Owned<X509> certificate{X509_new()};

  explicit Recipient(EVP_PKEY* made, long from = -60, long to = 3600)
      : key(made) {
    REQUIRE(key);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    const auto* const common =
        reinterpret_cast<const unsigned char*>("recipient");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  }
  fs::path WriteTo(const fs::path& path) const {
    const Owned<BIO> file(BIO_new_file(path.c_str(), "w"));
    REQUIRE(PEM_write_bio_X509(file.get(), certificate.get()) == 1);
    return path;
  }
  // What is in `encrypted`; "" if it does not open.
  std::string Open(const std::string& encrypted) const {
    const Owned<BIO> in(
        BIO_new_mem_buf(encrypted.data(), static_cast<int>(encrypted.size())));
    const Owned<CMS_ContentInfo> message(d2i_CMS_bio(in.get(), nullptr));
    const Owned<BIO> out(BIO_new(BIO_s_mem()));
    if (!message || CMS_decrypt(message.get(), key.get(), certificate.get(),
                                nullptr, out.get(), CMS_BINARY) != 1) {
      return "";
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
};

struct Sealed {
  test::Sealable sealable;
  test::TempDir dir;
  Sealed() { REQUIRE(sealable.TrySeal().ok()); }
  absl::Status Package(const Recipient& recipient) const {
    return MakeDeliveryPackage(sealable.dir.path(),
                               recipient.WriteTo(dir / "certificate.pem"),
                               dir / "package");
  }
};

TEST_CASE("Delivery: the recipient opens it, for RSA and elliptic-curve keys") {
  for (EVP_PKEY* const key : {EVP_RSA_gen(2048), EVP_EC_gen("P-256")}) {
    const Recipient recipient(key);
    const Sealed sealed;
    const absl::Status made = sealed.Package(recipient);
    REQUIRE_MESSAGE(made.ok(), Message(made));
    const fs::path package = sealed.dir / "package";
    CHECK(recipient.Open(test::Read(package / "data.csv.p7m")) == test::kData);
    CHECK_FALSE(fs::exists(package / "data.csv"));
    for (const char* const notice : {"notice.ja.txt", "notice.en.txt"}) {
      CHECK(test::Read(package / notice) ==
            test::Read(sealed.sealable.dir / "provide" / notice));
    }
    CHECK_FALSE(fs::exists(sealed.dir / ".package.stage"));
  }
}

TEST_CASE("Delivery: nobody else opens it, and no changed byte passes") {
  const Recipient recipient(EVP_RSA_gen(2048));
  const Recipient other(EVP_RSA_gen(2048));
  const Sealed sealed;
  REQUIRE(sealed.Package(recipient).ok());
  const std::string good = test::Read(sealed.dir / "package/data.csv.p7m");
  CHECK(good.find("municipality") == std::string::npos);
  CHECK(other.Open(good) != test::kData);
  for (std::size_t at = 0; at < good.size(); at += 3) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    const std::string opened = recipient.Open(bad);
    // Bytes that name the recipient are not covered; the data are.
    CHECK((opened.empty() || opened == test::kData));
  }
}

TEST_CASE("Delivery: certificates that prove nothing are refused") {
  const Sealed sealed;
  const absl::Status expired =
      sealed.Package(Recipient(EVP_EC_gen("P-256"), -3600, -60));
  CHECK(Message(expired).find("has expired") != std::string_view::npos);
  const absl::Status early =
      sealed.Package(Recipient(EVP_EC_gen("P-256"), 60, 3600));
  CHECK(Message(early).find("not valid yet") != std::string_view::npos);
  const absl::Status weak = sealed.Package(Recipient(EVP_RSA_gen(1024)));
  CHECK(Message(weak).find("2048") != std::string_view::npos);
  const absl::Status text = MakeDeliveryPackage(
      sealed.sealable.dir.path(),
      test::Write(sealed.dir / "text.pem", "no certificate"),
      sealed.dir / "package");
  CHECK(Message(text).find("no X.509 certificate") != std::string_view::npos);
  CHECK_FALSE(fs::exists(sealed.dir / "package"));
}

TEST_CASE("Delivery: what stands at the place of the package is left alone") {
  const Sealed sealed;
  test::Write(sealed.dir / "package/old", "old");
  CHECK(sealed.Package(Recipient(EVP_EC_gen("P-256"))).code() ==
        absl::StatusCode::kAlreadyExists);
  CHECK(test::Read(sealed.dir / "package/old") == "old");
}

}  // namespace
}  // namespace anon
