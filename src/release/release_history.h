// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what the ledger says of one release.
#ifndef ANON_SRC_RELEASE_RELEASE_HISTORY_H_
#define ANON_SRC_RELEASE_RELEASE_HISTORY_H_

#include <span>
#include <string_view>

#include "anon/release/ledger.h"

namespace anon::internal {

// Points into the records it was made of.
struct ReleaseHistory {
  const LedgerRecord* created = nullptr;
  const LedgerRecord* published = nullptr;  // the latest
  const LedgerRecord* provided = nullptr;   // the latest
  const LedgerRecord* ended = nullptr;
  const LedgerRecord* erasing = nullptr;
  const LedgerRecord* erased = nullptr;
  std::int64_t provisions = 0;

  bool over() const { return ended != nullptr || erasing != nullptr; }
};

ReleaseHistory HistoryOf(std::span<const LedgerRecord> records,
                         std::string_view release_id);

// The publication that covers `release_id`, with `coverage`: its own, or the
// latest continuing one of another release that has not ended; null if none.
const LedgerRecord* PublicationFor(std::span<const LedgerRecord> records,
                                   std::string_view release_id,
                                   std::string_view coverage);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_RELEASE_HISTORY_H_
