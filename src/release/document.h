// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a page, letter or item list says, block by block,
// before it is HTML, Markdown, plain text or JSON. All forms are drawn from
// this, so they cannot say different things.
#ifndef ANON_SRC_RELEASE_DOCUMENT_H_
#define ANON_SRC_RELEASE_DOCUMENT_H_

#include <map>
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

// A value, and what a page makes of it.
struct Value {
  BilingualText text;
  std::string href = {};  // "mailto:..."; empty if not a link
  std::string date = {};  // ISO 8601, if the text is a date
};
Value DateValue(std::string_view iso);
Value Plain(std::string_view same_in_both_languages);

// A labelled value: an address, a telephone number.
struct Row {
  BilingualText label;
  Value value;
};

// Every row has a name (its anchor) and a value a column.
struct Table {
  BilingualText caption;
  std::vector<BilingualText> columns;
  struct Line {
    std::string id;
    std::vector<Value> values;
  };
  std::vector<Line> lines;
};

struct Block {
  std::string_view key;  // member of the JSON object, id on the page
  Basis basis = Basis::kVoluntary;
  Duty duty = Duty::kNone;
  BilingualText heading = {};
  std::vector<BilingualText> text = {};  // paragraphs
  std::vector<BilingualText> list = {};  // bullets, or numbered
  bool numbered = false;
  std::vector<ItemLine> items = {};
  std::vector<Row> rows = {};
  Table table = {};
  Json json = Json::object();  // the members of the block besides its basis
};

// A page in words.
struct Document {
  LawEdition edition;
  Wordbook say;
  BilingualText title;
  BilingualText author;                // beside the title in a list of windows
  std::vector<Row> about = {};         // under the title
  std::vector<BilingualText> to = {};  // of a letter: to whom
  std::vector<BilingualText> from = {};  // and from whom
  std::vector<BilingualText> head = {};  // opening paragraphs
  std::vector<Block> blocks = {};
  bool bases = true;  // the law behind a block stands under its heading
  bool cites = true;  // the foot says which edition of the law is cited
};

// Whether somebody can be reached there.
absl::Status CheckContact(const Contact& contact);

// Whether these dates can be: nothing is published before it was made, or
// provided before it was published.
absl::Status CheckPublication(const ReleaseTerms& terms,
                              const PublicationFacts& publication);

// The manifest. Checks terms, facts and publication first.
absl::StatusOr<Document> ManifestDocument(
    const ReleaseTerms& terms, const ManifestFacts& facts,
    const PublicationFacts& publication = {});

// One language of it, in each form.
std::string Html(const Document& document, Language language);
std::string Markdown(const Document& document, Language language);
std::string PlainText(const Document& document, Language language);

// All forms of it: "<stem>.ja.html", ".md", ".txt", and the same in English.
std::map<std::string, std::string> AllForms(const Document& document,
                                            std::string_view stem);

// {"en": ..., "ja": ...}
Json ToJson(const BilingualText& text);
Json ToJson(const std::vector<BilingualText>& texts);
Json ToJson(const Publisher& party);
Json ToJson(const ManifestVersion& version);
Json ItemsJson(const std::vector<ItemLine>& lines);

// "2026年11月20日", "November 20, 2026" of an ISO 8601 date.
BilingualText DateInWords(std::string_view iso);

// The sentence with the citation of `duty` behind it, where it is printed.
BilingualText Cited(const Document& document, const BilingualText& sentence,
                    Duty duty);

// The law behind a block, or that there is none; empty if nothing is said.
BilingualText BasisLine(const Document& document, const Block& block);

// Groups in the order they first appear, with their items.
std::vector<std::pair<BilingualText, std::vector<ItemLine>>> Grouped(
    const std::vector<ItemLine>& items);

// Name, address and representative.
std::vector<Row> PartyRows(const Wordbook& say, const Publisher& party);
// Where to ask: office, address, telephone, hours, e-mail, website.
std::vector<Row> ContactRows(const Wordbook& say, const Contact& contact);
// A way to reach somebody, if it is there.
void AddPhone(const Wordbook& say, const std::string& phone,
              std::vector<Row>& rows);
void AddEmail(const Wordbook& say, const std::string& email,
              std::vector<Row>& rows);
void AddUrl(const Wordbook& say, const std::string& url,
            std::vector<Row>& rows);

// "subscribers 第2版", "subscribers, version 2".
BilingualText VersionInWords(const Wordbook& say,
                             const ManifestVersion& version);

}  // namespace anon::internal

#endif  // ANON_SRC_RELEASE_DOCUMENT_H_
