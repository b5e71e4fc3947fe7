// SPDX-License-Identifier: Apache-2.0
//
// Loss (granularity). A label stands for a share of the domain of its
// attribute: the values below it over all values. The loss of an attribute is
// the mean of that share over records, a suppressed one counting as the whole
// domain, scaled so that the untouched table has 0; of the table, the geometric
// mean prod (loss + 1)^(1/d) - 1, or the arithmetic mean. An attribute without
// a hierarchy costs what is suppressed. With a suppression factor below 1/2 a
// suppressed record costs what the label would have covered and a part of the
// rest of the domain.
//
// Bound: suppressing s records at given levels costs least where their labels
// are the widest, and never less than their labels.
//
// Exact: shares are summed as whole numbers, so equal sums have equal losses.
// Source: Iyengar, KDD 2002; ARX 3.9 MetricMDNMLoss. Tested in
// tests/utility/objective_test.cc and against ARX in
// tests/solve/golden_test.cc.
#include <algorithm>
#include <cmath>

#include "data/raw_vector.h"
#include "utility/table_figures.h"

namespace anon::internal {
namespace {

// One attribute at one level.
struct Cover {
  std::vector<std::int64_t> of;  // [code] in units of 1/full
  std::int64_t all = 0;          // of all records
  // Codes by falling cover, as running sums of records and of their cover.
  std::vector<std::int64_t> records;
  std::vector<std::int64_t> covered;
  double bound = 0;  // of the loss, with nobody suppressed
};

struct Column {
  std::size_t base = 0;
  double weight = 1;
  std::int64_t full = 1;   // the whole domain
  std::int64_t least = 0;  // one value
  std::vector<Cover> levels;
};

Cover MakeCover(const AttributeFigures& attribute, const LevelFigures& level) {
  Cover cover;
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < level.leaves.size(); ++c) {
    cover.of.push_back(attribute.generalized ? level.leaves[c] : 0);
    order.push_back(c);
  }
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return cover.of[a] > cover.of[b];
  });
  std::int64_t records = 0;
  for (const std::size_t c : order) {
    records += level.records[c];
    cover.all += level.records[c] * cover.of[c];
    cover.records.push_back(records);
    cover.covered.push_back(cover.all);
  }
  return cover;
}

// The cover of the `suppressed` records with the widest labels.
std::int64_t Widest(const Cover& cover, std::int64_t suppressed) {
  const auto at = std::ranges::lower_bound(cover.records, suppressed);
  if (at == cover.records.end()) return cover.all;
  const auto i = static_cast<std::size_t>(at - cover.records.begin());
  const std::int64_t before = i == 0 ? 0 : cover.records[i - 1];
  const std::int64_t sum = i == 0 ? 0 : cover.covered[i - 1];
  const std::int64_t one =
      (cover.covered[i] - sum) / std::max<std::int64_t>(1, *at - before);
  return sum + (suppressed - before) * one;
}

// The classes that are released, or the others.
RawVector<std::uint32_t> Part(const GeneralizedClasses& table, bool released) {
  RawVector<std::uint32_t> part(table.size());
  std::size_t found = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    part[found] = static_cast<std::uint32_t>(i);
    found += table.stands(i) == released ? 1 : 0;
  }
  part.resize(found);
  return part;
}

class LossOf final : public Objective {
 public:
  LossOf(const TableFigures& figures, Factors factors, bool geometric)
      : records_(figures.records), factors_(factors), geometric_(geometric) {
    for (const AttributeFigures& attribute : figures.attributes) {
      Column column;
      column.base = attribute.base;
      column.weight = attribute.weight;
      if (attribute.generalized) {
        column.full = attribute.domain;
        column.least = 1;
      }
      for (const LevelFigures& level : attribute.levels) {
        column.levels.push_back(MakeCover(attribute, level));
      }
      for (Cover& level : column.levels) {
        level.bound = Bound(column, level, 0);
      }
      columns_.push_back(std::move(column));
    }
  }

  std::string_view name() const override {
    return geometric_ ? "loss" : "loss_arithmetic_mean";
  }

  double Measure(const GeneralizedClasses& table) const override {
    // The smaller part is summed: what stands, or what does not.
    const bool few_stand = table.suppressed > records_ / 2;
    RawVector<std::uint32_t> part;
    if (table.suppressed > 0) part = Part(table, few_stand);
    Mean mean(*this);
    for (std::size_t q = 0; q < columns_.size(); ++q) {
      const Column& column = columns_[q];
      const Cover& cover = column.levels[table.levels[q] - column.base];
      const TupleField field = table.fields[q];
      const std::span<const std::uint64_t> words = table.words(q);
      std::int64_t covered = 0;
      for (const std::uint32_t i : part) {
        covered +=
            cover.of[field.Code(words[i])] * std::int64_t{table.records[i]};
      }
      const std::int64_t stands = few_stand ? covered : cover.all - covered;
      mean.Add(column, Scaled(column, Cost(column, stands, cover.all - stands,
                                           table.suppressed)));
    }
    return mean.Value();
  }

  std::optional<double> LevelBound(std::span<const std::size_t> levels,
                                   std::int64_t suppressed) const override {
    Mean mean(*this);
    for (std::size_t q = 0; q < columns_.size(); ++q) {
      const Column& column = columns_[q];
      const Cover& cover = column.levels[levels[q] - column.base];
      mean.Add(column, suppressed == 0 ? cover.bound
                                       : Bound(column, cover, suppressed));
    }
    return mean.Value();
  }

 private:
  class Mean {
   public:
    explicit Mean(const LossOf& loss) : loss_(loss) {}
    void Add(const Column& column, double cost) {
      sum_ += column.weight * cost;
      product_ *= column.weight * cost + 1;
    }
    double Value() const {
      if (loss_.columns_.empty()) return 0;
      const auto count = static_cast<double>(loss_.columns_.size());
      return loss_.geometric_ ? std::pow(product_, 1 / count) - 1
                              : sum_ / count;
    }

   private:
    const LossOf& loss_;
    double sum_ = 0;
    double product_ = 1;
  };

  // The least loss with at least so many suppressed.
  double Bound(const Column& column, const Cover& cover,
               std::int64_t suppressed) const {
    const std::int64_t widest = Widest(cover, suppressed);
    return Scaled(column, Cost(column, cover.all - widest, widest, suppressed));
  }

  // Of what stands and what the suppressed would have covered. A suppressed
  // record costs that and a share of the rest of the domain.
  double Cost(const Column& column, std::int64_t stands, std::int64_t covered,
              std::int64_t suppressed) const {
    const double gone =
        static_cast<double>(suppressed) * static_cast<double>(column.full);
    if (factors_.suppression == 1) {
      return factors_.generalization * static_cast<double>(stands) + gone;
    }
    // Labels count in full then. Where they cover everything, this costs just
    // what they do, without rounding.
    return static_cast<double>(stands + covered) +
           factors_.suppression * (gone - static_cast<double>(covered));
  }

  double Scaled(const Column& column, double cost) const {
    const auto records = static_cast<double>(records_);
    const double least =
        factors_.generalization * records * static_cast<double>(column.least);
    const double most = records * static_cast<double>(column.full);
    return most <= least ? 0 : Floor10((cost - least) / (most - least));
  }

  const std::int64_t records_;
  const Factors factors_;
  const bool geometric_;
  std::vector<Column> columns_;
};

}  // namespace

ObjectivePtr LossObjective(Figures figures, Factors factors, bool geometric) {
  return std::make_shared<LossOf>(*figures, factors, geometric);
}

}  // namespace anon::internal
