// SPDX-License-Identifier: Apache-2.0
//
// All of anon::anon in one header. A whole program:
//
//   #include <iostream>
//
//   #include "anon/anon.h"
//
//   // Replaces each subscriber id on standard input by its pseudonym.
//   int main() {
//     anon::OsRandom random;
//     const auto key = anon::Key::Generate(random);
//     if (!key.ok()) return 3;
//     const auto pseudonymizer = anon::Pseudonymizer::Create(
//         *key, {.domain = "univ-a/2026", .attribute = "subscriber_id"});
//     if (!pseudonymizer.ok()) return 2;
//     for (std::string id; std::getline(std::cin, id);) {
//       const auto pseudonym = pseudonymizer->Pseudonymize(id);
//       if (!pseudonym.ok()) return 3;
//       std::cout << *pseudonym << '\n';
//     }
//   }
//
// Whole runs, from a policy file to a sealed release: examples/. The vault is
// not here: it is a library of its own, anon::vault, for the few processes that
// may reach deletion information.
#ifndef ANON_ANON_H_
#define ANON_ANON_H_

#include "anon/assess/assess.h"
#include "anon/assess/check.h"
#include "anon/assess/frequency_attack.h"
#include "anon/assess/uniqueness.h"
#include "anon/base/decimal.h"
#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/base/fingerprint.h"
#include "anon/base/random.h"
#include "anon/base/ratio.h"
#include "anon/base/status.h"
#include "anon/base/text.h"
#include "anon/data/attribute_class.h"
#include "anon/data/batch.h"
#include "anon/data/classes.h"
#include "anon/data/code_column.h"
#include "anon/data/dictionary.h"
#include "anon/data/membership.h"
#include "anon/data/record_stream.h"
#include "anon/data/role.h"
#include "anon/data/wildcard.h"
#include "anon/hierarchy/calendar.h"
#include "anon/hierarchy/frequency.h"
#include "anon/hierarchy/hierarchy.h"
#include "anon/hierarchy/hierarchy_rule.h"
#include "anon/hierarchy/masking.h"
#include "anon/hierarchy/mesh.h"
#include "anon/hierarchy/municipality.h"
#include "anon/hierarchy/number_intervals.h"
#include "anon/hierarchy/order.h"
#include "anon/hierarchy/prefixes.h"
#include "anon/hierarchy/value_domain.h"
#include "anon/io/csv.h"
#include "anon/model/alpha_k_anonymity.h"
#include "anon/model/beta_likeness.h"
#include "anon/model/bound_model.h"
#include "anon/model/delta_disclosure.h"
#include "anon/model/delta_presence.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/group_k_anonymity.h"
#include "anon/model/k_anonymity.h"
#include "anon/model/k_map.h"
#include "anon/model/km_anonymity.h"
#include "anon/model/model_context.h"
#include "anon/model/privacy_model.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/model/reidentification_risk.h"
#include "anon/model/t_closeness_equal.h"
#include "anon/model/t_closeness_hierarchical.h"
#include "anon/model/t_closeness_ordered.h"
#include "anon/policy/apply.h"
#include "anon/policy/consent.h"
#include "anon/policy/gates.h"
#include "anon/policy/legal_profile.h"
#include "anon/policy/plan.h"
#include "anon/policy/policy.h"
#include "anon/policy/progress.h"
#include "anon/policy/run.h"
#include "anon/profile/profile.h"
#include "anon/profile/starter_policy.h"
#include "anon/pseudonym/encoding.h"
#include "anon/pseudonym/fresh_pseudonyms.h"
#include "anon/pseudonym/normalization.h"
#include "anon/pseudonym/pseudonymizer.h"
#include "anon/pseudonym/reversible.h"
#include "anon/release/attestation.h"
#include "anon/release/delivery.h"
#include "anon/release/law_edition.h"
#include "anon/release/ledger.h"
#include "anon/release/life_cycle.h"
#include "anon/release/manifest.h"
#include "anon/release/notice.h"
#include "anon/release/pages.h"
#include "anon/release/places.h"
#include "anon/release/recipient.h"
#include "anon/release/seal.h"
#include "anon/release/sealed_release.h"
#include "anon/release/terms.h"
#include "anon/release/terms_file.h"
#include "anon/release/transaction.h"
#include "anon/release/wording.h"
#include "anon/residue/find_residue.h"
#include "anon/residue/residue_scanner.h"
#include "anon/residue/rule.h"
#include "anon/secret/deletion_sink.h"
#include "anon/secret/key.h"
#include "anon/secret/key_use_log.h"
#include "anon/secret/key_wrapper.h"
#include "anon/secret/keyring.h"
#include "anon/secret/reveal_secret.h"
#include "anon/secret/secret_bytes.h"
#include "anon/secret/signing_key.h"
#include "anon/solve/budget.h"
#include "anon/solve/local_recoding.h"
#include "anon/solve/minimality.h"
#include "anon/solve/mondrian.h"
#include "anon/solve/recoding.h"
#include "anon/solve/saved_solution.h"
#include "anon/solve/solution.h"
#include "anon/solve/solve.h"
#include "anon/transform/aggregated_source.h"
#include "anon/transform/cell_operator.h"
#include "anon/transform/generalization.h"
#include "anon/transform/gridding.h"
#include "anon/transform/load_hierarchy.h"
#include "anon/transform/masking.h"
#include "anon/transform/redaction.h"
#include "anon/transform/rounding.h"
#include "anon/transform/row_coder.h"
#include "anon/transform/shuffle.h"
#include "anon/transform/suppression.h"
#include "anon/transform/time_truncation.h"
#include "anon/transform/top_coding.h"
#include "anon/transform/treated_source.h"
#include "anon/utility/generalized_classes.h"
#include "anon/utility/loss.h"
#include "anon/utility/objective.h"
#include "anon/utility/recoded_cost.h"

#endif  // ANON_ANON_H_
