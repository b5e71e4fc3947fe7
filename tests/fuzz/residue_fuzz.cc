// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a cell: matches lie within it, in order, at certain places no
// doubts; asked again the answer is the same, and a scan agrees.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "anon/residue/find_residue.h"
#include "anon/residue/residue_scanner.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const auto matches = anon::FindResidue("memo", value);
  const auto again = anon::FindResidue("memo", value);
  if (again.size() != matches.size()) std::abort();
  bool certain = false;
  bool hit = false;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const anon::ResidueMatch& match = matches[i];
    if (match.begin >= match.end || match.end > size) std::abort();
    if (match.rule >= anon::ResidueRules().size()) std::abort();
    if (again[i].begin != match.begin) std::abort();
    if (i > 0 && match.begin < matches[i - 1].begin) std::abort();
    certain |= match.certainty == anon::Certainty::kCertain;
    hit |= match.certainty != anon::Certainty::kLookAlike;
  }
  auto scanner = anon::ResidueScanner::Create({"memo"});
  anon::Batch batch;
  batch.Reset(1);
  batch.columns[0].push_back(value);
  batch.lines.push_back(2);
  scanner->Scan(batch);
  const auto report = scanner->Report();
  if (report.findings.empty() == hit) std::abort();
  if (certain && !report.stops()) std::abort();
  return 0;
}
