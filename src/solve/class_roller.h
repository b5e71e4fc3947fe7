// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: rolling classes up.
#ifndef ANON_SRC_SOLVE_CLASS_ROLLER_H_
#define ANON_SRC_SOLVE_CLASS_ROLLER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "anon/utility/generalized_classes.h"
#include "data/threads.h"
#include "data/unite_holdings.h"
#include "solve/class_arrays.h"

namespace anon::internal {

// When it is enough to know that many are in small classes. Only where each
// record is a principal of its own.
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

  // One step, whose map has `codes`, again and again: with one word and no
  // histograms the result is sorted, from where steps in the lowest bits of
  // tuples take less time.
  void RollUpSorted(const ClassArrays& in, const Step& step, std::size_t codes,
                    std::uint64_t most, ClassArrays& out);

 private:
  // One part of many classes: those whose tuples hash alike. Old classes first,
  // in their order; then, from the front, new ones.
  struct Parts {
    TupleWords tuples;
    RawVector<std::uint32_t> records;
    RawVector<std::uint32_t> olds;     // which class of the input it is
    RawVector<std::uint32_t> news;     // its new class, as a number in the part
    std::vector<std::size_t> starts;   // [part], and the end
    std::vector<std::size_t> classes;  // [part] new ones
    std::vector<std::int64_t> small;   // [part] people in small ones
  };
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  // W: the words of a tuple.
  template <std::size_t W>
  std::int64_t UniteAll(const ClassArrays& in, std::span<const Step> steps,
                        std::uint64_t most, ClassArrays& out,
                        const Enough& enough);
  template <typename Work>
  void ForEach(std::size_t begin, std::size_t end, const Work& work);
  void Retuple(const ClassArrays& in, std::span<const Step> steps, Range range);
  template <std::size_t W>
  void Unite(const ClassArrays& in, std::uint64_t most, ClassArrays& out);
  template <std::size_t W>
  std::int64_t UniteMany(const ClassArrays& in, std::span<const Step> steps,
                         std::uint64_t most, ClassArrays& out,
                         const Enough& enough);
  template <std::size_t W>
  void Scatter(const ClassArrays& in, std::span<const Step> steps);
  template <std::size_t W>
  void UnitePart(std::size_t part, std::uint64_t most, std::uint32_t least_size,
                 std::vector<std::uint32_t>& slots);
  void Sort(ClassArrays& classes);
  void GroupMembers(std::size_t classes);
  void UniteHistograms(const HistogramArrays& in, HistogramArrays& out);
  void UniteLists(const HoldingLists& in, HoldingLists& out);
  void UniteMembers(const Membership& in, ClassArrays& out);

  const std::size_t threads_;
  ThreadTeam team_;
  Parts parts_;
  std::vector<std::vector<std::uint32_t>> part_slots_;  // [thread]

  TupleWords tuples_;                   // [word][old class] its new tuple
  RawVector<std::uint32_t> records_;    // [old class]
  RawVector<std::uint32_t> class_;      // [old class] its new class
  std::vector<std::uint32_t> slots_;    // hash table of new classes
  std::vector<std::uint32_t> starts_;   // [new class] of members_
  std::vector<std::uint32_t> members_;  // old classes by new class
  RawVector<std::uint64_t> keys_;       // of Sort()
  std::vector<std::int64_t> sums_;      // [code]
  std::vector<std::uint32_t> seen_;     // codes
  HoldingUniter uniter_;
};

}  // namespace anon::internal

#endif  // ANON_SRC_SOLVE_CLASS_ROLLER_H_
