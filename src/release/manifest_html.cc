// SPDX-License-Identifier: Apache-2.0
//
// One page that can be put on a web server as it is. Everything from the terms
// passes EscapeHtml; the style is inline, and a policy in the page itself
// forbids scripts and requests, should anything slip through.
#include <fmt/format.h>

#include <algorithm>

#include "anon/base/text.h"
#include "base/status_macros.h"
#include "release/blocks.h"

namespace anon {
namespace internal {
namespace {

constexpr std::string_view kStyle =
#include "release/page_style.inc"
    ;

// Draws one document in one language.
class Page {
 public:
  Page(const ReleaseTerms& terms, const Document& document, Language language)
      : terms_(terms), document_(document), language_(language) {}

  std::string Draw() {
    Head();
    Opening();
    int number = 0;
    for (const Block& block : document_.blocks) Section(block, ++number);
    Closing();
    return std::move(html_);
  }

 private:
  std::string Text(const BilingualText& text) const {
    return EscapeHtml(text.In(language_));
  }
  std::string Text(Word word) const { return Text(Say(word)); }

  template <typename... Parts>
  void Line(fmt::format_string<Parts...> format, Parts&&... parts) {
    html_ += fmt::format(format, std::forward<Parts>(parts)...);
    html_ += '\n';
  }

  void Head() {
    Line("<!DOCTYPE html>");
    Line("<html lang=\"{}\">", ToString(language_));
    Line("<head>");
    Line("<meta charset=\"utf-8\">");
    Line(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
        "'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'\">");
    Line(
        "<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">");
    Line("<meta name=\"format-detection\" content=\"telephone=no\">");
    Line("<title>{}{}{}</title>", Text(document_.title),
         language_ == Language::kJa ? "｜" : " | ",
         Text(terms_.publisher.name));
    Line("<style>{}</style>", kStyle);
    Line("</head>");
    Line("<body>");
  }

  void Opening() {
    Line("<main>");
    if (language_ == Language::kEn) {
      Line("<p class=\"authority\"><strong>{}</strong></p>",
           Text(Word::reference_translation));
    }
    Line("<h1>{}</h1>", Text(document_.title));
    if (language_ == Language::kEn) {
      Line("<p class=\"original\" lang=\"ja\">{}</p>",
           EscapeHtml(document_.title.ja));
    }
    Line("<dl class=\"about\">");
    Line("<div><dt>{}</dt><dd><time datetime=\"{}\">{}</time></dd></div>",
         Text(Word::label_created), EscapeHtml(terms_.created),
         Text(DateInWords(terms_.created)));
    Line("<div><dt>{}</dt><dd>{}</dd></div>", Text(Word::label_id),
         EscapeHtml(terms_.id));
    Line("</dl>");
    for (const BilingualText& paragraph : document_.head) {
      Line("<p>{}</p>", Text(paragraph));
    }
  }

  // "items_created" is id "items-created".
  static std::string Anchor(std::string_view key) {
    std::string id(key);
    std::ranges::replace(id, '_', '-');
    return id;
  }

  void Section(const Block& block, int number) {
    const std::string id = Anchor(block.key);
    Line("<section id=\"{0}\" aria-labelledby=\"{0}-heading\">", id);
    Line("<h2 id=\"{}-heading\"><span class=\"number\">{}.</span>{}</h2>", id,
         number, Text(block.heading));
    BasisLine(block);
    for (const BilingualText& paragraph : block.text) {
      Line("<p>{}</p>", Text(paragraph));
    }
    if (!block.list.empty()) {
      Line("<ul>");
      for (const BilingualText& entry : block.list) {
        Line("<li>{}</li>", Text(entry));
      }
      Line("</ul>");
    }
    Items(block.items);
    Rows(block.rows);
    Line("</section>");
  }

  // The law behind the block, or that there is none. Who publishes and what
  // cannot be cited yet go without.
  void BasisLine(const Block& block) {
    if (block.key == "publisher") return;
    if (const auto law = Citation(document_.edition, block.duty)) {
      Line("<p class=\"basis\">{}</p>", Text(*law));
    } else if (block.basis == Basis::kVoluntary) {
      Line("<p class=\"basis\">{}</p>", Text(Word::basis_voluntary));
    }
  }

  // Items under their groups, groups in the order they first appear.
  void Items(const std::vector<ItemLine>& items) {
    std::vector<BilingualText> groups;
    for (const ItemLine& item : items) {
      if (std::ranges::find(groups, item.group) == groups.end()) {
        groups.push_back(item.group);
      }
    }
    for (const BilingualText& group : groups) {
      if (!group.empty()) Line("<h3>{}</h3>", Text(group));
      Line("<ul>");
      for (const ItemLine& item : items) {
        if (item.group != group) continue;
        Line("<li id=\"item-{}\">{}</li>", item.id, Text(item.label));
      }
      Line("</ul>");
    }
  }

  void Rows(const std::vector<Row>& rows) {
    if (rows.empty()) return;
    Line("<dl class=\"rows\">");
    for (const Row& row : rows) {
      const std::string value =
          row.href.empty() ? Text(row.value)
                           : fmt::format("<a href=\"{}\">{}</a>",
                                         EscapeHtml(row.href), Text(row.value));
      Line("<div><dt>{}</dt><dd>{}</dd></div>", Text(row.label), value);
    }
    Line("</dl>");
  }

  void Closing() {
    Line("</main>");
    Line("<footer>");
    Line("<p>{}</p>",
         Text(Say(Word::law_as_of,
                  {{"date", DateInWords(document_.edition.as_of)}})));
    Line("</footer>");
    Line("</body>");
    Line("</html>");
  }

  const ReleaseTerms& terms_;
  const Document& document_;
  const Language language_;
  std::string html_;
};

}  // namespace
}  // namespace internal

absl::StatusOr<std::string> ManifestHtml(const ReleaseTerms& terms,
                                         const ManifestFacts& facts,
                                         Language language) {
  ANON_ASSIGN_OR_RETURN(const internal::Document document,
                        internal::MakeDocument(terms, facts));
  return internal::Page(terms, document, language).Draw();
}

}  // namespace anon
