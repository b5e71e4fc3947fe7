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

bool IsTreated(const ColumnPolicy& column, const Policy& policy) {
  return column.treatment != Treatment::kKeep || !column.operators.empty() ||
         std::ranges::find(policy.derived, column.name, &GridColumn::name) !=
             policy.derived.end();
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

// The secrecy of communications comes before any treatment.
void CheckOrigins(const MapReader& root, const Draft& draft) {
  if (draft.policy.gates.communications_secrecy) return;
  for (const ColumnPolicy& column : draft.policy.columns) {
    if (column.origin != DataOrigin::kCallSession ||
        column.treatment == Treatment::kSuppress) {
      continue;
    }
    root.Complain(
        "columns",
        fmt::format("columns.{} was made with a call or session and falls "
                    "under the secrecy of communications: suppress it, or "
                    "state the ground in gates.communications_secrecy",
                    Shown(column.name)));
  }
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
  if (!root.Has("use")) return;
  const IntendedUse& use = draft.policy.use;
  const LegalRule* const rule = draft.profile->Find(*draft.kind, use.scope);
  if (rule == nullptr) return;
  Say(*rule, root, "use", draft,
      fmt::format("use.recipient_scope: a {} may not have {} ({})",
                  ToString(use.scope), ToString(*draft.kind), Cited(*rule)));
}

}  // namespace anon::internal
