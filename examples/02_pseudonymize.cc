// SPDX-License-Identifier: Apache-2.0
//
// Pseudonyms without a run: a service replaces identifiers in batches, and two
// recipients get pseudonyms that cannot be linked.
//
//   02_pseudonymize DIRECTORY
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "anon/anon.h"

// The pseudonyms of `ids` for one recipient. A Pseudonymizer is immutable: make
// one per domain and share it between threads.
absl::StatusOr<std::vector<std::string>> PseudonymsFor(
    const std::string& domain, const anon::Keyring& keyring,
    const std::vector<std::string_view>& ids) {
  // The domain says who may link (recipient and period), the attribute keeps a
  // phone number apart from a customer number that has the same digits.
  const auto pseudonymizer = anon::Pseudonymizer::Create(
      keyring.primary(), {.domain = domain, .attribute = "subscriber_id"});
  if (!pseudonymizer.ok()) return pseudonymizer.status();

  // One buffer for the batch, nothing allocated per identifier.
  const std::size_t width = pseudonymizer->width();
  std::string buffer(width * ids.size(), '\0');
  const absl::Status done = pseudonymizer->Pseudonymize(ids, buffer);
  if (!done.ok()) return done;

  std::vector<std::string> pseudonyms;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    pseudonyms.push_back(buffer.substr(i * width, width));
  }
  return pseudonyms;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path dir = argv[1];
  const std::filesystem::path file = dir / "keys" / "keyring";
  anon::OsRandom random;

  // Once: a keyring, and elsewhere the key that encrypts it. Whoever reads both
  // can test any phone number in seconds: keep them away from data and vault.
  absl::Status status = anon::MakeDirectory(dir / "keys", 0700);
  if (status.ok()) status = anon::MakeDirectory(dir / "kek", 0700);
  if (status.ok()) {
    status = anon::CreateKeyWrapperFile(dir / "kek" / "kek", random);
  }
  const auto kek = anon::OpenKeyWrapper("file:" + (dir / "kek/kek").string());
  if (status.ok()) status = kek.status();
  if (status.ok()) {
    status = anon::Keyring::CreateFile(file, {.wrapper = kek->get()}, random)
                 .status();
  }
  if (!status.ok()) {
    std::cerr << status << '\n';
    return 3;
  }

  // At every start. A file that others may read is refused.
  const auto keyring = anon::Keyring::OpenFile(file, {.wrapper = kek->get()});
  if (!keyring.ok()) return 3;
  const std::vector<std::string_view> ids = {"S0000001", "S0000002",
                                             "S0000001"};
  const auto a = PseudonymsFor("univ-a/2026", *keyring, ids);
  const auto b = PseudonymsFor("univ-b/2026", *keyring, ids);
  if (!a.ok() || !b.ok()) return 3;

  // The same person has one pseudonym within a domain and another in the next.
  const bool linked_within = (*a)[0] == (*a)[2] && (*b)[0] == (*b)[2];
  const bool linked_across = (*a)[0] == (*b)[0] || (*a)[1] == (*b)[1];
  std::cout << "key " << keyring->primary().id()
            << "\nlinked within a domain: " << (linked_within ? "yes" : "no")
            << "\nlinked across domains: " << (linked_across ? "yes" : "no")
            << '\n';
  return linked_within && !linked_across ? 0 : 1;
}
