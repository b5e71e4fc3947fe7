// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: a plain hierarchy from the values of a column, to start
// with: numbers in intervals, dates by month, year and decade, codes by their
// beginning, anything else by itself or not at all.
#ifndef ANON_SRC_PROFILE_SIMPLE_HIERARCHY_H_
#define ANON_SRC_PROFILE_SIMPLE_HIERARCHY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "anon/profile/profile.h"

namespace anon::internal {

struct SimpleHierarchy {
  std::string csv;        // ARX layout, ';'
  std::size_t start = 0;  // the level to begin with
  std::size_t height = 0;
};

// `values` are distinct. An empty value stays empty below the top.
SimpleHierarchy MakeHierarchy(ValueKind kind,
                              const std::vector<std::string>& values);

}  // namespace anon::internal

#endif  // ANON_SRC_PROFILE_SIMPLE_HIERARCHY_H_
