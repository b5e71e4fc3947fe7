// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: chains of rounds of local recoding, and what they
// release. The essay is in local_recoding.cc.
#ifndef ANON_SRC_SOLVE_RECODING_CHAIN_H_
#define ANON_SRC_SOLVE_RECODING_CHAIN_H_

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/solve/recoding.h"
#include "anon/solve/solve.h"
#include "anon/utility/recoded_cost.h"
#include "solve/lattice.h"

namespace anon::internal {

// Numbers of the tuples of labels that the counted classes have at some levels.
// A tuple has one number, whatever the levels.
using TupleNumbers = std::shared_ptr<const std::vector<std::uint32_t>>;

// Levels, and the tuples that a round releases at them.
struct ChainRound {
  Levels levels;
  bool optimal = false;
  TupleNumbers tuple_of;     // [class]
  std::vector<bool> listed;  // [number]; none beyond its end

  bool Lists(std::size_t i) const {
    const std::uint32_t tuple = (*tuple_of)[i];
    return tuple < listed.size() && listed[tuple];
  }
};

// Rounds and what they come to. Everybody is released by the first round that
// lists him.
struct Chain {
  static constexpr std::uint32_t kNone = RecodedCost::kSuppressed;

  std::vector<ChainRound> rounds;
  std::vector<std::uint32_t> round_of;  // [class], or kNone
  std::int64_t suppressed = 0;
  double cost = 0;
  bool holds = true;  // all models, on what is released
  // What is released, by labels; null if nothing was made yet.
  std::shared_ptr<const Classes> released;
};

// Makes chains. Their models hold on all classes that they release, or
// Chain::holds says that one cannot. One thread at a time.
class ChainMaker {
 public:
  // `classes` and `goal` must outlive it.
  static absl::StatusOr<std::unique_ptr<ChainMaker>> Create(
      const Classes& classes, const Goal& goal);

  Chain Nothing() const;  // no rounds
  // `chain` with a round more, which lists what holds at `levels`; what no
  // longer holds because of it is off all lists.
  absl::StatusOr<Chain> Extend(const Chain& chain, const Levels& levels,
                               bool optimal);
  // The classes that `chain` leaves.
  absl::StatusOr<Classes> Rest(const Chain& chain) const;
  // The models of the goal, comparing with the whole table: for Rest.
  const PrivacyModels& within() const { return within_; }
  // The cost after so many rounds, all others suppressed.
  double CostAfter(const Chain& chain, std::size_t rounds) const;
  absl::StatusOr<Recoding> Regions(const Chain& chain) const;

 private:
  using Codes = std::vector<std::uint32_t>;
  // One number for each label of an attribute, whatever its level.
  struct Labels {
    std::vector<Codes> of;  // [level - counted level][counted code]
    std::vector<std::string_view> texts;
  };

  ChainMaker(const Classes& classes, const Goal& goal, RecodedCost cost)
      : classes_(classes), goal_(goal), cost_(std::move(cost)) {}
  static Labels LabelsOf(const SearchAttribute& a);
  static Codes TupleOf(const Classes& classes, std::size_t i);
  TupleNumbers TuplesAt(const Levels& levels);
  void Assign(Chain& chain) const;
  absl::StatusOr<Classes> ReleasedBy(const Chain& chain, std::size_t r) const;
  absl::StatusOr<std::shared_ptr<const Classes>> Union(
      const Chain& chain) const;
  absl::StatusOr<std::vector<std::uint32_t>> Failing(
      const Classes& released, const PrivacyModels& models) const;
  absl::Status SettleLast(const Chain& before, Chain& chain) const;
  absl::Status SettleAll(Chain& chain) const;

  const Classes& classes_;
  const Goal& goal_;
  const RecodedCost cost_;
  PrivacyModels within_;
  std::vector<Labels> labels_;  // [attribute]
  absl::flat_hash_map<Codes, std::uint32_t> numbers_;
  std::map<Levels, TupleNumbers> tuples_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_RECODING_CHAIN_H_
