// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: classes as bare arrays, and rolling them up.
#ifndef ANON_SRC_SOLVE_CLASS_ARRAYS_H_
#define ANON_SRC_SOLVE_CLASS_ARRAYS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/solve/solve.h"
#include "anon/utility/generalized_classes.h"
#include "data/threads.h"

namespace anon::internal {

struct HistogramArrays {
  std::vector<std::uint32_t> starts;  // one more than classes
  std::vector<ValueCount> cells;
};

// The classes of one node, in no order.
struct ClassArrays {
  std::vector<std::uint64_t> tuples;
  std::vector<std::uint32_t> principals;
  std::vector<HistogramArrays> histograms;

  std::size_t size() const { return tuples.size(); }
  std::size_t bytes() const;
};

// How codes of every attribute go from one level to another.
class LevelMaps {
 public:
  explicit LevelMaps(const std::vector<SearchAttribute>& attributes,
                     const Classes& classes);

  const std::vector<std::uint32_t>& At(std::size_t q, std::size_t from,
                                       std::size_t to) const {
    const Attribute& a = attributes_[q];
    return a.maps[from - a.base][to - from];
  }
  // How many codes there are.
  std::size_t size(std::size_t q, std::size_t level) const {
    return attributes_[q].sizes[level - attributes_[q].base];
  }
  std::size_t width() const { return attributes_.size(); }

 private:
  struct Attribute {
    std::size_t base = 0;
    std::vector<std::size_t> sizes;
    std::vector<std::vector<std::vector<std::uint32_t>>> maps;
  };
  std::vector<Attribute> attributes_;
};

// Where codes lie in tuples, at every level. Fails above 64 bits, with the
// names of the attributes.
absl::StatusOr<std::vector<TupleField>> PackFields(
    const LevelMaps& maps, const std::vector<SearchAttribute>& attributes,
    const std::vector<std::string>& names);

// Histograms only where asked for. Fails above 2^32 - 1 principals.
absl::StatusOr<ClassArrays> ArraysOf(const Classes& classes,
                                     std::span<const TupleField> fields,
                                     bool histograms);

// When it is enough to know that many are in small classes.
struct Enough {
  std::uint32_t least_size = 0;  // smaller classes are small
  std::int64_t people = 0;       // more than these are enough
};

// Rolls classes up, again and again: keeps its buffers. One caller at a time;
// the result does not depend on how many threads it uses.
class ClassRoller {
 public:
  explicit ClassRoller(int threads = 1)
      : threads_(static_cast<std::size_t>(std::clamp(threads, 1, 256))),
        team_(threads_) {}

  struct Step {
    TupleField field;
    const std::uint32_t* map = nullptr;
  };
  // The classes of `in` after `steps`, of which there can be `most` at most.
  // Returns 0; or, if it stopped since there were `enough`, how many people are
  // in small ones so far: `out` has only some classes then, and no histograms.
  std::int64_t RollUp(const ClassArrays& in, std::span<const Step> steps,
                      std::uint64_t most, ClassArrays& out,
                      const Enough& enough = {});

 private:
  // One part of many classes: those whose tuples hash alike. Old classes first,
  // in their order; then, from the front, new ones.
  struct Parts {
    std::vector<std::uint64_t> tuples;
    std::vector<std::uint32_t> principals;
    std::vector<std::uint32_t> olds;   // which class of the input it is
    std::vector<std::uint32_t> news;   // its new class, as a number in the part
    std::vector<std::size_t> starts;   // [part], and the end
    std::vector<std::size_t> classes;  // [part] new ones
    std::vector<std::int64_t> small;   // [part] people in small ones
  };
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  void Retuple(const ClassArrays& in, std::span<const Step> steps, Range range);
  void Unite(const ClassArrays& in, std::uint64_t most, ClassArrays& out);
  std::int64_t UniteMany(const ClassArrays& in, std::span<const Step> steps,
                         std::uint64_t most, ClassArrays& out,
                         const Enough& enough);
  void Scatter(const ClassArrays& in, std::span<const Step> steps);
  void UnitePart(std::size_t part, std::uint64_t most, std::uint32_t least_size,
                 std::vector<std::uint32_t>& slots);
  void GroupMembers(std::size_t classes);
  void UniteHistograms(const HistogramArrays& in, HistogramArrays& out);

  const std::size_t threads_;
  ThreadTeam team_;
  Parts parts_;
  std::vector<std::vector<std::uint32_t>> part_slots_;  // [thread]

  std::vector<std::uint64_t> tuples_;   // [old class] its new tuple
  std::vector<std::uint32_t> people_;   // [old class]
  std::vector<std::uint32_t> class_;    // [old class] its new class
  std::vector<std::uint32_t> slots_;    // hash table of new classes
  std::vector<std::uint32_t> starts_;   // [new class] of members_
  std::vector<std::uint32_t> members_;  // old classes by new class
  std::vector<std::int64_t> sums_;      // [code]
  std::vector<std::uint32_t> seen_;     // codes
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_CLASS_ARRAYS_H_
