// SPDX-License-Identifier: Apache-2.0
//
// One page that can be put on a web server as it is. Everything from the terms
// passes EscapeHtml; the style is inline, and a policy in the page itself
// forbids scripts and requests, should anything slip through.
#include <fmt/format.h>

#include <algorithm>

#include "anon/base/text.h"
#include "release/document.h"

namespace anon::internal {
namespace {

constexpr std::string_view kStyle =
#include "release/page_style.inc"
    ;

// "items_created" is id "items-created".
std::string Anchor(std::string_view key) {
  std::string id(key);
  std::ranges::replace(id, '_', '-');
  return id;
}

// Draws one document in one language.
class Page {
 public:
  Page(const Document& document, Language language)
      : document_(document), language_(language) {}

  std::string Draw() {
    Head();
    Header();
    Line("<main>");
    for (const BilingualText& paragraph : document_.head) {
      Line("<p>{}</p>", Text(paragraph));
    }
    int number = 0;
    for (const Block& block : document_.blocks) Section(block, ++number);
    Line("</main>");
    Footer();
    return std::move(html_);
  }

 private:
  std::string Text(const BilingualText& text) const {
    return EscapeHtml(text.In(language_));
  }
  std::string Text(Word word) const { return Text(document_.say(word)); }

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
         language_ == Language::kJa ? "｜" : " | ", Text(document_.author));
    Line("<style>{}</style>", kStyle);
    Line("</head>");
    Line("<body>");
  }

  void Header() {
    Line("<header>");
    if (language_ == Language::kEn) {
      Line("<p class=\"authority\"><strong>{}</strong></p>",
           Text(Word::reference_translation));
    }
    Line("<h1>{}</h1>", Text(document_.title));
    if (language_ == Language::kEn) {
      Line("<p class=\"original\" lang=\"ja\">{}</p>",
           EscapeHtml(document_.title.ja));
    }
    if (!document_.about.empty()) {
      Line("<dl class=\"about\">");
      for (const Row& row : document_.about) {
        Line("<div><dt>{}</dt><dd>{}</dd></div>", Text(row.label),
             Shown(row.value));
      }
      Line("</dl>");
    }
    Letterhead("to", document_.to);
    Letterhead("from", document_.from);
    Line("</header>");
  }

  void Letterhead(std::string_view name,
                  const std::vector<BilingualText>& lines) {
    if (lines.empty()) return;
    std::string text;
    for (const BilingualText& line : lines) {
      text += (text.empty() ? "" : "<br>") + Text(line);
    }
    Line("<p class=\"{}\">{}</p>", name, text);
  }

  std::string Shown(const Value& value) const {
    if (!value.date.empty()) {
      return fmt::format("<time datetime=\"{}\">{}</time>",
                         EscapeHtml(value.date), Text(value.text));
    }
    if (value.href.empty()) return Text(value.text);
    return fmt::format("<a href=\"{}\">{}</a>", EscapeHtml(value.href),
                       Text(value.text));
  }

  void Section(const Block& block, int number) {
    const std::string id = Anchor(block.key);
    Line("<section id=\"{0}\" aria-labelledby=\"{0}-heading\">", id);
    Line("<h2 id=\"{}-heading\"><span class=\"number\">{}.</span>{}</h2>", id,
         number, Text(block.heading));
    const BilingualText basis = BasisLine(document_, block);
    if (!basis.empty()) Line("<p class=\"basis\">{}</p>", Text(basis));
    for (const BilingualText& paragraph : block.text) {
      Line("<p>{}</p>", Text(paragraph));
    }
    List(block);
    Items(block.items);
    Rows(block.rows);
    TableLines(block.table);
    Line("</section>");
  }

  void List(const Block& block) {
    if (block.list.empty()) return;
    const std::string_view tag = block.numbered ? "ol" : "ul";
    Line("<{}>", tag);
    for (const BilingualText& entry : block.list) {
      Line("<li>{}</li>", Text(entry));
    }
    Line("</{}>", tag);
  }

  void Items(const std::vector<ItemLine>& items) {
    for (const auto& [group, lines] : Grouped(items)) {
      if (!group.empty()) Line("<h3>{}</h3>", Text(group));
      Line("<ul>");
      for (const ItemLine& item : lines) {
        Line("<li id=\"item-{}\">{}</li>", item.id, Text(item.label));
      }
      Line("</ul>");
    }
  }

  void Rows(const std::vector<Row>& rows) {
    if (rows.empty()) return;
    Line("<dl class=\"rows\">");
    for (const Row& row : rows) {
      Line("<div><dt>{}</dt><dd>{}</dd></div>", Text(row.label),
           Shown(row.value));
    }
    Line("</dl>");
  }

  // The first value of a line is its header. On a narrow screen each value
  // stands under the name of its column.
  void TableLines(const Table& table) {
    if (table.lines.empty()) return;
    Line("<table>");
    Line("<caption>{}</caption>", Text(table.caption));
    Line("<thead><tr>");
    for (const BilingualText& column : table.columns) {
      Line("<th scope=\"col\">{}</th>", Text(column));
    }
    Line("</tr></thead>");
    Line("<tbody>");
    for (const Table::Line& line : table.lines) {
      Line("<tr id=\"{}\">", line.id);
      for (std::size_t i = 0; i < line.values.size(); ++i) {
        const std::string label = Text(table.columns[i]);
        const std::string value = Shown(line.values[i]);
        if (i == 0) {
          Line("<th scope=\"row\">{}</th>", value);
        } else {
          Line("<td data-label=\"{}\">{}</td>", label, value);
        }
      }
      Line("</tr>");
    }
    Line("</tbody>");
    Line("</table>");
  }

  void Footer() {
    if (document_.cites) {
      Line("<footer>");
      Line("<p>{}</p>", Text(document_.say(
                            Word::law_as_of,
                            {{"date", DateInWords(document_.edition.as_of)}})));
      Line("</footer>");
    }
    Line("</body>");
    Line("</html>");
  }

  const Document& document_;
  const Language language_;
  std::string html_;
};

}  // namespace

std::string Html(const Document& document, Language language) {
  return Page(document, language).Draw();
}

}  // namespace anon::internal
