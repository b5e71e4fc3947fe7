// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: models whose figure is a whole number, the larger the
// more private.
#ifndef ANON_SRC_MODEL_COUNT_MODEL_H_
#define ANON_SRC_MODEL_COUNT_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "anon/model/bound_model.h"

namespace anon::internal {

class CountAtLeast : public BoundModel {
 public:
  CountAtLeast(const Classes& classes, std::int64_t least)
      : BoundModel(classes), least_(least) {}

  virtual std::int64_t Count(std::size_t i) const = 0;

  Outcome At(std::size_t i) const final { return OfCount(Count(i)); }

 protected:
  Outcome OfCount(std::int64_t count) const {
    const double figure = static_cast<double>(count);
    return {count >= least_, figure, -figure};
  }
  std::string Text(const Outcome& outcome) const final {
    return std::to_string(static_cast<std::int64_t>(outcome.figure));
  }

 private:
  const std::int64_t least_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_MODEL_COUNT_MODEL_H_
