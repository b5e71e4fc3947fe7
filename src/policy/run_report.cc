// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "anon/policy/run.h"
#include "base/json.h"
#include "policy/findings.h"
#include "policy/step_log.h"

namespace anon {
namespace {

using internal::Json;

Json ToJson(const std::vector<Verdict>& verdicts) {
  Json list = Json::array();
  for (const Verdict& verdict : verdicts) {
    list.push_back({{"model", verdict.model},
                    {"attribute", verdict.attribute},
                    {"asked", verdict.asked},
                    {"achieved", verdict.achieved},
                    {"satisfied", verdict.satisfied},
                    {"failing_classes", verdict.failing_classes},
                    {"failing_records", verdict.failing_records}});
  }
  return list;
}

Json ToJson(const Loss& loss, const std::string& metric) {
  Json attributes = Json::object();
  for (const auto& attribute : loss.attributes) {
    attributes[attribute.name] = attribute.loss;
  }
  return {{"metric", metric},
          {"attributes", attributes},
          {"arithmetic_mean", loss.arithmetic_mean},
          {"geometric_mean", loss.geometric_mean}};
}

Json SourceToJson(const RunReport& report) {
  const SourceTags& tags = report.source_tags;
  return {{"file", report.source},
          {"sha256", report.source_sha256},
          {"purposes", tags.purposes},
          {"storage_countries", tags.storage_countries},
          {"specified_user_information", tags.specified_user_information}};
}

// Null without a legal profile that asks for it.
Json UseToJson(const IntendedUse& use) {
  if (use.purpose.empty()) return nullptr;
  Json json = {{"purpose", use.purpose},
               {"recipient_scope", ToString(use.scope)}};
  if (!use.contractor_expires.empty()) {
    json["contractor"] = {{"scope_ja", use.contractor_scope.ja},
                          {"scope_en", use.contractor_scope.en},
                          {"expires", use.contractor_expires}};
  }
  return json;
}

// Counts, never identities.
Json GatesToJson(const RunReport& report) {
  Json gates = Json::object();
  for (const GateTally& gate : report.gates) {
    gates[gate.gate] = {{"records_held_back", gate.records},
                        {"principals_held_back", gate.principals},
                        {"entries_unmatched", gate.unmatched}};
  }
  return gates;
}

Json ToJson(const AggregationTally& aggregation) {
  Json columns = Json::object();
  for (const AggregatedColumn& each : aggregation.columns) {
    columns[each.column] = ToString(each.rule);
  }
  return {{"records_in", aggregation.records_in},
          {"records_out", aggregation.records_out},
          {"columns", columns}};
}

// Counts and places in the written file, never values.
Json ResidueToJson(const RunReport& report) {
  Json list = Json::array();
  for (const FoundResidue& each : report.residue) {
    Json json = {{"column", each.finding.attribute},
                 {"rule", each.rule},
                 {"cells", each.finding.cells},
                 {"hits", each.finding.hits},
                 {"certain", each.finding.certain},
                 {"basis", ToString(each.finding.basis)},
                 {"stops", each.stops()}};
    if (!each.allowed.empty()) json["allowed"] = each.allowed;
    list.push_back(std::move(json));
  }
  return list;
}

Json UniquenessToJson(const RunReport& report) {
  Json list = Json::array();
  for (const Uniqueness& each : report.uniqueness) {
    list.push_back({{"columns", each.attributes},
                    {"distinct", each.distinct},
                    {"principals", each.principals},
                    {"alone", each.alone},
                    {"exact", each.exact}});
  }
  return list;
}

Json FrequencyAttacksToJson(const RunReport& report) {
  Json list = Json::array();
  for (const FrequencyAttack& each : report.frequency_attacks) {
    list.push_back({{"column", each.attribute},
                    {"records", each.records},
                    {"pseudonyms", each.pseudonyms},
                    {"most_frequent", each.most_frequent},
                    {"certain", each.certain},
                    {"certain_records", each.certain_records},
                    {"expected", each.expected},
                    {"exact", each.exact}});
  }
  return list;
}

Json LevelsToJson(
    const std::vector<std::pair<std::string, std::int64_t>>& levels) {
  Json json = Json::object();
  for (const auto& [column, level] : levels) json[column] = level;
  return json;
}

Json ToJson(const RunSearch& search) {
  return {{"satisfied", search.satisfied},
          {"optimal", search.optimal},
          {"levels", LevelsToJson(search.levels)},
          {"objective", search.objective},
          {"value", search.satisfied ? Json(search.value) : Json()},
          {"nodes", search.nodes},
          {"nodes_evaluated", search.nodes_evaluated}};
}

// What came of each round, in their order.
Json RoundsToJson(const RunReport& report) {
  Json list = Json::array();
  for (const RunRound& round : report.rounds) {
    list.push_back({{"levels", LevelsToJson(round.levels)},
                    {"optimal", round.optimal},
                    {"records", round.records},
                    {"classes", round.classes},
                    {"loss", round.loss}});
  }
  return list;
}

Json ToJson(const Minimality& minimality) {
  Json guesses = Json::array();
  for (const Minimality::Guess& guess : minimality.guesses) {
    guesses.push_back({{"attribute", guess.attribute},
                       {"frequency", guess.frequency},
                       {"confidence", guess.confidence}});
  }
  return {{"by_sizes", minimality.by_sizes},
          {"finer_nodes", minimality.finer_nodes},
          {"open_nodes", minimality.open_nodes},
          {"chance", minimality.by_sizes || !guesses.empty()
                         ? Json(minimality.chance)
                         : Json()},
          {"guesses", guesses},
          {"principals", minimality.principals},
          {"downcoded", minimality.downcoded}};
}

// What proves that the deletion information is apart, or gone.
void AddSecrets(const RunReport& report, Json& json) {
  if (report.destruction) {
    json["key_destruction_certificate"] = {
        {"key_id", report.destruction->key_id},
        {"destroyed_at", report.destruction->destroyed_at},
        {"method", report.destruction->method},
        {"scope", report.destruction->scope}};
  }
  if (!report.data_set_id.empty()) {
    json["deletion_information"] = {{"data_set_id", report.data_set_id},
                                    {"key_id", report.key_id}};
  }
}

}  // namespace

std::string ReportJson(const RunReport& report) {
  Json json = {
      {"report", 1},
      {"tool", {{"name", "anon"}, {"version", internal::ToolVersion()}}},
      {"released", report.released},
      {"dry_run", report.dry_run},
      {"reason", report.reason},
      {"profile", report.profile},
      {"kind", ToString(report.kind)},
      {"release_id", report.release_id},
      {"created", report.created},
      {"policy",
       {{"file", report.policy_file}, {"sha256", report.policy_sha256}}},
      {"source", SourceToJson(report)},
      {"use", UseToJson(report.use)},
      {"warnings", report.warnings},
      {"gates", GatesToJson(report)},
      {"steps", internal::StepLog(report)},
      {"residue", ResidueToJson(report)},
      {"uniqueness", UniquenessToJson(report)},
      {"frequency_attack", FrequencyAttacksToJson(report)},
      {"records",
       {{"in", report.records_in},
        {"out", report.records_out},
        {"suppressed", report.records_in - report.records_out}}},
      {"principals",
       {{"in", report.principals_in},
        {"out", report.principals_out},
        {"suppressed", report.principals_in - report.principals_out},
        {"affected", report.principals_affected}}},
      {"suppression_limit", report.suppression_limit.ToString()},
      {"classes",
       {{"in", report.classes_in},
        {"kept", report.classes_kept},
        {"suppressed", report.classes_in - report.classes_kept},
        {"smallest", report.smallest_class}}},
      {"models", ToJson(report.verdicts)},
      {"models_before_suppression", ToJson(report.before)},
      {"loss", ToJson(report.loss, report.loss_metric)},
      {"columns", report.columns},
      {"sha256", report.release.sha256},
      {"schema_sha256", report.release.manifest.schema},
      {"technique_class_sha256", report.release.manifest.technique_class},
      {"timings_ms", Json::object()}};
  for (const auto& [step, milliseconds] : report.timings) {
    json["timings_ms"][step] = milliseconds;
  }
  AddSecrets(report, json);
  if (report.aggregation) json["aggregation"] = ToJson(*report.aggregation);
  if (report.division) {
    json["division"] = {{"complete", report.division->complete},
                        {"parts_evaluated", report.division->parts_evaluated}};
  }
  if (report.search) json["search"] = ToJson(*report.search);
  if (!report.rounds.empty()) json["rounds"] = RoundsToJson(report);
  if (report.minimality) json["minimality"] = ToJson(*report.minimality);
  return internal::PrettyJson(json);
}

}  // namespace anon
