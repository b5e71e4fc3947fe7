// SPDX-License-Identifier: Apache-2.0
#include "cli/summary.h"

#include <fmt/format.h>

#include "cli/counted.h"

namespace anon::cli {
namespace {

std::string Percent(std::int64_t part, std::int64_t whole) {
  return whole == 0
             ? "-"
             : fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) /
                                           static_cast<double>(whole));
}

std::string Row(std::string_view what, std::int64_t in, std::int64_t out) {
  return fmt::format("  {:<12}{:>12}{:>12}{:>12}{:>12}\n", what, in, out,
                     in - out, Percent(in - out, in));
}

std::string ModelRows(const RunReport& report) {
  // A dry run has judged nothing but the classes before suppression.
  const bool judged = !report.verdicts.empty();
  std::string text =
      fmt::format("\n  {:<34}{:>8}{:>12}  {}\n", "model", "asked", "achieved",
                  judged ? "verdict" : "before suppression");
  for (const Verdict& v : judged ? report.verdicts : report.before) {
    const std::string name = v.attribute.empty()
                                 ? v.model
                                 : fmt::format("{} ({})", v.model, v.attribute);
    text += fmt::format(
        "  {:<34}{:>8}{:>12}  {}\n", name, v.asked, v.achieved,
        v.satisfied ? "satisfied"
                    : "fails in " + Counted(v.failing_classes, "class", "es"));
  }
  return text;
}

// What a search for levels found.
std::string SearchText(const RunReport& report) {
  if (!report.search) return "";
  const RunSearch& search = *report.search;
  std::string text = "  levels searched for:";
  for (const auto& [column, level] : search.levels) {
    text += fmt::format(" {} {}", column, level);
  }
  if (!search.satisfied) return text + "; the nearest, they do not satisfy\n";
  return text + fmt::format("; {} {:.6g}, {} of {}\n", search.objective,
                            search.value,
                            search.optimal ? "the proven optimum"
                                           : "the best that was found",
                            Counted(search.nodes, "combination"));
}

// Rounds of local recoding.
std::string RoundRows(const RunReport& report) {
  std::string text;
  int number = 0;
  for (const RunRound& round : report.rounds) {
    text += fmt::format("  round {}: {} in {}, then {:.6g} lost; levels",
                        ++number, Counted(round.records, "record"),
                        Counted(round.classes, "class", "es"), round.loss);
    for (const auto& [column, level] : round.levels) {
      text += fmt::format(" {} {}", column, level);
    }
    text += "\n";
  }
  return text;
}

// That a division could have gone further.
std::string DivisionText(const RunReport& report) {
  if (!report.division || report.division->complete) return "";
  return fmt::format(
      "  not divided to the end: the limit of the policy ended it after {}; "
      "with a higher solver.evaluations or solver.seconds regions may be "
      "finer\n",
      Counted(report.division->parts_evaluated, "part"));
}

// What follows from the search for levels, to who knows of it.
std::string MinimalityText(const RunReport& report) {
  if (!report.minimality) return "";
  const Minimality& known = *report.minimality;
  std::string text = "  who knows that a search chose the levels can";
  for (const Minimality::Guess& guess : known.guesses) {
    text += fmt::format(
        " guess someone's {} with a confidence of at most {:.3f} ({:.3f} "
        "without knowing it),",
        guess.attribute, guess.confidence, guess.frequency);
  }
  if (!known.by_sizes && known.guesses.empty()) {
    text += " guess sensitive values, for which no bound is known,";
  }
  return text + fmt::format(" and infer finer labels of at most {} of {}\n",
                            known.downcoded,
                            Counted(known.principals, "principal"));
}

}  // namespace

std::string Summary(const RunReport& report) {
  std::string text = fmt::format("{}  {}\n\n  {:<12}{:>12}{:>12}{:>12}{:>12}\n",
                                 report.release_id, ToString(report.kind), "",
                                 "in", "out", "suppressed", "share");
  text += Row("records", report.records_in, report.records_out);
  text += Row("principals", report.principals_in, report.principals_out);
  text += Row("classes", report.classes_in, report.classes_kept);
  text += fmt::format("  principals who lose a record: {} ({}), limit {}\n",
                      report.principals_affected,
                      Percent(report.principals_affected, report.principals_in),
                      report.suppression_limit.ToString());
  for (const GateTally& gate : report.gates) {
    text += fmt::format(
        "  held back by {}: {} of {}{}\n", gate.gate,
        Counted(gate.records, "record"), Counted(gate.principals, "principal"),
        gate.unmatched == 0 ? ""
                            : fmt::format("; on its list but nowhere else: {}",
                                          gate.unmatched));
  }
  if (report.aggregation) {
    text += fmt::format("  aggregated: {} to {}, one per principal\n",
                        Counted(report.aggregation->records_in, "record"),
                        report.aggregation->records_out);
  }
  text += ModelRows(report);
  const bool ncp = report.loss_metric == "ncp";
  text += fmt::format(
      "\n  {} {:.4f} ({}); by column:", report.loss_metric,
      ncp ? report.loss.arithmetic_mean : report.loss.geometric_mean,
      ncp ? "mean of columns" : "geometric mean");
  for (const auto& attribute : report.loss.attributes) {
    text += fmt::format(" {} {:.3f}", attribute.name, attribute.loss);
  }
  return text + "\n" + SearchText(report) + DivisionText(report) +
         RoundRows(report) + MinimalityText(report);
}

}  // namespace anon::cli
