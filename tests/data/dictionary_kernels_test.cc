// SPDX-License-Identifier: Apache-2.0
#include "data/dictionary_kernels.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "support/support.h"

namespace anon::internal {
namespace {

constexpr DictionarySeeds kSeeds = {0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9,
                                    0x94D049BB133111EB, 0xD6E8FEB86659FD93};

// Memory that ends where the next byte must not be touched.
class Brink {
 public:
  Brink() {
    page_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    memory_ =
        static_cast<char*>(mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(memory_ != MAP_FAILED);
    REQUIRE(mprotect(memory_ + page_, page_, PROT_NONE) == 0);
  }
  ~Brink() { munmap(memory_, 2 * page_); }
  Brink(const Brink&) = delete;
  Brink& operator=(const Brink&) = delete;

  std::string_view Put(std::string_view text) {
    char* const to = memory_ + page_ - text.size();
    std::copy(text.begin(), text.end(), to);
    return {to, text.size()};
  }

 private:
  std::size_t page_ = 0;
  char* memory_ = nullptr;
};

// Texts of every length up to 20 within a larger one.
std::vector<std::string_view> RandomValues(test::SeededRandom& random,
                                           std::string_view text) {
  std::vector<std::string_view> values(
      random.Below(DictionaryGroup::kSize + 1));
  for (std::string_view& value : values) {
    const std::size_t size = random.Below(21);
    value = text.substr(random.Below(text.size() - 16 - size), size);
  }
  return values;
}

std::string RandomText(test::SeededRandom& random) {
  std::string text(200, '\0');
  for (char& c : text) c = static_cast<char>(random.Below(3) * 0x7F);
  return text;
}

void CheckSame(const DictionaryGroup& a, const DictionaryGroup& b,
               std::size_t size) {
  CHECK(std::equal(a.keys.begin(), a.keys.begin() + size, b.keys.begin()));
  CHECK(
      std::equal(a.hashes.begin(), a.hashes.begin() + size, b.hashes.begin()));
  REQUIRE(a.long_count == b.long_count);
  CHECK(std::equal(a.longs.begin(), a.longs.begin() + a.long_count,
                   b.longs.begin()));
}

std::vector<const DictionaryKernels*> AllKernels() {
  std::vector<const DictionaryKernels*> all;
  for (const Simd simd : {Simd::kScalar, Simd::kAvx2, Simd::kAvx512}) {
    if (IsSupported(simd)) all.push_back(&DictionaryKernelsFor(simd));
  }
  return all;
}

TEST_CASE(
    "DictionaryKernels: every kind makes the keys of one value at a time") {
  test::SeededRandom random(1);
  const std::vector<DictionaryBucket> buckets(8);
  const DictionaryTable table{buckets.data(), buckets.size() - 1};
  for (int trial = 0; trial < 300; ++trial) {
    const std::string text = RandomText(random);
    const auto values = RandomValues(random, text);
    DictionaryGroup expected;
    for (std::size_t i = 0; i < values.size(); ++i) {
      expected.keys[i] = ShortKey(values[i].substr(0, DictionaryKey::kShort));
      expected.hashes[i] = HashOf(expected.keys[i], kSeeds);
      if (values[i].size() <= DictionaryKey::kShort) continue;
      expected.longs[expected.long_count++] = static_cast<std::uint8_t>(i);
    }
    for (const DictionaryKernels* const kernels : AllKernels()) {
      for (const bool slack : {false, true}) {
        DictionaryGroup group;
        kernels->prepare(values, slack, kSeeds, table, group);
        CheckSame(group, expected, values.size());
      }
    }
  }
}

TEST_CASE("DictionaryKernels: short keys tell values apart") {
  CHECK(ShortKey("") != ShortKey(std::string_view("\0", 1)));
  CHECK(ShortKey("a") != ShortKey(std::string_view("a\0", 2)));
  CHECK(ShortKey("12345678") != ShortKey(std::string_view("12345678\0", 9)));
  CHECK_FALSE(ShortKey("").is_free());
  CHECK_FALSE(ShortKey("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                       "\xFF\xFF")
                  .is_long());
}

TEST_CASE("DictionaryKernels: without slack nothing after a value is read") {
  test::SeededRandom random(2);
  const std::vector<DictionaryBucket> buckets(8);
  const DictionaryTable table{buckets.data(), buckets.size() - 1};
  Brink brink;
  for (std::size_t size = 0; size <= 20; ++size) {
    const std::string text = RandomText(random).substr(0, size);
    const std::vector<std::string_view> values = {brink.Put(text)};
    for (const DictionaryKernels* const kernels : AllKernels()) {
      DictionaryGroup group;
      kernels->prepare(values, false, kSeeds, table, group);
      CHECK(group.long_count == (size > DictionaryKey::kShort ? 1 : 0));
      CHECK(group.keys[0] ==
            ShortKey(std::string_view(text).substr(0, DictionaryKey::kShort)));
    }
  }
}

// Buckets with none to three keys, equal ones among them.
std::vector<DictionaryBucket> RandomBuckets(test::SeededRandom& random,
                                            std::uint32_t first_code) {
  std::vector<DictionaryBucket> buckets(16);
  for (DictionaryBucket& bucket : buckets) {
    bucket = {};
    const std::size_t used = random.Below(DictionaryBucket::kKeys + 1);
    for (std::size_t i = 0; i < used; ++i) {
      bucket.keys[i] = {random.Below(2), 1 + random.Below(2)};
      bucket.codes[i] = first_code++;
    }
  }
  return buckets;
}

TEST_CASE("DictionaryKernels: every kind finds what is in the first bucket") {
  test::SeededRandom random(3);
  for (int trial = 0; trial < 300; ++trial) {
    // Codes that look like keys must not be taken for some.
    const auto buckets =
        RandomBuckets(random, static_cast<std::uint32_t>(random.Below(3)));
    const DictionaryTable table{buckets.data(), buckets.size() - 1};
    const std::size_t end = random.Below(DictionaryGroup::kSize + 1);
    DictionaryGroup group;
    for (std::size_t i = 0; i < end; ++i) {
      group.keys[i] = {random.Below(2), 1 + random.Below(2)};
      group.hashes[i] = random.Below(1000);
    }
    for (std::size_t from = 0; from <= end; ++from) {
      std::size_t stop = from;
      std::vector<std::uint32_t> expected(DictionaryGroup::kSize, 0xABCD);
      for (; stop < end; ++stop) {
        const DictionaryBucket& bucket = buckets[group.hashes[stop] % 16];
        const auto key = std::ranges::find(bucket.keys, group.keys[stop]);
        if (key == bucket.keys.end()) break;
        expected[stop] = bucket.codes[key - bucket.keys.begin()];
      }
      for (const DictionaryKernels* const kernels : AllKernels()) {
        std::vector<std::uint32_t> codes(DictionaryGroup::kSize, 0xABCD);
        CHECK(kernels->find(group, table, from, end, codes.data()) == stop);
        CHECK(codes == expected);
      }
    }
  }
}

}  // namespace
}  // namespace anon::internal
