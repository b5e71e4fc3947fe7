// SPDX-License-Identifier: Apache-2.0
#include "assess/check_context.h"

#include <utility>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

// Each record of the population is one person.
absl::StatusOr<std::shared_ptr<const PopulationCounts>> CountPopulation(
    const CheckRequest& request, RandomSource& random) {
  ClassColumns columns;
  for (const std::string& name : request.quasi_identifiers) {
    columns.quasi_identifiers.push_back(Generalization::Identity(name));
  }
  columns.refuse_missing = request.missing == MissingValues::kRefuse;
  RecordSource& table = *request.population;
  ANON_ASSIGN_OR_RETURN(RowCoder coder,
                        RowCoder::Create(std::move(columns), table, random));
  ANON_ASSIGN_OR_RETURN(
      const Classes classes,
      CountClasses(table, coder, {.class_budget = request.class_budget}));
  auto counts = std::make_shared<PopulationCounts>();
  std::vector<std::string> labels(coder.quasi_identifiers().size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (std::size_t q = 0; q < labels.size(); ++q) {
      labels[q] = coder.quasi_identifiers()[q].label(classes.code(i, q));
    }
    (*counts)[labels] = classes.principals(i);
  }
  return counts;
}

absl::StatusOr<WildcardSizes> MatchMissing(const CheckScan& scan,
                                           const CheckRequest& request) {
  const Classes& classes = scan.classes;
  std::vector<std::optional<std::uint32_t>> missing(
      classes.quasi_identifiers().size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (std::size_t q = 0; q < missing.size(); ++q) {
      const std::uint32_t code = classes.code(i, q);
      if (missing[q]) continue;
      if (scan.coder.quasi_identifiers()[q].label(code).empty()) {
        missing[q] = code;
      }
    }
  }
  return MatchWildcards(classes, missing, request.wildcard_weight);
}

// What the models need to know of the labels behind codes, and beyond them.
ModelContext Labels(const CheckRequest& request, const CheckScan& scan) {
  ModelContext context;
  for (std::size_t s = 0; s < request.sensitive_attributes.size(); ++s) {
    const std::string& name = request.sensitive_attributes[s];
    SensitiveContext& known = context.sensitive[name];
    known.label = [&scan, s](std::uint32_t code) {
      return scan.coder.sensitive_value(s, code);
    };
    const auto hierarchy = request.hierarchies.find(name);
    if (hierarchy != request.hierarchies.end()) {
      known.hierarchy = hierarchy->second;
    }
  }
  context.quasi_label = [&scan](std::size_t q, std::uint32_t code) {
    return scan.coder.quasi_identifiers()[q].label(code);
  };
  return context;
}

}  // namespace

absl::StatusOr<CheckContext> GatherContext(const CheckRequest& request,
                                           const CheckScan& scan,
                                           RandomSource& random) {
  CheckContext context{.models = Labels(request, scan), .wildcards = nullptr};
  if (request.population != nullptr) {
    ANON_ASSIGN_OR_RETURN(context.models.population,
                          CountPopulation(request, random));
  }
  if (request.missing == MissingValues::kWildcard) {
    ANON_ASSIGN_OR_RETURN(WildcardSizes sizes, MatchMissing(scan, request));
    context.wildcards = std::make_unique<const WildcardSizes>(std::move(sizes));
    context.models.wildcards = context.wildcards.get();
  }
  return context;
}

}  // namespace anon::internal
