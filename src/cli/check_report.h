// SPDX-License-Identifier: Apache-2.0
//
// What `anon check` prints. The JSON is described in docs/check.md.
#ifndef ANON_SRC_CLI_CHECK_REPORT_H_
#define ANON_SRC_CLI_CHECK_REPORT_H_

#include <string>

#include "anon/assess/check.h"

namespace anon::cli {

// Values of failing classes are shown only on request.
std::string CheckJson(const CheckReport& report, const CheckRequest& request,
                      bool show_values);
std::string CheckText(const CheckReport& report, const CheckRequest& request,
                      bool show_values);

}  // namespace anon::cli

#endif  // ANON_SRC_CLI_CHECK_REPORT_H_
