// SPDX-License-Identifier: Apache-2.0
//
// What must not be found: the keys of a workplace, however somebody might have
// written them down.
#ifndef ANON_TESTS_E2E_SECRETS_H_
#define ANON_TESTS_E2E_SECRETS_H_

#include <set>
#include <string>
#include <string_view>

#include "e2e/workplace.h"

namespace anon::test {

// `anon <arguments>` with `input` on stdin.
Outcome Filter(const std::string& arguments, const std::string& input);

// A place with a keyring and a vault.
struct Secrets : Workplace {
  Secrets() { MakeSecrets(); }
  std::string Keys() const {
    return " --keyring " + keyring.string() + " --kek " + kek();
  }
  std::string Custodian() const {
    return " --vault " + vault.string() + " --custodian-key " +
           custodian_key.string();
  }
};

// Adds the ways in which somebody might write bytes down.
void AddForms(std::string_view bytes, std::set<std::string>& forms);

// Every secret of a workplace: key-encryption key, primary key of the keyring,
// the custodian's key. Throws if one cannot be read.
std::set<std::string> KeyForms(const Secrets& place);

}  // namespace anon::test

#endif  // ANON_TESTS_E2E_SECRETS_H_
