// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_SRC_POLICY_YAML_DOCUMENT_H_
#define ANON_SRC_POLICY_YAML_DOCUMENT_H_

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>

#include "policy/complaints.h"

namespace anon::internal {

// The one document of `text`, or a complaint. Does not throw.
std::optional<YAML::Node> ParseYaml(Complaints& complaints,
                                    const std::string& text);

}  // namespace anon::internal

#endif  // ANON_SRC_POLICY_YAML_DOCUMENT_H_
