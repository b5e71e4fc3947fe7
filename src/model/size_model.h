// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: how many people a class counts for, and models that want
// at least so many. A size may be a fraction: of an estimate, or where a share
// of the records with missing values counts.
#ifndef ANON_SRC_MODEL_SIZE_MODEL_H_
#define ANON_SRC_MODEL_SIZE_MODEL_H_

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "anon/model/bound_model.h"
#include "anon/model/model_context.h"
#include "model/class_block.h"
#include "model/exact.h"

namespace anon::internal {

// The people of each class, in units of 1 / unit(): those of the classes, or
// what wildcard matching made of them.
class ClassSizes {
 public:
  ClassSizes(const Classes& classes, const ModelContext& context)
      : classes_(classes), wildcards_(context.wildcards) {}

  std::int64_t unit() const {
    return wildcards_ == nullptr ? 1 : wildcards_->unit;
  }
  std::int64_t units(std::size_t i) const {
    return wildcards_ == nullptr ? classes_.principals(i)
                                 : wildcards_->principals[i];
  }
  bool wildcards() const { return wildcards_ != nullptr; }
  // One over the size is the risk, and the glance. False with wildcards.
  bool Glance(ClassBlocks& blocks, std::span<double> glances) const {
    if (wildcards()) return false;
    const ClassRow& people = blocks.principals();
    for (std::size_t c = 0; c < kBlock; ++c) glances[c] = 1 / people[c];
    return true;
  }

 private:
  const Classes& classes_;
  const WildcardSizes* wildcards_;
};

// The size of every class is at least a whole number.
class SizeAtLeast : public BoundModel {
 public:
  SizeAtLeast(const Classes& classes, std::int64_t least)
      : BoundModel(classes), least_(least) {}

  virtual std::int64_t units(std::size_t i) const = 0;
  virtual std::int64_t unit() const = 0;

  Outcome At(std::size_t i) const final { return OfSize(units(i)); }

 protected:
  std::int64_t least() const { return least_; }
  Outcome OfSize(std::int64_t size) const {
    const double figure =
        static_cast<double>(size) / static_cast<double>(unit());
    return {Int128{size} >= Int128{least_} * unit(), figure, -figure};
  }

  std::string Text(const Outcome& outcome) const final {
    if (outcome.figure == std::floor(outcome.figure) &&
        outcome.figure < kEveryWhole) {
      return fmt::format("{:.0f}", outcome.figure);
    }
    return FigureText(outcome.figure, *Ratio::Create(least_, 1), Side::kAtLeast,
                      outcome.holds);
  }

 private:
  const std::int64_t least_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_SIZE_MODEL_H_
