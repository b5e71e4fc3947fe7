// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_E2E_RELEASE_TREE_H_
#define ANON_TESTS_E2E_RELEASE_TREE_H_

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace anon::test {

// Every file below a directory by its relative name, with its bytes;
// directories end in "/" and have none. Empty if there is no such directory.
using Tree = std::map<std::string, std::string>;
Tree ReadTree(const std::filesystem::path& directory);
std::set<std::string> Names(const Tree& tree);

// What a release consists of, and its internal directory.
const std::set<std::string>& ReleaseNames();
const std::set<std::string>& InternalNames();

// Empty if publish/SHA256SUMS names every other file of the release with its
// digest; else what is wrong.
std::string WrongSums(const Tree& release);

// Names in a directory that a run uses while it works.
std::vector<std::string> Leftovers(const std::filesystem::path& directory);

// A table as a person would read it: header and records.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> records;

  std::size_t Column(std::string_view name) const;
  // Distinct values that are not empty.
  std::set<std::string> Values(std::string_view name) const;
};
Table ParseTable(std::string_view text, char delimiter = ',');

// Which of `values` (4 bytes or more) occur anywhere in `text`.
std::set<std::string> FindIn(std::string_view text,
                             const std::set<std::string>& values);

}  // namespace anon::test

#endif  // ANON_TESTS_E2E_RELEASE_TREE_H_
