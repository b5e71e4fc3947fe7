// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/redaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anon/base/text.h"
#include "anon/residue/find_residue.h"
#include "transform/operator_descriptors.h"

namespace anon {
namespace {

class Redaction final : public CellOperator {
 public:
  // By rule: what replaces it; nothing: it stays.
  Redaction(std::vector<std::optional<std::string>> replacements, bool possible)
      : replacements_(std::move(replacements)), possible_(possible) {}

  const OperatorDescriptor& descriptor() const override {
    return internal::RedactTextDescriptor();
  }

  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    std::string redacted;
    std::size_t done = 0;
    // Ordered by place; of overlapping matches the first wins, and its end
    // grows over the others.
    for (const ResidueMatch& match : FindResidue("", value)) {
      const auto& replacement = replacements_[match.rule];
      const bool counts =
          match.certainty == Certainty::kCertain ||
          (possible_ && match.certainty == Certainty::kPossible);
      if (!replacement || !counts) continue;
      if (match.begin >= done) {
        redacted += value.substr(done, match.begin - done);
        redacted += *replacement;
      }
      done = std::max(done, match.end);
    }
    redacted += value.substr(done);
    return redacted;
  }

 private:
  std::vector<std::optional<std::string>> replacements_;
  bool possible_;
};

}  // namespace

const OperatorDescriptor& internal::RedactTextDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "redact_text",
      .technique = "suppress_free_text",
      .ja = "自由記述に含まれる番号や連絡先を消す（自由記述の削除）",
      .en = "Replace numbers and addresses found in free text",
      .takes = "any text",
      .missing = "stays missing",
      .example = "{operator: redact_text, replacement: \"[{}]\"}",
      .leaves_part = true};
  return descriptor;
}

absl::StatusOr<std::shared_ptr<const CellOperator>> RedactText(
    RedactOptions options) {
  std::vector<std::string> known;
  for (const ResidueRule& rule : ResidueRules()) known.emplace_back(rule.name);
  for (const std::string& rule : options.rules) {
    if (std::ranges::find(known, rule) != known.end()) continue;
    const auto nearest = Nearest(rule, known);
    return PolicyError(fmt::format(
        "redact_text knows no rule '{}'{}", rule,
        nearest ? fmt::format(": did you mean '{}'?", *nearest) : ""));
  }
  std::vector<std::optional<std::string>> replacements;
  for (const std::string& rule : known) {
    const bool meant =
        options.rules.empty() ||
        std::ranges::find(options.rules, rule) != options.rules.end();
    auto& replacement = replacements.emplace_back();
    if (!meant) continue;
    replacement = options.replacement;
    const std::size_t at = replacement->find("{}");
    if (at != std::string::npos) replacement->replace(at, 2, rule);
  }
  return std::make_shared<Redaction>(std::move(replacements), options.possible);
}

}  // namespace anon
