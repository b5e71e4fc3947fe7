// SPDX-License-Identifier: Apache-2.0
//
// E-mail addresses: the shape alone is enough, but what follows the last dot
// must be letters and no ending of a file (icon@2x.png).
#include <algorithm>

#include "residue/detector.h"

namespace anon::internal {
namespace {

constexpr std::string_view kFileEndings[] = {
    "png",  "jpg",  "jpeg", "gif", "svg", "webp", "css", "js",
    "json", "html", "htm",  "pdf", "csv", "txt",  "xml", "yaml"};

bool IsLocal(char c) {
  return IsAlnum(c) ||
         std::string_view("._%+-").find(c) != std::string_view::npos;
}

bool IsDomain(std::string_view domain) {
  std::size_t label = 0;
  std::size_t last = 0;
  bool dots = false;
  for (std::size_t i = 0; i <= domain.size(); ++i) {
    if (i < domain.size() && domain[i] != '.') continue;
    if (i == label || domain[label] == '-' || domain[i - 1] == '-') {
      return false;
    }
    last = label;
    dots |= i < domain.size();
    label = i + 1;
  }
  const std::string_view top = domain.substr(last);
  return dots && top.size() >= 2 && std::ranges::all_of(top, IsLetter) &&
         std::ranges::find(kFileEndings, top) == std::ranges::end(kFileEndings);
}

// The user part of a URL is not a mailbox: url.cc.
bool AfterScheme(std::string_view text, std::size_t begin) {
  std::size_t token = begin;
  while (token > 0 && text[token - 1] > ' ' && text[token - 1] != '"') --token;
  return begin > 0 && (text[begin - 1] == ':' || text[begin - 1] == '/') &&
         text.substr(token, begin - token).find("://") !=
             std::string_view::npos;
}

}  // namespace

void FindEmails(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.lower();
  for (std::size_t at = text.find('@'); at != std::string_view::npos;
       at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && IsLocal(text[begin - 1])) --begin;
    while (begin < at && text[begin] == '.') ++begin;
    std::size_t end = at + 1;
    while (end < text.size() &&
           (IsAlnum(text[end]) || text[end] == '.' || text[end] == '-')) {
      ++end;
    }
    while (end > at + 1 && !IsAlnum(text[end - 1])) --end;
    if (begin == at || at - begin > 64) continue;
    if (!IsDomain(text.substr(at + 1, end - at - 1))) continue;
    if (AfterScheme(text, begin)) continue;
    AddCertain(kEmail, begin, end, matches);
  }
}

}  // namespace anon::internal
