// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "anon/base/digest.h"
#include "base/status_macros.h"
#include "release/document.h"

namespace anon {

using internal::Json;
using internal::ToJson;

namespace {

// What became of the release; without the facts of publication there is only
// the day it was made.
void AddDates(const ReleaseTerms& terms, const PublicationFacts& publication,
              Json& manifest) {
  manifest["created_at"] = terms.created;
  const auto add = [&](const char* member, const std::string& value) {
    if (!value.empty()) manifest[member] = value;
  };
  add("published_at", publication.published_on);
  add("first_provision_at", publication.first_provided_on);
  add("ended_at", publication.ended_on);
  add("url", publication.url.empty() ? terms.manifest_url : publication.url);
}

std::string ToText(const internal::Document& document,
                   const ReleaseTerms& terms, const ManifestFacts& facts,
                   const PublicationFacts& publication) {
  Json manifest = {{"schema", "manifest/1"},
                   {"release_id", terms.id},
                   {"kind", ToString(terms.kind)},
                   {"law_edition", document.edition.id},
                   {"language_authority", "ja"},
                   {"title", ToJson(document.title)},
                   {"summary", ToJson(document.head)},
                   {"population", ToJson(terms.population)}};
  manifest.update(ToJson(terms.series()));
  if (terms.supersedes) manifest["supersedes"] = ToJson(*terms.supersedes);
  AddDates(terms, publication, manifest);
  if (!facts.tool_version.empty()) {
    manifest["tool"] = {{"name", "anon"}, {"version", facts.tool_version}};
  }
  for (const internal::Block& block : document.blocks) {
    Json member = block.json;
    member["heading"] = ToJson(block.heading);
    member["basis"] = ToString(block.basis);
    if (const auto law = Citation(document.edition, block.duty)) {
      member["law"] = ToJson(*law);
    }
    manifest[std::string(block.key)] = std::move(member);
  }
  return internal::PrettyJson(manifest);
}

Json InBoth(const BilingualText& text) {
  return Json::array({{{"@language", "ja"}, {"@value", text.ja}},
                      {{"@language", "en"}, {"@value", text.en}}});
}

// The same in the vocabulary of schema.org, for catalogues and search. Items
// are fragments of the page.
std::string ToJsonLd(const internal::Document& document,
                     const ReleaseTerms& terms,
                     const PublicationFacts& publication) {
  Json items = Json::array();
  for (const internal::ItemLine& line : internal::ItemLines(terms.items)) {
    items.push_back({{"@type", "PropertyValue"},
                     {"@id", "#item-" + line.id},
                     {"name", InBoth(line.label)}});
  }
  const Publisher& publisher = terms.publisher;
  Json data = {{"@context", "https://schema.org/"},
               {"@type", "Dataset"},
               {"identifier", terms.series().id},
               {"version", std::to_string(terms.series().version)},
               {"name", InBoth(document.title)},
               {"description", InBoth(document.head.back())},
               {"dateCreated", terms.created},
               {"publisher",
                {{"@type", "Organization"},
                 {"name", InBoth(publisher.name)},
                 {"address", InBoth(publisher.address)}}},
               {"variableMeasured", std::move(items)}};
  if (!publication.published_on.empty()) {
    data["datePublished"] = publication.published_on;
  }
  const std::string& url =
      publication.url.empty() ? terms.manifest_url : publication.url;
  if (!url.empty()) data["url"] = url;
  return internal::PrettyJson(data);
}

}  // namespace

absl::StatusOr<std::string> ManifestJson(const ReleaseTerms& terms,
                                         const ManifestFacts& facts,
                                         const PublicationFacts& publication) {
  ANON_ASSIGN_OR_RETURN(const internal::Document document,
                        internal::ManifestDocument(terms, facts, publication));
  return ToText(document, terms, facts, publication);
}

absl::StatusOr<std::string> ManifestHtml(const ReleaseTerms& terms,
                                         const ManifestFacts& facts,
                                         Language language,
                                         const PublicationFacts& publication) {
  ANON_ASSIGN_OR_RETURN(const internal::Document document,
                        internal::ManifestDocument(terms, facts, publication));
  return internal::Html(document, language);
}

absl::StatusOr<std::map<std::string, std::string>> RenderManifest(
    const ReleaseTerms& terms, const ManifestFacts& facts,
    const PublicationFacts& publication) {
  ANON_ASSIGN_OR_RETURN(const internal::Document document,
                        internal::ManifestDocument(terms, facts, publication));
  auto files = internal::AllForms(document, "manifest");
  files["manifest.json"] = ToText(document, terms, facts, publication);
  files["manifest.jsonld"] = ToJsonLd(document, terms, publication);
  return files;
}

ManifestDigests DigestsOf(const ReleaseTerms& terms,
                          const ManifestFacts& facts) {
  std::vector<Item> items = terms.items;
  std::ranges::sort(items, {}, &Item::attribute);
  Json schema = Json::array();
  for (const Item& item : items) {
    schema.push_back({{"attribute", item.attribute},
                      {"label", ToJson(item.label)},
                      {"group", ToJson(item.group)}});
  }
  const std::set<std::string> verbs(facts.technique_verbs.begin(),
                                    facts.technique_verbs.end());
  const Json techniques = {{"kind", ToString(terms.kind)},
                           {"techniques", verbs}};
  return {.schema = ToHex(Sha256(internal::PrettyJson(schema))),
          .technique_class = ToHex(Sha256(internal::PrettyJson(techniques)))};
}

}  // namespace anon
