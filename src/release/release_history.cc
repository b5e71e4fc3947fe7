// SPDX-License-Identifier: Apache-2.0
#include "release/release_history.h"

namespace anon::internal {

ReleaseHistory HistoryOf(std::span<const LedgerRecord> records,
                         std::string_view release_id) {
  ReleaseHistory history;
  for (const LedgerRecord& record : records) {
    if (record.entry.release_id != release_id) continue;
    switch (record.entry.event) {
      case ReleaseEvent::kCreated:
        history.created = &record;
        break;
      case ReleaseEvent::kPublished:
        history.published = &record;
        break;
      case ReleaseEvent::kProvided:
        history.provided = &record;
        ++history.provisions;
        break;
      case ReleaseEvent::kEnded:
        history.ended = &record;
        break;
      case ReleaseEvent::kErasing:
        history.erasing = &record;
        break;
      case ReleaseEvent::kErased:
        history.erased = &record;
        break;
    }
  }
  return history;
}

const LedgerRecord* PublicationFor(std::span<const LedgerRecord> records,
                                   std::string_view release_id,
                                   std::string_view coverage) {
  const LedgerRecord* found = nullptr;
  for (const LedgerRecord& record : records) {
    if (record.entry.event != ReleaseEvent::kPublished ||
        record.Detail("coverage") != coverage) {
      continue;
    }
    const std::string& id = record.entry.release_id;
    if (id == release_id) return &record;
    if (record.Detail("continuing") == "yes" &&
        !HistoryOf(records, id).over()) {
      found = &record;
    }
  }
  return found;
}

}  // namespace anon::internal
