// SPDX-License-Identifier: Apache-2.0
#include "vault/block.h"

#include <bit>
#include <cstring>

namespace anon::internal {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kEntry = 16;

void Append(std::uint64_t number, std::size_t bytes, std::string& out) {
  char little[8];
  for (std::size_t i = 0; i < 8; ++i) {
    little[i] = static_cast<char>((number >> (8 * i)) & 0xFF);
  }
  out.append(little, bytes);
}

// Of up to 8 bytes.
std::uint64_t Number(std::string_view bytes) {
  if constexpr (std::endian::native == std::endian::little) {
    if (bytes.size() == 8) {
      std::uint64_t number = 0;
      std::memcpy(&number, bytes.data(), 8);
      return number;
    }
    if (bytes.size() == 4) {
      std::uint32_t number = 0;
      std::memcpy(&number, bytes.data(), 4);
      return number;
    }
  }
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return number;
}

std::uint64_t Mix(std::uint64_t hash, std::string_view text) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, 8);
    hash = (hash ^ Number(word)) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 32;
    text.remove_prefix(word.size());
  }
  return hash;
}

IndexEntry EntryAt(std::string_view bytes) {
  return {Number(bytes.substr(0, 8)),
          static_cast<std::uint32_t>(Number(bytes.substr(8, 4))),
          static_cast<std::uint32_t>(Number(bytes.substr(12, 4)))};
}

}  // namespace

std::size_t RecordSize(std::string_view attribute, std::string_view pseudonym,
                       std::size_t sealed_size) {
  return kHeader + attribute.size() + pseudonym.size() + sealed_size;
}

void StartRecord(std::uint32_t slot, std::string_view attribute,
                 std::string_view pseudonym, std::size_t sealed_size,
                 std::string& block) {
  const std::uint64_t lengths =
      slot | attribute.size() << 16 | std::uint64_t{pseudonym.size()} << 32;
  Append(lengths, 8, block);
  Append(sealed_size, 4, block);
  block += attribute;
  block += pseudonym;
}

std::optional<RecordView> TakeRecord(std::string_view& block) {
  if (block.size() < kHeader) return std::nullopt;
  RecordView record;
  record.slot = static_cast<std::uint32_t>(Number(block.substr(0, 2)));
  const std::uint64_t attribute = Number(block.substr(2, 2));
  const std::uint64_t pseudonym = Number(block.substr(4, 4));
  const std::uint64_t sealed = Number(block.substr(8, 4));
  block.remove_prefix(kHeader);
  if (record.slot >= kBlockRecords ||
      attribute + pseudonym + sealed > block.size()) {
    return std::nullopt;
  }
  record.attribute = block.substr(0, attribute);
  record.pseudonym = block.substr(attribute, pseudonym);
  record.sealed = block.substr(attribute + pseudonym, sealed);
  block.remove_prefix(attribute + pseudonym + sealed);
  return record;
}

std::optional<std::string> WithoutSlot(std::string_view block,
                                       std::uint32_t slot) {
  std::string kept;
  kept.reserve(block.size());
  while (!block.empty()) {
    const std::string_view rest = block;
    const std::optional<RecordView> record = TakeRecord(block);
    if (!record) return std::nullopt;
    if (record->slot != slot) {
      kept += rest.substr(0, rest.size() - block.size());
    }
  }
  return kept;
}

std::span<const std::byte> ShareOf(std::string_view shares,
                                   std::uint32_t slot) {
  const std::size_t at = std::size_t{slot} * kShareBytes;
  if (at + kShareBytes > shares.size()) return {};
  return std::as_bytes(std::span(shares)).subspan(at, kShareBytes);
}

std::uint64_t IndexHash(std::string_view attribute,
                        std::string_view pseudonym) {
  const std::uint64_t hash = Mix(Mix(attribute.size(), attribute), pseudonym);
  // SQLite's numbers are signed: the order of both must be the same.
  return hash >> 1;
}

std::string PackPage(std::span<const IndexEntry> entries) {
  std::string page;
  page.reserve(entries.size() * kEntry);
  for (const IndexEntry& entry : entries) {
    Append(entry.hash, 8, page);
    Append(entry.session, 4, page);
    Append(entry.block, 4, page);
  }
  return page;
}

std::vector<IndexEntry> UnpackPage(std::string_view page) {
  std::vector<IndexEntry> entries;
  for (; page.size() >= kEntry; page.remove_prefix(kEntry)) {
    entries.push_back(EntryAt(page));
  }
  return entries;
}

void FindInPage(std::string_view page, std::uint64_t hash,
                std::vector<IndexEntry>& found) {
  const auto hash_at = [&](std::size_t i) {
    return Number(page.substr(i * kEntry, 8));
  };
  std::size_t low = 0;
  std::size_t high = page.size() / kEntry;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    (hash_at(middle) < hash ? low : high) =
        hash_at(middle) < hash ? middle + 1 : middle;
  }
  for (; low < page.size() / kEntry && hash_at(low) == hash; ++low) {
    found.push_back(EntryAt(page.substr(low * kEntry)));
  }
}

}  // namespace anon::internal
