// SPDX-License-Identifier: Apache-2.0
#include "release/law_editions.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "anon/base/text.h"

namespace anon {
namespace {

using internal::Duty;
using enum internal::Duty;

enum class Certainty { kRead, kSecondary, kRecalled };
using enum Certainty;

struct EditionRow {
  std::string_view id;
  std::string_view as_of;
  std::string_view verified_by;
  std::string_view verified_on;
};

struct CitationRow {
  std::string_view edition;
  Duty duty;
  Certainty certainty;
  std::string_view ja;
  std::string_view en;
};

constexpr EditionRow kEditions[] = {
#define LAW_EDITION(id, as_of, by, on) {id, as_of, by, on},
#define LAW_CITATION(edition, duty, certainty, ja, en)
#include "release/law_editions.inc"
#undef LAW_CITATION
#undef LAW_EDITION
};

constexpr CitationRow kCitations[] = {
#define LAW_EDITION(id, as_of, by, on)
#define LAW_CITATION(edition, duty, certainty, ja, en) \
  {edition, duty, certainty, ja, en},
#include "release/law_editions.inc"
#undef LAW_CITATION
#undef LAW_EDITION
};

}  // namespace

std::vector<LawEdition> LawEditions() {
  std::vector<LawEdition> editions;
  for (const EditionRow& row : kEditions) {
    editions.push_back({std::string(row.id), std::string(row.as_of),
                        std::string(row.verified_by),
                        std::string(row.verified_on)});
  }
  return editions;
}

absl::StatusOr<LawEdition> FindLawEdition(std::string_view id) {
  std::vector<std::string> known;
  for (LawEdition& edition : LawEditions()) {
    if (edition.id == id) return std::move(edition);
    known.push_back(edition.id);
  }
  const auto nearest = Nearest(id, known);
  return PolicyError(
      fmt::format("release.law_edition '{}' is not known: {}use one of {}", id,
                  nearest ? fmt::format("did you mean '{}'? ", *nearest) : "",
                  fmt::join(known, ", ")));
}

namespace internal {

std::optional<BilingualText> Citation(const LawEdition& edition, Duty duty) {
  for (const CitationRow& row : kCitations) {
    if (row.edition != edition.id || row.duty != duty) continue;
    if (row.certainty == kRecalled && !edition.verified()) return std::nullopt;
    return BilingualText{std::string(row.ja), std::string(row.en)};
  }
  return std::nullopt;
}

}  // namespace internal
}  // namespace anon
