// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PSEUDONYM_PSEUDONYMIZER_H_
#define ANON_PSEUDONYM_PSEUDONYMIZER_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/secret/key.h"

namespace anon {

enum class PseudonymEncoding {
  kBase32,  // 26 characters, lower case, RFC 4648 without padding
  kHex,     // 32 characters, lower case
};

struct PseudonymOptions {
  std::string domain = {};     // who may link: "univ-a/2026"; required
  std::string attribute = {};  // the column: "subscriber_id"; required
  PseudonymEncoding encoding = PseudonymEncoding::kBase32;
};

// Replaces identifiers by pseudonyms (仮ID): the first 128 bits of HMAC-SHA-256
// (FIPS 198-1, RFC 2104) of the identifier's bytes, under a subkey derived for
// (domain, attribute). Without the key a pseudonym can be neither computed nor
// tested. 128 bits keep n identifiers apart but for a chance of n^2 / 2^129.
// Immutable and safe to share between threads. A forked child cannot use one
// (the key is wiped there): create it after the fork.
class Pseudonymizer {
 public:
  static absl::StatusOr<Pseudonymizer> Create(const Key& key,
                                              const PseudonymOptions& options);
  ~Pseudonymizer();
  Pseudonymizer(Pseudonymizer&&) noexcept;
  Pseudonymizer& operator=(Pseudonymizer&&) noexcept;

  // Characters in every pseudonym.
  std::size_t width() const;

  // Writes the pseudonyms of `identifiers` one after the other, width()
  // characters each. `out` must have width() * identifiers.size() characters.
  // An empty identifier is a missing value, not a person: it is an error (all
  // of them would share one pseudonym) and `out` is then untouched; the caller
  // decides what a missing value becomes. No allocation per identifier.
  absl::Status Pseudonymize(std::span<const std::string_view> identifiers,
                            std::span<char> out) const;
  absl::StatusOr<std::string> Pseudonymize(std::string_view identifier) const;

 private:
  struct State;
  explicit Pseudonymizer(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace anon

#endif  // ANON_PSEUDONYM_PSEUDONYMIZER_H_
