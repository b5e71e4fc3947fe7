// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_DELIVERY_H_
#define ANON_RELEASE_DELIVERY_H_

#include <filesystem>

#include "anon/base/status.h"

namespace anon {

// Makes `package`, a new directory, of everything in provide/ of the release in
// `directory`, for sending by e-mail or on a medium: the data encrypted for the
// recipient's certificate (PEM, X.509), the notices as they are, because they
// must be readable before anything is opened. Large files are streamed; killed
// or failing, it leaves no package.
//
// Format: CMS AuthEnvelopedData, DER (RFC 5083, 5084): AES-256-GCM under a
// fresh key, to an RSA key by OAEP with SHA-256 (RFC 3560) or to an
// elliptic-curve key (RFC 5753). Any CMS tool opens it:
//   openssl cms -decrypt -inform DER -in data.csv.p7m -inkey key.pem
// Refuses a certificate that has expired or is not valid yet, and an RSA key
// below 2048 bits.
absl::Status MakeDeliveryPackage(const std::filesystem::path& directory,
                                 const std::filesystem::path& certificate,
                                 const std::filesystem::path& package);

}  // namespace anon

#endif  // ANON_RELEASE_DELIVERY_H_
