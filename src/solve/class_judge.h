// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: which classes of a node stand.
#ifndef ANON_SRC_SOLVE_CLASS_JUDGE_H_
#define ANON_SRC_SOLVE_CLASS_JUDGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "anon/base/status.h"
#include "anon/model/privacy_model.h"
#include "anon/solve/solve.h"
#include "solve/class_arrays.h"

namespace anon::internal {

// What the models say about the classes of one node.
struct Judgement {
  std::int64_t suppressed = 0;          // principals of classes that fail
  std::int64_t suppressed_records = 0;  // likewise
  std::int64_t least_finer = 0;  // no finer node suppresses fewer principals
  std::int64_t classes = 0;      // that stand
  // False: what stands fails a model that is not decided class by class.
  bool whole_holds = true;
};

// The models of a goal, bound to the counted classes and asked of classes that
// were rolled up from them. One thread at a time.
class ClassJudge {
 public:
  // `classes` and `goal` must outlive it.
  static absl::StatusOr<ClassJudge> Create(const Classes& classes,
                                           const Goal& goal);

  Judgement Judge(const ClassArrays& arrays);
  // [class] of those judged last: whether it stands.
  std::span<const std::uint8_t> kept() const { return kept_; }

  // Smaller classes fail, whatever they hold.
  std::uint32_t least_size() const { return least_size_; }
  // [sensitive attribute]: whether Judge() looks at its histograms.
  const std::vector<bool>& guarded() const { return guarded_; }
  // Some models are decided on a node's own Classes only: always, or if
  // something is suppressed.
  bool whole_table() const { return whole_table_; }
  // Some of these suppress classes beyond those that Judge() says fail.
  bool suppresses_more() const { return suppresses_more_; }
  bool compares() const { return compares_; }

 private:
  using Models = std::vector<std::shared_ptr<const BoundModel>>;

  ClassJudge() = default;
  absl::Status Bind(const PrivacyModel& model, const Classes& classes,
                    const Goal& goal);
  Judgement JudgeSizes(std::span<const std::uint32_t> people);
  std::optional<std::int64_t> Lost(const ClassArrays& arrays, std::size_t i);
  Judgement JudgeClasses(const ClassArrays& arrays);
  void CountOnce(const HoldingLists& people, Judgement& found);

  std::uint32_t least_size_ = 0;
  Models absorbing_;  // beyond size
  Models monotone_;
  Models others_;
  Models tables_;  // not decided class by class
  std::vector<bool> guarded_;
  bool whole_table_ = false;
  bool suppresses_more_ = false;
  bool compares_ = false;
  // Each record is a principal of its own, so that people add up.
  bool one_row_each_ = true;

  std::vector<std::uint8_t> kept_;
  std::vector<std::uint8_t> lost_;  // [class] whether every finer one fails too
  std::vector<bool> seen_;          // [principal]
  std::vector<HistogramView> views_;
  std::vector<std::span<const ValueCount>> spans_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_CLASS_JUDGE_H_
