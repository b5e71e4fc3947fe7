// SPDX-License-Identifier: Apache-2.0
#include "policy/consents.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include "anon/io/csv.h"
#include "base/iso_date.h"
#include "base/status_macros.h"
#include "data/find_attribute.h"

namespace anon::internal {
namespace {

// A CSV file with columns that must be there.
class Table {
 public:
  static absl::StatusOr<Table> Open(const std::filesystem::path& file,
                                    char delimiter,
                                    std::span<const std::string_view> columns) {
    Table table;
    ANON_ASSIGN_OR_RETURN(table.source_,
                          CsvSource::Open(file, {.delimiter = delimiter}));
    for (const std::string_view column : columns) {
      ANON_ASSIGN_OR_RETURN(table.columns_.emplace_back(),
                            FindAttribute(*table.source_, column));
    }
    return table;
  }

  // Calls `visit` with each row, until it fails.
  absl::Status EachRow(
      const std::function<absl::Status(std::size_t row)>& visit) {
    for (;;) {
      ANON_ASSIGN_OR_RETURN(const bool more, source_->Next(batch_));
      if (!more) return absl::OkStatus();
      for (std::size_t row = 0; row < batch_.rows(); ++row) {
        ANON_RETURN_IF_ERROR(visit(row));
      }
    }
  }
  std::string_view Cell(std::size_t row, std::size_t column) const {
    return batch_.columns[columns_[column]][row];
  }
  absl::Status Wrong(std::size_t row, std::size_t column,
                     std::string_view what) const {
    const std::size_t c = columns_[column];
    return InputErrorAt({.file = source_->name(),
                         .line = batch_.lines[row],
                         .column = static_cast<std::int64_t>(c) + 1,
                         .attribute = source_->attributes()[c]},
                        what);
  }
  absl::Status CheckDate(std::size_t row, std::size_t column,
                         bool optional) const {
    const std::string_view text = Cell(row, column);
    if ((optional && text.empty()) || IsIsoDate(text)) return absl::OkStatus();
    return Wrong(row, column, "not a date such as 2026-10-01");
  }
  // In the first column.
  absl::StatusOr<std::string_view> Principal(std::size_t row,
                                             PrincipalForm& form) const {
    const std::string_view who = Cell(row, 0);
    if (form.as_is()) {
      for (const std::string_view blank : {" ", "\t", "\u3000"}) {
        if (!who.starts_with(blank) && !who.ends_with(blank)) continue;
        return Wrong(row, 0, "has blanks around it, which the source has not");
      }
    }
    const auto principal = form.Of(who);
    if (!principal.ok()) {
      return Wrong(row, 0,
                   fmt::format("would match nobody: it {}",
                               Message(principal.status())));
    }
    if (principal->empty()) return Wrong(row, 0, "empty, but it says who");
    return principal;
  }

 private:
  std::unique_ptr<RecordSource> source_;
  std::vector<std::size_t> columns_;
  Batch batch_;
};

std::optional<std::int64_t> WholeNumber(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::int32_t DayNumber(std::string_view iso) {
  std::int32_t number = 0;
  for (const char c : iso) {
    if (c != '-') number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

PrincipalForm::PrincipalForm(const Policy& policy) {
  const auto column =
      std::ranges::find(policy.columns, policy.principal, &ColumnPolicy::name);
  if (!policy.principal.empty() && column != policy.columns.end()) {
    profile_ = column->pseudonym.normalization;
  }
}

absl::StatusOr<std::string_view> PrincipalForm::Of(
    std::string_view identifier) {
  if (as_is() || identifier.empty()) return identifier;
  return Normalize(profile_, identifier, buffer_);
}

std::string_view PrincipalForm::OfSource(std::string_view identifier) {
  const auto form = Of(identifier);
  return form.ok() ? *form : identifier;
}

ConsentValue Judge(const ConsentReceipt& receipt, const ConsentGate& gate,
                   std::string_view today) {
  // ISO dates sort as text.
  if (!receipt.withdrawn_on.empty() && receipt.withdrawn_on <= today) {
    return ConsentValue::kWithdrawn;
  }
  if (receipt.given_on > today) return ConsentValue::kNotYet;
  if (receipt.version < gate.least_version) return ConsentValue::kOlderVersion;
  return ConsentValue::kGiven;
}

std::string_view ToString(ConsentValue value) {
  switch (value) {
    case ConsentValue::kGiven:
      return "given";
    case ConsentValue::kWithdrawn:
      return "withdrawn";
    case ConsentValue::kNotYet:
      return "not yet";
    case ConsentValue::kOlderVersion:
      return "older version";
  }
  return "";
}

absl::Status ReadConsents(
    const ConsentGate& gate, std::string_view purpose, PrincipalForm& form,
    const std::function<void(std::string_view, const ConsentReceipt&)>& visit) {
  static constexpr std::string_view kColumns[] = {
      "principal", "purpose",  "recipient_class",
      "version",   "given_on", "withdrawn_on"};
  ANON_ASSIGN_OR_RETURN(Table table,
                        Table::Open(gate.file, gate.delimiter, kColumns));
  return table.EachRow([&](std::size_t r) -> absl::Status {
    ANON_ASSIGN_OR_RETURN(const std::string_view principal,
                          table.Principal(r, form));
    const auto version = WholeNumber(table.Cell(r, 3));
    if (!version) return table.Wrong(r, 3, "not a whole number");
    ANON_RETURN_IF_ERROR(table.CheckDate(r, 4, false));
    ANON_RETURN_IF_ERROR(table.CheckDate(r, 5, true));
    if (table.Cell(r, 1) == purpose &&
        table.Cell(r, 2) == gate.recipient_class) {
      visit(principal, {.version = *version,
                        .given_on = table.Cell(r, 4),
                        .withdrawn_on = table.Cell(r, 5)});
    }
    return absl::OkStatus();
  });
}

absl::Status ReadExclusions(
    const ExclusionGate& gate, PrincipalForm& form,
    const std::function<void(std::string_view principal)>& visit) {
  static constexpr std::string_view kColumns[] = {"principal", "requested_on"};
  ANON_ASSIGN_OR_RETURN(Table table,
                        Table::Open(gate.file, gate.delimiter, kColumns));
  return table.EachRow([&](std::size_t r) -> absl::Status {
    ANON_ASSIGN_OR_RETURN(const std::string_view principal,
                          table.Principal(r, form));
    ANON_RETURN_IF_ERROR(table.CheckDate(r, 1, false));
    visit(principal);
    return absl::OkStatus();
  });
}

absl::StatusOr<Consents> Consents::Read(const ConsentGate& gate,
                                        std::string_view purpose,
                                        std::string_view today,
                                        PrincipalForm& form,
                                        const Fingerprinter& fingerprinter) {
  Consents consents;
  const auto keep = [&](std::string_view principal,
                        const ConsentReceipt& receipt) {
    const bool passes = Judge(receipt, gate, today) == ConsentValue::kGiven;
    const std::int32_t day = DayNumber(receipt.given_on);
    const auto [at, fresh] = consents.latest_.try_emplace(
        fingerprinter.Of(principal), Latest{.given_on = day, .passes = passes});
    if (fresh || day < at->second.given_on) return;
    at->second.passes =
        passes && (day > at->second.given_on || at->second.passes);
    at->second.given_on = day;
  };
  ANON_RETURN_IF_ERROR(ReadConsents(gate, purpose, form, keep));
  return consents;
}

}  // namespace anon::internal
