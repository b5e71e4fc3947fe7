// SPDX-License-Identifier: Apache-2.0
//
// A document as plain text that a mail can carry: 72 columns, a full-width
// character being two.
#include <fmt/format.h>

#include "release/document.h"
#include "release/wrap.h"

namespace anon::internal {
namespace {

constexpr std::string_view kIndent = "   ";

class TextPage {
 public:
  TextPage(const Document& document, Language language)
      : document_(document), language_(language) {}

  std::string Draw() {
    if (language_ == Language::kEn) {
      text_ += Wrap(Text(Word::reference_translation), "") + '\n';
    }
    text_ += Wrap(Text(document_.title), "");
    Lines(document_.to, "");
    Lines(document_.from, "");
    if (!document_.about.empty()) {
      text_ += '\n';
      Rows(document_.about, "");
    }
    for (const BilingualText& paragraph : document_.head) {
      text_ += '\n' + Wrap(Text(paragraph), "");
    }
    for (const Block& block : document_.blocks) Section(block);
    if (document_.cites) {
      text_ +=
          '\n' + Wrap(Text(document_.say(
                          Word::law_as_of,
                          {{"date", DateInWords(document_.edition.as_of)}})),
                      "");
    }
    return std::move(text_);
  }

 private:
  const std::string& Text(const BilingualText& text) const {
    return text.In(language_);
  }
  std::string Text(Word word) const {
    return document_.say(word).In(language_);
  }

  // A paragraph of lines that belong together.
  void Lines(const std::vector<BilingualText>& lines, std::string_view indent) {
    if (lines.empty()) return;
    text_ += '\n';
    for (const BilingualText& line : lines) text_ += Wrap(Text(line), indent);
  }

  void Rows(const std::vector<Row>& rows, std::string_view indent) {
    for (const Row& row : rows) {
      const std::string label =
          std::string(indent) + Text(row.label) + Text(Word::colon);
      const std::string& value = Text(row.value.text);
      // A digest fills a line of its own.
      if (DisplayWidth(value) > 60) {
        text_ += Wrap("", label) + Wrap(value, std::string(indent) + "  ");
        continue;
      }
      text_ += Wrap(value, label);
    }
  }

  void Section(const Block& block) {
    text_ += '\n' + Wrap(Text(block.heading), fmt::format("{}. ", ++number_));
    const BilingualText basis = BasisLine(document_, block);
    if (!basis.empty()) {
      const auto bracketed = document_.say(Word::bracketed, {{"text", basis}});
      text_ += Wrap(Text(bracketed), kIndent);
    }
    for (const BilingualText& paragraph : block.text) {
      text_ += '\n' + Wrap(Text(paragraph), kIndent);
    }
    List(block);
    Items(block.items);
    if (!block.rows.empty()) {
      text_ += '\n';
      Rows(block.rows, kIndent);
    }
    TableLines(block.table);
  }

  std::string Bullet() const {
    return language_ == Language::kJa ? "   ・" : "   - ";
  }

  void List(const Block& block) {
    if (block.list.empty()) return;
    text_ += '\n';
    int number = 0;
    for (const BilingualText& entry : block.list) {
      text_ +=
          Wrap(Text(entry),
               block.numbered ? fmt::format("   ({}) ", ++number) : Bullet());
    }
  }

  void Items(const std::vector<ItemLine>& items) {
    for (const auto& [group, lines] : Grouped(items)) {
      text_ += '\n';
      if (!group.empty()) text_ += Wrap(Text(group), kIndent);
      for (const ItemLine& item : lines) {
        text_ += Wrap(Text(item.label), Bullet());
      }
    }
  }

  // Line by line: a table would not survive a mail.
  void TableLines(const Table& table) {
    for (const Table::Line& line : table.lines) {
      text_ += '\n';
      std::vector<Row> rows;
      for (std::size_t i = 0; i < line.values.size(); ++i) {
        if (line.values[i].text.empty()) continue;
        rows.push_back({table.columns[i], line.values[i]});
      }
      Rows(rows, kIndent);
    }
  }

  const Document& document_;
  const Language language_;
  int number_ = 0;
  std::string text_;
};

}  // namespace

std::string PlainText(const Document& document, Language language) {
  return TextPage(document, language).Draw();
}

}  // namespace anon::internal
