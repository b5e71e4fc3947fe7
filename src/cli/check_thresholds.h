// SPDX-License-Identifier: Apache-2.0
//
// Thresholds on the command line of `anon check`, and the models they ask.
#ifndef ANON_SRC_CLI_CHECK_THRESHOLDS_H_
#define ANON_SRC_CLI_CHECK_THRESHOLDS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "anon/assess/check.h"
#include "anon/base/status.h"
#include "cli/check_options.h"

namespace anon::cli {

void DeclareThresholds(CLI::App& check, CheckOptions& options);

// Adds the models asked for, once for each attribute that they guard.
// `request` has its attributes and hierarchies.
absl::Status AskThresholds(const CheckOptions& options, CheckRequest& request);

// The parts of "a,b,c"; one part without a separator.
std::vector<std::string> SplitText(const std::string& text, char separator);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_CHECK_THRESHOLDS_H_
