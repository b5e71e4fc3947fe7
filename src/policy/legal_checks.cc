// SPDX-License-Identifier: Apache-2.0
//
// The policy before the law, as its profile tells it. What an unverified rule
// asks is a warning.
#include <fmt/format.h>

#include <algorithm>

#include "policy/sections.h"

namespace anon::internal {
namespace {

bool IsRemoved(const ColumnPolicy& column) {
  return column.treatment == Treatment::kSuppress ||
         column.treatment == Treatment::kPseudonymize;
}

bool IsDerived(const ColumnPolicy& column, const Policy& policy) {
  return std::ranges::find(policy.derived, column.name, &GridColumn::name) !=
         policy.derived.end();
}

// Level 0 of a hierarchy is the value itself.
bool IsCoarsened(const ColumnPolicy& column) {
  return IsRemoved(column) ||
         (column.treatment == Treatment::kGeneralize && column.level > 0);
}

bool IsTreated(const ColumnPolicy& column, const Policy& policy) {
  return IsCoarsened(column) || !column.operators.empty() ||
         IsDerived(column, policy);
}

bool IsRedacted(const ColumnPolicy& column) {
  return IsCoarsened(column) ||
         std::ranges::any_of(column.operators, [](const auto& each) {
           return each->descriptor().technique == "suppress_free_text";
         });
}

std::string Cited(const LegalRule& rule) {
  return fmt::format("{} / {}", rule.article.ja, rule.article.en);
}

void Say(const LegalRule& rule, const MapReader& where, std::string_view key,
         Draft& draft, const std::string& sentence) {
  if (rule.enforced()) {
    where.Complain(key, sentence);
  } else {
    draft.policy.warnings.push_back(sentence +
                                    "; nobody has verified this rule");
  }
}

void CheckRule(const MapReader& where, const ColumnPolicy& column,
               std::string_view what, const LegalRule* rule, Draft& draft) {
  if (rule == nullptr) return;
  if (rule->reason_excuses && !column.reason.empty()) return;
  const std::string_view kind = ToString(rule->kind);
  if (rule->demand == Demand::kTreated) {
    if (IsTreated(column, draft.policy)) return;
    Say(*rule, where, "treatment", draft,
        fmt::format("{} has {} and may not stay untreated in {} ({}): "
                    "generalize or suppress it, or give it operators",
                    where.path(), what, kind, Cited(*rule)));
    return;
  }
  if (rule->demand == Demand::kRedacted) {
    if (IsRedacted(column)) return;
    Say(*rule, where, "treatment", draft,
        fmt::format("{} has {} and may not stay as it is in {} ({}): suppress "
                    "it, or give it operators: [{{operator: redact_text}}]",
                    where.path(), what, kind, Cited(*rule)));
    return;
  }
  if (IsRemoved(column)) return;
  const bool by_rule = !column.operators.empty();
  Say(*rule, where, by_rule ? "operators" : "treatment", draft,
      fmt::format(
          "{} has {} and must be removed from {} ({}): {}use treatment: "
          "suppress or pseudonymize{}",
          where.path(), what, kind, Cited(*rule),
          by_rule ? "what its operators leave can be restored by a rule; " : "",
          rule->reason_excuses ? ", or state the reason why it stays" : ""));
}

// The secrecy of communications comes before any treatment: a column of a call
// or session may not be used without a ground, in the output or in a column
// derived of it.
void CheckOrigins(const MapReader& root, const Draft& draft) {
  const Policy& policy = draft.policy;
  if (policy.gates.communications_secrecy) return;
  const auto complain = [&root](std::string_view name) {
    root.Complain(
        "columns",
        fmt::format("columns.{} was made with a call or session and falls "
                    "under the secrecy of communications: suppress it, or "
                    "state the ground in gates.communications_secrecy",
                    Shown(name)));
  };
  const auto secret = [&draft](const std::string& name) {
    const ColumnPolicy* const column = draft.FindColumn(name);
    return column != nullptr && column->origin == DataOrigin::kCallSession;
  };
  for (const ColumnPolicy& column : policy.columns) {
    if (column.treatment == Treatment::kSuppress) continue;
    const auto grid =
        std::ranges::find(policy.derived, column.name, &GridColumn::name);
    if (secret(column.name) ||
        (grid != policy.derived.end() &&
         (secret(grid->latitude) || secret(grid->longitude) ||
          secret(grid->time)))) {
      complain(column.name);
    }
  }
}

// Rows that a pseudonym links are not judged one by one.
void CheckLinkedRows(const MapReader& root, const Draft& draft) {
  const Policy& policy = draft.policy;
  if (draft.kind != DatasetKind::kAnonymizedPersonalInformation ||
      policy.several_rows != SeveralRows::kCountOnce) {
    return;
  }
  const auto column = std::ranges::find(
      policy.columns, Treatment::kPseudonymize, &ColumnPolicy::treatment);
  if (column == policy.columns.end()) return;
  root.Complain(
      "principal",
      fmt::format("principal.several_rows: count_once judges each row of a "
                  "person alone, but the pseudonyms of columns.{} link them: "
                  "suppress that column, or make one row of each person with "
                  "several_rows: aggregate",
                  Shown(column->name)));
}

}  // namespace

void CheckColumnRules(const MapReader& where, const ColumnPolicy& column,
                      Draft& draft) {
  if (!draft.legal() || !draft.kind) return;
  // One complaint a column: the class says more than the role.
  const std::size_t before = where.complaints().size();
  CheckRule(where, column,
            fmt::format("class {}", ToString(column.attribute_class)),
            draft.profile->Find(*draft.kind, column.attribute_class), draft);
  if (where.complaints().size() != before) return;
  CheckRule(where, column, fmt::format("role {}", ToString(column.role)),
            draft.profile->Find(*draft.kind, column.role), draft);
}

void CheckUseRules(const MapReader& root, Draft& draft) {
  if (!draft.legal() || !draft.kind) return;
  CheckOrigins(root, draft);
  CheckLinkedRows(root, draft);
  if (!root.Has("use")) return;
  const IntendedUse& use = draft.policy.use;
  const LegalRule* const rule = draft.profile->Find(*draft.kind, use.scope);
  if (rule == nullptr) return;
  Say(*rule, root, "use", draft,
      fmt::format("use.recipient_scope: a {} may not have {} ({})",
                  ToString(use.scope), ToString(*draft.kind), Cited(*rule)));
}

}  // namespace anon::internal
