// SPDX-License-Identifier: Apache-2.0
#include "vault/crash_support.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault/vault_support.h"

namespace anon::test {
namespace {

// Writes one byte to `acknowledge` a flush.
[[noreturn]] void WriteForEver(
    const std::function<std::unique_ptr<DeletionSink>()>& open,
    const std::string& data_set, int acknowledge) {
  const std::unique_ptr<DeletionSink> sink = open();
  if (!sink || !sink->Begin(VaultFixture::DataSet(data_set)).ok()) _exit(1);
  for (int i = 0;; ++i) {
    const std::string pseudonym = "p" + std::to_string(i);
    const std::string original = "o" + std::to_string(i);
    const DeletionRecord record{"id", pseudonym, original};
    if (!sink->Put(std::span(&record, 1)).ok()) _exit(1);
    if (i % kPerFlush != kPerFlush - 1) continue;
    if (!sink->Flush().ok()) _exit(1);
    if (write(acknowledge, "x", 1) != 1) _exit(1);
  }
}

}  // namespace

int RunAndKill(const std::function<std::unique_ptr<DeletionSink>()>& open,
               const std::string& data_set, int flushes, unsigned delay_us) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t writer = fork();
  REQUIRE(writer >= 0);
  if (writer == 0) {
    close(ends[0]);
    WriteForEver(open, data_set, ends[1]);
  }
  close(ends[1]);
  int acknowledged = 0;
  char byte = 0;
  while (acknowledged < flushes && read(ends[0], &byte, 1) == 1) {
    ++acknowledged;
  }
  usleep(delay_us);
  REQUIRE(kill(writer, SIGKILL) == 0);
  REQUIRE(waitpid(writer, nullptr, 0) == writer);
  while (read(ends[0], &byte, 1) == 1) ++acknowledged;
  close(ends[0]);
  return acknowledged;
}

}  // namespace anon::test
