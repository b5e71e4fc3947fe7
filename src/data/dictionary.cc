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
// Tested against a map of strings in tests/data/dictionary_test.cc.
#include "anon/data/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "anon/base/random.h"
#include "data/huge_array.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
struct alignas(16) Key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  // 1 or 0: for sums instead of branches.
  std::size_t Is(const Key& other) const {
#ifdef __SSE2__
    const __m128i equal = _mm_cmpeq_epi8(
        _mm_load_si128(reinterpret_cast<const __m128i*>(this)),
        _mm_load_si128(reinterpret_cast<const __m128i*>(&other)));
    return static_cast<std::size_t>(_mm_movemask_epi8(equal) + 1) >> 16;
#else
    const std::uint64_t differ = (low ^ other.low) | (high ^ other.high);
    return 1 - ((differ | (0 - differ)) >> 63);
#endif
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
inline std::uint64_t HashOfLong(std::string_view value, const Seeds& seeds) {
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

// The low `count` bytes of a word; requires count <= 8.
constexpr std::uint64_t LowBytes(std::size_t count) {
  return count == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * count)) - 1;
}

// Which bytes of a short value's key are the value's, by length.
constexpr auto kMasks = [] {
  std::array<std::array<std::uint64_t, 2>, kShort + 1> masks{};
  for (std::size_t size = 0; size <= kShort; ++size) {
    masks[size] = {LowBytes(std::min<std::size_t>(size, 8)),
                   LowBytes(size > 8 ? size - 8 : 0)};
  }
  return masks;
}();

inline Key LongKey(std::string_view value, const Seeds& seeds) {
  return {HashOfLong(value, seeds),
          kLongMark << 56 | (value.size() & 0xFFFFFFFF)};
}

// The key of a short value after which sixteen bytes may be read. What it gives
// for a long value means nothing, but it may be asked.
inline Key ShortKey(std::string_view value) {
  const std::size_t size = std::min(value.size(), kShort);
  return {Load<std::uint64_t>(value.data()) & kMasks[size][0],
          (Load<std::uint64_t>(value.data() + 8) & kMasks[size][1]) |
              std::uint64_t{size + 1} << 56};
}

// The same, reading nothing but the value.
Key ShortKeyWithoutSlack(std::string_view value) {
  const std::size_t size = std::min(value.size(), kShort);
  const char* const at = value.data();
  Key key{0, std::uint64_t{size + 1} << 56};
  if (size > 8) {
    key.low = Load<std::uint64_t>(at);
    key.high |= Load<std::uint64_t>(at + size - 8) >> (8 * (16 - size));
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

Key KeyOf(std::string_view value, const Seeds& seeds) {
  return value.size() > kShort ? LongKey(value, seeds)
                               : ShortKeyWithoutSlack(value);
}

// Requires sixteen bytes or more, and equal lengths.
inline bool SameLong(std::string_view a, std::string_view b) {
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
  static constexpr std::size_t kKeys = 3;
  // Filled from the front.
  struct alignas(64) Bucket {
    std::array<Key, kKeys> keys;
    std::array<std::uint32_t, kKeys> codes;
  };

  // Some values on their way through the table.
  struct Group {
    std::array<Key, kGroup> keys;
    std::array<std::uint64_t, kGroup> hashes;
    std::array<std::uint8_t, kGroup> longs;  // which values are long
    std::size_t long_count = 0;
  };

  const Seeds& seeds = Seeds::Get();
  Arena arena;
  std::vector<std::string_view> values;
  // A power of two.
  internal::HugeArray<Bucket> buckets{8};
  std::size_t mask = 7;

  std::size_t BucketOf(const Key& key) const {
    return HashOf(key, seeds) & mask;
  }
  // Half of the keys.
  std::size_t Capacity() const { return buckets.size() * kKeys / 2; }
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
  template <bool kSlack>
  void Prepare(std::span<const std::string_view> some, Group& group) const;
  std::size_t FindRun(const Group& group, std::size_t i, std::size_t end,
                      std::uint32_t* codes) const;
  template <typename OnNone>
  void FindAll(std::span<const std::string_view> all, std::uint32_t* codes,
               std::size_t slack, OnNone on_none) const;
};

std::uint32_t Dictionary::State::FindCode(const Key& key,
                                          std::string_view value) const {
  for (std::size_t at = BucketOf(key);; at = (at + 1) & mask) {
    const Bucket& bucket = buckets[at];
    for (std::size_t i = 0; i < kKeys; ++i) {
      if (bucket.keys[i].is_free()) return kNone;
      if (bucket.keys[i].Is(key) == 1 && Is(bucket.codes[i], key, value)) {
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
    for (std::size_t i = 0; i < kKeys; ++i) {
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
    for (std::size_t i = 0; i < kKeys && !bucket.keys[i].is_free(); ++i) {
      Place(bucket.keys[i], bucket.codes[i]);
    }
  }
}

// Keys and buckets. All values are first taken for short ones: a branch that
// asks each would be guessed wrong in columns that have both.
template <bool kSlack>
void Dictionary::State::Prepare(std::span<const std::string_view> some,
                                Group& group) const {
  const Seeds local = seeds;
  std::size_t longs = 0;
  for (std::size_t i = 0; i < some.size(); ++i) {
    const Key key = kSlack ? ShortKey(some[i]) : ShortKeyWithoutSlack(some[i]);
    group.keys[i] = key;
    group.hashes[i] = HashOf(key, local);
    __builtin_prefetch(&buckets[group.hashes[i] & mask]);
    group.longs[longs] = static_cast<std::uint8_t>(i);
    longs += some[i].size() > kShort ? 1 : 0;
  }
  group.long_count = longs;
  for (std::size_t k = 0; k < longs; ++k) {
    const std::size_t i = group.longs[k];
    group.keys[i] = LongKey(some[i], local);
    group.hashes[i] = HashOf(group.keys[i], local);
    __builtin_prefetch(&buckets[group.hashes[i] & mask]);
  }
}

// Looks at the first bucket of each value, which nearly always has it, as a
// whole and without branches. Gives the first value, from `i` on, that is not
// there.
std::size_t Dictionary::State::FindRun(const Group& group, std::size_t i,
                                       std::size_t end,
                                       std::uint32_t* codes) const {
  for (; i < end; ++i) {
    const Key& key = group.keys[i];
    const Bucket& bucket = buckets[group.hashes[i] & mask];
    const std::size_t first = bucket.keys[0].Is(key);
    const std::size_t second = bucket.keys[1].Is(key);
    const std::size_t third = bucket.keys[2].Is(key);
    // Two keys of long values may be equal: any place will do, what is found
    // there is compared later.
    codes[i] = bucket.codes[second | (third & ~second) << 1];
    if ((first | second | third) == 0) break;
  }
  return i;
}

// `on_none(key, value)` gives the code of a value that is not there.
template <typename OnNone>
void Dictionary::State::FindAll(std::span<const std::string_view> all,
                                std::uint32_t* codes, std::size_t slack,
                                OnNone on_none) const {
  Group group;
  while (!all.empty()) {
    const auto some = all.first(std::min(kGroup, all.size()));
    if (slack >= sizeof(Key)) {
      Prepare<true>(some, group);
    } else {
      Prepare<false>(some, group);
    }
    std::size_t compared = 0;  // of the long ones
    for (std::size_t i = 0;;) {
      i = FindRun(group, i, some.size(), codes);
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
