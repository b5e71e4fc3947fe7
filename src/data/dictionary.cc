// SPDX-License-Identifier: Apache-2.0
//
// A hash table of 16-byte keys with open addressing. A value of up to 15 bytes
// is its own key: its bytes, zeros, and its length plus one in the last byte.
// A longer value has a 64-bit hash and its length for a key, and is compared
// byte by byte where such a key is found. Three keys and their codes share one
// cache line, so that a look-up of a short value touches one line and follows
// no pointer. A batch is hashed in groups, and the lines of a group are fetched
// before they are read: a large table costs little more than a small one.
//
// Hashes are keyed with random numbers drawn once a process, so that nobody can
// write a file whose values all collide. Codes do not depend on them.
//
// Tested against a map of strings in tests/data/dictionary_test.cc; the inner
// loops, in dictionary_kernels.cc, against plain ones beside it.
#include "anon/data/dictionary.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "anon/base/random.h"
#include "data/dictionary_kernels.h"
#include "data/huge_array.h"

namespace anon {
namespace {

using internal::DictionaryKernels;
using internal::Fold;
using internal::LoadWord;
using Bucket = internal::DictionaryBucket;
using Group = internal::DictionaryGroup;
using Key = internal::DictionaryKey;
using Seeds = internal::DictionarySeeds;
using Table = internal::DictionaryTable;

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

// Drawn once a process.
const Seeds& ProcessSeeds() {
  static const Seeds seeds = [] {
    Seeds words;
    OsRandom random;
    random.Fill(std::as_writable_bytes(std::span(words)));
    return words;
  }();
  return seeds;
}

// Sixteen bytes at a time; the last sixteen may overlap those before.
inline std::uint64_t HashOfLong(std::string_view value, const Seeds& seeds) {
  std::uint64_t hash = value.size();
  const char* at = value.data();
  const char* const last = at + value.size() - 16;
  for (; at < last; at += 16) {
    hash = Fold(LoadWord<std::uint64_t>(at) ^ seeds[2] ^ hash,
                LoadWord<std::uint64_t>(at + 8) ^ seeds[3]);
  }
  return Fold(LoadWord<std::uint64_t>(last) ^ seeds[2] ^ hash,
              LoadWord<std::uint64_t>(last + 8) ^ seeds[3]);
}

inline Key LongKey(std::string_view value, const Seeds& seeds) {
  return {HashOfLong(value, seeds),
          Key::kLongMark << 56 | (value.size() & 0xFFFFFFFF)};
}

Key KeyOf(std::string_view value, const Seeds& seeds) {
  return value.size() > Key::kShort ? LongKey(value, seeds)
                                    : internal::ShortKey(value);
}

// Requires sixteen bytes or more, and equal lengths.
inline bool SameLong(std::string_view a, std::string_view b) {
  const auto differ = [&](std::size_t i) {
    return (LoadWord<std::uint64_t>(a.data() + i) ^
            LoadWord<std::uint64_t>(b.data() + i)) |
           (LoadWord<std::uint64_t>(a.data() + i + 8) ^
            LoadWord<std::uint64_t>(b.data() + i + 8));
  };
  if (a.size() > 32) return std::memcmp(a.data(), b.data(), a.size()) == 0;
  return (differ(0) | differ(a.size() - 16)) == 0;
}

}  // namespace

struct Dictionary::State {
  const Seeds& seeds = ProcessSeeds();
  const DictionaryKernels& kernels = internal::BestDictionaryKernels();
  Arena arena;
  std::vector<std::string_view> values;
  // A power of two.
  internal::HugeArray<Bucket> buckets{8};
  std::size_t mask = 7;

  std::size_t BucketOf(const Key& key) const {
    return HashOf(key, seeds) & mask;
  }
  Table table() const { return {buckets.data(), mask}; }
  // Half of the keys.
  std::size_t Capacity() const { return buckets.size() * Bucket::kKeys / 2; }
  // So small that it may grow until no key spills into the next bucket.
  bool is_small() const { return buckets.size() < 4096; }
  bool Is(std::uint32_t code, const Key& key, std::string_view value) const {
    return !key.is_long() || (values[code].size() == value.size() &&
                              SameLong(values[code], value));
  }
  // The code of a value, or kNone.
  std::uint32_t FindCode(const Key& key, std::string_view value) const;
  std::uint32_t Insert(const Key& key, std::string_view value);
  // False if the key is not in the bucket it belongs to.
  bool Place(const Key& key, std::uint32_t code);
  void Grow();
  void Prepare(std::span<const std::string_view> some, std::size_t slack,
               Group& group) const;
  template <typename OnNone>
  void FindAll(std::span<const std::string_view> all, std::uint32_t* codes,
               std::size_t slack, OnNone on_none) const;
};

std::uint32_t Dictionary::State::FindCode(const Key& key,
                                          std::string_view value) const {
  for (std::size_t at = BucketOf(key);; at = (at + 1) & mask) {
    const Bucket& bucket = buckets[at];
    for (std::size_t i = 0; i < Bucket::kKeys; ++i) {
      if (bucket.keys[i].is_free()) return kNone;
      if (bucket.keys[i] == key && Is(bucket.codes[i], key, value)) {
        return bucket.codes[i];
      }
    }
  }
}

std::uint32_t Dictionary::State::Insert(const Key& key,
                                        std::string_view value) {
  const auto code = static_cast<std::uint32_t>(values.size());
  values.push_back(arena.Copy(value));
  if (values.size() > Capacity()) Grow();
  if (!Place(key, code) && is_small()) Grow();
  return code;
}

bool Dictionary::State::Place(const Key& key, std::uint32_t code) {
  const std::size_t first = BucketOf(key);
  for (std::size_t at = first;; at = (at + 1) & mask) {
    Bucket& bucket = buckets[at];
    for (std::size_t i = 0; i < Bucket::kKeys; ++i) {
      if (!bucket.keys[i].is_free()) continue;
      bucket.keys[i] = key;
      bucket.codes[i] = code;
      return at == first;
    }
  }
}

void Dictionary::State::Grow() {
  const internal::HugeArray<Bucket> old =
      std::exchange(buckets, internal::HugeArray<Bucket>(buckets.size() * 2));
  mask = buckets.size() - 1;
  for (const Bucket& bucket : old.span()) {
    for (std::size_t i = 0; i < Bucket::kKeys && !bucket.keys[i].is_free();
         ++i) {
      Place(bucket.keys[i], bucket.codes[i]);
    }
  }
}

// Keys and hashes, while buckets are on their way to the cache.
void Dictionary::State::Prepare(std::span<const std::string_view> some,
                                std::size_t slack, Group& group) const {
  const Table to = table();
  kernels.prepare(some, slack >= sizeof(Key), seeds, to, group);
  for (std::size_t k = 0; k < group.long_count; ++k) {
    const std::size_t i = group.longs[k];
    group.keys[i] = LongKey(some[i], seeds);
    group.hashes[i] = HashOf(group.keys[i], seeds);
    to.Prefetch(group.hashes[i]);
  }
}

// `on_none(key, value)` gives the code of a value that is not there.
template <typename OnNone>
void Dictionary::State::FindAll(std::span<const std::string_view> all,
                                std::uint32_t* codes, std::size_t slack,
                                OnNone on_none) const {
  Group group;
  while (!all.empty()) {
    const auto some = all.first(std::min(Group::kSize, all.size()));
    Prepare(some, slack, group);
    std::size_t compared = 0;  // of the long ones
    for (std::size_t i = 0;;) {
      i = kernels.find(group, table(), i, some.size(), codes);
      for (; compared < group.long_count && group.longs[compared] < i;
           ++compared) {
        const std::size_t k = group.longs[compared];
        if (!Is(codes[k], group.keys[k], some[k])) i = k;
      }
      if (i == some.size()) break;
      if (compared < group.long_count && group.longs[compared] == i) ++compared;
      codes[i] = FindCode(group.keys[i], some[i]);
      if (codes[i] == kNone) codes[i] = on_none(group.keys[i], some[i]);
      ++i;
    }
    all = all.subspan(some.size());
    codes += some.size();
  }
}

Dictionary::Dictionary() : state_(std::make_unique<State>()) {}
Dictionary::~Dictionary() = default;
Dictionary::Dictionary(Dictionary&&) noexcept = default;
Dictionary& Dictionary::operator=(Dictionary&&) noexcept = default;

std::uint32_t Dictionary::Intern(std::string_view value) {
  State& s = *state_;
  const Key key = KeyOf(value, s.seeds);
  const std::uint32_t code = s.FindCode(key, value);
  return code == kNone ? s.Insert(key, value) : code;
}

std::optional<std::uint32_t> Dictionary::Find(std::string_view value) const {
  const std::uint32_t code =
      state_->FindCode(KeyOf(value, state_->seeds), value);
  return code == kNone ? std::nullopt : std::optional(code);
}

void Dictionary::Intern(std::span<const std::string_view> values,
                        std::uint32_t* codes, std::size_t slack) {
  State& s = *state_;
  s.FindAll(values, codes, slack, [&](const Key& key, std::string_view value) {
    return s.Insert(key, value);
  });
}

void Dictionary::Find(std::span<const std::string_view> values,
                      std::uint32_t* codes, std::size_t slack) const {
  state_->FindAll(values, codes, slack,
                  [](const Key&, std::string_view) { return kNone; });
}

std::string_view Dictionary::value(std::uint32_t code) const {
  return state_->values[code];
}

std::size_t Dictionary::size() const { return state_->values.size(); }

}  // namespace anon
