// SPDX-License-Identifier: Apache-2.0
#include "anon/policy/plan.h"

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

}  // namespace

absl::StatusOr<LevelPlan> PlanLevels(const Policy& policy,
                                     const PlanOptions& options) {
  OsRandom os_random;
  RandomSource& random =
      options.random != nullptr ? *options.random : os_random;
  ANON_ASSIGN_OR_RETURN(internal::PreparedSource prepared,
                        internal::PreparedSource::Open(
                            policy, options.source, options.created, random));
  ANON_ASSIGN_OR_RETURN(
      internal::TablePlan table,
      internal::TablePlan::Bind(policy, prepared.records(), random));
  ANON_ASSIGN_OR_RETURN(
      const internal::CountedSource counted,
      internal::CountPass(prepared.records(), table, policy,
                          [&](std::int64_t) -> absl::Status {
                            return options.stop.stop_requested()
                                       ? absl::CancelledError(
                                             "stopped on request; nothing has "
                                             "changed")
                                       : absl::OkStatus();
                          }));
  ANON_ASSIGN_OR_RETURN(
      const ModelContext context,
      internal::GatherModelInputs(policy, table, counted.classes, random));
  LevelPlan plan;
  const double began = ThreadCpuMs();
  if (policy.solver.mondrian) {
    ANON_ASSIGN_OR_RETURN(const MondrianResult divided,
                          internal::DivideTable(policy, table, counted.classes,
                                                context, options.stop));
    plan.search.satisfied = divided.satisfied;
    plan.search.reason = divided.reason;
    plan.search.objective = "ncp";
    plan.search.best.cost = divided.ncp;
    plan.search.best.classes =
        static_cast<std::int64_t>(divided.recoding.size());
    if (!divided.satisfied) {
      plan.search.best.suppressed = counted.classes.total_principals();
    }
  } else if (policy.solver.local_recoding) {
    ANON_ASSIGN_OR_RETURN(
        LocalRecoding found,
        internal::SearchRounds(policy, table, counted.classes, context,
                               policy.profile->legal(), options.stop));
    plan.search.satisfied = found.satisfied;
    plan.search.reason = found.reason;
    plan.search.objective = found.objective;
    plan.search.best = {
        .levels = found.rounds.front().levels,
        .cost = found.cost,
        .suppressed = found.suppressed,
        .classes = static_cast<std::int64_t>(found.recoding.size())};
    plan.search.nodes = found.nodes;
    plan.search.nodes_evaluated = found.nodes_evaluated;
    plan.rounds = std::move(found.rounds);
  } else {
    SearchBudget budget = internal::BudgetOf(policy, options.stop);
    budget.every_node = options.every_node;
    ANON_ASSIGN_OR_RETURN(
        plan.search,
        internal::SearchLevels(policy, table, counted.classes, context,
                               policy.profile->legal(), budget));
  }
  plan.cpu_ms = ThreadCpuMs() - began;
  for (const Generalization& g : table.quasi_identifiers()) {
    plan.attributes.push_back(g.attribute());
  }
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
