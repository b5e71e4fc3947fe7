// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "anon/base/digest.h"
#include "base/status_macros.h"
#include "release/blocks.h"

namespace anon {

using internal::Json;
using internal::ToJson;

absl::StatusOr<std::string> ManifestJson(const ReleaseTerms& terms,
                                         const ManifestFacts& facts) {
  ANON_ASSIGN_OR_RETURN(const internal::Document document,
                        internal::MakeDocument(terms, facts));
  Json manifest = {{"schema", "manifest/1"},
                   {"manifest_id", terms.id},
                   {"kind", ToString(terms.kind)},
                   {"law_edition", document.edition.id},
                   {"language_authority", "ja"},
                   {"created_at", terms.created},
                   {"title", ToJson(document.title)},
                   {"summary", ToJson(document.head)},
                   {"population", ToJson(terms.population)}};
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
