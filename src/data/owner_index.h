// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_DATA_OWNER_INDEX_H_
#define ANON_SRC_DATA_OWNER_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "anon/base/fingerprint.h"
#include "base/fingerprint_hash.h"

namespace anon::internal {

// Remembers which owner (a data principal, a household) was seen in which class
// and with which sensitive values there, so that each counts once. Exact. An
// owner of one row costs about 50 bytes; only further rows of an owner cost
// entries of their own.
class OwnerIndex {
 public:
  // What a row adds to the counts of distinct owners.
  struct News {
    bool owner;  // seen nowhere before
    bool in_class;
  };

  explicit OwnerIndex(std::size_t values) : values_(values), more_(values) {}

  // Brings what is known of `owners` closer, before they are added.
  void Prefetch(const Fingerprint& owner) const { entries_.prefetch(owner); }
  // A row of `owner` in class `key`, holding `values`. new_values[s] says
  // whether value s is new for this owner in this class.
  News Add(const Fingerprint& owner, std::uint64_t key,
           std::span<const std::uint32_t> values, std::span<bool> new_values);
  std::size_t size() const { return first_keys_.size(); }

  // Calls visit(owner, key) for every class that an owner was seen in, once.
  template <typename Visit>
  void ForEachClass(const Visit& visit) const {
    for (std::size_t who = 0; who < size(); ++who) visit(who, first_keys_[who]);
    for (const Membership& m : other_classes_) visit(m.owner, m.key);
  }
  // Calls visit(owner, key, value) for every value `s`, likewise.
  template <typename Visit>
  void ForEachValue(std::size_t s, const Visit& visit) const {
    for (std::size_t who = 0; who < size(); ++who) {
      visit(who, first_keys_[who], first_values_[who * values_ + s]);
    }
    for (const Membership& m : more_[s]) visit(m.owner, m.key, m.value);
  }

  // Replaces the keys of all classes; `map` sends different keys to different
  // ones.
  void Remap(const std::function<std::uint64_t(std::uint64_t)>& map);

 private:
  struct Membership {
    std::uint64_t owner;
    std::uint64_t key;
    std::uint32_t value;  // 0 for the class itself
    friend bool operator==(const Membership&, const Membership&) = default;
    template <typename H>
    friend H AbslHashValue(H hash, const Membership& m) {
      return H::combine(std::move(hash), m.owner, m.key, m.value);
    }
  };
  using Memberships = absl::flat_hash_set<Membership>;

  std::size_t values_;
  absl::flat_hash_map<Fingerprint, std::uint64_t, FingerprintHash> entries_;
  // Of the first row of each owner: its class and its values.
  std::vector<std::uint64_t> first_keys_;
  std::vector<std::uint32_t> first_values_;
  // What other rows say: other classes, and per attribute other values.
  Memberships other_classes_;
  std::vector<Memberships> more_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_DATA_OWNER_INDEX_H_
