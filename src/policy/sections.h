// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the sections of a policy file. Each function reads its
// part of `root` into the policy and complains of what is wrong with it.
#ifndef ANON_SRC_POLICY_SECTIONS_H_
#define ANON_SRC_POLICY_SECTIONS_H_

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "anon/policy/policy.h"
#include "policy/yaml_reader.h"

namespace anon::internal {

// A policy that is being read. What a section could not read is remembered, so
// that later sections do not complain of it again.
struct Draft {
  Policy policy;
  // Of the profile; null while nothing is known of it.
  const LegalProfile* profile = nullptr;
  std::optional<DatasetKind> kind;
  // The columns that stay, if the policy lists them.
  std::optional<std::set<std::string, std::less<>>> selected;
  std::set<std::string, std::less<>> unclear_columns;
  // Whether it is known what several rows of a principal mean.
  bool clear_principal = false;
  // By column: where it says how several rows become one.
  std::map<std::string, YAML::Mark, std::less<>> aggregation_marks;

  const ColumnPolicy* FindColumn(std::string_view name) const;
  bool IsClear(std::string_view column) const {
    return !unclear_columns.contains(column);
  }
  bool legal() const { return profile != nullptr && profile->legal(); }
  // Relative to the directory of the policy file.
  std::filesystem::path Resolve(std::string_view path) const;
};

void ReadProfile(const MapReader& root, Draft& draft);
void ReadSource(const MapReader& root, Draft& draft);
void ReadUse(const MapReader& root, Draft& draft);
void ReadColumns(const MapReader& root, Draft& draft);
// A scalar or a list of scalars, as they are written.
std::vector<std::string> ReadValues(const MapReader& map,
                                    const MapReader::Entry& entry);

// Columns that are made of others. Read before `columns`.
void ReadDerived(const MapReader& root, Draft& draft);
// The operators of one column.
void ReadOperators(const MapReader& map, ColumnPolicy& column);
// How a column is pseudonymized.
void ReadPseudonym(const MapReader& map, ColumnPolicy& column);
// How several rows of a principal become one in this column.
void ReadAggregation(const MapReader& map, ColumnPolicy& column, Draft& draft);
// All columns that need it say so, and no others. Columns, principal and group
// unit have been read.
void CheckAggregation(const MapReader& root, const Draft& draft);
void ReadGates(const MapReader& root, Draft& draft);
void ReadModels(const MapReader& root, Draft& draft);
// How levels are found. Columns have been read.
void ReadSolver(const MapReader& root, Draft& draft);
void ReadRelease(const MapReader& root, Draft& draft);
// The part of it that not every release has. Columns, use and gates have been
// read.
void ReadPublication(const MapReader& release, Draft& draft);

// What the profile says of one column, and of the use; the latter once all
// sections have been read.
void CheckColumnRules(const MapReader& where, const ColumnPolicy& column,
                      Draft& draft);
void CheckUseRules(const MapReader& root, Draft& draft);

// Text that becomes part of file names and references.
std::string ReadName(const MapReader& map, std::string_view key);

// Where somebody can be reached; empty if it is not said.
std::string ReadEmail(const MapReader& map, std::string_view key);
std::string ReadPhone(const MapReader& map, std::string_view key);
std::string ReadUrl(const MapReader& map, std::string_view key);

// {name, address, representative}, each {ja, en}.
Publisher ReadParty(const MapReader& map);

// YYYY-MM-DD, a day that exists; complains of anything else.
std::string ReadDate(const MapReader& map, std::string_view key);

// A character that separates the fields of a text file.
std::optional<char> ReadDelimiter(const MapReader& map, std::string_view key);

// {ja: ..., en: ...}
BilingualText ReadBilingual(const MapReader& map, std::string_view key,
                            Need need);
std::vector<BilingualText> ReadBilingualList(const MapReader& map,
                                             std::string_view key, Need need);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_SECTIONS_H_
