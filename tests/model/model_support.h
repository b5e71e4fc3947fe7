// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_MODEL_MODEL_SUPPORT_H_
#define ANON_TESTS_MODEL_MODEL_SUPPORT_H_

#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "anon/data/classes.h"

namespace anon::test {

// A row with one quasi-identifier "q", one sensitive attribute "s" and its
// principal.
struct Row {
  std::uint32_t q = 0;
  std::uint32_t s = 0;
  std::uint64_t principal = 0;
};

inline Classes Count(const std::vector<Row>& rows) {
  std::vector<std::uint32_t> q;
  std::vector<std::uint32_t> s;
  std::vector<Fingerprint> principals;
  for (const Row& row : rows) {
    q.push_back(row.q);
    s.push_back(row.s);
    principals.push_back({row.principal, 0});
  }
  ClassCounter counter(
      {.quasi_identifiers = {"q"}, .sensitive_attributes = {"s"}});
  CodedRows coded{.quasi_identifiers = {q},
                  .sensitive_attributes = {s},
                  .principals = principals,
                  .rows = rows.size()};
  if (!counter.Add(coded).ok()) std::abort();
  return std::move(counter).Finish();
}

}  // namespace anon::test

#endif  // ANON_TESTS_MODEL_MODEL_SUPPORT_H_
