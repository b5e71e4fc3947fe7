// SPDX-License-Identifier: Apache-2.0
//
// The whole job as a backend service calls it, without the tool: a policy goes
// in, a release comes out, and a job that is called off leaves nothing behind.
//
//   01_backend_job POLICY DIRECTORY
#include <atomic>
#include <filesystem>
#include <functional>
#include <iostream>
#include <thread>

#include "anon/anon.h"

namespace fs = std::filesystem;
using Progress = std::function<void(const anon::RunProgress&)>;

absl::StatusOr<anon::RunReport> MakeRelease(const fs::path& policy_file,
                                            const fs::path& directory,
                                            std::stop_token stop,
                                            Progress progress) {
  // A mistake in the policy is found here, with line and fix, before any data
  // are touched.
  const auto policy = anon::LoadPolicy(policy_file);
  if (!policy.ok()) return policy.status();
  anon::RunOptions options;
  // Two places because two kinds of people may look: the release goes out, the
  // report says how it was made and stays in (it becomes a 0700 directory).
  options.places.out = directory / "release";
  options.places.internal = directory / "internal";
  options.created = "2026-11-01";  // what the notice will say; not the clock's
  options.stop = std::move(stop);
  options.progress = std::move(progress);
  return anon::Run(*policy, options);
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const fs::path directory = argv[2];

  // The client hangs up while the job writes. (The two wait for each other only
  // so that this example always ends the same way.)
  std::stop_source stop;
  std::atomic<bool> writing = false;
  std::jthread client([&](std::stop_token over) {
    while (!writing && !over.stop_requested()) std::this_thread::yield();
    stop.request_stop();
  });
  const auto stopped = MakeRelease(argv[1], directory, stop.get_token(),
                                   [&](const auto& progress) {
                                     writing = progress.step == "write";
                                     while (writing && !stop.stop_requested())
                                       std::this_thread::yield();
                                   });
  std::cout << stopped.status() << '\n';
  if (!absl::IsCancelled(stopped.status())) return 3;
  if (fs::exists(directory / "release")) return 1;  // it never is

  // The same job again, undisturbed. Progress comes after every batch of
  // records, from the thread that runs.
  const auto report =
      MakeRelease(argv[1], directory, {}, [](const auto& progress) {
        std::cout << progress.step << ' ' << progress.records << '\n';
      });
  if (!report.ok()) {  // policy, input or system; nothing has changed
    std::cerr << report.status() << '\n';
    return 3;
  }
  if (!report->released) {  // a No is no error: the models are not met
    std::cerr << report->reason << '\n';
    return 1;
  }
  std::cout << "released " << report->release_id << ": "
            << report->principals_out << " of " << report->principals_in
            << " principals, smallest class " << report->smallest_class << '\n';
  for (const anon::Verdict& verdict : report->verdicts) {
    std::cout << verdict.model << ": asked " << verdict.asked << ", achieved "
              << verdict.achieved << '\n';
  }
}
