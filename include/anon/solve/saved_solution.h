// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_SAVED_SOLUTION_H_
#define ANON_SOLVE_SAVED_SOLUTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/hierarchy/hierarchy.h"

namespace anon {

// A solution file that was read again (docs/solution.md): for the values of a
// record, the tuple it is released as, if it is. One thread at a time: relaxed
// quotas are used up.
class SavedSolution {
 public:
  // `name` names the file in messages. Refuses what SolutionJson did not write.
  static absl::StatusOr<SavedSolution> Parse(std::string_view json,
                                             const std::string& name);
  ~SavedSolution();
  SavedSolution(SavedSolution&&) noexcept;

  const std::string& solver() const;
  const std::string& policy_file() const;
  const std::string& policy_sha256() const;
  std::vector<std::string> attributes() const;
  // How attribute `q` is released: "level", "numbers", "order", "tree" or
  // "rounds".
  const std::string& kind(std::size_t q) const;
  // The levels that its labels are of: of rounds one each, of numbers and
  // orders none.
  std::vector<std::size_t> levels(std::size_t q) const;
  // What its values were counted at before the solution was made; of "level"
  // the level they are released at.
  std::size_t counted_level(std::size_t q) const;
  // Hexadecimal; empty without a hierarchy.
  const std::string& hierarchy_sha256(std::size_t q) const;

  // Before Place: the hierarchy of attribute `q`, which must outlive this; null
  // if the policy names none.
  void SetHierarchy(std::size_t q, const Hierarchy* hierarchy);

  // What becomes of a record with these values, after operators.
  enum class Fate {
    kReleased,
    kSuppressed,  // its tuple is not listed
    kUnknown,     // a value that its hierarchy does not have or, of numbers and
                  // orders, that no label covers
  };
  struct Placed {
    Fate fate = Fate::kUnknown;
    std::uint32_t tuple = 0;  // kReleased
  };
  Placed Place(const std::vector<std::string_view>& values);
  // What a value of attribute `q` was counted as before the solution was made:
  // its label at the level of the attribute, or the value, if it is unknown.
  std::string_view Counted(std::size_t q, std::string_view value) const;
  // The label of attribute `q` of a released tuple.
  std::string_view label(std::uint32_t tuple, std::size_t q) const;

 private:
  struct State;
  explicit SavedSolution(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace anon

#endif  // ANON_SOLVE_SAVED_SOLUTION_H_
