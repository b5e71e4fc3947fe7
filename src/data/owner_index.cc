// SPDX-License-Identifier: Apache-2.0
#include "data/owner_index.h"

#include <utility>

namespace anon::internal {

OwnerIndex::News OwnerIndex::Add(const Fingerprint& owner, std::uint64_t key,
                                 std::span<const std::uint32_t> values,
                                 std::span<bool> new_values) {
  const auto [at, is_new] = entries_.try_emplace(owner, first_keys_.size());
  if (is_new) {
    first_keys_.push_back(key);
    first_values_.insert(first_values_.end(), values.begin(), values.end());
    for (bool& fresh : new_values) fresh = true;
    return {.owner = true, .in_class = true};
  }
  const std::uint64_t who = at->second;
  const bool same_class = first_keys_[who] == key;
  for (std::size_t s = 0; s < values_; ++s) {
    const bool known =
        same_class && first_values_[who * values_ + s] == values[s];
    new_values[s] = !known && more_[s].insert({who, key, values[s]}).second;
  }
  return {
      .owner = false,
      .in_class = !same_class && other_classes_.insert({who, key, 0}).second};
}

void OwnerIndex::Remap(const std::function<std::uint64_t(std::uint64_t)>& map) {
  for (std::uint64_t& key : first_keys_) key = map(key);
  const auto replace = [&](Memberships& memberships) {
    Memberships mapped;
    mapped.reserve(memberships.size());
    for (const Membership& m : memberships) {
      mapped.insert({m.owner, map(m.key), m.value});
    }
    memberships = std::move(mapped);
  };
  replace(other_classes_);
  for (Memberships& memberships : more_) replace(memberships);
}

}  // namespace anon::internal
