// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "anon/release/life_cycle.h"
#include "base/iso_date.h"
#include "base/json.h"
#include "release/release_history.h"

namespace anon {
namespace {

using internal::HistoryOf;
using internal::ReleaseHistory;

constexpr std::string_view kAnonymized = "anonymized_personal_information";
constexpr std::string_view kPseudonymized =
    "pseudonymized_personal_information";

std::string DayOf(const LedgerRecord* record) {
  return record == nullptr ? "" : std::string(record->Detail("day"));
}

// Days from `from` to `to`; 0 if either is no date.
int DaysBetween(std::string_view from, std::string_view to) {
  const auto a = internal::ParseIsoDate(from);
  const auto b = internal::ParseIsoDate(to);
  if (!a || !b) return 0;
  return static_cast<int>(
      (std::chrono::sys_days(*b) - std::chrono::sys_days(*a)).count());
}

void AddAlarms(const ReleaseHistory& history, std::string_view today,
               int publish_within, ReleaseStatus& status) {
  const bool published =
      !status.published.empty() || !status.covered_by.empty();
  const int waiting = DaysBetween(status.created, today);
  if (status.kind == kAnonymized && !published && !history.over() &&
      waiting > publish_within) {
    status.alarms.push_back(fmt::format(
        "publication is overdue: created {} days ago, to be published within "
        "{}",
        waiting, publish_within));
  }
  if (!status.retain_until.empty() && status.retain_until < today &&
      history.erased == nullptr) {
    status.alarms.push_back(
        fmt::format("to be erased: it might be kept until {}, and its deletion "
                    "information with it",
                    status.retain_until));
  }
  if (history.erasing != nullptr && history.erased == nullptr) {
    status.alarms.push_back(
        "its erasure was interrupted: finish it with anon erase");
  }
}

std::string NextStep(const ReleaseHistory& history,
                     const ReleaseStatus& status) {
  if (history.erased != nullptr) return "";
  if (history.over()) return "erase";
  if (status.kind == kAnonymized && status.published.empty() &&
      status.covered_by.empty()) {
    return "publish";
  }
  return "provide or end";
}

ReleaseStatus StatusOfOne(std::span<const LedgerRecord> records,
                          const LedgerRecord& created, std::string_view today,
                          int publish_within) {
  const std::string& id = created.entry.release_id;
  const ReleaseHistory history = HistoryOf(records, id);
  ReleaseStatus status;
  status.id = id;
  status.kind = created.Detail("kind");
  status.title = {std::string(created.Detail("title.ja")),
                  std::string(created.Detail("title.en"))};
  status.population = {std::string(created.Detail("population.ja")),
                       std::string(created.Detail("population.en"))};
  status.manifest_id = created.Detail("manifest.id");
  status.version = created.Detail("manifest.version");
  status.publisher = {std::string(created.Detail("publisher.ja")),
                      std::string(created.Detail("publisher.en"))};
  status.created = created.Detail("day");
  status.published = DayOf(history.published);
  if (history.published != nullptr) {
    status.url = history.published->Detail("url");
  } else if (!created.Detail("coverage").empty()) {
    const LedgerRecord* const covering =
        internal::PublicationFor(records, id, created.Detail("coverage"));
    if (covering != nullptr) {
      status.covered_by = covering->entry.release_id;
      status.url = covering->Detail("url");
    }
  }
  status.provisions = history.provisions;
  status.ended = DayOf(history.ended);
  status.erased = DayOf(history.erased);
  status.data_set_id = created.Detail("data_set_id");
  status.retain_until = created.Detail("retain_until");
  for (const LedgerRecord& record : records) {
    if (record.entry.release_id == id) {
      status.state = ToString(record.entry.event);
    }
  }
  AddAlarms(history, today, publish_within, status);
  for (const LedgerRecord& record : records) {
    const std::string_view expires = record.Detail("expires");
    if (record.entry.release_id == id && !expires.empty() && expires < today &&
        !history.over()) {
      status.alarms.push_back(fmt::format(
          "an entrustment ended on {}: have the data returned or erased",
          expires));
    }
  }
  status.next = NextStep(history, status);
  return status;
}

}  // namespace

std::vector<ReleaseStatus> StatusOf(std::span<const LedgerRecord> records,
                                    std::string_view today,
                                    int publish_within) {
  std::vector<ReleaseStatus> all;
  for (const LedgerRecord& record : records) {
    if (record.entry.event != ReleaseEvent::kCreated) continue;
    all.push_back(StatusOfOne(records, record, today, publish_within));
  }
  return all;
}

std::vector<LedgerRecord> ProvisionsOf(std::span<const LedgerRecord> records,
                                       std::string_view source) {
  std::vector<LedgerRecord> found;
  for (const LedgerRecord& record : records) {
    if (record.entry.event == ReleaseEvent::kProvided &&
        (source.empty() || record.Detail("source") == source)) {
      found.push_back(record);
    }
  }
  return found;
}

std::string RecordJson(const LedgerRecord& record) {
  internal::Json json = {{"number", record.number},
                         {"time", record.time},
                         {"actor", record.entry.actor},
                         {"release_id", record.entry.release_id},
                         {"event", ToString(record.entry.event)},
                         {"hash", HeadOf(record)}};
  for (const auto& [key, value] : record.entry.details) {
    std::string pointer = "/" + key;
    std::ranges::replace(pointer, '.', '/');
    json[internal::Json::json_pointer(pointer)] = value;
  }
  return internal::PrettyJson(json);
}

}  // namespace anon
