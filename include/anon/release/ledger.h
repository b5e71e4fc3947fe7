// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RELEASE_LEDGER_H_
#define ANON_RELEASE_LEDGER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/digest.h"
#include "anon/base/status.h"

namespace anon {

// What happened to a release. Names are stored; they never change meaning.
enum class ReleaseEvent {
  kCreated,
  kPublished,
  kProvided,
  kEnded,
  kErasing,  // from here on an erasure is finished, never taken back
  kErased,
};
std::string_view ToString(ReleaseEvent event);  // "created", "published", ...

struct LedgerEntry {
  std::string release_id;
  ReleaseEvent event = ReleaseEvent::kCreated;
  std::string actor;  // who did it
  // By key: "url", "recipient.name", ... Never a data principal.
  std::map<std::string, std::string> details;
};

// One record of the ledger. Records form a chain: `hash` is over the record and
// the hash before it.
struct LedgerRecord {
  std::int64_t number = 0;  // from 1
  std::int64_t time = 0;    // seconds since 1970, never going back
  LedgerEntry entry;
  Digest hash{};

  // The detail `key`, or nothing.
  std::string_view Detail(std::string_view key) const;
};

// The append-only book of releases of one publisher: an SQLite file (0600) to
// which records are added and from which none is taken. What Append says it
// wrote is on the disk; a process killed in the middle leaves the old chain.
// Every call reads the whole chain and answers kDataLoss if a record was
// altered, removed or put in between. Records cut off the end, or a chain made
// anew, are noticed by whoever wrote a head down: see Check.
//
// Several processes may use one ledger; one object is for one thread.
class Ledger {
 public:
  // Refuses a file that exists.
  static absl::Status Create(const std::filesystem::path& path);
  // Refuses a file that others may read. `now`: seconds since 1970; empty: the
  // system's clock.
  static absl::StatusOr<Ledger> Open(const std::filesystem::path& path,
                                     std::function<std::int64_t()> now = {});
  ~Ledger();
  Ledger(Ledger&&) noexcept;

  absl::StatusOr<std::vector<LedgerRecord>> Records();

  // Appends what `decide` makes of all records so far; no other process writes
  // meanwhile. Its error is the answer, and nothing is appended.
  using Decide =
      std::function<absl::StatusOr<LedgerEntry>(std::span<const LedgerRecord>)>;
  absl::StatusOr<LedgerRecord> Append(const Decide& decide);

  // Whether the record "<number>:<hash>" that an earlier call printed still
  // stands; empty: only the chain. Returns the head now.
  absl::StatusOr<std::string> Check(std::string_view head = {});

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// "<number>:<hash>", to be written down elsewhere.
std::string HeadOf(const LedgerRecord& record);

}  // namespace anon

#endif  // ANON_RELEASE_LEDGER_H_
