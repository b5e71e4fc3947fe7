// SPDX-License-Identifier: Apache-2.0
//
// Private to the tree: the sections of a policy file. Each function reads its
// part of `root` into the policy and complains of what is wrong with it.
#ifndef ANON_SRC_POLICY_SECTIONS_H_
#define ANON_SRC_POLICY_SECTIONS_H_

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "anon/policy/policy.h"
#include "policy/yaml_reader.h"

namespace anon::internal {

// A policy that is being read. What a section could not read is remembered, so
// that later sections do not complain of it again.
struct Draft {
  Policy policy;
  std::optional<DatasetKind> kind;
  std::set<std::string, std::less<>> unclear_columns;

  const ColumnPolicy* FindColumn(std::string_view name) const;
  bool IsClear(std::string_view column) const {
    return !unclear_columns.contains(column);
  }
  // Relative to the directory of the policy file.
  std::filesystem::path Resolve(std::string_view path) const;
};

void ReadColumns(const MapReader& root, Draft& draft);
void ReadModels(const MapReader& root, Draft& draft);
void ReadRelease(const MapReader& root, Draft& draft);

// A character that separates the fields of a text file.
std::optional<char> ReadDelimiter(const MapReader& map, std::string_view key);

// {ja: ..., en: ...}
BilingualText ReadBilingual(const MapReader& map, std::string_view key,
                            Need need);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_SECTIONS_H_
