// SPDX-License-Identifier: Apache-2.0
#include "anon/vault/custodian.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/escaped.h"
#include "base/status_macros.h"
#include "vault/custodian_access.h"
#include "vault/vault_sink.h"

namespace anon {

using internal::Opener;
using internal::RecordView;
using internal::StoredBlock;
using internal::StoredDataSet;
using internal::StoredPlace;
using internal::StoredSession;

namespace {

// Records whose index entries are asked for together.
constexpr std::size_t kVerifiedAtOnce = 4096;

bool Same(const DeletionDataSet& a, const DeletionDataSet& b) {
  return std::tie(a.id, a.origin, a.kind, a.key_id, a.retain_until) ==
         std::tie(b.id, b.origin, b.kind, b.key_id, b.retain_until);
}

}  // namespace

namespace internal {

absl::StatusOr<VaultCustodian> CustodianAccess::Make(
    std::unique_ptr<Store> store, SecretBytes private_key,
    CustodianOptions options) {
  ANON_ASSIGN_OR_RETURN(const PublicKey public_key, PublicKeyOf(private_key));
  if (public_key != store->custodian()) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: the key given is not that of this vault's custodian; give the "
        "file made with the vault",
        store->name()));
  }
  ANON_ASSIGN_OR_RETURN(SecretBytes log_key, LogKey(private_key));
  options.actor = ActorOr(std::move(options.actor));
  if (!options.now) options.now = SystemClock();
  return VaultCustodian(std::unique_ptr<VaultCustodian::State>(
      new VaultCustodian::State{std::move(store), std::move(private_key),
                                std::move(log_key), std::move(options)}));
}

absl::Status CustodianAccess::ForEach(
    VaultCustodian& custodian, std::string_view data_set_id,
    const std::function<void(std::string_view, std::string_view,
                             std::string_view)>& visit) {
  ANON_ASSIGN_OR_RETURN(const StoredDataSet set,
                        custodian.state_->store->FindDataSet(data_set_id));
  return custodian.state_->Walk(
      set, [&](const StoredPlace&, const RecordView& record,
               std::optional<std::string_view> original) {
        if (original) visit(record.attribute, record.pseudonym, *original);
        return absl::OkStatus();
      });
}

}  // namespace internal

VaultCustodian::VaultCustodian(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
VaultCustodian::~VaultCustodian() = default;
VaultCustodian::VaultCustodian(VaultCustodian&&) noexcept = default;

AccessLogEntry VaultCustodian::State::NewEntry(std::string_view action,
                                               std::string_view data_set,
                                               std::int64_t records) const {
  AccessLogEntry entry;
  entry.time = options.now();
  entry.actor = options.actor;
  entry.action = action;
  entry.data_set = data_set;
  entry.reason = options.reason;
  entry.records = records;
  return entry;
}

absl::Status VaultCustodian::State::Log(std::string_view action,
                                        std::string_view data_set,
                                        std::int64_t records,
                                        AccessLogEntry* written) {
  AccessLogEntry entry = NewEntry(action, data_set, records);
  ANON_RETURN_IF_ERROR(store->AppendLog(
      entry, [this](const AccessLogEntry& last, AccessLogEntry& next) {
        return internal::Chain(last, &log_key, next);
      }));
  if (written != nullptr) *written = entry;
  return absl::OkStatus();
}

absl::Status VaultCustodian::State::Admit(std::string_view action,
                                          std::string_view data_set,
                                          std::int64_t records) {
  AccessLogEntry entry = NewEntry(action, data_set, records);
  std::int64_t lately = 0;
  bool admitted = false;
  // Counted where nobody else can append: of several at once only those that
  // fit are admitted.
  ANON_RETURN_IF_ERROR(store->AppendLog(
      entry,
      [&](const AccessLogEntry& last, AccessLogEntry& next) -> absl::Status {
        ANON_ASSIGN_OR_RETURN(lately, store->LookUpsSince(next.time - 3600));
        admitted = records <= options.look_ups_per_hour - lately;
        if (!admitted) next.action += " refused (limit)";
        return internal::Chain(last, &log_key, next);
      }));
  if (admitted) return absl::OkStatus();
  return absl::ResourceExhaustedError(fmt::format(
      "{}: {} records were looked up or searched for within an hour, {} are "
      "allowed; wait, or have the limit raised",
      store->name(), lately, options.look_ups_per_hour));
}

absl::Status VaultCustodian::State::NeedReason() const {
  if (!options.reason.empty()) return absl::OkStatus();
  return PolicyError(
      "looking up and erasing need a reason for the access log; give one that "
      "names no data principal");
}

absl::Status VaultCustodian::State::Damaged(
    const StoredDataSet& data_set) const {
  return InputError(fmt::format(
      "{}: a sealed record of data set {} was altered, moved or lost, or its "
      "description was; restore the vault from a backup",
      store->name(), internal::Escaped(data_set.described.id)));
}

void VaultCustodian::State::WipeOpeners() {
  for (auto& [session, described] : openers) described.opener.Wipe();
}

absl::StatusOr<Opener*> VaultCustodian::State::OpenerOf(
    const StoredDataSet& data_set, const StoredSession& session) {
  const auto found = openers.find(session.public_key);
  if (found != openers.end() &&
      Same(found->second.described, data_set.described)) {
    return &found->second.opener;
  }
  auto opener =
      Opener::Create(private_key, session.public_key, data_set.described);
  if (!opener.ok()) return Damaged(data_set);
  openers.erase(session.public_key);
  return &openers
              .emplace(session.public_key,
                       DescribedOpener{data_set.described, *std::move(opener)})
              .first->second.opener;
}

absl::StatusOr<std::optional<std::string_view>> VaultCustodian::State::Open(
    const StoredDataSet& data_set, const StoredSession& session,
    const StoredBlock& block, const RecordView& record) {
  if (session.keys == 0) return std::nullopt;  // the data set was erased
  ANON_ASSIGN_OR_RETURN(Opener* const opener, OpenerOf(data_set, session));
  const absl::StatusOr<std::string_view> original =
      opener->Open({internal::SequenceOf(block.number, record.slot),
                    record.attribute, record.pseudonym},
                   internal::ShareOf(block.shares, record.slot),
                   std::as_bytes(std::span(record.sealed)));
  if (absl::IsNotFound(original.status())) return std::nullopt;
  if (!original.ok()) return Damaged(data_set);
  return *original;
}

absl::Status VaultCustodian::State::Walk(const StoredDataSet& data_set,
                                         const Visit& visit) {
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                        store->Sessions(data_set.number));
  const auto walk_block = [&](const StoredSession& session,
                              const StoredBlock& block) -> absl::Status {
    std::string_view rest = block.records;
    while (!rest.empty()) {
      const std::optional<RecordView> record = internal::TakeRecord(rest);
      if (!record) return Damaged(data_set);
      ANON_ASSIGN_OR_RETURN(const std::optional<std::string_view> original,
                            Open(data_set, session, block, *record));
      const StoredPlace place{
          data_set.number, session, block.number, record->slot,
          internal::IndexHash(record->attribute, record->pseudonym)};
      ANON_RETURN_IF_ERROR(visit(place, *record, original));
    }
    return absl::OkStatus();
  };
  for (const StoredSession& session : sessions) {
    ANON_RETURN_IF_ERROR(store->ForEachBlock(
        session, /*with_shares=*/true,
        [&](const StoredBlock& block) { return walk_block(session, block); }));
  }
  WipeOpeners();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<VaultCustodian::State::Located>>
VaultCustodian::State::Locate(const StoredDataSet& data_set,
                              std::span<const StoredSession> sessions,
                              std::string_view attribute,
                              std::string_view pseudonym) {
  const std::uint64_t hash = internal::IndexHash(attribute, pseudonym);
  ANON_ASSIGN_OR_RETURN(const std::vector<internal::IndexEntry> entries,
                        store->Find(data_set.number, hash));
  for (const internal::IndexEntry& entry : entries) {
    const auto session = std::ranges::find(
        sessions, std::int64_t{entry.session}, &StoredSession::number);
    if (session == sessions.end()) return Damaged(data_set);
    ANON_ASSIGN_OR_RETURN(StoredBlock block,
                          store->ReadBlock(*session, entry.block));
    Located located{{data_set.number, *session, entry.block, 0, hash},
                    std::make_unique<StoredBlock>(std::move(block)),
                    {}};
    std::string_view rest = located.block->records;
    while (!rest.empty()) {
      const std::optional<RecordView> record = internal::TakeRecord(rest);
      if (!record) return Damaged(data_set);
      if (record->pseudonym != pseudonym || record->attribute != attribute) {
        continue;
      }
      located.place.slot = record->slot;
      located.record = *record;
      return located;
    }
  }
  return std::nullopt;
}

absl::StatusOr<std::string_view> VaultCustodian::State::Reveal(
    std::string_view data_set_id, const StoredDataSet* set,
    std::span<const StoredSession> sessions, std::string_view attribute,
    std::string_view pseudonym) {
  std::optional<std::string_view> original;
  if (set != nullptr && !sessions.empty()) {
    ANON_ASSIGN_OR_RETURN(const auto located,
                          Locate(*set, sessions, attribute, pseudonym));
    if (located) {
      ANON_ASSIGN_OR_RETURN(original, Open(*set, located->place.session,
                                           *located->block, located->record));
    }
  }
  if (!original) {
    return absl::NotFoundError(fmt::format(
        "{}: no such pseudonym of attribute {} in data set {}; check the "
        "data set, that it is committed, and that it was not erased",
        store->name(), attribute, data_set_id));
  }
  return *original;
}

absl::StatusOr<std::vector<VaultDataSet>> VaultCustodian::DataSets() {
  ANON_RETURN_IF_ERROR(state_->Log("list", "", 0));
  ANON_ASSIGN_OR_RETURN(const std::vector<StoredDataSet> stored,
                        state_->store->DataSets());
  std::vector<VaultDataSet> data_sets;
  for (const StoredDataSet& set : stored) {
    const DeletionDataSet& described = set.described;
    VaultDataSet& listed = data_sets.emplace_back(VaultDataSet{
        described.id, described.origin, described.kind, described.key_id,
        described.retain_until, set.committed, set.records});
    if (set.committed) continue;
    ANON_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                          state_->store->Sessions(set.number));
    ANON_ASSIGN_OR_RETURN(listed.records, state_->CountRecords(sessions));
  }
  return data_sets;
}

absl::StatusOr<bool> VaultCustodian::State::Indexed(
    const StoredDataSet& data_set,
    std::span<const internal::IndexEntry> records) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(records.size());
  for (const internal::IndexEntry& record : records) {
    hashes.push_back(record.hash);
  }
  ANON_ASSIGN_OR_RETURN(std::vector<internal::IndexEntry> entries,
                        store->FindAll(data_set.number, hashes));
  std::ranges::sort(entries);
  return std::ranges::all_of(records, [&](const internal::IndexEntry& record) {
    return std::ranges::binary_search(entries, record);
  });
}

absl::StatusOr<VaultVerification> VaultCustodian::Verify(
    std::string_view data_set_id) {
  ANON_ASSIGN_OR_RETURN(const StoredDataSet set,
                        state_->store->FindDataSet(data_set_id));
  ANON_RETURN_IF_ERROR(state_->Log("verify", data_set_id, set.records));
  if (!set.committed) {
    return absl::FailedPreconditionError(fmt::format(
        "data set {}: pending; wait for its run, or run again to recover it. "
        "What a killed run left, anon erase --data-set erases, and anon vault "
        "expire {} days after it began",
        data_set_id,
        state_->options.abandoned_after / (std::int64_t{24} * 3600)));
  }
  VaultVerification result;
  // What the index does not lead to, nobody could erase by name.
  std::vector<internal::IndexEntry> unchecked;
  const auto check = [&]() -> absl::Status {
    ANON_ASSIGN_OR_RETURN(const bool indexed, state_->Indexed(set, unchecked));
    unchecked.clear();
    return indexed ? absl::OkStatus() : state_->Damaged(set);
  };
  ANON_RETURN_IF_ERROR(state_->Walk(
      set,
      [&](const StoredPlace& place, const RecordView&,
          std::optional<std::string_view> original) -> absl::Status {
        ++(original ? result.opened : result.erased);
        unchecked.push_back({place.hash,
                             static_cast<std::uint32_t>(place.session.number),
                             place.block});
        return unchecked.size() < kVerifiedAtOnce ? absl::OkStatus() : check();
      }));
  ANON_RETURN_IF_ERROR(check());
  if (result.opened + result.erased != set.records) {
    return state_->Damaged(set);
  }
  return result;
}

namespace {

// Originals on their way into secret memory, some at a time: a mapping for each
// would cost more than to find and open it.
class Opened {
 public:
  Opened() { texts_.reserve(kAtOnce); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() {
    for (std::string& text : texts_) OPENSSL_cleanse(text.data(), text.size());
  }

  absl::Status Add(std::string_view original, std::vector<SecretBytes>& to) {
    if (texts_.size() == kAtOnce) ANON_RETURN_IF_ERROR(MoveTo(to));
    texts_.emplace_back(original);
    return absl::OkStatus();
  }
  absl::Status MoveTo(std::vector<SecretBytes>& to) {
    std::vector<std::span<std::byte>> all;
    all.reserve(texts_.size());
    for (std::string& text : texts_) {
      all.push_back(std::as_writable_bytes(std::span(text)));
    }
    ANON_ASSIGN_OR_RETURN(std::vector<SecretBytes> secrets,
                          SecretBytes::TakeFromEach(all));
    std::ranges::move(secrets, std::back_inserter(to));
    texts_.clear();
    return absl::OkStatus();
  }

 private:
  // So few that they fit a page as a rule.
  static constexpr std::size_t kAtOnce = 128;
  std::vector<std::string> texts_;  // never grows, which would leave copies
};

}  // namespace

absl::StatusOr<std::vector<SecretBytes>> VaultCustodian::Originals(
    std::string_view data_set_id, std::string_view attribute,
    std::span<const std::string_view> pseudonyms) {
  ANON_RETURN_IF_ERROR(state_->NeedReason());
  const absl::StatusOr<StoredDataSet> set =
      state_->store->FindDataSet(data_set_id);
  if (set.ok() && set->described.kind != kSecurityMeasure) {
    ANON_RETURN_IF_ERROR(state_->Log("look-up refused (legal kind)",
                                     data_set_id, std::ssize(pseudonyms)));
    return absl::PermissionDeniedError(fmt::format(
        "{}: data set {} is {}: who is behind its pseudonyms may not be looked "
        "up (Act Art. 41(7))",
        state_->store->name(), data_set_id,
        internal::Escaped(set->described.kind)));
  }
  ANON_RETURN_IF_ERROR(
      state_->Admit("look-up", data_set_id, std::ssize(pseudonyms)));
  std::vector<StoredSession> sessions;
  if (set.ok() && set->committed) {
    ANON_ASSIGN_OR_RETURN(sessions, state_->store->Sessions(set->number));
  }
  std::vector<SecretBytes> originals;
  originals.reserve(pseudonyms.size());
  Opened opened;
  ANON_RETURN_IF_ERROR(state_->store->Read([&]() -> absl::Status {
    for (const std::string_view pseudonym : pseudonyms) {
      ANON_ASSIGN_OR_RETURN(
          const std::string_view original,
          state_->Reveal(data_set_id, set.ok() ? &*set : nullptr, sessions,
                         attribute, pseudonym));
      ANON_RETURN_IF_ERROR(opened.Add(original, originals));
    }
    return opened.MoveTo(originals);
  }));
  state_->WipeOpeners();
  return originals;
}

absl::StatusOr<SecretBytes> VaultCustodian::Original(
    std::string_view data_set_id, std::string_view attribute,
    std::string_view pseudonym) {
  ANON_ASSIGN_OR_RETURN(
      std::vector<SecretBytes> originals,
      Originals(data_set_id, attribute, std::span(&pseudonym, 1)));
  return std::move(originals.front());
}

absl::StatusOr<std::vector<AccessLogEntry>> VaultCustodian::Log() {
  ANON_RETURN_IF_ERROR(VerifyLog().status());
  return state_->store->Log();
}

absl::StatusOr<std::string> VaultCustodian::VerifyLog(std::string_view head) {
  const auto name = [](const AccessLogEntry& entry) {
    return fmt::format("{}:{}", entry.number, ToHex(entry.hash));
  };
  ANON_ASSIGN_OR_RETURN(const std::vector<AccessLogEntry> entries,
                        state_->store->Log());
  ANON_RETURN_IF_ERROR(internal::CheckChain(entries, state_->log_key));
  if (!head.empty() &&
      std::ranges::find(entries, head, name) == entries.end()) {
    return InputError(
        "the access log does not hold the head given; it was cut or made anew, "
        "keep the files and find out by whom");
  }
  AccessLogEntry written;
  ANON_RETURN_IF_ERROR(state_->Log("verify log", "", 0, &written));
  return name(written);
}

}  // namespace anon
