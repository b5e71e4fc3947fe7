// SPDX-License-Identifier: Apache-2.0
//
// One run, from policy to release. The order of things is the point: nothing
// is pseudonymized before the classes are known, nothing is sealed that was not
// read back and judged, the key dies before anything is put in place, and until
// the last step all that exists are stages that vanish with this process.
#include "anon/policy/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "anon/base/files.h"
#include "anon/io/csv.h"
#include "anon/release/terms_file.h"
#include "anon/release/transaction.h"
#include "anon/solve/solution.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "base/utc_text.h"
#include "policy/assessment_record.h"
#include "policy/division.h"
#include "policy/findings.h"
#include "policy/level_search.h"
#include "policy/model_inputs.h"
#include "policy/output_gate.h"
#include "policy/passes.h"
#include "policy/preconditions.h"
#include "policy/prepared_source.h"
#include "policy/run_steps.h"
#include "policy/step_log.h"
#include "policy/table_plan.h"
#include "policy/watched_source.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::CountedSource;
using internal::PreparedSource;
using internal::RunSteps;
using internal::TablePlan;
using internal::UtcText;
using internal::WatchedSource;

// One run at work: what the steps share.
class Job {
 public:
  Job(const Policy& policy, const RunOptions& options)
      : policy_(policy),
        options_(options),
        random_(options.random != nullptr ? *options.random : os_random_) {}

  absl::StatusOr<RunReport> Run();
  absl::StatusOr<RunReport> DryRun();

 private:
  absl::Status OpenSource();
  absl::Status Bind();
  absl::Status CountAndSolve();
  absl::Status SolveLevels();
  absl::Status Divide();
  ReleaseTerms Terms() const;
  absl::Status Write(const internal::WriteTargets& targets);
  absl::Status MakePseudonymizers(internal::WriteTargets& targets);
  absl::Status WriteStaged();
  absl::Status Judge();
  bool ModelsFail() const;
  std::string WhyNot() const;
  bool NobodyPassed(const absl::Status& counted);
  absl::StatusOr<RunReport> Refuse();
  absl::StatusOr<RunReport> Release();
  void DestroyRunKey();
  ManifestFacts Facts() const;
  // None unless the policy asks for the record.
  absl::StatusOr<PageFiles> ImpactAssessmentPages() const;
  absl::Status WriteInternalFiles();

  const Policy& policy_;
  const RunOptions& options_;
  OsRandom os_random_;
  RandomSource& random_;
  RunReport report_;
  RunSteps steps_{options_, report_};

  std::unique_ptr<ReleaseTransaction> transaction_;
  std::optional<PreparedSource> prepared_;
  std::optional<TablePlan> plan_;
  std::optional<CountedSource> counted_;
  ModelContext context_;  // what models need beyond the classes
  Solution solution_;
  std::string unmet_;           // why a search met no policy; empty: it did
  std::optional<Key> run_key_;  // of anonymized information
  std::optional<internal::OwnerFile> owners_;
  std::optional<Assessment> assessment_;
};

ReleaseTerms Job::Terms() const {
  ReleaseTerms terms = policy_.terms;
  terms.created = options_.created;
  terms.items = internal::ItemsInOrder(policy_, report_.columns);
  return terms;
}

absl::Status Job::OpenSource() {
  if (!options_.created.empty() && !internal::IsIsoDate(options_.created)) {
    return PolicyError("created is not a date: write it as 2026-10-01");
  }
  // A date in the past brings no consent back. ISO dates sort as text.
  const std::string today =
      std::max(UtcText(options_.clock()).substr(0, 10), options_.created);
  ANON_RETURN_IF_ERROR(internal::CheckContractor(policy_, today));
  ANON_ASSIGN_OR_RETURN(
      prepared_,
      PreparedSource::Open(policy_, options_.source, today, random_));
  report_.source = prepared_->records().name();
  return absl::OkStatus();
}

absl::Status Job::Bind() {
  report_.kind = policy_.kind;
  report_.release_id = policy_.terms.id;
  report_.created = options_.created;
  report_.policy_file = policy_.file.string();
  report_.policy_sha256 = policy_.digest;
  report_.suppression_limit = policy_.suppression_limit;
  report_.profile = policy_.profile->id;
  report_.source_tags = policy_.source_tags;
  report_.use = policy_.use;
  report_.warnings = policy_.warnings;
  ANON_RETURN_IF_ERROR(OpenSource());
  ANON_ASSIGN_OR_RETURN(
      plan_, TablePlan::Bind(policy_, prepared_->records(), random_));
  report_.columns = plan_->output_names();
  // What sealing would refuse is refused before the work. A dry run may leave
  // the date out.
  if (policy_.kind == DatasetKind::kNone) return absl::OkStatus();
  if (report_.dry_run && options_.created.empty()) return absl::OkStatus();
  ANON_RETURN_IF_ERROR(CheckTerms(Terms(), report_.columns));
  return ImpactAssessmentPages().status();
}

absl::StatusOr<PageFiles> Job::ImpactAssessmentPages() const {
  if (!policy_.impact_assessment) return PageFiles();
  return RenderImpactAssessment(Terms(), Facts(),
                                internal::DescribeAssessment(policy_));
}

absl::Status Job::CountAndSolve() {
  ANON_RETURN_IF_ERROR(Bind());
  ANON_ASSIGN_OR_RETURN(
      counted_, internal::CountPass(prepared_->records(), *plan_, policy_,
                                    internal::NeedsMembership(policy_),
                                    steps_.Begin("count", 0)));
  steps_.End();
  const Classes& classes = counted_->classes;
  ANON_ASSIGN_OR_RETURN(
      context_, internal::GatherModelInputs(policy_, *plan_, classes, random_));
  ANON_RETURN_IF_ERROR(policy_.solver.mondrian ? Divide() : SolveLevels());
  solution_.policy_file = policy_.file.string();
  solution_.policy_sha256 = policy_.digest;
  report_.records_in = classes.total_records();
  report_.classes_kept = solution_.classes_kept;
  report_.before = solution_.before;
  if (counted_->digest) report_.source_sha256 = ToHex(*counted_->digest);
  return absl::OkStatus();
}

// Regions in place of levels.
absl::Status Job::Divide() {
  const Classes& classes = counted_->classes;
  ANON_ASSIGN_OR_RETURN(
      MondrianResult divided,
      internal::DivideTable(policy_, *plan_, classes, context_,
                            steps_.BeginSearch(policy_)));
  internal::ReportDivision(*plan_, divided, report_);
  ANON_ASSIGN_OR_RETURN(solution_,
                        internal::SolveByDivision(policy_, classes, context_,
                                                  std::move(divided)));
  return absl::OkStatus();
}

absl::Status Job::SolveLevels() {
  if (policy_.solver.local_recoding) {
    ANON_ASSIGN_OR_RETURN(
        solution_,
        internal::SolveInRounds(policy_, *plan_, counted_->classes, context_,
                                steps_.BeginSearch(policy_), report_, unmet_));
    return absl::OkStatus();
  }
  std::string solver = "fixed_levels";
  if (internal::SearchesLevels(policy_)) {
    ANON_ASSIGN_OR_RETURN(
        solver,
        internal::FindLevels(policy_, steps_.BeginSearch(policy_), context_,
                             *plan_, *counted_, report_, unmet_));
  }
  ANON_ASSIGN_OR_RETURN(
      solution_, SolveFixedLevels(counted_->classes, policy_.models, context_));
  solution_.solver = std::move(solver);
  internal::ReportLevels(*plan_, counted_->classes, solution_, report_);
  return absl::OkStatus();
}

absl::Status Job::Write(const internal::WriteTargets& targets) {
  ANON_ASSIGN_OR_RETURN(
      const internal::WriteCounts counts,
      internal::WritePass(prepared_->records(), *plan_, *counted_, solution_,
                          targets, steps_.Begin("write", report_.records_in)));
  steps_.End();
  report_.gates = prepared_->gate_tallies();
  report_.aggregation = prepared_->aggregation();
  report_.steps = internal::StepsOf(policy_, prepared_->operator_tallies());
  if (report_.search) internal::AddLevels(*report_.search, report_.steps);
  report_.records_out = counts.records_out;
  report_.principals_in = counts.principals_in;
  report_.principals_out = counts.principals_out;
  report_.principals_affected = counts.principals_affected;
  return absl::OkStatus();
}

absl::Status Job::MakePseudonymizers(internal::WriteTargets& targets) {
  // Without a keyring there is a key for this run, which dies with it.
  if (options_.keyring == nullptr &&
      policy_.kind != DatasetKind::kPseudonymizedPersonalInformation) {
    ANON_ASSIGN_OR_RETURN(run_key_, Key::Generate(random_));
  }
  if (!internal::UsesPseudonyms(policy_)) return absl::OkStatus();
  ANON_ASSIGN_OR_RETURN(
      report_.key_id,
      internal::AddPseudonymizers(
          policy_, plan_->output(),
          run_key_ ? &*run_key_ : internal::PrimaryKey(options_), random_,
          targets));
  if (run_key_) return absl::OkStatus();
  std::array<std::byte, 8> unique{};
  random_.Fill(unique);
  report_.data_set_id = fmt::format("{}.{}", policy_.terms.id, ToHex(unique));
  targets.deletion_sink = options_.deletion_sink;
  return options_.deletion_sink->Begin(internal::DescribeDataSet(
      policy_, report_, transaction_->origin(), options_.retain_until));
}

// Pass 2 into the stage.
absl::Status Job::WriteStaged() {
  const fs::path& stage = transaction_->out_stage();
  ANON_RETURN_IF_ERROR(MakeDirectory(stage / "provide", 0755));
  ANON_ASSIGN_OR_RETURN(
      const auto data,
      CsvSink::Create(stage / "provide" / "data.csv", report_.columns));
  internal::WriteTargets targets;
  targets.data = data.get();
  targets.temporary_directory = transaction_->internal_stage();
  targets.random = &random_;
  if (internal::OwnersOf(*plan_) > 0) {
    ANON_ASSIGN_OR_RETURN(owners_, internal::OwnerFile::Create(
                                       transaction_->internal_stage(), *plan_));
    targets.owners = &*owners_;
  }
  ANON_RETURN_IF_ERROR(MakePseudonymizers(targets));
  return Write(targets);
}

// Pass 3: what was really written, through the ordinary reader.
absl::Status Job::Judge() {
  ANON_ASSIGN_OR_RETURN(
      const auto file,
      CsvSource::Open(transaction_->out_stage() / "provide" / "data.csv"));
  WatchedSource watched(*file, steps_.Begin("assess", report_.records_out));
  ANON_ASSIGN_OR_RETURN(
      const auto gate, internal::OutputGate::Create(
                           policy_, watched,
                           owners_ ? owners_->Principals() : nullptr, random_));
  const ClassCounterOptions roles =
      plan_->counter_options(policy_.class_budget);
  ANON_ASSIGN_OR_RETURN(
      assessment_,
      Assess(*gate,
             {.quasi_identifiers = roles.quasi_identifiers,
              .sensitive_attributes = roles.sensitive_attributes},
             policy_.models,
             {.principals = owners_ ? owners_->Principals() : nullptr,
              .groups = owners_ ? owners_->Groups() : nullptr},
             policy_.class_budget, context_));
  steps_.End();
  gate->Report(report_);
  report_.verdicts = assessment_->verdicts;
  report_.smallest_class = assessment_->smallest_class;
  if (assessment_->records != report_.records_out ||
      assessment_->principals != report_.principals_out) {
    return absl::InternalError(
        "the written file does not hold what was written to it");
  }
  return absl::OkStatus();
}

// Whether it is the models that stop the release, or what they cost.
bool Job::ModelsFail() const {
  const auto fails = [](const Verdict& v) { return !v.satisfied; };
  return report_.records_out == 0 ||
         std::ranges::any_of(report_.verdicts, fails) ||
         !policy_.suppression_limit.AdmitsShare(report_.principals_affected,
                                                report_.principals_in);
}

// Empty if the policy is met.
std::string Job::WhyNot() const {
  if (!unmet_.empty()) return unmet_;
  if (!policy_.suppression_limit.AdmitsShare(report_.principals_affected,
                                             report_.principals_in)) {
    return internal::OverLimit(report_);
  }
  if (report_.records_out == 0) {
    return "no record is left to release: " + internal::Failing(report_);
  }
  for (const Verdict& verdict : report_.verdicts) {
    if (!verdict.satisfied) return internal::Unmet(verdict);
  }
  const std::string residue = internal::ResidueRefusal(report_);
  return residue.empty() ? internal::UniquenessRefusal(policy_, report_)
                         : residue;
}

// Whether `counted` says that there was no record because the gates held all
// of them back: a No, with its reason.
bool Job::NobodyPassed(const absl::Status& counted) {
  if (counted.ok() || !prepared_) return false;
  report_.gates = prepared_->gate_tallies();
  report_.reason = prepared_->NobodyPassed();
  return !report_.reason.empty();
}

absl::StatusOr<RunReport> Job::Refuse() {
  report_.released = false;
  report_.key_id.clear();
  report_.data_set_id.clear();
  const fs::path& stage = transaction_->internal_stage();
  if (counted_ && ModelsFail()) {
    ANON_RETURN_IF_ERROR(WriteFile(
        stage / "failing_classes.json",
        internal::FailingClassesJson(report_.before, counted_->classes,
                                     plan_->quasi_identifiers()),
        0600));
  }
  ANON_RETURN_IF_ERROR(
      WriteFile(stage / "report.json", ReportJson(report_), 0600));
  ANON_ASSIGN_OR_RETURN(report_.internal, transaction_->Refuse());
  return std::move(report_);
}

void Job::DestroyRunKey() {
  if (!run_key_) return;
  report_.destruction = DestructionCertificate{
      .key_id = run_key_->id(),
      .destroyed_at = UtcText(options_.clock()),
      .method = "overwritten in memory; it was never written to storage",
      .scope =
          "every pseudonym and keyed value of this data set, in "
          "this process; no copy was made"};
  run_key_->Destroy();
  run_key_.reset();
}

ManifestFacts Job::Facts() const {
  ManifestFacts facts;
  facts.output_columns = report_.columns;
  facts.technique_verbs =
      internal::TechniqueVerbs(policy_, solution_.classes_suppressed > 0);
  facts.run_key_destroyed = report_.destruction.has_value();
  facts.tool_version = internal::ToolVersion();
  facts.sealed_words = {report_.key_id, report_.data_set_id};
  if (policy_.disclose_models) {
    for (const Verdict& verdict : report_.verdicts) {
      facts.disclosed_models.push_back(
          {verdict.model, verdict.attribute, verdict.asked});
    }
  }
  return facts;
}

absl::Status Job::WriteInternalFiles() {
  const fs::path& stage = transaction_->internal_stage();
  ANON_RETURN_IF_ERROR(
      WriteFile(stage / "solution.json",
                internal::DescribeSolution(solution_, counted_->classes,
                                           plan_->quasi_identifiers()),
                0600));
  if (policy_.kind != DatasetKind::kNone) {
    ANON_RETURN_IF_ERROR(
        WriteFile(stage / "terms.json", TermsJson({Terms(), Facts()}), 0600));
  }
  ANON_ASSIGN_OR_RETURN(const PageFiles files, ImpactAssessmentPages());
  for (const auto& [name, text] : files) {
    ANON_RETURN_IF_ERROR(WriteFile(stage / name, text, 0600));
  }
  return WriteFile(stage / "report.json", ReportJson(report_), 0600);
}

absl::StatusOr<RunReport> Job::Release() {
  const internal::AfterBatch sealing = steps_.Begin("seal", 0);
  ANON_RETURN_IF_ERROR(sealing(0));
  DestroyRunKey();
  report_.released = true;
  ANON_ASSIGN_OR_RETURN(
      report_.release,
      Seal({.stage = transaction_->out_stage(),
            .data_name = "data.csv",
            .shuffled = true,
            .destruction = report_.destruction,
            .publication = {.published_on = options_.publish_on},
            .signing_key = options_.signing_key},
           *assessment_, Terms(), Facts()));
  ANON_RETURN_IF_ERROR(sealing(0));  // the last moment to stop
  steps_.End();
  ANON_RETURN_IF_ERROR(WriteInternalFiles());
  ANON_RETURN_IF_ERROR(transaction_->Commit(report_.data_set_id));
  report_.internal = options_.places.internal;
  return std::move(report_);
}

absl::StatusOr<RunReport> Job::Run() {
  ANON_RETURN_IF_ERROR(internal::CheckSecrets(policy_, options_));
  ANON_ASSIGN_OR_RETURN(const Places places, ResolvePlaces(options_.places));
  ANON_RETURN_IF_ERROR(internal::CheckInputs(policy_, options_, places));
  ANON_ASSIGN_OR_RETURN(transaction_,
                        ReleaseTransaction::Begin({.out = places.out,
                                                   .internal = places.internal,
                                                   .replace = options_.replace},
                                                  options_.deletion_sink));
  const absl::Status counted = CountAndSolve();
  if (NobodyPassed(counted)) return Refuse();
  ANON_RETURN_IF_ERROR(counted);
  ANON_RETURN_IF_ERROR(WriteStaged());
  if (report_.records_out > 0) ANON_RETURN_IF_ERROR(Judge());
  report_.reason = WhyNot();
  return report_.reason.empty() ? Release() : Refuse();
}

absl::StatusOr<RunReport> Job::DryRun() {
  report_.dry_run = true;
  const absl::Status counted = CountAndSolve();
  if (NobodyPassed(counted)) return std::move(report_);
  ANON_RETURN_IF_ERROR(counted);
  ANON_RETURN_IF_ERROR(Write({}));
  report_.reason = WhyNot();
  report_.released = report_.reason.empty();
  return std::move(report_);
}

}  // namespace

absl::StatusOr<RunReport> Run(const Policy& policy, const RunOptions& options) {
  return Job(policy, options).Run();
}

absl::StatusOr<RunReport> DryRun(const Policy& policy,
                                 const RunOptions& options) {
  return Job(policy, options).DryRun();
}

}  // namespace anon
