// SPDX-License-Identifier: Apache-2.0
//
// The manifest, block by block.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "anon/base/text.h"
#include "base/status_macros.h"
#include "release/document.h"
#include "release/text_check.h"

namespace anon::internal {
namespace {

using enum Duty;

// Puts one manifest together.
class Drafter {
 public:
  Drafter(const ReleaseTerms& terms, const ManifestFacts& facts,
          const PublicationFacts& publication, LawEdition edition)
      : terms_(terms),
        facts_(facts),
        publication_(publication),
        anonymized_(terms.kind == DatasetKind::kAnonymizedPersonalInformation),
        say_(terms.wording) {
    document_.edition = std::move(edition);
    document_.say = say_;
  }

  absl::StatusOr<Document> Draft();

 private:
  Block Statement(std::string_view key, Basis basis, Duty duty, Word heading,
                  std::vector<BilingualText> sentences) const;
  Block ItemsBlock() const;
  Block ProvidedBlock() const;
  Block MethodBlock() const;
  Block ContinuityBlock() const;
  Block PurposeBlock() const;
  absl::StatusOr<Block> ProcessingBlock() const;
  Block SafetyBlock() const;
  Block ModelsBlock() const;
  Block ExclusionBlock() const;
  Block JointUseBlock() const;
  Block CreatorsBlock() const;
  Block ContactBlock() const;
  Block PublisherBlock() const;
  Block ErasureBlock() const;
  void AddAnonymized(Block processing);
  void AddPseudonymized(Block processing);
  std::vector<Row> About() const;
  std::vector<BilingualText> Head() const;

  const ReleaseTerms& terms_;
  const ManifestFacts& facts_;
  const PublicationFacts& publication_;
  const bool anonymized_;
  const Wordbook say_;
  Document document_;
};

// A block that is one or more sentences.
Block Drafter::Statement(std::string_view key, Basis basis, Duty duty,
                         Word heading,
                         std::vector<BilingualText> sentences) const {
  Block block = {.key = key,
                 .basis = basis,
                 .duty = duty,
                 .heading = say_(heading),
                 .text = std::move(sentences)};
  block.json["statements"] = ToJson(block.text);
  return block;
}

Block Drafter::ItemsBlock() const {
  Block block = {.key = "items_created",
                 .basis = anonymized_ ? Basis::kStatutory : Basis::kVoluntary,
                 .duty = anonymized_ ? kAnonymizedItems : kNone,
                 .heading = say_(anonymized_ ? Word::anonymized_items
                                             : Word::pseudonymized_items),
                 .items = ItemLines(terms_.items)};
  block.json["items"] = ItemsJson(block.items);
  return block;
}

// Everything created is provided. The page refers to the list above it; the
// JSON repeats it.
Block Drafter::ProvidedBlock() const {
  Block block = {.key = "items_provided",
                 .basis = Basis::kStatutory,
                 .duty = kAnonymizedProvision,
                 .heading = say_(Word::provided_items),
                 .text = {say_(Word::provided_items_text)}};
  block.json["items"] = ItemsJson(ItemLines(terms_.items));
  return block;
}

Block Drafter::MethodBlock() const {
  Block block = {.key = "method_of_provision",
                 .basis = Basis::kStatutory,
                 .duty = kAnonymizedProvision,
                 .heading = say_(Word::method),
                 .list = terms_.methods_of_provision};
  block.json["methods"] = ToJson(block.list);
  return block;
}

Block Drafter::ContinuityBlock() const {
  const Continuity& continuity = terms_.continuity;
  Fillings fillings = {{"from", DateInWords(continuity.from)},
                       {"created", DateInWords(terms_.created)}};
  Word sentence = anonymized_ ? Word::continuity_continuing
                              : Word::pseudonymized_continuity_continuing;
  if (!continuity.continuing) {
    fillings.push_back({"to", DateInWords(continuity.to)});
    sentence = anonymized_ ? Word::continuity_one_off
                           : Word::pseudonymized_continuity_one_off;
  }
  Block block = Statement(
      "continuity", anonymized_ ? Basis::kGuideline : Basis::kVoluntary,
      anonymized_ ? kAnonymizedContinuity : kNone,
      anonymized_ ? Word::continuity : Word::pseudonymized_continuity,
      {say_(sentence, fillings)});
  block.json["mode"] = continuity.continuing ? "continuing" : "one_off";
  block.json["from"] = continuity.from;
  if (!continuity.continuing) block.json["to"] = continuity.to;
  return block;
}

Block Drafter::PurposeBlock() const {
  Block block = {.key = "purpose_of_use",
                 .basis = anonymized_ ? Basis::kVoluntary : Basis::kStatutory,
                 .duty = anonymized_ ? kNone : kPseudonymizedPurpose,
                 .heading = say_(anonymized_ ? Word::anonymized_purpose
                                             : Word::pseudonymized_purpose)};
  if (!anonymized_) block.text = {say_(Word::pseudonymized_purpose_text)};
  block.list = {terms_.purpose};
  block.json["purpose"] = ToJson(terms_.purpose);
  return block;
}

// Verbs only, in the order of the wording table whatever order they came in.
absl::StatusOr<Block> Drafter::ProcessingBlock() const {
  std::set<Word> words;
  for (const std::string& verb : facts_.technique_verbs) {
    const auto word = TechniqueWord(verb);
    if (!word) {
      const auto nearest = Nearest(verb, TechniqueVerbs());
      return PolicyError(fmt::format(
          "technique '{}' is not on the closed list of the manifest{}", verb,
          nearest ? fmt::format(": did you mean '{}'?", *nearest)
                  : std::string(": use one of its words, or add it to "
                                "wording.inc in both languages")));
    }
    words.insert(*word);
  }

  Block block = {.key = "processing_summary",
                 .heading = say_(Word::processing)};
  Json techniques = Json::array();
  for (const Word word : words) {
    block.list.push_back(say_(word));
    const std::string_view key =
        AllWordings()[static_cast<std::size_t>(word)].key;
    techniques.push_back(
        {{"technique", key.substr(std::string_view("technique_").size())},
         {"label", ToJson(block.list.back())}});
  }
  block.json["techniques"] = std::move(techniques);
  return block;
}

Block Drafter::SafetyBlock() const {
  Block block = {.key = "safety_measures",
                 .basis = Basis::kStatutory,
                 .duty = anonymized_ ? kAnonymizedSafety : kPseudonymizedSafety,
                 .heading = say_(Word::safety),
                 .text = {say_(anonymized_ ? Word::anonymized_safety_text
                                           : Word::pseudonymized_safety_text)},
                 .list = terms_.safety_measures};
  block.json["measures"] = ToJson(block.list);
  return block;
}

// For policies that disclose models. A sensitive column is called as the item
// list calls it.
Block Drafter::ModelsBlock() const {
  Block block = {.key = "models", .heading = say_(Word::models)};
  Json models = Json::array();
  for (const DisclosedModel& model : facts_.disclosed_models) {
    std::string words = model.model;
    std::ranges::replace(words, '_', ' ');
    Fillings fillings = {{"model", {words, words}},
                         {"asked", {model.asked, model.asked}}};
    Json entry = {{"model", model.model}, {"asked", model.asked}};
    const auto item =
        std::ranges::find(terms_.items, model.attribute, &Item::attribute);
    if (item == terms_.items.end()) {
      block.list.push_back(say_(Word::model_text, fillings));
    } else {
      fillings.push_back({"item", item->label});
      block.list.push_back(say_(Word::model_of_item_text, fillings));
      entry["item"] = ToJson(item->label);
    }
    models.push_back(std::move(entry));
  }
  block.json["models"] = std::move(models);
  return block;
}

Block Drafter::ContactBlock() const {
  const Contact& contact = terms_.contact;
  Block block = {.key = "contact",
                 .basis = Basis::kStatutory,
                 .duty = anonymized_ ? kAnonymizedSafety : kComplaints,
                 .heading = say_(Word::contact),
                 .rows = ContactRows(say_, contact)};
  block.json["window"] = ToJson(contact.window);
  if (!contact.address.empty()) {
    block.json["address"] = ToJson(contact.address);
  }
  if (!contact.hours.empty()) block.json["hours"] = ToJson(contact.hours);
  if (!contact.email.empty()) block.json["email"] = contact.email;
  if (!contact.phone.empty()) block.json["phone"] = contact.phone;
  if (!contact.url.empty()) block.json["url"] = contact.url;
  return block;
}

Block Drafter::PublisherBlock() const {
  const Publisher& publisher = terms_.publisher;
  Block block = {.key = "publisher",
                 .heading = say_(Word::publisher),
                 .rows = PartyRows(say_, publisher),
                 .json = ToJson(publisher)};
  return block;
}

Block Drafter::ErasureBlock() const {
  const bool strict = terms_.erasure == ErasureMode::kPolicyStrict;
  Block block =
      Statement("erasure", strict ? Basis::kVoluntary : Basis::kStatutory,
                strict ? kNone : kPseudonymizedErasure, Word::erasure,
                {say_(strict ? Word::erasure_strict : Word::erasure_effort)});
  block.json["mode"] = strict ? "policy_strict" : "statutory_effort";
  return block;
}

// How to keep out of coming releases. A choice the publisher offers; guidance
// asks it of telecoms that know where their users are.
Block Drafter::ExclusionBlock() const {
  const ExclusionProcedure& exclusion = *terms_.exclusion;
  Block block = {
      .key = "exclusion_procedure",
      .basis = terms_.telecom_location ? Basis::kGuideline : Basis::kVoluntary,
      .heading = say_(Word::exclusion),
      .text = {say_(Word::exclusion_text,
                    {{"cut_off", DateInWords(exclusion.cut_off)}})}};
  AddUrl(say_, exclusion.url, block.rows);
  AddPhone(say_, exclusion.phone, block.rows);
  AddEmail(say_, exclusion.email, block.rows);
  block.json["cut_off"] = exclusion.cut_off;
  block.json["statements"] = ToJson(block.text);
  if (!exclusion.url.empty()) block.json["url"] = exclusion.url;
  if (!exclusion.phone.empty()) block.json["phone"] = exclusion.phone;
  if (!exclusion.email.empty()) block.json["email"] = exclusion.email;
  return block;
}

Block Drafter::JointUseBlock() const {
  const JointUse& use = *terms_.joint_use;
  const Publisher& responsible =
      use.responsible ? *use.responsible : terms_.publisher;
  const BilingualText& purpose =
      use.purpose.empty() ? terms_.purpose : use.purpose;
  Block block = {.key = "joint_use",
                 .basis = Basis::kStatutory,
                 .duty = kJointUse,
                 .heading = say_(Word::joint_use),
                 .text = {say_(Word::joint_use_text)},
                 .rows = {{say_(Word::joint_use_range), {use.range}}}};
  for (const BilingualText& user : use.users) {
    block.rows.push_back({say_(Word::joint_use_user), {user}});
  }
  block.rows.push_back({say_(Word::joint_use_purpose), {purpose}});
  for (Row& row : PartyRows(say_, responsible)) {
    row.label = say_(Word::joint_use_responsible, {{"label", row.label}});
    block.rows.push_back(std::move(row));
  }
  block.json["items"] = ItemsJson(ItemLines(terms_.items));
  block.json["range"] = ToJson(use.range);
  if (!use.users.empty()) block.json["users"] = ToJson(use.users);
  block.json["purpose"] = ToJson(purpose);
  block.json["responsible"] = ToJson(responsible);
  return block;
}

Block Drafter::CreatorsBlock() const {
  Block block = {.key = "creators",
                 .heading = say_(Word::creators),
                 .text = {say_(Word::creators_text)}};
  Json creators = Json::array();
  for (const Creator& creator : terms_.creators) {
    const Fillings fillings = {
        {"name", creator.party.name},
        {"address", creator.party.address},
        {"representative", creator.party.representative}};
    block.list.push_back(say_(
        creator.answers ? Word::creator_answers : Word::creator, fillings));
    Json entry = ToJson(creator.party);
    entry["answers"] = creator.answers;
    creators.push_back(std::move(entry));
  }
  block.json["creators"] = std::move(creators);
  return block;
}

void Drafter::AddAnonymized(Block processing) {
  std::vector<Block>& blocks = document_.blocks;
  blocks.push_back(ItemsBlock());
  blocks.push_back(ProvidedBlock());
  blocks.push_back(MethodBlock());
  blocks.push_back(ContinuityBlock());
  if (!terms_.purpose.empty()) blocks.push_back(PurposeBlock());
  if (!processing.list.empty()) blocks.push_back(std::move(processing));
  blocks.push_back(Statement("no_identification", Basis::kStatutory,
                             kAnonymizedNoCollation,
                             Word::anonymized_no_collation,
                             {say_(Word::anonymized_no_collation_text)}));
  if (facts_.run_key_destroyed) {
    blocks.push_back(Statement("key_destruction", Basis::kGuideline,
                               kAnonymizedParameters, Word::key_destruction,
                               {say_(Word::key_destruction_text)}));
  }
}

void Drafter::AddPseudonymized(Block processing) {
  std::vector<Block>& blocks = document_.blocks;
  blocks.push_back(PurposeBlock());
  blocks.push_back(ItemsBlock());
  blocks.push_back(ContinuityBlock());
  if (!processing.list.empty()) blocks.push_back(std::move(processing));
  blocks.push_back(
      Statement("no_identification", Basis::kStatutory,
                kPseudonymizedNoCollation, Word::pseudonymized_no_collation,
                {say_(Word::pseudonymized_no_collation_text),
                 Cited(document_, say_(Word::pseudonymized_no_contact_text),
                       kPseudonymizedNoContact)}));
  blocks.push_back(Statement("no_third_party", Basis::kStatutory,
                             kPseudonymizedNoProvision, Word::no_third_party,
                             {say_(Word::no_third_party_text)}));
  if (terms_.joint_use) blocks.push_back(JointUseBlock());
  blocks.push_back(ErasureBlock());
}

// Dates, version and reference.
std::vector<Row> Drafter::About() const {
  std::vector<Row> rows;
  const auto add = [&](Word label, const std::string& date) {
    if (!date.empty()) rows.push_back({say_(label), DateValue(date)});
  };
  add(Word::label_created, terms_.created);
  add(Word::label_published, publication_.published_on);
  add(Word::label_first_provided, publication_.first_provided_on);
  add(Word::label_ended, publication_.ended_on);
  const ManifestVersion series = terms_.series();
  rows.push_back({say_(Word::label_id), Plain(series.id)});
  rows.push_back(
      {say_(Word::label_version),
       {say_(Word::version,
             {{"version", Plain(std::to_string(series.version)).text}})}});
  if (terms_.supersedes) {
    rows.push_back({say_(Word::label_supersedes),
                    {VersionInWords(say_, *terms_.supersedes)}});
  }
  return rows;
}

// The opening: what is done with whose data, and what the legal kind means.
std::vector<BilingualText> Drafter::Head() const {
  const bool continuing = terms_.continuity.continuing;
  const Fillings fillings = {{"publisher", terms_.publisher.name},
                             {"population", terms_.population},
                             {"act", say_(Word::act)}};
  std::vector<BilingualText> head;
  if (!publication_.ended_on.empty()) {
    const Fillings end = {{"date", DateInWords(publication_.ended_on)}};
    head.push_back(say_(
        anonymized_ ? Word::anonymized_ended : Word::pseudonymized_ended, end));
  }
  if (anonymized_) {
    head.push_back(say_(
        continuing ? Word::anonymized_head_continuing : Word::anonymized_head,
        fillings));
    head.push_back(Cited(document_, say_(Word::anonymized_definition),
                         kAnonymizedDefinition));
  } else {
    head.push_back(say_(continuing ? Word::pseudonymized_head_continuing
                                   : Word::pseudonymized_head,
                        fillings));
    head.push_back(Cited(document_, say_(Word::pseudonymized_definition),
                         kPseudonymizedDefinition));
  }
  return head;
}

absl::StatusOr<Document> Drafter::Draft() {
  ANON_ASSIGN_OR_RETURN(Block processing, ProcessingBlock());
  document_.title =
      say_(anonymized_ ? Word::anonymized_title : Word::pseudonymized_title);
  document_.author = terms_.publisher.name;
  document_.about = About();
  document_.head = Head();
  if (anonymized_) {
    AddAnonymized(std::move(processing));
  } else {
    AddPseudonymized(std::move(processing));
  }
  document_.blocks.push_back(SafetyBlock());
  if (!facts_.disclosed_models.empty()) {
    document_.blocks.push_back(ModelsBlock());
  }
  if (terms_.exclusion) document_.blocks.push_back(ExclusionBlock());
  document_.blocks.push_back(ContactBlock());
  document_.blocks.push_back(PublisherBlock());
  if (!terms_.creators.empty()) document_.blocks.push_back(CreatorsBlock());
  return std::move(document_);
}

// The name of a key or of deletion information in a public text, by whatever
// slip.
absl::Status CheckSealedWords(const Document& document,
                              const ManifestFacts& facts) {
  std::string all = ToJson(document.head).dump();
  for (const Row& row : document.about) all += ToJson(row.value.text).dump();
  for (const Block& block : document.blocks) all += block.json.dump();
  for (const std::string& word : facts.sealed_words) {
    if (word.empty() || all.find(word) == std::string::npos) continue;
    return PolicyError(
        "the manifest would name a key or deletion information: leave it out "
        "of "
        "what is published");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Document> ManifestDocument(const ReleaseTerms& terms,
                                          const ManifestFacts& facts,
                                          const PublicationFacts& publication) {
  ANON_RETURN_IF_ERROR(CheckTerms(terms, facts.output_columns));
  ANON_RETURN_IF_ERROR(CheckPublication(terms, publication));
  ANON_ASSIGN_OR_RETURN(LawEdition edition, FindLawEdition(terms.law_edition));
  ANON_ASSIGN_OR_RETURN(
      Document document,
      Drafter(terms, facts, publication, std::move(edition)).Draft());
  ANON_RETURN_IF_ERROR(CheckSealedWords(document, facts));
  return document;
}

}  // namespace anon::internal
