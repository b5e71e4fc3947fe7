// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_RELEASE_SEALABLE_H_
#define ANON_TESTS_RELEASE_SEALABLE_H_

#include <utility>

#include "anon/base/digest.h"
#include "anon/release/seal.h"
#include "release/sample.h"
#include "support/support.h"

namespace anon::test {

inline constexpr char kData[] =
    "birth_date,sex,municipality_code,plan,device\n";

// Everything Seal needs, in order.
struct Sealable {
  TempDir dir;
  StagedRelease staged;
  Assessment assessment;
  ReleaseTerms terms;
  ManifestFacts facts;

  explicit Sealable(ReleaseTerms with = AnonymizedTerms())
      : terms(std::move(with)), facts(FactsOf(terms)) {
    Write(dir / "provide/data.csv", kData);
    staged.stage = dir.path();
    if (terms.kind == DatasetKind::kAnonymizedPersonalInformation) {
      staged.shuffled = true;
      staged.destruction = {"run", "2026-11-20T10:00:00Z", "wiped", "all"};
    }
    assessment.digest = Sha256(kData);
    assessment.attributes = facts.output_columns;
    assessment.verdicts = {{.model = "k_anonymity",
                            .attribute = {},
                            .asked = "5",
                            .achieved = "5",
                            .satisfied = true,
                            .worst = {}}};
    assessment.satisfied = true;
  }
  absl::StatusOr<Release> TrySeal() const {
    return Seal(staged, assessment, terms, facts);
  }
};

}  // namespace anon::test

#endif  // ANON_TESTS_RELEASE_SEALABLE_H_
