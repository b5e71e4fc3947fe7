// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_CLI_SUMMARY_H_
#define ANON_SRC_CLI_SUMMARY_H_

#include <string>

#include "anon/policy/run.h"

namespace anon::cli {

// The table a person reads after a run; several lines. Figures and names of
// columns only, no values.
std::string Summary(const RunReport& report);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_SUMMARY_H_
