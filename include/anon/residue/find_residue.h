// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RESIDUE_FIND_RESIDUE_H_
#define ANON_RESIDUE_FIND_RESIDUE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "anon/residue/rule.h"

namespace anon {

// One place in a value where a rule applies.
struct ResidueMatch {
  std::size_t rule = 0;   // of ResidueRules()
  std::size_t begin = 0;  // bytes of the value
  std::size_t end = 0;
  Certainty certainty = Certainty::kLookAlike;
  std::uint64_t number = 0;  // equal for equal digits, however written
};

// What a single value holds, for who redacts free text or asks about one cell.
// `attribute` is the name of its column, which counts as context. Full-width
// letters and digits and the many hyphens of Japanese text are read as their
// ASCII forms; numbers may have separators. Ordered by place. Where one rule is
// certain of a place, the others' doubts about it are left out.
std::vector<ResidueMatch> FindResidue(std::string_view attribute,
                                      std::string_view value);

}  // namespace anon

#endif  // ANON_RESIDUE_FIND_RESIDUE_H_
