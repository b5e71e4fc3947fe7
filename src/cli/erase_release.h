// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_ERASE_RELEASE_H_
#define ANON_SRC_CLI_ERASE_RELEASE_H_

#include <string>

#include "cli/custodian_options.h"
#include "cli/ledger_options.h"

namespace anon::cli {

struct EraseReleaseArguments {
  std::string directory;  // of the release
  std::string internal;   // of its internal files; empty: kept
  std::string ledger;
  std::string data_set;  // of its deletion information, if the ledger lacks it
};

// Ends what is left of a release: the deletion information first, then the
// data and the internal files; publish/ stays, old pages are kept. May be
// repeated until it succeeds. Returns the certificate (JSON).
absl::StatusOr<std::string> EraseRelease(const EraseReleaseArguments& arguments,
                                         const CustodianArguments& custodian);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_ERASE_RELEASE_H_
