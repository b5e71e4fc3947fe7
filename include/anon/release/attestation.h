// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_ATTESTATION_H_
#define ANON_RELEASE_ATTESTATION_H_

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/release/manifest.h"
#include "anon/release/terms.h"
#include "anon/secret/signing_key.h"

namespace anon {

// Who signs, and as what: the maker of the release, or the one who approves it
// (two-person rule).
enum class SignerRole { kMaker, kApprover };
std::string_view ToString(SignerRole role);  // "maker", "approver"

// What a release says of itself, publish/attestation.json: kind, profile, tool,
// "models met: yes" (figures only where the policy discloses them) and the
// digest of every other file. Format attestation/1: canonical JSON (sorted
// keys, two spaces of indent), to which signatures are added one by one; each
// is over the document without signatures.
std::string AttestationJson(const ReleaseTerms& terms,
                            const ManifestFacts& facts,
                            const std::map<std::string, std::string>& sha256);

// Adds a signature to the attestation of the release in `directory`. Refuses a
// second one of the same key, an approver who is the maker, and a release whose
// files are not those attested.
absl::Status SignRelease(const std::filesystem::path& directory,
                         const SigningKey& key, SignerRole role);

// What somebody finds who was given a release.
struct VerifiedRelease {
  struct Signature {
    std::string role;
    std::string key_id;
    bool valid = false;  // the key in it made it, over this document
    bool known = false;  // and is one of the keys that the verifier trusts
  };
  std::string release_id;
  std::string kind;
  std::string created;
  bool models_met = false;
  // The policy asks for a second person, and none has signed as the approver.
  bool approval_missing = false;
  std::vector<Signature> signatures;
  // Sentences: files that are missing, changed or not attested, signatures that
  // are not valid. Empty: what is there is what was sealed.
  std::vector<std::string> problems;

  // Whole, signed validly by a known key and by no invalid one, and approved if
  // that is asked for.
  bool trusted() const;
};

// Recomputes every digest and checks every signature. Fails only if there is no
// attestation to read; what is wrong with the release is in the result.
absl::StatusOr<VerifiedRelease> VerifyRelease(
    const std::filesystem::path& directory,
    const std::vector<VerifyingKey>& trusted);

}  // namespace anon

#endif  // ANON_RELEASE_ATTESTATION_H_
