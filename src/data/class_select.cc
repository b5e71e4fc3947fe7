// SPDX-License-Identifier: Apache-2.0
//
// Part of the classes of a table as a table of their own. Tuples keep their
// codes and their order, so nothing is sorted. Tested against recounting the
// rows in tests/data/class_combine_test.cc.
#include <utility>
#include <vector>

#include "anon/data/classes.h"
#include "data/class_table.h"

namespace anon {
namespace {

using internal::ClassTable;
using internal::Counts;
using internal::Histograms;
using internal::HugeArray;
using internal::Tuples;

Counts Chosen(const Counts& counts, const std::vector<std::size_t>& of) {
  return Counts::Of(of.size(), [&](std::size_t i) { return counts[of[i]]; });
}

Histograms Chosen(const Histograms& all, const std::vector<std::size_t>& of) {
  std::size_t cells = 0;
  for (const std::size_t i : of) cells += all.At(i).size();
  Histograms chosen{.cells = HugeArray<ValueCount>(cells),
                    .starts = HugeArray<std::size_t>(of.size() + 1)};
  std::size_t end = 0;
  for (std::size_t n = 0; n < of.size(); ++n) {
    for (const ValueCount& cell : all.At(of[n])) chosen.cells[end++] = cell;
    chosen.starts[n + 1] = end;
  }
  return chosen;
}

}  // namespace

absl::StatusOr<Classes> Classes::Select(const std::vector<bool>& chosen) const {
  const ClassTable& table = *table_;
  if (chosen.size() != table.size()) {
    return PolicyError("Select needs a choice for each class");
  }
  if (!table.one_row_per_principal || table.groups) {
    return absl::FailedPreconditionError(
        "classes of principals with several rows, or with groups, cannot be "
        "taken apart: someone in two of them would count twice; count again "
        "from the rows");
  }
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (chosen[i]) of.push_back(i);
  }
  auto out = std::make_unique<ClassTable>();
  out->quasi_identifiers = table.quasi_identifiers;
  out->sensitive_attributes = table.sensitive_attributes;
  out->layout = table.layout;
  if (table.layout) {
    out->keys = HugeArray<std::uint64_t>(of.size());
    for (std::size_t n = 0; n < of.size(); ++n) {
      out->keys[n] = table.keys[of[n]];
    }
  } else {
    out->tuples.width = table.tuples.width;
    for (const std::size_t i : of) {
      const auto tuple = table.tuples.At(i);
      out->tuples.codes.insert(out->tuples.codes.end(), tuple.begin(),
                               tuple.end());
    }
  }
  out->records = Chosen(table.records, of);
  if (table.principals) out->principals = Chosen(*table.principals, of);
  if (table.population) out->population = Chosen(*table.population, of);
  for (const Histograms& histogram : table.histograms) {
    out->histograms.push_back(Chosen(histogram, of));
  }
  for (std::size_t n = 0; n < of.size(); ++n) {
    out->total_records += out->records[n];
    out->total_principals += principals(of[n]);
  }
  return Classes(std::move(out));
}

}  // namespace anon
