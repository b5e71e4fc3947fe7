// SPDX-License-Identifier: Apache-2.0
#include "anon/residue/find_residue.h"

#include <algorithm>
#include <tuple>

#include "residue/check_digits.h"
#include "residue/detector.h"

namespace anon {
namespace internal {
namespace {

constexpr Detector kDetectors[] = {
    FindPaymentCards,    FindTaxNumbers,           FindIdentityDocuments,
    FindSocialInsurance, FindBankAccounts,         FindEmails,
    FindPhones,          FindUrlSecrets,           FindOnlineIdentifiers,
    FindIpAddresses,     FindSubscriberIdentities, FindWalletAddresses};

bool Overlap(const ResidueMatch& a, const ResidueMatch& b) {
  return a.begin < b.end && b.begin < a.end;
}

}  // namespace

void AddNumber(const Cell& cell, RuleIndex rule, const Number& number,
               bool passes, Matches& matches) {
  const ResidueRule& known = ResidueRules()[rule];
  const std::uint64_t hash = HashOf(number.digits);
  const auto add = [&](Certainty certainty) {
    matches.push_back({rule, number.begin, number.end, certainty, hash});
  };
  if (!passes) {
    // Neither counts where its passing brothers would not: chance is measured
    // on what is left.
    const bool whole = number.begin == 0 && number.end == cell.text().size();
    if (LooksLikeTimestamp(number.digits) ||
        (!whole && cell.ContextOf(number.begin, number.end, known.words) ==
                       Context::kAgainst)) {
      return;
    }
    add(Certainty::kLookAlike);
    return;
  }
  switch (cell.ContextOf(number.begin, number.end, known.words)) {
    case Context::kFor:
      return add(Certainty::kCertain);
    case Context::kAgainst:
      return;
    case Context::kNone:
    case Context::kAgainstName:
      if (LooksLikeTimestamp(number.digits)) return;
      return add(Certainty::kPossible);
  }
}

void FindAll(const Cell& cell, Matches& matches) {
  matches.clear();
  for (const Detector find : kDetectors) find(cell, matches);
  Matches certain;
  std::ranges::copy_if(matches, std::back_inserter(certain), [](const auto& m) {
    return m.certainty == Certainty::kCertain;
  });
  if (!certain.empty()) {
    std::erase_if(matches, [&](const ResidueMatch& match) {
      return match.certainty != Certainty::kCertain &&
             std::ranges::any_of(certain, [&](const ResidueMatch& other) {
               return Overlap(match, other);
             });
    });
  }
}

}  // namespace internal

std::vector<ResidueMatch> FindResidue(std::string_view attribute,
                                      std::string_view value) {
  std::vector<ResidueMatch> matches;
  if (!internal::MayHoldResidue(value)) return matches;
  const std::string name = internal::ContextName(attribute);
  internal::Cell cell;
  cell.Read(name, value);
  internal::FindAll(cell, matches);
  for (ResidueMatch& match : matches) {
    match.begin = cell.Origin(match.begin);
    match.end = cell.Origin(match.end);
  }
  std::ranges::sort(matches, {}, [](const ResidueMatch& m) {
    return std::tuple(m.begin, m.end, m.rule);
  });
  return matches;
}

}  // namespace anon
