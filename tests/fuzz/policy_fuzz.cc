// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a policy file: a policy or complaints, never a crash, and a
// message is always lines of text that a terminal can show.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "anon/policy/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = anon::ParsePolicy(text, "fuzz/policy.yaml");
  if (policy.ok()) {
    if (policy->columns.empty() || policy->digest.size() != 64 ||
        policy->models.size() != policy->model_specs.size()) {
      std::abort();
    }
    return 0;
  }
  if (policy.status().code() != absl::StatusCode::kInvalidArgument) {
    std::abort();
  }
  for (const char c : anon::Message(policy.status())) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7F) std::abort();
  }
  return 0;
}
