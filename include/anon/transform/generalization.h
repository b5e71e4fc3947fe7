// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_GENERALIZATION_H_
#define ANON_TRANSFORM_GENERALIZATION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/batch.h"
#include "anon/data/dictionary.h"
#include "anon/hierarchy/hierarchy.h"

namespace anon {

// Generalizes one quasi-identifier (一般化): values become codes, codes become
// the labels of one level of a hierarchy. Without a hierarchy every value is
// its own label. Not thread-safe while it encodes.
class Generalization {
 public:
  // Fails if the hierarchy has no such level.
  static absl::StatusOr<Generalization> Create(
      std::string attribute, std::shared_ptr<const Hierarchy> hierarchy,
      std::int64_t level);
  static Generalization Identity(std::string attribute);

  // From now on to another level of its hierarchy. Codes given before mean
  // nothing any more. Without a hierarchy nothing happens.
  absl::Status SetLevel(std::int64_t level);

  // codes[r] = the code of column[r], for one column of `batch`. A value that
  // the hierarchy lacks is an input error with its place: `source` is the name
  // of the source, `column` the ordinal there. Empty values are values like
  // others: a hierarchy has a line for them or they are refused.
  absl::Status Encode(const Batch& batch, std::size_t column,
                      const std::string& source,
                      std::span<std::uint32_t> codes);

  // Requires a code that Encode gave. Valid while this object lives.
  std::string_view label(std::uint32_t code) const;

  const std::string& attribute() const { return attribute_; }
  const Hierarchy* hierarchy() const { return hierarchy_.get(); }  // or null
  std::size_t level() const { return level_; }

 private:
  Generalization() = default;

  std::string attribute_;
  std::shared_ptr<const Hierarchy> hierarchy_;
  std::size_t level_ = 0;
  std::vector<std::uint32_t> labels_;  // [code at level 0] of a hierarchy
  Dictionary values_;                  // only without a hierarchy
};

}  // namespace anon

#endif  // ANON_TRANSFORM_GENERALIZATION_H_
