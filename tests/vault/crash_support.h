// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_VAULT_CRASH_SUPPORT_H_
#define ANON_TESTS_VAULT_CRASH_SUPPORT_H_

#include <functional>
#include <memory>
#include <string>

#include "anon/secret/deletion_sink.h"

namespace anon::test {

inline constexpr int kPerFlush = 50;

// In a process of its own: begins `data_set`, puts records ("id", p<i>, o<i>)
// and flushes every kPerFlush of them, for ever. Killed some time after
// `flushes`; returns how many it acknowledged.
int RunAndKill(const std::function<std::unique_ptr<DeletionSink>()>& open,
               const std::string& data_set, int flushes, unsigned delay_us);

}  // namespace anon::test

#endif  // ANON_TESTS_VAULT_CRASH_SUPPORT_H_
