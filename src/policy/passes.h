// SPDX-License-Identifier: Apache-2.0
//
// Private to the room: the passes of a run over its source. Pass 1 counts and
// writes nothing; pass 2 reads again, writes what stands and counts anew; pass
// 3 is assess/assess.h.
#ifndef ANON_SRC_POLICY_PASSES_H_
#define ANON_SRC_POLICY_PASSES_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "anon/assess/assess.h"
#include "anon/base/status.h"
#include "anon/data/classes.h"
#include "anon/data/record_stream.h"
#include "anon/policy/policy.h"
#include "anon/policy/run.h"
#include "anon/pseudonym/fresh_pseudonyms.h"
#include "anon/pseudonym/pseudonymizer.h"
#include "anon/secret/deletion_sink.h"
#include "anon/solve/solution.h"
#include "base/fd.h"
#include "policy/table_plan.h"

namespace anon::internal {

// Called after each batch with the records read so far; an error ends the pass
// (cancellation).
using AfterBatch = std::function<absl::Status(std::int64_t records)>;

// Pass 1. `keep_membership`: see ClassCounterOptions.
struct CountedSource {
  Classes classes;
  std::optional<Digest> digest;
};
absl::StatusOr<CountedSource> CountPass(RecordSource& source, TablePlan& plan,
                                        const Policy& policy,
                                        bool keep_membership,
                                        const AfterBatch& after_batch);

// How many fingerprints say whose a record is: of its principal and its group.
std::size_t OwnersOf(const TablePlan& plan);

// The principals and groups of staged records, in their order, in a file
// without a name: pass 3 counts people, and the released columns may not tell
// them apart.
class OwnerFile {
 public:
  static absl::StatusOr<OwnerFile> Create(
      const std::filesystem::path& directory, const TablePlan& plan);
  // Record by record the bytes of OwnersOf fingerprints.
  absl::Status Append(std::span<const std::string_view> owners);
  // Each reads from the beginning; null if the plan has none.
  PrincipalReader Principals() const;
  PrincipalReader Groups() const;

 private:
  OwnerFile(Fd fd, const TablePlan& plan)
      : fd_(std::move(fd)),
        principals_(plan.has_principals()),
        groups_(plan.has_groups()),
        width_(OwnersOf(plan)) {}
  PrincipalReader Reader(std::size_t owner) const;
  absl::Status Read(off_t& offset, std::span<Fingerprint> owners) const;

  Fd fd_;
  bool principals_ = false;
  bool groups_ = false;
  std::size_t width_ = 0;
};

// Where pass 2 writes. Without `data` nothing is written (a dry run).
struct WriteTargets {
  RecordSink* data = nullptr;
  OwnerFile* owners = nullptr;  // with a principal or group column
  std::filesystem::path temporary_directory;
  std::map<std::string, Pseudonymizer> pseudonymizers;  // by column
  std::map<std::string, FreshPseudonyms> fresh;         // likewise
  DeletionSink* deletion_sink = nullptr;                // may be null
  RandomSource* random = nullptr;
};

// The primary key of the keyring, if there is one.
const Key* PrimaryKey(const RunOptions& options);
// Makes what pseudonymizes the columns of `output`; the id of the key, if one
// was needed.
absl::StatusOr<std::string> AddPseudonymizers(
    const Policy& policy, const std::vector<OutputColumn>& output,
    const Key* key, RandomSource& random, WriteTargets& targets);
// The data set that `report` names, as its vault lists it.
DeletionDataSet DescribeDataSet(const Policy& policy, const RunReport& report,
                                std::string origin, std::string retain_until);

struct WriteCounts {
  std::int64_t records_in = 0;
  std::int64_t records_out = 0;
  std::int64_t principals_in = 0;
  std::int64_t principals_out = 0;       // at least one record stays
  std::int64_t principals_affected = 0;  // at least one record was dropped
};

// Pass 2. Fails if the source is not what pass 1 counted.
absl::StatusOr<WriteCounts> WritePass(RecordSource& source, TablePlan& plan,
                                      const CountedSource& counted,
                                      const Solution& solution,
                                      const WriteTargets& targets,
                                      const AfterBatch& after_batch);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_PASSES_H_
