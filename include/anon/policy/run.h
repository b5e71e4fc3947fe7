// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_POLICY_RUN_H_
#define ANON_POLICY_RUN_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anon/assess/assess.h"
#include "anon/assess/frequency_attack.h"
#include "anon/assess/uniqueness.h"
#include "anon/base/random.h"
#include "anon/base/status.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "anon/policy/progress.h"
#include "anon/release/places.h"
#include "anon/release/seal.h"
#include "anon/residue/residue_scanner.h"
#include "anon/secret/deletion_sink.h"
#include "anon/secret/keyring.h"
#include "anon/secret/signing_key.h"
#include "anon/solve/minimality.h"
#include "anon/transform/treated_source.h"
#include "anon/utility/loss.h"

namespace anon {

struct RunOptions {
  // vault, keyring and what is `outside` are only checked to lie apart from the
  // rest; what is used are the objects below.
  Places places;
  bool replace = false;      // exchange an existing release
  std::string created = {};  // date of creation, ISO 8601; required

  // Both required when pseudonymized information gets pseudonyms, and both
  // refused for anonymized information. They must outlive the call.
  const Keyring* keyring = nullptr;
  DeletionSink* deletion_sink = nullptr;
  // The last day (ISO 8601) the deletion information may be kept, or empty.
  std::string retain_until = {};

  // The day (ISO 8601) on which the pages are going to be published, which they
  // then print; empty: they name none.
  std::string publish_on = {};

  // Signs the attestation of the release as its maker; null: sign it later.
  const SigningKey* signing_key = nullptr;

  // Read instead of the file that the policy names: a service's own rows (see
  // examples/05_own_source.cc). It must outlive the call and stand still for
  // both readings.
  RecordSource* source = nullptr;

  RandomSource* random = nullptr;  // null: the operating system's
  std::function<std::chrono::system_clock::time_point()> clock =
      std::chrono::system_clock::now;

  // Called from the running thread, in every step and for every batch or node
  // of a search, which is often: whoever draws something drops most calls.
  std::function<void(const RunProgress&)> progress = nullptr;
  // A stop request, from any thread, ends the run with kCancelled before its
  // next batch or node; nothing has then changed.
  std::stop_token stop = {};
};

// One step of the policy: an operator or a treatment of a column.
struct RunStep {
  std::string column;
  std::string name;  // of the operator; see KnownOperators()
  std::map<std::string, std::vector<std::string>> parameters;
  std::optional<OperatorTally> counts = {};  // of an operator of cells
};

// Residue of identifiers that a column of the written file holds.
struct FoundResidue {
  ResidueFinding finding;
  std::string rule;
  std::string allowed;  // the reason that the policy gives; empty: none
  bool stops() const { return finding.stops && allowed.empty(); }
};

// What a search for levels found: those that satisfy, or the nearest.
struct RunSearch {
  std::vector<std::pair<std::string, std::int64_t>> levels;  // by column
  bool satisfied = false;
  bool optimal = false;   // proven
  std::string objective;  // its name
  double value = 0;       // with weights, as the policy asks; if satisfied
  std::int64_t nodes = 0;
  std::int64_t nodes_evaluated = 0;
};

// A round of local recoding.
struct RunRound {
  std::vector<std::pair<std::string, std::int64_t>> levels;  // by column
  bool optimal = false;      // of all levels for those that were left: proven
  std::int64_t records = 0;  // that it releases
  std::int64_t classes = 0;  // likewise
  double loss = 0;           // the objective after it, all others suppressed
};

// How far the table was divided.
struct RunDivision {
  bool complete = true;              // no limit of the policy ended it early
  std::int64_t parts_evaluated = 0;  // that it tried to divide
};

// What a run did. For internal eyes: see DESIGN of places in
// docs/architecture.md.
struct RunReport {
  bool released = false;  // false: a No, with `reason`; nothing was released
  bool dry_run = false;
  std::string reason;
  DatasetKind kind = DatasetKind::kAnonymizedPersonalInformation;
  std::string profile;  // the legal profile
  std::string release_id;
  std::string created;
  std::string policy_file;
  std::string policy_sha256;
  std::string source;
  std::string source_sha256;
  SourceTags source_tags;
  IntendedUse use;

  std::vector<std::string> warnings;            // of the policy
  std::vector<GateTally> gates;                 // what they held back
  std::optional<AggregationTally> aggregation;  // of several rows of one
  std::vector<RunStep> steps;
  // Of the written file: what might identify after all. Empty in a dry run.
  std::vector<FoundResidue> residue;
  std::vector<Uniqueness> uniqueness;
  std::vector<FrequencyAttack> frequency_attacks;  // on pseudonyms

  std::int64_t records_in = 0;  // after gates, aggregation and operators
  std::int64_t records_out = 0;
  std::int64_t principals_in = 0;
  std::int64_t principals_out = 0;       // at least one record stays
  std::int64_t principals_affected = 0;  // at least one record was dropped
  Ratio suppression_limit;
  std::int64_t classes_in = 0;
  std::int64_t classes_kept = 0;
  std::int64_t smallest_class = 0;  // of the release, in principals

  std::vector<Verdict> before;    // on the classes before suppression
  std::vector<Verdict> verdicts;  // on the written file; empty in a dry run
  Loss loss;
  std::string loss_metric = "loss";      // or "ncp"
  std::optional<RunSearch> search;       // if levels were searched for
  std::vector<RunRound> rounds;          // of local recoding
  std::optional<RunDivision> division;   // of Mondrian
  std::optional<Minimality> minimality;  // of a search: docs/report.md
  std::vector<std::string> columns;      // of the output

  std::optional<DestructionCertificate> destruction;
  std::string data_set_id;  // of the deletion information, if any was kept
  std::string key_id;       // of the pseudonymization key, if one was used
  Release release;          // digests of what was released
  std::filesystem::path internal;  // where the internal files are
  // Wall-clock milliseconds per step.
  std::vector<std::pair<std::string, std::int64_t>> timings;
};

// The whole job: source -> gates -> classes -> solution -> pseudonyms,
// generalization, suppression, shuffle -> judgement of what was written ->
// seal -> in place. An unmet policy is a report with released == false and
// leaves its findings in the internal directory; a failure is a Status and
// leaves everything as it was.
absl::StatusOr<RunReport> Run(const Policy& policy, const RunOptions& options);

// What Run would do, without writing, pseudonyms, keys or vault: reads the
// source and reports. `released` then says that it would be.
absl::StatusOr<RunReport> DryRun(const Policy& policy,
                                 const RunOptions& options);

// The report as the file `report.json`.
std::string ReportJson(const RunReport& report);

}  // namespace anon

#endif  // ANON_POLICY_RUN_H_
