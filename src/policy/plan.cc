// SPDX-License-Identifier: Apache-2.0
#include "anon/policy/plan.h"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "base/json.h"
#include "base/status_macros.h"
#include "policy/division.h"
#include "policy/level_search.h"
#include "policy/model_inputs.h"
#include "policy/prepared_source.h"

namespace anon {
namespace {

double ThreadCpuMs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) / 1e6;
}

nlohmann::ordered_json LevelsJson(const LevelPlan& plan,
                                  const std::vector<std::size_t>& levels) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t q = 0; q < levels.size(); ++q) {
    json[plan.attributes[q]] = levels[q];
  }
  return json;
}

nlohmann::ordered_json NodesJson(const LevelPlan& plan,
                                 const std::vector<LatticeNode>& nodes) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const LatticeNode& node : nodes) {
    json.push_back({{"levels", LevelsJson(plan, node.levels)},
                    {"loss", node.cost},
                    {"suppressed", node.suppressed},
                    {"classes", node.classes}});
  }
  return json;
}

// The search for what `counted` has, by the solver of the policy.
absl::Status Search(const Policy& policy, const PlanOptions& options,
                    const internal::TablePlan& table, const Classes& classes,
                    const ModelContext& context, LevelPlan& plan) {
  SearchBudget budget =
      internal::BudgetOf(policy, options.stop, options.progress);
  if (policy.solver.mondrian) {
    ANON_ASSIGN_OR_RETURN(
        const MondrianResult divided,
        internal::DivideTable(policy, table, classes, context, budget));
    plan.search.satisfied = divided.satisfied;
    plan.search.reason = divided.reason;
    plan.search.best.cost = divided.ncp;
    plan.search.best.classes =
        static_cast<std::int64_t>(divided.recoding.size());
    plan.search.nodes_evaluated = divided.parts_evaluated;
    if (divided.satisfied) {
      plan.complete = divided.complete;
    } else {
      plan.search.best.suppressed = classes.total_principals();
    }
    return absl::OkStatus();
  }
  if (policy.solver.local_recoding) {
    ANON_ASSIGN_OR_RETURN(
        LocalRecoding found,
        internal::SearchRounds(policy, table, classes, context,
                               policy.profile->legal(), budget));
    plan.search.satisfied = found.satisfied;
    plan.search.reason = found.reason;
    plan.search.best = {
        .levels = found.rounds.front().levels,
        .cost = found.cost,
        .suppressed = found.suppressed,
        .classes = static_cast<std::int64_t>(found.recoding.size())};
    plan.search.nodes = found.nodes;
    plan.search.nodes_evaluated = found.nodes_evaluated;
    plan.rounds = std::move(found.rounds);
    return absl::OkStatus();
  }
  budget.every_node = options.every_node;
  ANON_ASSIGN_OR_RETURN(
      plan.search, internal::SearchLevels(policy, table, classes, context,
                                          policy.profile->legal(), budget));
  return absl::OkStatus();
}

absl::Status EndBatch(const PlanOptions& options, std::int64_t records) {
  if (options.progress) {
    options.progress({.step = "count", .records = records});
  }
  return options.stop.stop_requested()
             ? absl::CancelledError("stopped on request; nothing has changed")
             : absl::OkStatus();
}

// What is left of `prepared`, counted, and the search for it.
absl::Status CountAndSearch(const Policy& policy, const PlanOptions& options,
                            internal::PreparedSource& prepared,
                            RandomSource& random, LevelPlan& plan) {
  ANON_ASSIGN_OR_RETURN(
      internal::TablePlan table,
      internal::TablePlan::Bind(policy, prepared.records(), random));
  for (const Generalization& g : table.quasi_identifiers()) {
    plan.attributes.push_back(g.attribute());
  }
  ANON_ASSIGN_OR_RETURN(const internal::CountedSource counted,
                        internal::CountPass(prepared.records(), table, policy,
                                            true, [&](std::int64_t records) {
                                              return EndBatch(options, records);
                                            }));
  ANON_ASSIGN_OR_RETURN(
      const ModelContext context,
      internal::GatherModelInputs(policy, table, counted.classes, random));
  const double began = ThreadCpuMs();
  ANON_RETURN_IF_ERROR(
      Search(policy, options, table, counted.classes, context, plan));
  plan.cpu_ms = ThreadCpuMs() - began;
  return absl::OkStatus();
}

// Only one search goes through nodes one by one.
absl::Status CheckEveryNode(const Policy& policy) {
  const SolverPolicy& solver = policy.solver;
  if (!solver.mondrian && !solver.local_recoding && !solver.best_effort) {
    return absl::OkStatus();
  }
  return PolicyError(fmt::format(
      "every node is evaluated by solver.search optimal without rounds only: "
      "leave --every-node out, or remove {} from the policy",
      solver.mondrian         ? "solver.search mondrian"
      : solver.local_recoding ? "solver.local_recoding"
                              : "solver.search best_effort"));
}

}  // namespace

absl::StatusOr<LevelPlan> PlanLevels(const Policy& policy,
                                     const PlanOptions& options) {
  if (options.every_node) ANON_RETURN_IF_ERROR(CheckEveryNode(policy));
  OsRandom os_random;
  RandomSource& random =
      options.random != nullptr ? *options.random : os_random;
  ANON_ASSIGN_OR_RETURN(internal::PreparedSource prepared,
                        internal::PreparedSource::Open(
                            policy, options.source, options.created, random));
  LevelPlan plan;
  plan.search.objective =
      policy.solver.mondrian ? "ncp" : policy.solver.objective.name;
  const absl::Status searched =
      CountAndSearch(policy, options, prepared, random, plan);
  if (searched.ok()) return plan;
  // That the gates leave nobody is an answer.
  plan.search.reason = prepared.NobodyPassed();
  if (plan.search.reason.empty()) return searched;
  return plan;
}

std::string PlanJson(const LevelPlan& plan) {
  const SearchResult& search = plan.search;
  nlohmann::ordered_json json;
  json["optimal"] = search.optimal;
  json["satisfied"] = search.satisfied;
  json["levels"] = LevelsJson(plan, search.best.levels);
  json["objective"] = search.objective;
  json["loss"] = search.satisfied ? nlohmann::ordered_json(search.best.cost)
                                  : nlohmann::ordered_json();
  json["suppressed"] = search.best.suppressed;
  json["nodes"] = search.nodes;
  json["nodes_evaluated"] = search.nodes_evaluated;
  json["cpu_ms"] = plan.cpu_ms;
  json["classes"] = search.best.classes;
  if (!search.satisfied) json["reason"] = search.reason;
  if (search.nodes > 0 && plan.rounds.empty()) {
    json["runners_up"] = NodesJson(plan, search.runners_up);
    json["pareto"] = NodesJson(plan, search.pareto);
  }
  if (plan.complete) json["complete"] = *plan.complete;
  for (const RecodingRound& round : plan.rounds) {
    json["rounds"].push_back({{"levels", LevelsJson(plan, round.levels)},
                              {"optimal", round.optimal},
                              {"records", round.records},
                              {"classes", round.classes},
                              {"loss", round.cost}});
  }
  return json.dump(2) + "\n";
}

}  // namespace anon
