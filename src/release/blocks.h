// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a manifest says, block by block, before it is
// JSON or a page. Both are drawn from this, so they cannot say different
// things.
#ifndef ANON_SRC_RELEASE_BLOCKS_H_
#define ANON_SRC_RELEASE_BLOCKS_H_

#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"
#include "anon/release/law_edition.h"
#include "anon/release/manifest.h"
#include "anon/release/terms.h"
#include "base/json.h"
#include "release/law_editions.h"
#include "release/wording.h"

namespace anon::internal {

// What binds the publisher to what a block says or to saying it.
enum class Basis { kStatutory, kGuideline, kVoluntary };
std::string_view ToString(Basis basis);

// One line of the item list with the name it keeps in every version: made from
// the English label, so that a link to it survives a new order of items.
struct ItemLine {
  std::string id;  // "decade-of-birth"
  BilingualText label;
  BilingualText group;
};
std::vector<ItemLine> ItemLines(const std::vector<Item>& items);

// A labelled value: an address, a telephone number.
struct Row {
  BilingualText label;
  BilingualText value;
  std::string href;  // "mailto:..."; empty if not a link
};

struct Block {
  std::string_view key;  // member of the JSON object, id on the page
  Basis basis = Basis::kVoluntary;
  Duty duty = Duty::kNone;
  BilingualText heading = {};
  std::vector<BilingualText> text = {};  // paragraphs
  std::vector<BilingualText> list = {};  // bullets
  std::vector<ItemLine> items = {};
  std::vector<Row> rows = {};
  Json json = Json::object();  // the members of the block besides its basis
};

// A manifest in words, for either legal kind.
struct Document {
  LawEdition edition;
  BilingualText title;
  std::vector<BilingualText> head;  // opening paragraphs
  std::vector<Block> blocks;
};

// Checks terms and facts first; fails as CheckTerms does.
absl::StatusOr<Document> MakeDocument(const ReleaseTerms& terms,
                                      const ManifestFacts& facts);

// {"en": ..., "ja": ...}
Json ToJson(const BilingualText& text);
Json ToJson(const std::vector<BilingualText>& texts);

// "2026年11月20日", "November 20, 2026" of an ISO 8601 date.
BilingualText DateInWords(std::string_view iso);

// The sentence with the citation of `duty` behind it, where it is printed.
BilingualText Cited(const BilingualText& sentence, const LawEdition& edition,
                    Duty duty);

// Where to ask, as rows: office, e-mail, telephone, website.
std::vector<Row> ContactRows(const Contact& contact);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_BLOCKS_H_
