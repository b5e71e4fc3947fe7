// SPDX-License-Identifier: Apache-2.0
//
// The record of an impact assessment. It is a form that the policy fills in as
// far as it can: what nobody has said stands there as a blank.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "anon/release/pages.h"
#include "base/status_macros.h"
#include "release/document.h"
#include "release/text_check.h"

namespace anon {
namespace {

using internal::Block;
using internal::Document;
using internal::Plain;
using internal::Row;
using internal::Table;
using internal::Value;
using internal::Word;
using internal::Wordbook;

Value OrBlank(const Wordbook& say, const BilingualText& text) {
  return {text.empty() ? say(Word::blank) : text};
}

Value DateOrBlank(const Wordbook& say, const std::string& date) {
  return date.empty() ? Value{say(Word::blank)} : internal::DateValue(date);
}

// What `names` are called in words, such as "class_location" for "location".
absl::StatusOr<std::vector<BilingualText>> InWords(
    const Wordbook& say, std::string_view prefix,
    const std::vector<std::string>& names) {
  std::vector<BilingualText> words;
  for (const std::string& name : names) {
    const auto word = internal::WordOf(prefix, name);
    if (!word) {
      return PolicyError(fmt::format(
          "the impact assessment knows no words for {}{}", prefix, name));
    }
    words.push_back(say(*word));
  }
  return words;
}

Block Subject(const Wordbook& say, const ReleaseTerms& terms,
              const ImpactAssessment& pia) {
  const std::string countries =
      fmt::format("{}", fmt::join(pia.storage_countries, ", "));
  const auto scope =
      *internal::WordOf("scope_", std::string(ToString(pia.scope)));
  Block block = {.key = "subject", .heading = say(Word::pia_subject)};
  block.rows = {{say(Word::pia_kind),
                 {say(terms.kind == DatasetKind::kAnonymizedPersonalInformation
                          ? Word::anonymized
                          : Word::pseudonymized)}},
                {say(Word::pia_population), {terms.population}},
                {say(Word::pia_purpose), OrBlank(say, Plain(pia.purpose).text)},
                {say(Word::pia_scope), {say(scope)}},
                {say(Word::pia_countries), OrBlank(say, Plain(countries).text)},
                {say(Word::pia_specified),
                 {say(pia.specified_user_information ? Word::yes : Word::no)}}};
  return block;
}

Block Listed(BilingualText heading, std::string_view key,
             std::vector<BilingualText> list, const Wordbook& say) {
  if (list.empty()) list = {say(Word::none)};
  return {.key = key, .heading = std::move(heading), .list = std::move(list)};
}

// Risks and what is done about them, with room for more.
Block Risks(const Wordbook& say, const ImpactAssessment& pia) {
  Block block = {.key = "risks", .heading = say(Word::pia_risks)};
  block.table.caption = say(Word::pia_risks_caption);
  block.table.columns = {say(Word::pia_risk), say(Word::pia_measure)};
  for (std::size_t i = 0; i < pia.risks.size(); ++i) {
    block.table.lines.push_back(
        {fmt::format("risk-{}", i + 1),
         {Value{pia.risks[i].risk}, OrBlank(say, pia.risks[i].measure)}});
  }
  if (pia.risks.empty()) {
    block.table.lines.push_back(
        {"risk-1", {Value{say(Word::blank)}, Value{say(Word::blank)}}});
  }
  return block;
}

Word InWords(ImpactAssessment::Decision decision) {
  switch (decision) {
    case ImpactAssessment::Decision::kProceed:
      return Word::decision_proceed;
    case ImpactAssessment::Decision::kProceedWithConditions:
      return Word::decision_conditions;
    case ImpactAssessment::Decision::kStop:
      return Word::decision_stop;
    case ImpactAssessment::Decision::kOpen:
      break;
  }
  return Word::decision_open;
}

Block Decided(const Wordbook& say, const ImpactAssessment& pia) {
  Block block = {.key = "decision", .heading = say(Word::pia_decision)};
  block.rows = {
      {say(Word::pia_decision), {say(InWords(pia.decision))}},
      {say(Word::pia_assessor), OrBlank(say, pia.assessor)},
      {say(Word::pia_assessed_on), DateOrBlank(say, pia.assessed_on)},
      {say(Word::pia_approver), OrBlank(say, pia.approver)},
      {say(Word::pia_next_review), DateOrBlank(say, pia.next_review)}};
  return block;
}

absl::Status Check(const ImpactAssessment& pia) {
  using internal::AllowDate;
  using internal::AllowText;
  constexpr std::string_view kName = "release.impact_assessment";
  const auto name = [&](std::string_view member) {
    return fmt::format("{}.{}", kName, member);
  };
  ANON_RETURN_IF_ERROR(AllowText(name("assessor"), pia.assessor));
  ANON_RETURN_IF_ERROR(AllowText(name("approver"), pia.approver));
  ANON_RETURN_IF_ERROR(AllowDate(name("assessed_on"), pia.assessed_on));
  ANON_RETURN_IF_ERROR(AllowDate(name("next_review"), pia.next_review));
  for (std::size_t i = 0; i < pia.risks.size(); ++i) {
    const std::string risk = fmt::format("{}.risks[{}]", kName, i);
    ANON_RETURN_IF_ERROR(
        internal::RequireText(risk + ".risk", pia.risks[i].risk));
    ANON_RETURN_IF_ERROR(AllowText(risk + ".measure", pia.risks[i].measure));
  }
  // Nobody decides without saying who and when.
  if (pia.decision == ImpactAssessment::Decision::kOpen) {
    return absl::OkStatus();
  }
  if (pia.assessor.empty() || pia.approver.empty() || pia.assessed_on.empty()) {
    return PolicyError(fmt::format(
        "{} has a decision: add assessor, approver and assessed_on", kName));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PageFiles> RenderImpactAssessment(const ReleaseTerms& terms,
                                                 const ManifestFacts& facts,
                                                 const ImpactAssessment& pia) {
  ANON_ASSIGN_OR_RETURN(const Document manifest,
                        internal::ManifestDocument(terms, facts));
  ANON_RETURN_IF_ERROR(Check(pia));
  const Wordbook& say = manifest.say;
  ANON_ASSIGN_OR_RETURN(auto classes,
                        InWords(say, "class_", pia.attribute_classes));
  ANON_ASSIGN_OR_RETURN(const auto origins,
                        InWords(say, "origin_", pia.origins));
  ANON_ASSIGN_OR_RETURN(auto gates, InWords(say, "gate_", pia.gates));
  std::vector<BilingualText> techniques;
  for (const Block& block : manifest.blocks) {
    if (block.key == "processing_summary") techniques = block.list;
  }
  classes.insert(classes.end(), origins.begin(), origins.end());

  Document page;
  page.edition = manifest.edition;
  page.say = say;
  page.title = say(Word::pia_title);
  page.author = manifest.author;
  page.about = {{say(Word::label_id), Plain(terms.id)},
                {say(Word::label_created), internal::DateValue(terms.created)}};
  page.head = {say(Word::pia_head)};
  page.cites = false;
  page.bases = false;
  std::vector<BilingualText> models;
  for (const std::string& model : pia.models)
    models.push_back(Plain(model).text);
  std::vector<Block>& blocks = page.blocks;
  blocks.push_back(Subject(say, terms, pia));
  blocks.push_back(
      Listed(say(Word::pia_classes), "classes", std::move(classes), say));
  blocks.push_back({.key = "items",
                    .heading = say(Word::pia_items),
                    .items = internal::ItemLines(terms.items)});
  blocks.push_back(
      Listed(say(Word::processing), "techniques", std::move(techniques), say));
  blocks.push_back(
      Listed(say(Word::pia_models), "models", std::move(models), say));
  blocks.push_back(
      Listed(say(Word::pia_gates), "gates", std::move(gates), say));
  blocks.push_back(
      Listed(say(Word::safety), "safety", terms.safety_measures, say));
  blocks.push_back(Risks(say, pia));
  blocks.push_back(Decided(say, pia));
  return AllForms(page, "impact_assessment");
}

}  // namespace anon
