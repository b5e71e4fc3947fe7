// SPDX-License-Identifier: Apache-2.0
#include "release/blocks.h"

#include <fmt/format.h>

#include <algorithm>

#include "anon/base/text.h"
#include "base/status_macros.h"

namespace anon::internal {
namespace {

using enum Duty;

bool IsAnonymized(const ReleaseTerms& terms) {
  return terms.kind == DatasetKind::kAnonymizedPersonalInformation;
}

Json ItemsJson(const std::vector<ItemLine>& lines) {
  Json array = Json::array();
  for (const ItemLine& line : lines) {
    Json item = {{"id", line.id}, {"label", ToJson(line.label)}};
    if (!line.group.empty()) item["group"] = ToJson(line.group);
    array.push_back(std::move(item));
  }
  return array;
}

// A block that is one or more sentences.
Block Statement(std::string_view key, Basis basis, Duty duty, Word heading,
                std::vector<BilingualText> sentences) {
  Block block = {.key = key,
                 .basis = basis,
                 .duty = duty,
                 .heading = Say(heading),
                 .text = std::move(sentences)};
  block.json["statements"] = ToJson(block.text);
  return block;
}

Block ItemsBlock(const ReleaseTerms& terms) {
  const bool anonymized = IsAnonymized(terms);
  Block block = {.key = "items_created",
                 .basis = anonymized ? Basis::kStatutory : Basis::kVoluntary,
                 .duty = anonymized ? kAnonymizedItems : kNone,
                 .heading = Say(anonymized ? Word::anonymized_items
                                           : Word::pseudonymized_items),
                 .items = ItemLines(terms.items)};
  block.json["items"] = ItemsJson(block.items);
  return block;
}

// Everything created is provided. The page refers to the list above it; the
// JSON repeats it.
Block ProvidedBlock(const ReleaseTerms& terms) {
  Block block = {.key = "items_provided",
                 .basis = Basis::kStatutory,
                 .duty = kAnonymizedProvision,
                 .heading = Say(Word::provided_items),
                 .text = {Say(Word::provided_items_text)}};
  block.json["items"] = ItemsJson(ItemLines(terms.items));
  return block;
}

Block MethodBlock(const ReleaseTerms& terms) {
  Block block = {.key = "method_of_provision",
                 .basis = Basis::kStatutory,
                 .duty = kAnonymizedProvision,
                 .heading = Say(Word::method),
                 .list = terms.methods_of_provision};
  block.json["methods"] = ToJson(block.list);
  return block;
}

Block ContinuityBlock(const ReleaseTerms& terms) {
  const bool anonymized = IsAnonymized(terms);
  const Continuity& continuity = terms.continuity;
  Fillings fillings = {{"from", DateInWords(continuity.from)},
                       {"created", DateInWords(terms.created)}};
  Word sentence = anonymized ? Word::continuity_continuing
                             : Word::pseudonymized_continuity_continuing;
  if (!continuity.continuing) {
    fillings.push_back({"to", DateInWords(continuity.to)});
    sentence = anonymized ? Word::continuity_one_off
                          : Word::pseudonymized_continuity_one_off;
  }
  Block block = Statement(
      "continuity", anonymized ? Basis::kGuideline : Basis::kVoluntary,
      anonymized ? kAnonymizedContinuity : kNone,
      anonymized ? Word::continuity : Word::pseudonymized_continuity,
      {Say(sentence, fillings)});
  block.json["mode"] = continuity.continuing ? "continuing" : "one_off";
  block.json["from"] = continuity.from;
  if (!continuity.continuing) block.json["to"] = continuity.to;
  return block;
}

Block PurposeBlock(const ReleaseTerms& terms) {
  const bool anonymized = IsAnonymized(terms);
  Block block = {.key = "purpose_of_use",
                 .basis = anonymized ? Basis::kVoluntary : Basis::kStatutory,
                 .duty = anonymized ? kNone : kPseudonymizedPurpose,
                 .heading = Say(anonymized ? Word::anonymized_purpose
                                           : Word::pseudonymized_purpose)};
  if (!anonymized) block.text = {Say(Word::pseudonymized_purpose_text)};
  block.list = {terms.purpose};
  block.json["purpose"] = ToJson(terms.purpose);
  return block;
}

// Verbs only, in the order of the wording table whatever order they came in.
absl::StatusOr<Block> ProcessingBlock(const ManifestFacts& facts) {
  std::vector<Word> words;
  for (const std::string& verb : facts.technique_verbs) {
    const auto word = TechniqueWord(verb);
    if (!word) {
      const auto nearest = Nearest(verb, TechniqueVerbs());
      return PolicyError(fmt::format(
          "technique '{}' is not on the closed list of the manifest{}", verb,
          nearest ? fmt::format(": did you mean '{}'?", *nearest)
                  : std::string(": use one of its words, or add it to "
                                "wording.inc in both languages")));
    }
    words.push_back(*word);
  }
  std::ranges::sort(words);
  words.erase(std::ranges::unique(words).begin(), words.end());

  Block block = {.key = "processing_summary", .heading = Say(Word::processing)};
  Json techniques = Json::array();
  for (const Word word : words) {
    block.list.push_back(Say(word));
    const std::string_view key =
        AllWordings()[static_cast<std::size_t>(word)].key;
    techniques.push_back(
        {{"technique", key.substr(std::string_view("technique_").size())},
         {"label", ToJson(block.list.back())}});
  }
  block.json["techniques"] = std::move(techniques);
  return block;
}

Block SafetyBlock(const ReleaseTerms& terms) {
  const bool anonymized = IsAnonymized(terms);
  Block block = {.key = "safety_measures",
                 .basis = Basis::kStatutory,
                 .duty = anonymized ? kAnonymizedSafety : kPseudonymizedSafety,
                 .heading = Say(Word::safety),
                 .text = {Say(anonymized ? Word::anonymized_safety_text
                                         : Word::pseudonymized_safety_text)},
                 .list = terms.safety_measures};
  block.json["measures"] = ToJson(block.list);
  return block;
}

// For policies that disclose models. A sensitive column is called as the item
// list calls it.
Block ModelsBlock(const ReleaseTerms& terms, const ManifestFacts& facts) {
  Block block = {.key = "models", .heading = Say(Word::models)};
  Json models = Json::array();
  for (const DisclosedModel& model : facts.disclosed_models) {
    std::string words = model.model;
    std::ranges::replace(words, '_', ' ');
    Fillings fillings = {{"model", {words, words}},
                         {"asked", {model.asked, model.asked}}};
    Json entry = {{"model", model.model}, {"asked", model.asked}};
    const auto item =
        std::ranges::find(terms.items, model.attribute, &Item::attribute);
    if (item == terms.items.end()) {
      block.list.push_back(Say(Word::model_text, fillings));
    } else {
      fillings.push_back({"item", item->label});
      block.list.push_back(Say(Word::model_of_item_text, fillings));
      entry["item"] = ToJson(item->label);
    }
    models.push_back(std::move(entry));
  }
  block.json["models"] = std::move(models);
  return block;
}

Block ContactBlock(const ReleaseTerms& terms) {
  const Contact& contact = terms.contact;
  Block block = {.key = "contact",
                 .basis = Basis::kStatutory,
                 .duty = IsAnonymized(terms) ? kAnonymizedSafety : kComplaints,
                 .heading = Say(Word::contact),
                 .rows = ContactRows(contact)};
  block.json["window"] = ToJson(contact.window);
  if (!contact.email.empty()) block.json["email"] = contact.email;
  if (!contact.phone.empty()) block.json["phone"] = contact.phone;
  if (!contact.url.empty()) block.json["url"] = contact.url;
  return block;
}

Block PublisherBlock(const ReleaseTerms& terms) {
  const Publisher& publisher = terms.publisher;
  Block block = {.key = "publisher",
                 .heading = Say(Word::publisher),
                 .rows = {{Say(Word::label_name), publisher.name, ""},
                          {Say(Word::label_address), publisher.address, ""},
                          {Say(Word::label_representative),
                           publisher.representative, ""}}};
  block.json["name"] = ToJson(publisher.name);
  block.json["address"] = ToJson(publisher.address);
  block.json["representative"] = ToJson(publisher.representative);
  return block;
}

Block ErasureBlock(const ReleaseTerms& terms) {
  const bool strict = terms.erasure == ErasureMode::kPolicyStrict;
  Block block =
      Statement("erasure", strict ? Basis::kVoluntary : Basis::kStatutory,
                strict ? kNone : kPseudonymizedErasure, Word::erasure,
                {Say(strict ? Word::erasure_strict : Word::erasure_effort)});
  block.json["mode"] = strict ? "policy_strict" : "statutory_effort";
  return block;
}

void AddAnonymized(const ReleaseTerms& terms, const ManifestFacts& facts,
                   Block processing, std::vector<Block>& blocks) {
  blocks.push_back(ItemsBlock(terms));
  blocks.push_back(ProvidedBlock(terms));
  blocks.push_back(MethodBlock(terms));
  blocks.push_back(ContinuityBlock(terms));
  if (!terms.purpose.empty()) blocks.push_back(PurposeBlock(terms));
  if (!processing.list.empty()) blocks.push_back(std::move(processing));
  blocks.push_back(Statement("no_identification", Basis::kStatutory,
                             kAnonymizedNoCollation,
                             Word::anonymized_no_collation,
                             {Say(Word::anonymized_no_collation_text)}));
  if (facts.run_key_destroyed) {
    blocks.push_back(Statement("key_destruction", Basis::kGuideline,
                               kAnonymizedParameters, Word::key_destruction,
                               {Say(Word::key_destruction_text)}));
  }
}

void AddPseudonymized(const ReleaseTerms& terms, const LawEdition& edition,
                      Block processing, std::vector<Block>& blocks) {
  blocks.push_back(PurposeBlock(terms));
  blocks.push_back(ItemsBlock(terms));
  blocks.push_back(ContinuityBlock(terms));
  if (!processing.list.empty()) blocks.push_back(std::move(processing));
  blocks.push_back(Statement("no_identification", Basis::kStatutory,
                             kPseudonymizedNoCollation,
                             Word::pseudonymized_no_collation,
                             {Say(Word::pseudonymized_no_collation_text),
                              Cited(Say(Word::pseudonymized_no_contact_text),
                                    edition, kPseudonymizedNoContact)}));
  blocks.push_back(Statement("no_third_party", Basis::kStatutory,
                             kPseudonymizedNoProvision, Word::no_third_party,
                             {Say(Word::no_third_party_text)}));
  blocks.push_back(ErasureBlock(terms));
}

// The opening: what is done with whose data, and what the legal kind means.
std::vector<BilingualText> Head(const ReleaseTerms& terms,
                                const LawEdition& edition) {
  const bool continuing = terms.continuity.continuing;
  const Fillings fillings = {{"publisher", terms.publisher.name},
                             {"population", terms.population},
                             {"act", Say(Word::act)}};
  if (IsAnonymized(terms)) {
    return {Say(continuing ? Word::anonymized_head_continuing
                           : Word::anonymized_head,
                fillings),
            Cited(Say(Word::anonymized_definition), edition,
                  kAnonymizedDefinition)};
  }
  return {Say(continuing ? Word::pseudonymized_head_continuing
                         : Word::pseudonymized_head,
              fillings),
          Cited(Say(Word::pseudonymized_definition), edition,
                kPseudonymizedDefinition)};
}

}  // namespace

absl::StatusOr<Document> MakeDocument(const ReleaseTerms& terms,
                                      const ManifestFacts& facts) {
  ANON_RETURN_IF_ERROR(CheckTerms(terms, facts.output_columns));
  Document document;
  ANON_ASSIGN_OR_RETURN(document.edition, FindLawEdition(terms.law_edition));
  ANON_ASSIGN_OR_RETURN(Block processing, ProcessingBlock(facts));
  document.title = Say(IsAnonymized(terms) ? Word::anonymized_title
                                           : Word::pseudonymized_title);
  document.head = Head(terms, document.edition);
  if (IsAnonymized(terms)) {
    AddAnonymized(terms, facts, std::move(processing), document.blocks);
  } else {
    AddPseudonymized(terms, document.edition, std::move(processing),
                     document.blocks);
  }
  document.blocks.push_back(SafetyBlock(terms));
  if (!facts.disclosed_models.empty()) {
    document.blocks.push_back(ModelsBlock(terms, facts));
  }
  document.blocks.push_back(ContactBlock(terms));
  document.blocks.push_back(PublisherBlock(terms));
  return document;
}

}  // namespace anon::internal
