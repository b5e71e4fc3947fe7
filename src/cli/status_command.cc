// SPDX-License-Identifier: Apache-2.0
//
// anon status: how releases stand.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "anon/release/life_cycle.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/today.h"

namespace anon::cli {
namespace {

struct StatusArguments {
  std::string ledger;
  std::string release;
  std::string today;
  int publish_within = 14;
  std::string format = "text";
};

internal::Json ToJson(const ReleaseStatus& status) {
  return {{"release_id", status.id},
          {"kind", status.kind},
          {"state", status.state},
          {"created", status.created},
          {"published", status.published},
          {"url", status.url},
          {"covered_by", status.covered_by},
          {"provisions", status.provisions},
          {"ended", status.ended},
          {"erased", status.erased},
          {"data_set_id", status.data_set_id},
          {"retain_until", status.retain_until},
          {"next", status.next},
          {"alarms", status.alarms}};
}

void PrintText(const ReleaseStatus& status) {
  fmt::print("{}  {}\n  {}; created {}", status.id, status.kind, status.state,
             status.created);
  if (!status.published.empty()) {
    fmt::print("; published {} at {}", status.published, status.url);
  } else if (!status.covered_by.empty()) {
    fmt::print("; covered by the publication of {}", status.covered_by);
  }
  if (status.provisions > 0) fmt::print("; provided {}x", status.provisions);
  if (!status.ended.empty()) fmt::print("; ended {}", status.ended);
  if (!status.erased.empty()) fmt::print("; erased {}", status.erased);
  if (!status.next.empty()) fmt::print("; next: {}", status.next);
  fmt::print("\n");
  for (const std::string& alarm : status.alarms) {
    fmt::print("  ALARM: {}\n", alarm);
  }
}

int Status(const StatusArguments& a) {
  auto ledger = Ledger::Open(a.ledger);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto records = ledger->Records();
  if (!records.ok()) return Fail(records.status());
  std::vector<ReleaseStatus> all =
      StatusOf(*records, a.today.empty() ? Today() : a.today, a.publish_within);
  std::erase_if(all, [&](const ReleaseStatus& status) {
    return !a.release.empty() && status.id != a.release;
  });
  if (!a.release.empty() && all.empty()) {
    return Fail(absl::NotFoundError(
        fmt::format("{}: holds no release {}", a.ledger, a.release)));
  }
  std::size_t alarms = 0;
  internal::Json releases = internal::Json::array();
  for (const ReleaseStatus& status : all) {
    alarms += status.alarms.size();
    releases.push_back(ToJson(status));
  }
  const std::string head = records->empty() ? "0:" : HeadOf(records->back());
  if (a.format == "json") {
    fmt::print("{}", internal::PrettyJson({{"releases", releases},
                                           {"alarms", alarms},
                                           {"head", head}}));
  } else {
    for (const ReleaseStatus& status : all) PrintText(status);
    fmt::print("head {}\n", head);
  }
  return alarms == 0 ? kOk : kPolicyNotMet;
}

}  // namespace

void AddStatus(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "status", "Say how releases stand and which duties are overdue");
  auto a = std::make_shared<StatusArguments>();
  command->add_option("--ledger", a->ledger, "Ledger of releases")->required();
  command->add_option("--release", a->release, "Only this release");
  command->add_option("--date", a->today, "As of this day (default: today)");
  command->add_option("--publish-within", a->publish_within,
                      "Days after creation (default 14)");
  command->add_option("--format", a->format, "What to print on stdout")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([a, &exit_code] { exit_code = Status(*a); });
}

}  // namespace anon::cli
