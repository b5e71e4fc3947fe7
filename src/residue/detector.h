// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: what a detector is. One file a family; rules.cc has them
// all. A detector adds every match of its rules to `matches`, the look-alikes
// too: they are what chance is measured by.
#ifndef ANON_SRC_RESIDUE_DETECTOR_H_
#define ANON_SRC_RESIDUE_DETECTOR_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "anon/residue/find_residue.h"
#include "anon/residue/rule.h"
#include "residue/cell.h"

namespace anon::internal {

// Indices into ResidueRules().
enum RuleIndex : std::size_t {
  kPaymentCard,
  kMyNumber,
  kCorporateNumber,
  kPassport,
  kDriversLicence,
  kBasicPensionNumber,
  kHealthInsurance,
  kBankAccount,
  kIban,
  kEmail,
  kMobilePhone,
  kFixedPhone,
  kUrlSecret,
  kDeviceUuid,
  kCookieId,
  kIpv4,
  kIpv6,
  kImsi,
  kImei,
  kIccid,
  kWalletAddress,
  kRuleCount,
};

using Matches = std::vector<ResidueMatch>;
using Detector = void (*)(const Cell& cell, Matches& matches);

void FindPaymentCards(const Cell& cell, Matches& matches);
void FindTaxNumbers(const Cell& cell, Matches& matches);
void FindIdentityDocuments(const Cell& cell, Matches& matches);
void FindSocialInsurance(const Cell& cell, Matches& matches);
void FindBankAccounts(const Cell& cell, Matches& matches);
void FindEmails(const Cell& cell, Matches& matches);
void FindPhones(const Cell& cell, Matches& matches);
void FindUrlSecrets(const Cell& cell, Matches& matches);
void FindOnlineIdentifiers(const Cell& cell, Matches& matches);
void FindIpAddresses(const Cell& cell, Matches& matches);
void FindSubscriberIdentities(const Cell& cell, Matches& matches);
void FindWalletAddresses(const Cell& cell, Matches& matches);

// Everything in `cell`, by place, doubts about certain places left out.
void FindAll(const Cell& cell, Matches& matches);

// The usual judgement of a number with a check: against other words in the
// cell nothing; not passed a look-alike; passed and named by a word certain,
// else possible.
void AddNumber(const Cell& cell, RuleIndex rule, const Number& number,
               bool passes, Matches& matches);

inline void AddCertain(RuleIndex rule, std::size_t begin, std::size_t end,
                       Matches& matches) {
  matches.push_back({rule, begin, end, Certainty::kCertain, 0});
}

}  // namespace anon::internal

#endif  // ANON_SRC_RESIDUE_DETECTOR_H_
