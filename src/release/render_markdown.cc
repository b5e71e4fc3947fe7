// SPDX-License-Identifier: Apache-2.0
//
// A document as Markdown (CommonMark with the tables of GitHub), for sites that
// are built from it. All text is escaped: nothing of the terms becomes markup.
#include <fmt/format.h>

#include <algorithm>

#include "release/document.h"

namespace anon::internal {
namespace {

std::string Escaped(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>#|~&";
  std::string escaped;
  for (const char c : text) {
    if (kMarkup.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// Text that opens a line must not begin a list, either.
std::string Opening(std::string_view text) {
  std::string escaped = Escaped(text);
  const std::size_t digits = escaped.find_first_not_of("0123456789");
  if (escaped.starts_with('-') || escaped.starts_with('+') ||
      escaped.starts_with('=')) {
    escaped.insert(0, 1, '\\');
  } else if (digits != 0 && digits != std::string::npos &&
             (escaped[digits] == '.' || escaped[digits] == ')')) {
    escaped.insert(digits, 1, '\\');
  }
  return escaped;
}

class MarkdownPage {
 public:
  MarkdownPage(const Document& document, Language language)
      : document_(document), language_(language) {}

  std::string Draw() {
    if (language_ == Language::kEn) {
      Paragraph(fmt::format(
          "**{}**", Escaped(document_.say(Word::reference_translation).en)));
    }
    Paragraph("# " + Escaped(Text(document_.title)));
    Lines(document_.to);
    Lines(document_.from);
    Rows(document_.about);
    for (const BilingualText& paragraph : document_.head) {
      Paragraph(Opening(Text(paragraph)));
    }
    int number = 0;
    for (const Block& block : document_.blocks) Section(block, ++number);
    if (document_.cites) {
      Paragraph(Escaped(Text(document_.say(
          Word::law_as_of, {{"date", DateInWords(document_.edition.as_of)}}))));
    }
    text_.pop_back();  // the blank line after the last paragraph
    return std::move(text_);
  }

 private:
  const std::string& Text(const BilingualText& text) const {
    return text.In(language_);
  }

  void Paragraph(const std::string& text) { text_ += text + "\n\n"; }

  // Lines that belong together; a backslash keeps the line break.
  void Lines(const std::vector<BilingualText>& lines) {
    if (lines.empty()) return;
    for (const BilingualText& line : lines) {
      text_ += Opening(Text(line)) + "\\\n";
    }
    text_.replace(text_.size() - 2, 2, "\n\n");
  }

  std::string Shown(const Value& value) const {
    if (value.href.empty()) return Escaped(Text(value.text));
    return fmt::format("[{}](<{}>)", Escaped(Text(value.text)), value.href);
  }

  void Rows(const std::vector<Row>& rows) {
    if (rows.empty()) return;
    const std::string colon = Text(document_.say(Word::colon));
    for (const Row& row : rows) {
      text_ += fmt::format("- {}{}{}\n", Escaped(Text(row.label)), colon,
                           Shown(row.value));
    }
    text_ += '\n';
  }

  void Section(const Block& block, int number) {
    std::string id(block.key);
    std::ranges::replace(id, '_', '-');
    Paragraph(fmt::format("## <a id=\"{}\"></a>{}. {}", id, number,
                          Escaped(Text(block.heading))));
    const BilingualText basis = BasisLine(document_, block);
    if (!basis.empty()) Paragraph(fmt::format("*{}*", Escaped(Text(basis))));
    for (const BilingualText& paragraph : block.text) {
      Paragraph(Opening(Text(paragraph)));
    }
    List(block);
    for (const auto& [group, lines] : Grouped(block.items)) {
      if (!group.empty()) Paragraph("### " + Escaped(Text(group)));
      for (const ItemLine& item : lines) {
        text_ += fmt::format("- <a id=\"item-{}\"></a>{}\n", item.id,
                             Escaped(Text(item.label)));
      }
      text_ += '\n';
    }
    Rows(block.rows);
    TableLines(block.table);
  }

  void List(const Block& block) {
    if (block.list.empty()) return;
    int number = 0;
    for (const BilingualText& entry : block.list) {
      text_ += block.numbered ? fmt::format("{}. ", ++number) : "- ";
      text_ += Opening(Text(entry)) + '\n';
    }
    text_ += '\n';
  }

  void TableLines(const Table& table) {
    if (table.lines.empty()) return;
    text_ += '|';
    for (const BilingualText& column : table.columns) {
      text_ += fmt::format(" {} |", Escaped(Text(column)));
    }
    text_ += "\n|";
    for (std::size_t i = 0; i < table.columns.size(); ++i) text_ += " --- |";
    text_ += '\n';
    for (const Table::Line& line : table.lines) {
      text_ += fmt::format("| <a id=\"{}\"></a>", line.id);
      for (const Value& value : line.values) text_ += Shown(value) + " | ";
      text_.back() = '\n';
    }
    text_ += '\n';
  }

  const Document& document_;
  const Language language_;
  std::string text_;
};

}  // namespace

std::string Markdown(const Document& document, Language language) {
  return MarkdownPage(document, language).Draw();
}

}  // namespace anon::internal
