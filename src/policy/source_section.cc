// SPDX-License-Identifier: Apache-2.0
//
// Under which rules, from which data, and what for.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "policy/sections.h"

namespace anon::internal {
namespace {

std::vector<std::string> ReadWords(const MapReader& map, std::string_view key) {
  std::vector<std::string> words;
  if (!map.Has(key)) return words;
  for (const YAML::Node& node : map.List(key, Need::kOptional)) {
    if (auto word = ReadText(map.complaints(), node, map.PathOf(key))) {
      words.push_back(*std::move(word));
    }
  }
  return words;
}

void ReadTags(const MapReader& map, const Draft& draft, SourceTags& tags) {
  tags.purposes = ReadWords(map, "purposes");
  if (draft.legal() && map.Lacks("purposes")) {
    map.Complain("purposes",
                 "source lacks 'purposes': list the purposes that were stated "
                 "when the data were collected");
  }
  tags.storage_countries = ReadWords(map, "storage_countries");
  for (const std::string& country : tags.storage_countries) {
    if (country.size() == 2 && country[0] >= 'A' && country[0] <= 'Z' &&
        country[1] >= 'A' && country[1] <= 'Z') {
      continue;
    }
    map.Complain("storage_countries",
                 "source.storage_countries takes codes of two capital letters "
                 "such as JP");
    break;
  }
  tags.specified_user_information =
      map.Boolean("specified_user_information", Need::kOptional)
          .value_or(false);
}

void ReadContractor(const MapReader& use, IntendedUse& intended) {
  if (intended.scope != RecipientScope::kContractor) {
    if (use.Has("contractor")) {
      use.Complain("contractor",
                   "use.contractor has no meaning without recipient_scope: "
                   "contractor; remove it");
    }
    return;
  }
  const MapReader map =
      use.Map("contractor", Need::kRequired, {"scope", "expires"});
  if (!map) return;
  intended.contractor_scope = ReadBilingual(map, "scope", Need::kRequired);
  intended.contractor_expires = ReadDate(map, "expires");
}

}  // namespace

void ReadProfile(const MapReader& root, Draft& draft) {
  const auto id = root.Text("profile", Need::kRequired);
  if (!id) return;
  const auto profile = FindLegalProfile(*id);
  if (!profile.ok()) {
    root.Complain("profile",
                  fmt::format("profile: {}", Message(profile.status())));
    return;
  }
  draft.profile = *profile;
  draft.policy.profile = *profile;
}

void ReadSource(const MapReader& root, Draft& draft) {
  const MapReader map =
      root.Map("source", Need::kRequired,
               {"file", "delimiter", "encoding", "null_text", "missing_values",
                "purposes", "storage_countries", "specified_user_information"});
  if (!map) return;
  if (const auto path = map.Text("file", Need::kRequired)) {
    draft.policy.source = draft.Resolve(*path);
  }
  if (const auto delimiter = ReadDelimiter(map, "delimiter")) {
    draft.policy.delimiter = *delimiter;
  }
  draft.policy.encoding =
      map.Choice<CsvEncoding>("encoding", Need::kOptional,
                              {{"utf-8", CsvEncoding::kUtf8},
                               {"cp932", CsvEncoding::kCp932},
                               {"shift_jis", CsvEncoding::kCp932}})
          .value_or(CsvEncoding::kUtf8);
  draft.policy.null_text = map.Text("null_text", Need::kOptional).value_or("");
  draft.policy.refuse_missing =
      map.Choice<bool>("missing_values", Need::kOptional,
                       {{"own_category", false}, {"refuse", true}})
          .value_or(false);
  ReadTags(map, draft, draft.policy.source_tags);
}

// The source has been read.
void ReadUse(const MapReader& root, Draft& draft) {
  if (!draft.legal() && !root.Has("use")) return;
  const MapReader map = root.Map("use", Need::kRequired,
                                 {"purpose", "recipient_scope", "contractor"});
  if (!map) return;
  IntendedUse& use = draft.policy.use;
  use.purpose = map.Text("purpose", Need::kRequired).value_or("");
  const auto& stated = draft.policy.source_tags.purposes;
  if (!use.purpose.empty() && !stated.empty() &&
      std::ranges::find(stated, use.purpose) == stated.end()) {
    map.Complain("purpose",
                 "use.purpose is none of source.purposes: personal "
                 "information is used for a stated purpose only");
  }
  const auto scope =
      map.Choice<RecipientScope>("recipient_scope", Need::kRequired,
                                 {{"third_party", RecipientScope::kThirdParty},
                                  {"contractor", RecipientScope::kContractor},
                                  {"joint_user", RecipientScope::kJointUser},
                                  {"own_use", RecipientScope::kOwnUse}});
  if (!scope) return;
  use.scope = *scope;
  ReadContractor(map, use);
}

}  // namespace anon::internal
