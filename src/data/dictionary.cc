// SPDX-License-Identifier: Apache-2.0
//
// A hash table of 16-byte keys with open addressing. A value of up to 15 bytes
// is its own key: its bytes, zeros, and its length plus one in the last byte.
// A longer value has a 64-bit hash and its length for a key, and is compared
// byte by byte where such a key is found. Codes lie beside the keys, so that a
// look-up of a short value touches two cache lines and no pointer is followed.
// A batch is hashed in groups, and the lines of a group are fetched before they
// are read: a large table costs little more than a small one.
//
// Hashes are keyed with random numbers drawn once a process, so that nobody can
// write a file whose values all collide. Codes do not depend on them.
//
// Tested against a map of strings in tests/data/dictionary_test.cc.
#include "anon/data/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "anon/base/random.h"

namespace anon {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kShort = 15;         // longest value that is its own key
constexpr std::uint64_t kLongMark = 0xFF;  // last byte of the key of others
constexpr std::size_t kGroup = 64;

// Copies of strings at addresses that never change.
class Arena {
 public:
  std::string_view Copy(std::string_view text) {
    if (text.size() > left_) Grow(text.size());
    char* const to = next_;
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {to, text.size()};
  }

 private:
  void Grow(std::size_t at_least) {
    left_ = std::max<std::size_t>(at_least, 1 << 16);
    blocks_.push_back(std::make_unique<char[]>(left_));
    next_ = blocks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

// All zeros is a free slot: no value has that key.
struct Key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool operator==(const Key& other) const {
    return ((low ^ other.low) | (high ^ other.high)) == 0;
  }
  bool is_free() const { return high == 0; }
  bool is_long() const { return high >> 56 == kLongMark; }
};

template <typename T>
std::uint64_t Load(const char* from) {
  T word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

struct Seeds {
  std::array<std::uint64_t, 4> words;

  Seeds() {
    OsRandom random;
    random.Fill(std::as_writable_bytes(std::span(words)));
  }
  static const Seeds& Get() {
    static const Seeds seeds;
    return seeds;
  }
};

std::uint64_t Fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t HashOf(const Key& key, const Seeds& seeds) {
  return Fold(key.low ^ seeds.words[0], key.high ^ seeds.words[1]);
}

// Sixteen bytes at a time; the last sixteen may overlap those before.
std::uint64_t HashOfLong(std::string_view value, const Seeds& seeds) {
  std::uint64_t hash = value.size();
  const char* at = value.data();
  const char* const last = at + value.size() - 16;
  for (; at < last; at += 16) {
    hash = Fold(Load<std::uint64_t>(at) ^ seeds.words[2] ^ hash,
                Load<std::uint64_t>(at + 8) ^ seeds.words[3]);
  }
  return Fold(Load<std::uint64_t>(last) ^ seeds.words[2] ^ hash,
              Load<std::uint64_t>(last + 8) ^ seeds.words[3]);
}

Key KeyOf(std::string_view value, const Seeds& seeds) {
  const std::size_t size = value.size();
  const char* const at = value.data();
  if (size > kShort) {
    return {HashOfLong(value, seeds), kLongMark << 56 | (size & 0xFFFFFFFF)};
  }
  Key key{0, std::uint64_t{size + 1} << 56};
  if (size >= 8) {
    key.low = Load<std::uint64_t>(at);
    // The bytes from 8 on, shifted down from the last eight.
    if (size > 8) {
      key.high |= Load<std::uint64_t>(at + size - 8) >> (8 * (16 - size));
    }
  } else if (size >= 4) {
    key.low = Load<std::uint32_t>(at) | Load<std::uint32_t>(at + size - 4)
                                            << (8 * (size - 4));
  } else if (size > 0) {
    key.low = Load<std::uint8_t>(at) |
              Load<std::uint8_t>(at + size / 2) << (8 * (size / 2)) |
              Load<std::uint8_t>(at + size - 1) << (8 * (size - 1));
  }
  return key;
}

// Requires sixteen bytes or more, and equal lengths.
bool SameLong(std::string_view a, std::string_view b) {
  const auto differ = [&](std::size_t i) {
    return (Load<std::uint64_t>(a.data() + i) ^
            Load<std::uint64_t>(b.data() + i)) |
           (Load<std::uint64_t>(a.data() + i + 8) ^
            Load<std::uint64_t>(b.data() + i + 8));
  };
  if (a.size() > 32) return std::memcmp(a.data(), b.data(), a.size()) == 0;
  return (differ(0) | differ(a.size() - 16)) == 0;
}

}  // namespace

struct Dictionary::State {
  const Seeds& seeds = Seeds::Get();
  Arena arena;
  std::vector<std::string_view> values;
  // A power of two slots, half of them free.
  std::vector<Key> keys = std::vector<Key>(16);
  std::vector<std::uint32_t> codes = std::vector<std::uint32_t>(16);
  std::size_t mask = 15;

  std::size_t SlotOf(const Key& key) const { return HashOf(key, seeds) & mask; }
  // The slot of a key and value, or the free slot where it would go.
  std::size_t Probe(std::size_t slot, const Key& key,
                    std::string_view value) const {
    for (;; slot = (slot + 1) & mask) {
      if (keys[slot] == key) {
        if (!key.is_long()) return slot;
        const std::string_view other = values[codes[slot]];
        if (other.size() == value.size() && SameLong(other, value)) return slot;
      } else if (keys[slot].is_free()) {
        return slot;
      }
    }
  }
  std::uint32_t Insert(std::size_t slot, const Key& key,
                       std::string_view value);
  void Grow();
  // Keys and slots of a group, on their way to the cache.
  void Prepare(std::span<const std::string_view> group, Key* group_keys,
               std::size_t* slots) const;
};

std::uint32_t Dictionary::State::Insert(std::size_t slot, const Key& key,
                                        std::string_view value) {
  const auto code = static_cast<std::uint32_t>(values.size());
  values.push_back(arena.Copy(value));
  keys[slot] = key;
  codes[slot] = code;
  if (values.size() * 2 > keys.size()) Grow();
  return code;
}

void Dictionary::State::Grow() {
  const std::vector<Key> old_keys =
      std::exchange(keys, std::vector<Key>(keys.size() * 4));
  const std::vector<std::uint32_t> old_codes =
      std::exchange(codes, std::vector<std::uint32_t>(keys.size()));
  mask = keys.size() - 1;
  for (std::size_t i = 0; i < old_keys.size(); ++i) {
    if (old_keys[i].is_free()) continue;
    std::size_t slot = SlotOf(old_keys[i]);
    while (!keys[slot].is_free()) slot = (slot + 1) & mask;
    keys[slot] = old_keys[i];
    codes[slot] = old_codes[i];
  }
}

void Dictionary::State::Prepare(std::span<const std::string_view> group,
                                Key* group_keys, std::size_t* slots) const {
  for (std::size_t i = 0; i < group.size(); ++i) {
    const Key key = KeyOf(group[i], seeds);
    group_keys[i] = key;
    slots[i] = SlotOf(key);
    __builtin_prefetch(&keys[slots[i]]);
    __builtin_prefetch(&codes[slots[i]]);
  }
}

Dictionary::Dictionary() : state_(std::make_unique<State>()) {}
Dictionary::~Dictionary() = default;
Dictionary::Dictionary(Dictionary&&) noexcept = default;
Dictionary& Dictionary::operator=(Dictionary&&) noexcept = default;

std::uint32_t Dictionary::Intern(std::string_view value) {
  State& s = *state_;
  const Key key = KeyOf(value, s.seeds);
  const std::size_t slot = s.Probe(s.SlotOf(key), key, value);
  return s.keys[slot].is_free() ? s.Insert(slot, key, value) : s.codes[slot];
}

std::optional<std::uint32_t> Dictionary::Find(std::string_view value) const {
  const State& s = *state_;
  const Key key = KeyOf(value, s.seeds);
  const std::size_t slot = s.Probe(s.SlotOf(key), key, value);
  if (s.keys[slot].is_free()) return std::nullopt;
  return s.codes[slot];
}

void Dictionary::Intern(std::span<const std::string_view> values,
                        std::uint32_t* codes) {
  State& s = *state_;
  std::array<Key, kGroup> keys;
  std::array<std::size_t, kGroup> slots;
  while (!values.empty()) {
    const auto group = values.first(std::min(kGroup, values.size()));
    s.Prepare(group, keys.data(), slots.data());
    std::size_t mask = s.mask;
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (s.mask != mask) {  // it grew: the slots moved
        for (std::size_t j = i; j < group.size(); ++j) {
          slots[j] = s.SlotOf(keys[j]);
        }
        mask = s.mask;
      }
      const std::size_t slot = s.Probe(slots[i], keys[i], group[i]);
      codes[i] = s.keys[slot].is_free() ? s.Insert(slot, keys[i], group[i])
                                        : s.codes[slot];
    }
    values = values.subspan(group.size());
    codes += group.size();
  }
}

void Dictionary::Find(std::span<const std::string_view> values,
                      std::uint32_t* codes) const {
  const State& s = *state_;
  std::array<Key, kGroup> keys;
  std::array<std::size_t, kGroup> slots;
  while (!values.empty()) {
    const auto group = values.first(std::min(kGroup, values.size()));
    s.Prepare(group, keys.data(), slots.data());
    for (std::size_t i = 0; i < group.size(); ++i) {
      const std::size_t slot = s.Probe(slots[i], keys[i], group[i]);
      codes[i] = s.keys[slot].is_free() ? kNone : s.codes[slot];
    }
    values = values.subspan(group.size());
    codes += group.size();
  }
}

std::string_view Dictionary::value(std::uint32_t code) const {
  return state_->values[code];
}

std::size_t Dictionary::size() const { return state_->values.size(); }

}  // namespace anon
