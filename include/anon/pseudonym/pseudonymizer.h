// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_PSEUDONYM_PSEUDONYMIZER_H_
#define ANON_PSEUDONYM_PSEUDONYMIZER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "anon/base/status.h"
#include "anon/pseudonym/encoding.h"
#include "anon/pseudonym/normalization.h"
#include "anon/secret/key.h"

namespace anon {

struct PseudonymOptions {
  std::string domain = {};     // who may link: "univ-a/2026"; required
  std::string attribute = {};  // the column: "subscriber_id"; required
  PseudonymEncoding encoding = PseudonymEncoding::kBase32;
  // The period within which pseudonyms link: "2026-04". Two epochs do not.
  // Empty: the whole life of the domain.
  std::string epoch = {};
  // Applied to an identifier before it is hashed. Tables of one domain need the
  // same one: it decides who counts as the same person.
  Normalization normalization = Normalization::kNone;
  // 8 to 16. Less than the 128 bits of the default needs a promise in the next
  // field.
  std::size_t bytes = kMostPseudonymBytes;
  // The most identifiers there will ever be in the domain. A pseudonym too
  // short to keep so many apart (LeastPseudonymBytes) is refused.
  std::uint64_t most_identifiers = std::uint64_t{1} << 48;
};

// Replaces identifiers by pseudonyms (仮ID): the first 128 bits of HMAC-SHA-256
// (FIPS 198-1, RFC 2104) of the identifier's bytes, under a subkey derived for
// (domain, attribute, epoch). Without the key a pseudonym can be neither
// computed nor tested. 128 bits keep n identifiers apart but for a chance of
// n^2 / 2^129; a store of deletion information notices a collision.
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
  // of them would share one pseudonym), and so is one that cannot be
  // normalized; `out` is then of no use. The caller decides what a missing
  // value becomes. No allocation per identifier.
  absl::Status Pseudonymize(std::span<const std::string_view> identifiers,
                            std::span<char> out) const;
  absl::StatusOr<std::string> Pseudonymize(std::string_view identifier) const;

  // The same pseudonyms as integers, one for each identifier.
  absl::Status PseudonymizeToValues(
      std::span<const std::string_view> identifiers,
      std::span<PseudonymValue> out) const;

 private:
  struct State;
  explicit Pseudonymizer(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace anon

#endif  // ANON_PSEUDONYM_PSEUDONYMIZER_H_
