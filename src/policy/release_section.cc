// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/iso_date.h"
#include "policy/sections.h"

namespace anon::internal {
namespace {

std::vector<BilingualText> ReadBilingualList(const MapReader& map,
                                             std::string_view key, Need need) {
  std::vector<BilingualText> texts;
  const auto list = map.List(key, need);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const MapReader text(map.complaints(), list[i],
                         fmt::format("{}[{}]", map.PathOf(key), i + 1),
                         {"ja", "en"});
    texts.push_back({text.Text("ja", Need::kRequired).value_or(""),
                     text.Text("en", Need::kRequired).value_or("")});
  }
  return texts;
}

Contact ReadContact(const MapReader& release) {
  const MapReader map =
      release.Map("contact", Need::kRequired,
                  {"window", "address", "hours", "email", "phone", "url"});
  Contact contact;
  contact.window = ReadBilingual(map, "window", Need::kRequired);
  contact.address = ReadBilingual(map, "address", Need::kOptional);
  contact.hours = ReadBilingual(map, "hours", Need::kOptional);
  if (map.Lacks("email") && map.Lacks("phone") && map.Lacks("url")) {
    map.Complain("email", fmt::format("{} lacks a way to answer: add email, "
                                      "phone or url",
                                      map.path()));
  }
  contact.email = ReadEmail(map, "email");
  contact.phone = ReadPhone(map, "phone");
  contact.url = ReadUrl(map, "url");
  return contact;
}

Continuity ReadContinuity(const MapReader& release) {
  const MapReader map =
      release.Map("continuity", Need::kRequired, {"continuing", "from", "to"});
  Continuity continuity;
  const auto continuing = map.Boolean("continuing", Need::kRequired);
  continuity.from = ReadDate(map, "from");
  if (!continuing) return continuity;
  continuity.continuing = *continuing;
  if (!*continuing) {
    continuity.to = ReadDate(map, "to");
  } else if (map.Has("to")) {
    map.Complain("to", fmt::format("{} ends what is said to continue: remove "
                                   "it, or set continuing: false",
                                   map.PathOf("to")));
  }
  // ISO dates sort as text.
  if (!continuity.from.empty() && !continuity.to.empty() &&
      continuity.to < continuity.from) {
    map.Complain("to", fmt::format("{} lies before {}: exchange them",
                                   map.PathOf("to"), map.PathOf("from")));
  }
  return continuity;
}

// Purpose, provision and erasure: what the two kinds ask differs.
void ReadPerKind(const MapReader& release, const Draft& draft,
                 ReleaseTerms& terms) {
  const bool anonymized =
      draft.kind == DatasetKind::kAnonymizedPersonalInformation;
  const bool pseudonymized =
      draft.kind == DatasetKind::kPseudonymizedPersonalInformation;
  const Need if_anonymized = anonymized ? Need::kRequired : Need::kOptional;
  terms.purpose = ReadBilingual(
      release, "purpose", pseudonymized ? Need::kRequired : Need::kOptional);
  terms.methods_of_provision =
      ReadBilingualList(release, "methods_of_provision", if_anonymized);
  terms.recipient = ReadBilingual(release, "recipient", if_anonymized);
  terms.erasure = release
                      .Choice<ErasureMode>(
                          "erasure", Need::kOptional,
                          {{"statutory_effort", ErasureMode::kStatutoryEffort},
                           {"policy_strict", ErasureMode::kPolicyStrict}})
                      .value_or(ErasureMode::kStatutoryEffort);
  if (anonymized && release.Has("erasure")) {
    release.Complain("erasure",
                     "release.erasure speaks of pseudonymized "
                     "personal information only: remove it");
  }
}

// Without a legal kind there is nothing to publish or to tell.
void ReadPlainRelease(const MapReader& root, Draft& draft) {
  const MapReader map = root.Map("release", Need::kRequired, {"id"});
  if (map) draft.policy.terms.id = ReadName(map, "id");
}

}  // namespace

std::string ReadName(const MapReader& map, std::string_view key) {
  const auto text = map.Text(key, Need::kRequired);
  if (!text) return "";
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  if (text->find_first_not_of(kAllowed) != std::string::npos ||
      text->starts_with('.') || text->size() > 100) {
    map.Complain(key, fmt::format("{} must be at most 100 of A-Z a-z 0-9 . _ "
                                  "- and not begin with a dot",
                                  map.PathOf(key)));
    return "";
  }
  return *text;
}

std::string ReadEmail(const MapReader& map, std::string_view key) {
  const std::string email = map.Text(key, Need::kOptional).value_or("");
  const std::size_t at = email.find('@');
  if (!email.empty() &&
      (at == 0 || at == std::string::npos || at + 1 == email.size() ||
       email.find(' ') != std::string::npos)) {
    map.Complain(key, fmt::format("{} must be an address such as "
                                  "privacy@example.co.jp",
                                  map.PathOf(key)));
  }
  return email;
}

std::string ReadPhone(const MapReader& map, std::string_view key) {
  const std::string phone = map.Text(key, Need::kOptional).value_or("");
  if (phone.find_first_not_of("0123456789+()- ") != std::string::npos) {
    map.Complain(
        key, fmt::format("{} takes digits and + ( ) - only", map.PathOf(key)));
  }
  return phone;
}

std::string ReadUrl(const MapReader& map, std::string_view key) {
  const std::string url = map.Text(key, Need::kOptional).value_or("");
  // Other schemes ("javascript:") would become links on a published page.
  if (!url.empty() &&
      (!(url.starts_with("https://") || url.starts_with("http://")) ||
       url.find(' ') != std::string::npos)) {
    map.Complain(key,
                 fmt::format("{} must begin with https://", map.PathOf(key)));
  }
  return url;
}

Publisher ReadParty(const MapReader& map) {
  return {ReadBilingual(map, "name", Need::kRequired),
          ReadBilingual(map, "address", Need::kRequired),
          ReadBilingual(map, "representative", Need::kRequired)};
}

std::string ReadDate(const MapReader& map, std::string_view key) {
  const auto text = map.Text(key, Need::kRequired);
  if (!text) return "";
  if (!IsIsoDate(*text)) {
    map.Complain(key, fmt::format("{} must be a date such as \"2026-10-01\"",
                                  map.PathOf(key)));
    return "";
  }
  return *text;
}

BilingualText ReadBilingual(const MapReader& map, std::string_view key,
                            Need need) {
  const MapReader text = map.Map(key, need, {"ja", "en"});
  return {text.Text("ja", Need::kRequired).value_or(""),
          text.Text("en", Need::kRequired).value_or("")};
}

void ReadRelease(const MapReader& root, Draft& draft) {
  if (draft.profile != nullptr && !draft.legal()) {
    ReadPlainRelease(root, draft);
    return;
  }
  const MapReader map = root.Map(
      "release", Need::kRequired,
      {"id", "population", "publisher", "contact", "continuity", "purpose",
       "methods_of_provision", "recipient", "safety_measures", "erasure",
       "manifest", "creators", "exclusion", "joint_use", "purpose_change",
       "impact_assessment", "wording", "approval"});
  if (!map) return;
  ReleaseTerms& terms = draft.policy.terms;
  terms.id = ReadName(map, "id");
  if (draft.profile != nullptr) terms.law_edition = draft.profile->law_edition;
  terms.population = ReadBilingual(map, "population", Need::kRequired);
  terms.publisher = ReadParty(map.Map("publisher", Need::kRequired,
                                      {"name", "address", "representative"}));
  terms.contact = ReadContact(map);
  terms.continuity = ReadContinuity(map);
  terms.safety_measures =
      ReadBilingualList(map, "safety_measures", Need::kRequired);
  terms.approval_required =
      map.Choice<bool>("approval", Need::kOptional,
                       {{"required", true}, {"none", false}})
          .value_or(false);
  ReadPerKind(map, draft, terms);
  ReadPublication(map, draft);
}

}  // namespace anon::internal
