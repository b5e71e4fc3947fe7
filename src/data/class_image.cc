// SPDX-License-Identifier: Apache-2.0
//
// The image of classes: docs/class_image.md. Everything is a column of
// unsigned little-endian numbers, each as narrow as its largest value allows,
// so that equal classes have equal images however they were counted.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "anon/base/text.h"
#include "anon/data/classes.h"
#include "base/status_macros.h"
#include "data/class_table.h"

namespace anon {
namespace {

using internal::ClassTable;
using internal::Counts;
using internal::Histograms;
using internal::HugeArray;
using internal::Tuples;

constexpr std::string_view kMagic("ANONCLS\0", 8);
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kOneRowEach = 1;
constexpr std::uint32_t kPrincipals = 2;
constexpr std::uint32_t kGroups = 4;
constexpr std::uint32_t kPopulation = 8;
constexpr std::uint32_t kAllFlags = 15;

// The fewest bytes, of 1, 2, 4 and 8, that hold `value`.
std::size_t WidthFor(std::uint64_t value) {
  if (value <= 0xFF) return 1;
  if (value <= 0xFFFF) return 2;
  return value <= 0xFFFFFFFF ? 4 : 8;
}

class ImageWriter {
 public:
  void Raw(std::string_view bytes) { image_ += bytes; }
  void Number(std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      image_.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    }
  }
  // Of n numbers value(i).
  template <typename Value>
  void Column(std::size_t n, const Value& value) {
    std::uint64_t most = 0;
    for (std::size_t i = 0; i < n; ++i) {
      most = std::max(most, static_cast<std::uint64_t>(value(i)));
    }
    const std::size_t width = WidthFor(most);
    Number(width, 1);
    for (std::size_t i = 0; i < n; ++i) {
      Number(static_cast<std::uint64_t>(value(i)), width);
    }
  }
  std::string Take() { return std::move(image_); }

 private:
  std::string image_;
};

absl::Status Bad(std::string_view what) {
  return InputError(fmt::format(
      "not an image of classes, or damaged: {}; write it again", what));
}

class ImageReader {
 public:
  explicit ImageReader(std::string_view image) : rest_(image) {}

  absl::StatusOr<std::string_view> Raw(std::uint64_t size) {
    if (rest_.size() < size) return Bad("it ends too early");
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  absl::StatusOr<std::uint64_t> Number(std::size_t width) {
    ANON_ASSIGN_OR_RETURN(const std::string_view bytes, Raw(width));
    return Decode(bytes, 0, width);
  }
  absl::StatusOr<std::int64_t> Count() {
    ANON_ASSIGN_OR_RETURN(const std::uint64_t value, Number(8));
    if (value > INT64_MAX) return Bad("a count of more than 63 bits");
    return static_cast<std::int64_t>(value);
  }
  // n numbers of at most `most`, as narrow as can be.
  absl::StatusOr<std::vector<std::int64_t>> Column(std::uint64_t n,
                                                   std::uint64_t most) {
    ANON_ASSIGN_OR_RETURN(const std::uint64_t width, Number(1));
    if (width != 1 && width != 2 && width != 4 && width != 8) {
      return Bad("a column of unknown width");
    }
    if (n > rest_.size() / width) return Bad("it ends too early");
    ANON_ASSIGN_OR_RETURN(const std::string_view bytes, Raw(n * width));
    std::vector<std::int64_t> column(n);
    std::uint64_t largest = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t value = Decode(bytes, i * width, width);
      largest = std::max(largest, value);
      column[i] = static_cast<std::int64_t>(value);
    }
    if (largest > most) return Bad("a number out of its range");
    if (WidthFor(largest) != width) return Bad("a column wider than it needs");
    return column;
  }
  bool AtEnd() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  static std::uint64_t Decode(std::string_view bytes, std::size_t at,
                              std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])}
               << (8 * i);
    }
    return value;
  }

  std::string_view rest_;
};

// The sum of counts that are at least `least`.
absl::StatusOr<std::int64_t> SumOf(const std::vector<std::int64_t>& counts,
                                   std::int64_t least) {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) {
    if (count < least) return Bad("a count of nothing");
    if (__builtin_add_overflow(sum, count, &sum)) {
      return Bad("counts of more than 63 bits");
    }
  }
  return sum;
}

// Distinct owners of a table: no fewer than in any class, no more than in all.
absl::Status CheckTotal(const std::vector<std::int64_t>& counts,
                        const std::vector<std::int64_t>& records,
                        std::int64_t total) {
  ANON_ASSIGN_OR_RETURN(const std::int64_t sum, SumOf(counts, 1));
  std::int64_t most = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > records[i]) return Bad("more owners than records");
    most = std::max(most, counts[i]);
  }
  return most <= total && total <= sum ? absl::OkStatus()
                                       : Bad("a total that cannot be");
}

class Loader {
 public:
  explicit Loader(std::string_view image) : reader_(image) {}

  absl::StatusOr<std::unique_ptr<ClassTable>> Load() {
    ANON_RETURN_IF_ERROR(ReadHeader());
    ANON_RETURN_IF_ERROR(ReadTuples());
    ANON_RETURN_IF_ERROR(ReadCounts());
    for (std::size_t s = 0; s < table_->sensitive_attributes.size(); ++s) {
      ANON_RETURN_IF_ERROR(ReadHistograms());
    }
    if (!reader_.AtEnd()) return Bad("something follows its end");
    table_->records = Counts::Of(records_);
    table_->SetTuples(std::move(tuples_));
    return std::move(table_);
  }

 private:
  absl::Status ReadHeader();
  absl::Status ReadNames(std::vector<std::string>& names, std::uint64_t count);
  absl::Status ReadTuples();
  absl::Status ReadCounts();
  absl::Status ReadHistograms();
  std::int64_t Principals(std::size_t i) const {
    return table_->principals ? (*table_->principals)[i] : records_[i];
  }

  ImageReader reader_;
  std::unique_ptr<ClassTable> table_ = std::make_unique<ClassTable>();
  std::uint64_t flags_ = 0;
  std::uint64_t size_ = 0;
  Tuples tuples_;
  std::vector<std::int64_t> records_;
};

absl::Status Loader::ReadHeader() {
  ANON_ASSIGN_OR_RETURN(const std::string_view magic,
                        reader_.Raw(kMagic.size()));
  if (magic != kMagic) return Bad("it starts with other bytes");
  ANON_ASSIGN_OR_RETURN(const std::uint64_t version, reader_.Number(4));
  if (version != kVersion) {
    return InputError(fmt::format(
        "an image of classes of version {}; this program reads version {}",
        version, kVersion));
  }
  ANON_ASSIGN_OR_RETURN(flags_, reader_.Number(4));
  if ((flags_ & ~std::uint64_t{kAllFlags}) != 0) return Bad("unknown flags");
  ANON_ASSIGN_OR_RETURN(size_, reader_.Number(8));
  ANON_ASSIGN_OR_RETURN(table_->total_records, reader_.Count());
  ANON_ASSIGN_OR_RETURN(table_->total_principals, reader_.Count());
  ANON_ASSIGN_OR_RETURN(table_->total_groups, reader_.Count());
  ANON_ASSIGN_OR_RETURN(const std::uint64_t quasi, reader_.Number(4));
  ANON_ASSIGN_OR_RETURN(const std::uint64_t sensitive, reader_.Number(4));
  if (size_ > reader_.left()) return Bad("it ends too early");
  table_->one_row_per_principal = (flags_ & kOneRowEach) != 0;
  ANON_RETURN_IF_ERROR(ReadNames(table_->quasi_identifiers, quasi));
  return ReadNames(table_->sensitive_attributes, sensitive);
}

absl::Status Loader::ReadNames(std::vector<std::string>& names,
                               std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    ANON_ASSIGN_OR_RETURN(const std::uint64_t size, reader_.Number(4));
    ANON_ASSIGN_OR_RETURN(const std::string_view name, reader_.Raw(size));
    if (FindInvalidUtf8(name)) return Bad("a name that is not UTF-8");
    if (std::ranges::find(names, name) != names.end()) {
      return Bad("a name twice");
    }
    names.emplace_back(name);
  }
  return absl::OkStatus();
}

absl::Status Loader::ReadTuples() {
  tuples_.width = table_->quasi_identifiers.size();
  const std::size_t width = tuples_.width;
  if (width == 0 && size_ > 1) return Bad("two classes of no attributes");
  std::vector<std::vector<std::int64_t>> columns;
  for (std::size_t q = 0; q < width; ++q) {
    ANON_ASSIGN_OR_RETURN(columns.emplace_back(),
                          reader_.Column(size_, 0xFFFFFFFF));
  }
  tuples_.codes.reserve(size_ * width);
  for (std::size_t i = 0; i < size_ && width > 0; ++i) {
    for (const auto& column : columns) {
      tuples_.codes.push_back(static_cast<std::uint32_t>(column[i]));
    }
    if (i > 0 && !std::ranges::lexicographical_compare(tuples_.At(i - 1),
                                                       tuples_.At(i))) {
      return Bad("classes out of order");
    }
  }
  return absl::OkStatus();
}

absl::Status Loader::ReadCounts() {
  ANON_ASSIGN_OR_RETURN(records_, reader_.Column(size_, INT64_MAX));
  ANON_ASSIGN_OR_RETURN(const std::int64_t records, SumOf(records_, 1));
  if (records != table_->total_records) return Bad("a total that cannot be");
  if ((flags_ & kPrincipals) != 0) {
    ANON_ASSIGN_OR_RETURN(auto principals, reader_.Column(size_, INT64_MAX));
    ANON_RETURN_IF_ERROR(
        CheckTotal(principals, records_, table_->total_principals));
    if (principals == records_) return Bad("a column it does not need");
    table_->principals = Counts::Of(principals);
  } else {
    ANON_RETURN_IF_ERROR(
        CheckTotal(records_, records_, table_->total_principals));
  }
  if (table_->one_row_per_principal !=
      (table_->total_principals == table_->total_records)) {
    return Bad("principals that do not match the records");
  }
  if ((flags_ & kGroups) != 0) {
    ANON_ASSIGN_OR_RETURN(auto groups, reader_.Column(size_, INT64_MAX));
    ANON_RETURN_IF_ERROR(CheckTotal(groups, records_, table_->total_groups));
    table_->groups = Counts::Of(groups);
  } else if (table_->total_groups != 0) {
    return Bad("a total that cannot be");
  }
  if ((flags_ & kPopulation) != 0) {
    ANON_ASSIGN_OR_RETURN(auto population, reader_.Column(size_, INT64_MAX));
    ANON_RETURN_IF_ERROR(SumOf(population, 0).status());
    table_->population = Counts::Of(population);
  }
  return absl::OkStatus();
}

absl::Status Loader::ReadHistograms() {
  ANON_ASSIGN_OR_RETURN(const auto sizes, reader_.Column(size_, 0xFFFFFFFF));
  ANON_ASSIGN_OR_RETURN(const std::int64_t cells, SumOf(sizes, 1));
  const auto count = static_cast<std::uint64_t>(cells);
  ANON_ASSIGN_OR_RETURN(const auto codes, reader_.Column(count, 0xFFFFFFFF));
  ANON_ASSIGN_OR_RETURN(const auto counts, reader_.Column(count, INT64_MAX));
  ANON_RETURN_IF_ERROR(SumOf(counts, 1).status());
  Histograms histograms{.cells = HugeArray<ValueCount>(count),
                        .starts = HugeArray<std::size_t>(size_ + 1)};
  std::size_t at = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    const std::size_t start = at;
    std::int64_t sum = 0;
    for (; at < start + static_cast<std::size_t>(sizes[i]); ++at) {
      if (at > start && codes[at] <= codes[at - 1]) {
        return Bad("values out of order");
      }
      if (counts[at] > Principals(i)) {
        return Bad("more owners of a value than of its class");
      }
      sum += counts[at];
      histograms.cells[at] = {static_cast<std::uint32_t>(codes[at]),
                              counts[at]};
    }
    if (sum < Principals(i) || sum > records_[i]) {
      return Bad("values that do not add up to their class");
    }
    histograms.starts[i + 1] = at;
  }
  table_->histograms.push_back(std::move(histograms));
  return absl::OkStatus();
}

void WriteNames(const std::vector<std::string>& names, ImageWriter& writer) {
  for (const std::string& name : names) {
    writer.Number(name.size(), 4);
    writer.Raw(name);
  }
}

void WriteHistograms(const Histograms& histograms, ImageWriter& writer) {
  const auto cells = histograms.cells.span();
  writer.Column(histograms.starts.size() - 1, [&](std::size_t i) {
    return histograms.starts[i + 1] - histograms.starts[i];
  });
  writer.Column(cells.size(), [&](std::size_t c) { return cells[c].code; });
  writer.Column(cells.size(),
                [&](std::size_t c) { return cells[c].principals; });
}

}  // namespace

std::string Classes::SaveImage() const {
  const ClassTable& t = *table_;
  ImageWriter writer;
  writer.Raw(kMagic);
  writer.Number(kVersion, 4);
  writer.Number((t.one_row_per_principal ? kOneRowEach : 0) |
                    (t.principals ? kPrincipals : 0) |
                    (t.groups ? kGroups : 0) | (t.population ? kPopulation : 0),
                4);
  writer.Number(t.size(), 8);
  for (const std::int64_t total :
       {t.total_records, t.total_principals, t.total_groups}) {
    writer.Number(static_cast<std::uint64_t>(total), 8);
  }
  writer.Number(t.quasi_identifiers.size(), 4);
  writer.Number(t.sensitive_attributes.size(), 4);
  WriteNames(t.quasi_identifiers, writer);
  WriteNames(t.sensitive_attributes, writer);
  for (std::size_t q = 0; q < t.quasi_identifiers.size(); ++q) {
    writer.Column(t.size(), [&](std::size_t i) { return t.Code(i, q); });
  }
  const auto write = [&](const Counts& counts) {
    writer.Column(counts.size(), [&](std::size_t i) { return counts[i]; });
  };
  write(t.records);
  for (const auto* counts : {&t.principals, &t.groups, &t.population}) {
    if (*counts) write(**counts);
  }
  for (const Histograms& histograms : t.histograms) {
    WriteHistograms(histograms, writer);
  }
  return writer.Take();
}

absl::StatusOr<Classes> Classes::LoadImage(std::string_view image) {
  ANON_ASSIGN_OR_RETURN(auto table, Loader(image).Load());
  return Classes(std::move(table));
}

}  // namespace anon
