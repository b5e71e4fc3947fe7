// SPDX-License-Identifier: Apache-2.0
//
// What every store of deletion information must do, whatever it is built on. A
// store is handed in as three functions; what its test adds is what only it
// has: files, modes, servers.
#ifndef ANON_TESTS_VAULT_CONFORMANCE_H_
#define ANON_TESTS_VAULT_CONFORMANCE_H_

#include <functional>
#include <memory>

#include "anon/secret/deletion_sink.h"
#include "anon/vault/custodian.h"

namespace anon::test {

struct StoreUnderTest {
  std::function<std::unique_ptr<DeletionSink>()> sink;
  std::function<VaultCustodian(const CustodianOptions&)> custodian;
  // Puts the sealed data, without record keys, back as they were at `save`.
  std::function<void()> save;
  std::function<void()> restore;
};

// Makes a fresh, empty store for each case.
void CheckConformance(const std::function<StoreUnderTest()>& fresh);

}  // namespace anon::test

#endif  // ANON_TESTS_VAULT_CONFORMANCE_H_
