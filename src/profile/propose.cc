// SPDX-License-Identifier: Apache-2.0
#include "profile/propose.h"

#include <fmt/format.h>

#include <algorithm>

#include "profile/cues.h"

namespace anon::internal {
namespace {

Proposal Make(const ColumnProfile& column, Role role,
              AttributeClass attribute_class, std::string_view treatment,
              std::string reason) {
  return {.role = role,
          .attribute_class = attribute_class,
          .treatment = std::string(treatment),
          .reason = std::move(reason),
          .ja = column.name,
          .en = column.name};
}

// The finding with most cells among those that stop, or null.
const ResidueFinding* Strongest(const ColumnProfile& column) {
  const ResidueFinding* strongest = nullptr;
  for (const ResidueFinding& finding : column.residue) {
    if (!finding.stops) continue;
    if (strongest == nullptr || finding.hits > strongest->hits) {
      strongest = &finding;
    }
  }
  return strongest;
}

Proposal FromResidue(const ColumnProfile& column,
                     const ResidueFinding& finding) {
  const ResidueRule& rule = ResidueRules()[finding.rule];
  const bool most = finding.hits * 2 >= finding.cells;
  return Make(column, Role::kDirectIdentifier,
              most ? rule.attribute_class : AttributeClass::kFreeText,
              "suppress",
              fmt::format("{} of {} cells hold a value of the kind '{}'",
                          finding.hits, finding.cells, rule.en));
}

// A few cells far from all others: 特異な記述 such as an age of 116. Where many
// are far out, the column is merely skewed.
bool HasLoners(const ColumnProfile& column) {
  constexpr std::int64_t kFew = 5;
  return column.extremes && column.extremes->far_out > 0 &&
         column.extremes->far_out < kFew;
}

Proposal FromFigures(const ColumnProfile& column) {
  const Uniqueness& unique = column.uniqueness;
  if (column.kind == ValueKind::kEmpty) {
    return Make(column, Role::kInsensitive, AttributeClass::kOther, "suppress",
                "every cell is empty");
  }
  if (column.kind == ValueKind::kText) {
    return Make(column, Role::kDirectIdentifier, AttributeClass::kFreeText,
                "suppress", "free text may hold anything about anyone");
  }
  if (unique.distinct == 1) {
    return Make(column, Role::kInsensitive, AttributeClass::kOther, "keep",
                "all cells are alike");
  }
  if (column.kind == ValueKind::kDate || column.kind == ValueKind::kTime) {
    return Make(column, Role::kQuasiIdentifier, AttributeClass::kOther,
                "generalize", "a date is often known to others");
  }
  // As many values as cells, nearly: a number of the record or the person.
  if (column.kind != ValueKind::kDecimal &&
      unique.distinct * 10 >= column.cells * 9) {
    return Make(column, Role::kDirectIdentifier, AttributeClass::kLinkingCode,
                "suppress",
                fmt::format("{} distinct values in {} cells: a code that links "
                            "it with its source",
                            unique.distinct, column.cells));
  }
  if (unique.alone > 0 || column.rare_values > 0 || HasLoners(column)) {
    return Make(column, Role::kInsensitive, AttributeClass::kIdiosyncratic,
                "suppress",
                fmt::format("{} principals are alone with their value, and {} "
                            "values are rare: group them before they are kept",
                            unique.alone, column.rare_values));
  }
  return Make(column, Role::kInsensitive, AttributeClass::kOther, "keep",
              "few values, none of them rare");
}

Proposal FromNameAndFigures(const ColumnProfile& column, bool is_principal) {
  if (is_principal) {
    return Make(column, Role::kDirectIdentifier, AttributeClass::kLinkingCode,
                "suppress",
                "it says whose row it is: a pseudonym, where rows of one "
                "person have to stay together in pseudonymized information");
  }
  const ResidueFinding* const finding = Strongest(column);
  const Cue* const cue = FindCue(column.name);
  const bool named_direct =
      cue != nullptr && cue->role == Role::kDirectIdentifier;
  if (finding != nullptr && !named_direct) return FromResidue(column, *finding);
  if (cue == nullptr) return FromFigures(column);

  Proposal proposal = Make(column, cue->role, cue->attribute_class,
                           cue->treatment, std::string(cue->reason));
  proposal.ja = cue->ja;
  proposal.en = cue->en;
  if (finding != nullptr) {
    const ResidueRule& rule = ResidueRules()[finding->rule];
    if (finding->hits * 2 >= finding->cells) {
      proposal.attribute_class = rule.attribute_class;
    }
    proposal.reason += fmt::format(
        ", and {} of {} cells hold a value of the "
        "kind '{}'",
        finding->hits, finding->cells, rule.en);
  }
  if (column.kind == ValueKind::kText && cue->treatment != "suppress") {
    proposal.treatment = "suppress";
    proposal.attribute_class = AttributeClass::kFreeText;
    proposal.reason += "; but its values are sentences";
  }
  if (column.kind == ValueKind::kEmpty) proposal.treatment = "suppress";
  // A sensitive attribute passes as it is: nobody may be alone in it.
  if (cue->role == Role::kSensitive &&
      column.uniqueness.alone * 100 > column.uniqueness.principals) {
    proposal.treatment = "suppress";
    proposal.attribute_class = AttributeClass::kIdiosyncratic;
    proposal.reason += fmt::format("; {} principals are alone with theirs",
                                   column.uniqueness.alone);
  }
  return proposal;
}

}  // namespace

Proposal Propose(const ColumnProfile& column, bool is_principal) {
  Proposal proposal = FromNameAndFigures(column, is_principal);
  if (proposal.role != Role::kDirectIdentifier && HasLoners(column)) {
    proposal.reason +=
        "; a few cells lie far from the rest (idiosyncratic): code them at a "
        "bound or suppress them";
  }
  return proposal;
}

}  // namespace anon::internal
