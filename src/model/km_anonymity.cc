// SPDX-License-Identifier: Apache-2.0
//
// k^m-anonymity of set-valued records. Of a basket of a hundred items an
// attacker knows a few: whoever knows at most m of them must find k people.
// Every itemset of at most m items that occurs needs k people who have it.
//
// Example: {abc, ab, ac, abc, bc} is 4^1-, 3^2- and 2^3-anonymous: four people
// have each item, three each pair, two have all three.
//
// How: principals one by one, all itemsets of 1, 2, ..., m of their items
// counted in a hash table. A larger itemset is never shared by more than its
// parts, but which is the smallest that fails is worth knowing, so all sizes
// are counted.
//
// Cost: sum over principals of C(items, up to m), time and in the worst case
// memory. Source: Terrovitis, Mamoulis and Kalnis, Privacy-preserving
// anonymization of set-valued data (2008). Tested in
// tests/model/km_anonymity_test.cc.
#include "anon/model/km_anonymity.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "base/status_macros.h"

namespace anon {
namespace {

using Itemset = std::vector<std::uint32_t>;
using Supports = absl::flat_hash_map<Itemset, std::int64_t>;

// One sorted set of items a principal.
std::vector<Itemset> JoinByPrincipal(const SetValuedRecords& table) {
  std::vector<std::size_t> order(table.records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& owners = table.principals;
  if (!owners.empty()) {
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      return owners[a] < owners[b];
    });
  }
  std::vector<Itemset> joined;
  for (std::size_t n = 0; n < order.size(); ++n) {
    const bool same =
        n > 0 && !owners.empty() && owners[order[n]] == owners[order[n - 1]];
    if (!same) joined.emplace_back();
    const Itemset& items = table.records[order[n]];
    joined.back().insert(joined.back().end(), items.begin(), items.end());
  }
  for (Itemset& items : joined) {
    std::ranges::sort(items);
    const auto rest = std::ranges::unique(items);
    items.erase(rest.begin(), rest.end());
  }
  return joined;
}

// Calls `visit` with every subset of 1 to m of `items`, until it says no;
// returns whether it never did.
bool ForSubsets(const Itemset& items, std::size_t m,
                const std::function<bool(const Itemset&)>& visit) {
  std::vector<std::size_t> at;  // positions of the subset, rising
  Itemset subset;
  for (std::size_t next = 0;;) {
    if (next < items.size() && at.size() < m) {
      at.push_back(next);
      subset.push_back(items[next]);
      if (!visit(subset)) return false;
      ++next;
      continue;
    }
    if (at.empty()) return true;
    next = at.back() + 1;
    at.pop_back();
    subset.pop_back();
  }
}

// Whether `a` is to be shown rather than `b`.
bool Worse(const Supports::value_type& a, const Supports::value_type& b) {
  if (a.second != b.second) return a.second < b.second;
  if (a.first.size() != b.first.size()) return a.first.size() < b.first.size();
  return a.first < b.first;
}

absl::StatusOr<Supports> CountItemsets(const std::vector<Itemset>& principals,
                                       const KmOptions& options) {
  Supports supports;
  const auto m = static_cast<std::size_t>(options.m);
  for (const Itemset& items : principals) {
    const bool counted = ForSubsets(items, m, [&](const Itemset& subset) {
      ++supports[subset];
      return static_cast<std::int64_t>(supports.size()) <=
             options.itemset_budget;
    });
    if (counted) continue;
    return absl::ResourceExhaustedError(fmt::format(
        "km_anonymity: more than {} different itemsets of at most {} items; "
        "generalize the items, choose a smaller m or raise the budget",
        options.itemset_budget, options.m));
  }
  return supports;
}

}  // namespace

absl::StatusOr<KmVerdict> JudgeKmAnonymity(const SetValuedRecords& records,
                                           const KmOptions& options) {
  if (options.k < 2 || options.m < 1) {
    return PolicyError(
        "km_anonymity needs a k of 2 or more and an m of 1 or "
        "more: with less it says nothing");
  }
  if (!records.principals.empty() &&
      records.principals.size() != records.records.size()) {
    return PolicyError("km_anonymity: principals for all records, or none");
  }
  const std::vector<Itemset> principals = JoinByPrincipal(records);
  ANON_ASSIGN_OR_RETURN(const Supports supports,
                        CountItemsets(principals, options));
  KmVerdict verdict;
  const Supports::value_type* worst = nullptr;
  for (const auto& entry : supports) {
    if (worst == nullptr || Worse(entry, *worst)) worst = &entry;
    if (entry.second < options.k) ++verdict.failing_itemsets;
  }
  if (worst != nullptr) {
    verdict.achieved = worst->second;
    verdict.worst = worst->first;
  }
  verdict.satisfied = verdict.failing_itemsets == 0;
  if (verdict.satisfied) return verdict;
  for (const Itemset& items : principals) {
    const bool holds = ForSubsets(
        items, static_cast<std::size_t>(options.m),
        [&](const Itemset& s) { return supports.at(s) >= options.k; });
    if (!holds) ++verdict.failing_principals;
  }
  return verdict;
}

}  // namespace anon
