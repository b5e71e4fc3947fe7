// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SOLVE_BUDGET_H_
#define ANON_SOLVE_BUDGET_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

namespace anon {

struct SearchProgress {
  std::int64_t evaluated = 0;       // nodes, or parts of a division
  std::optional<double> best = {};  // of nodes: the least cost so far
};

// How long Solve may take, whatever the goal. The result does not depend on
// threads or clocks unless a limit is reached.
struct SearchBudget {
  // Nodes to evaluate at most, of all rounds together; of a division, parts
  // that it tries to divide. A best-effort search that has no limit at all ends
  // after 5,000 nodes.
  std::optional<std::int64_t> evaluations = {};
  std::optional<std::chrono::milliseconds> time = {};  // from the first of them
  // Called now and then from the thread that called Solve.
  std::function<void(const SearchProgress&)> progress = nullptr;
  std::stop_token stop = {};  // ends with kCancelled
  std::function<std::chrono::steady_clock::time_point()> clock =
      std::chrono::steady_clock::now;

  // What follows is of levels only: a division takes no notice.
  //
  // Spaces up to this size are searched for the optimum; larger
  // ones by best effort.
  std::int64_t exact_nodes = 4'000'000;
  // Evaluates every node of such a space instead of those that could be the
  // optimum: `pareto` is then that of the whole lattice. Fails on larger ones,
  // and with rounds and divisions.
  bool every_node = false;
  // Threads that large classes are rolled up by. The result is the same.
  int threads = 1;
  // Bytes of classes of evaluated nodes that are kept to roll up from.
  std::int64_t memory = std::int64_t{1} << 30;
};

}  // namespace anon

#endif  // ANON_SOLVE_BUDGET_H_
