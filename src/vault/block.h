// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: how records lie in a store. Records of a session arrive
// in blocks of up to 256; a block is one value of the store, and so are the
// key shares of its records, elsewhere. When a data set is committed, an index
// of (hash of attribute and pseudonym, block) is sorted once. That is far
// cheaper than a row for every record kept sorted all along.
//
// A record in a block, numbers little-endian:
//
//   2 bytes slot, 2 bytes length of the attribute, 4 bytes length of the
//   pseudonym, 4 bytes length of what is sealed, attribute, pseudonym, sealed
#ifndef ANON_SRC_VAULT_BLOCK_H_
#define ANON_SRC_VAULT_BLOCK_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vault/sealing.h"

namespace anon::internal {

inline constexpr std::size_t kBlockRecords = 256;
// A block is closed before it grows beyond this: it then lies in one page of
// SQLite and a look-up reads little.
inline constexpr std::size_t kBlockBytes = 8000;

// One record of a block; views into it.
struct RecordView {
  std::uint32_t slot = 0;
  std::string_view attribute;
  std::string_view pseudonym;
  std::string_view sealed;
};

// Bytes of a record in a block.
std::size_t RecordSize(std::string_view attribute, std::string_view pseudonym,
                       std::size_t sealed_size);

// Starts a record in `block`; the caller appends what is sealed.
void StartRecord(std::uint32_t slot, std::string_view attribute,
                 std::string_view pseudonym, std::size_t sealed_size,
                 std::string& block);

// Takes the first record off `block`; nothing if it is damaged.
std::optional<RecordView> TakeRecord(std::string_view& block);

// `block` without the record of `slot`; nothing if it is damaged.
std::optional<std::string> WithoutSlot(std::string_view block,
                                       std::uint32_t slot);

// The share of `slot`; empty if the block of shares is too short.
std::span<const std::byte> ShareOf(std::string_view shares, std::uint32_t slot);

// Number of a record in its session, and the block it lies in.
inline std::uint64_t SequenceOf(std::uint32_t block, std::uint32_t slot) {
  return std::uint64_t{block} * kBlockRecords + slot;
}

// Where the records under a hash are. Only spreads: whoever finds an entry
// compares attribute and pseudonym.
struct IndexEntry {
  std::uint64_t hash = 0;
  std::uint32_t session = 0;
  std::uint32_t block = 0;
  friend auto operator<=>(const IndexEntry&, const IndexEntry&) = default;
};
std::uint64_t IndexHash(std::string_view attribute, std::string_view pseudonym);

// An index is stored in pages of up to 256 sorted entries.
inline constexpr std::size_t kPageEntries = 256;
std::string PackPage(std::span<const IndexEntry> entries);
std::vector<IndexEntry> UnpackPage(std::string_view page);
// Adds the entries under `hash` to `found`.
void FindInPage(std::string_view page, std::uint64_t hash,
                std::vector<IndexEntry>& found);

}  // namespace anon::internal

#endif  // ANON_SRC_VAULT_BLOCK_H_
