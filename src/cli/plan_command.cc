// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "anon/policy/plan.h"
#include "cli/commands.h"
#include "cli/counted.h"
#include "cli/progress_line.h"
#include "cli/today.h"

namespace anon::cli {
namespace {

std::string LevelsText(const LevelPlan& plan,
                       const std::vector<std::size_t>& levels) {
  std::string text;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    text += fmt::format("{}{} {}", q == 0 ? "" : ", ", plan.attributes[q],
                        levels[q]);
  }
  return text;
}

std::string Line(const LevelPlan& plan, const LatticeNode& node) {
  // Levels that do not meet the policy have no loss, as in JSON.
  const std::string cost =
      plan.search.satisfied ? fmt::format("{:.6g}", node.cost) : "-";
  return fmt::format("{:<12} {:>10} {:>9}  {}\n", cost, node.suppressed,
                     node.classes, LevelsText(plan, node.levels));
}

// Local recoding: what every round releases, and the loss after it.
std::string RoundsText(const LevelPlan& plan) {
  const SearchResult& search = plan.search;
  std::string text =
      fmt::format("{}, {} evaluated\n\n{:<6} {:<12} {:>10} {:>9}  levels\n",
                  Counted(std::ssize(plan.rounds), "round"),
                  Counted(search.nodes_evaluated, "node"), "round",
                  search.objective, "released", "classes");
  int number = 0;
  for (const RecodingRound& round : plan.rounds) {
    text += fmt::format("{:<6} {:<12.6g} {:>10} {:>9}  {}\n", ++number,
                        round.cost, round.principals, round.classes,
                        LevelsText(plan, round.levels));
  }
  return text + fmt::format("\n{} suppressed, {}\n", search.best.suppressed,
                            Counted(search.best.classes, "class", "es"));
}

// Nodes below a heading; nothing without nodes.
std::string NodesText(const LevelPlan& plan, std::string_view heading,
                      std::span<const LatticeNode> nodes) {
  if (nodes.empty()) return "";
  const bool all = plan.search.nodes_evaluated == plan.search.nodes;
  std::string text = fmt::format("\n{}, of {} nodes\n", heading,
                                 all ? "all" : "the evaluated");
  for (const LatticeNode& node : nodes) text += Line(plan, node);
  return text;
}

// Why a No is one stands on stderr.
std::string PlanText(const LevelPlan& plan) {
  const SearchResult& search = plan.search;
  if (!search.satisfied && search.nodes == 0) return "";
  if (search.objective == "ncp") {
    return fmt::format(
        "divided into {}, ncp {:.6g}{}\n",
        Counted(search.best.classes, "region"), search.best.cost,
        plan.complete.value_or(true)
            ? ""
            : fmt::format("; not divided to the end: the limit of the policy "
                          "ended it after {}",
                          Counted(search.nodes_evaluated, "part")));
  }
  if (!plan.rounds.empty()) return RoundsText(plan);
  std::string text = fmt::format("{} of {} nodes evaluated, {}\n",
                                 search.nodes_evaluated, search.nodes,
                                 search.optimal     ? "the optimum is proven"
                                 : search.satisfied ? "no optimum is proven"
                                                    : "none satisfies");
  if (!search.satisfied && search.best.levels.empty()) return text;
  text += fmt::format("\n{:<12} {:>10} {:>9}  levels\n", search.objective,
                      "suppressed", "classes");
  text += Line(plan, search.best);
  if (!search.satisfied) return text;
  text += NodesText(plan, "next best", search.runners_up);
  // The rest of the front: what suppresses less than the best.
  std::span<const LatticeNode> front = search.pareto;
  while (!front.empty() && front[0].suppressed >= search.best.suppressed) {
    front = front.subspan(1);
  }
  return text + NodesText(plan, "fewer suppressed for a higher cost", front);
}

struct PlanArguments {
  std::string policy;
  std::string format = "text";
  std::string progress = "auto";
  bool every_node = false;
};

int Plan(const PlanArguments& arguments) {
  const absl::StatusOr<Policy> policy = LoadPolicy(arguments.policy);
  if (!policy.ok()) return Fail(policy.status());
  Warn(*policy);
  PlanOptions options;
  options.created = Today();
  options.every_node = arguments.every_node;
  ProgressLine line(arguments.progress);
  options.progress = [&line](const RunProgress& progress) {
    line.Show(progress);
  };
  const absl::StatusOr<LevelPlan> plan = PlanLevels(*policy, options);
  line.Clear();
  if (!plan.ok()) return Fail(plan.status());
  fmt::print("{}",
             arguments.format == "json" ? PlanJson(*plan) : PlanText(*plan));
  if (plan->search.satisfied) return kOk;
  fmt::print(stderr, "anon: policy not met: {}\n", plan->search.reason);
  return kPolicyNotMet;
}

}  // namespace

void AddPlan(CLI::App& app, int& exit_code) {
  CLI::App* const plan = app.add_subcommand(
      "plan", "Find the levels that meet a policy; writes no release");
  auto a = std::make_shared<PlanArguments>();
  plan->add_option("policy", a->policy, "Policy file (YAML)")->required();
  plan->add_option("--format", a->format, "What to print on stdout")
      ->check(CLI::IsMember({"text", "json"}));
  AddProgressOption(*plan, a->progress);
  plan->add_flag("--every-node", a->every_node,
                 "Evaluate all levels, for the whole front of loss against "
                 "suppression");
  plan->callback([a, &exit_code] { exit_code = Plan(*a); });
}

}  // namespace anon::cli
