// SPDX-License-Identifier: Apache-2.0
//
// What holds a DeletionSink or a Pseudonymizer can do no more than that. See
// CMakeLists.txt.
#include <string>
#include <utility>

#include "anon/pseudonym/pseudonymizer.h"
#include "anon/secret/deletion_sink.h"
#include "anon/vault/sqlite_vault.h"

namespace anon {

absl::Status Use(DeletionSink& sink, Pseudonymizer pseudonymizer) {
  // What is allowed.
  const auto pseudonym = pseudonymizer.Pseudonymize("S-1");
  const DeletionRecord record{"id", *pseudonym, "S-1"};
  Pseudonymizer moved = std::move(pseudonymizer);

#ifdef OFFENCE_READ_BACK
  sink.Original("ds-1", "id", *pseudonym).IgnoreError();
#endif
#ifdef OFFENCE_LIST
  sink.DataSets().IgnoreError();
#endif
#ifdef OFFENCE_READER_WITHOUT_KEY
  auto reader = OpenSqliteVaultCustodian("vault.db");
#endif
#ifdef OFFENCE_COPY_PSEUDONYMIZER
  Pseudonymizer copy = moved;
#endif
#ifdef OFFENCE_INVERT
  moved.Invert(*pseudonym);
#endif
  return sink.Put(std::span(&record, 1));
}

}  // namespace anon
