// SPDX-License-Identifier: Apache-2.0
#include "e2e/release_tree.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

#include "anon/base/digest.h"
#include "support/support.h"

namespace anon::test {
namespace {

namespace fs = std::filesystem;

std::uint32_t Prefix(const char* text) {
  std::uint32_t prefix = 0;
  std::memcpy(&prefix, text, sizeof(prefix));
  return prefix;
}

}  // namespace

Tree ReadTree(const fs::path& directory) {
  Tree tree;
  if (!fs::exists(directory)) return tree;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    std::string name = fs::relative(entry.path(), directory).string();
    if (entry.is_directory()) {
      tree[name + "/"];
    } else {
      tree[name] = Read(entry.path());
    }
  }
  return tree;
}

std::set<std::string> Names(const Tree& tree) {
  std::set<std::string> names;
  for (const auto& [name, bytes] : tree) names.insert(name);
  return names;
}

const std::set<std::string>& ReleaseNames() {
  static const std::set<std::string> names = {"provide/",
                                              "provide/data.csv",
                                              "provide/data.csv.notice.json",
                                              "provide/notice.en.html",
                                              "provide/notice.en.txt",
                                              "provide/notice.ja.html",
                                              "provide/notice.ja.txt",
                                              "publish/",
                                              "publish/SHA256SUMS",
                                              "publish/attestation.json",
                                              "publish/manifest.en.html",
                                              "publish/manifest.en.md",
                                              "publish/manifest.en.txt",
                                              "publish/manifest.ja.html",
                                              "publish/manifest.ja.md",
                                              "publish/manifest.ja.txt",
                                              "publish/manifest.json",
                                              "publish/manifest.jsonld"};
  return names;
}

const std::set<std::string>& InternalNames() {
  static const std::set<std::string> names = {"report.json", "solution.json",
                                              "terms.json"};
  return names;
}

std::string WrongSums(const Tree& release) {
  const auto sums = release.find("publish/SHA256SUMS");
  if (sums == release.end()) return "there is no publish/SHA256SUMS";
  // The attestation names the sums, and comes after them.
  std::set<std::string> named = {"publish/SHA256SUMS",
                                 "publish/attestation.json"};
  std::istringstream lines(sums->second);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 67 || line.substr(64, 2) != "  ") {
      return "not a line of sha256sum: " + line;
    }
    const std::string name =
        (fs::path("publish") / line.substr(66)).lexically_normal().string();
    const auto file = release.find(name);
    if (file == release.end()) return "names an absent file " + name;
    if (ToHex(Sha256(file->second)) != line.substr(0, 64)) {
      return "wrong digest of " + name;
    }
    named.insert(name);
  }
  for (const auto& [name, bytes] : release) {
    if (!name.ends_with('/') && !named.contains(name)) return "lacks " + name;
  }
  return "";
}

std::vector<std::string> Leftovers(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') || name.find(".anon-") != std::string::npos) {
      names.push_back(name);
    }
  }
  return names;
}

std::size_t Table::Column(std::string_view name) const {
  const auto at = std::ranges::find(header, name);
  if (at == header.end()) throw std::runtime_error("no such column");
  return static_cast<std::size_t>(at - header.begin());
}

std::set<std::string> Table::Values(std::string_view name) const {
  const std::size_t column = Column(name);
  std::set<std::string> values;
  for (const auto& record : records) {
    if (!record.at(column).empty()) values.insert(record.at(column));
  }
  return values;
}

Table ParseTable(std::string_view text, char delimiter) {
  Table table;
  std::vector<std::string> record(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      // A doubled quote is one: the second opens the field again.
      if (!quoted && i > 0 && text[i - 1] == '"') record.back() += c;
      quoted = !quoted;
    } else if (quoted || (c != delimiter && c != '\n')) {
      record.back() += c;
    } else if (c == delimiter) {
      record.emplace_back();
    } else {
      (table.header.empty() ? table.header : table.records.emplace_back()) =
          record;
      record.assign(1, "");
    }
  }
  return table;
}

std::set<std::string> FindIn(std::string_view text,
                             const std::set<std::string>& values) {
  std::unordered_map<std::uint32_t, std::vector<std::string_view>> by_prefix;
  for (const std::string& value : values) {
    if (value.size() < 4) throw std::runtime_error("too short to search for");
    by_prefix[Prefix(value.data())].push_back(value);
  }
  std::set<std::string> found;
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    const auto candidates = by_prefix.find(Prefix(&text[i]));
    if (candidates == by_prefix.end()) continue;
    for (const std::string_view value : candidates->second) {
      if (text.substr(i).starts_with(value)) found.emplace(value);
    }
  }
  return found;
}

}  // namespace anon::test
