// SPDX-License-Identifier: Apache-2.0
//
// What sdcMicro's freqCalc and ldiversity give on its own tables, against ours.
// Where the definition decides otherwise, tests/golden/deviations.csv says so.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "anon/assess/check.h"
#include "anon/io/csv.h"
#include "anon/model/distinct_l_diversity.h"
#include "anon/model/entropy_l_diversity.h"
#include "anon/model/recursive_cl_diversity.h"
#include "anon/transform/row_coder.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using Record = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

std::vector<Record> ReadCsv(const fs::path& path) {
  const auto source = CsvSource::Open(path);
  REQUIRE_MESSAGE(source.ok(), Message(source.status()));
  std::vector<Record> records;
  Batch batch;
  for (;;) {
    const auto more = (*source)->Next(batch);
    REQUIRE_MESSAGE(more.ok(), Message(more.status()));
    if (!*more) return records;
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      Record& record = records.emplace_back();
      for (std::size_t c = 0; c < batch.columns.size(); ++c) {
        record[(*source)->attributes()[c]] = batch.columns[c][r];
      }
    }
  }
}

Strings Split(const std::string& text, char separator) {
  Strings parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// A table with its classes, and the class of every row.
struct Counted {
  std::vector<std::size_t> class_of;  // [row]
  std::optional<RowCoder> coder;
  std::optional<Classes> classes;
};

Counted Count(const fs::path& file, const Strings& keys,
              const Strings& sensitive, const std::string& weight) {
  const auto table = CsvSource::Open(file, {.null_text = "NA"});
  REQUIRE_MESSAGE(table.ok(), Message(table.status()));
  ClassColumns columns{.quasi_identifiers = {},
                       .sensitive_attributes = sensitive,
                       .principal = "",
                       .weight = weight};
  for (const std::string& key : keys) {
    columns.quasi_identifiers.push_back(Generalization::Identity(key));
  }
  test::SeededRandom random(1);
  auto coder = RowCoder::Create(std::move(columns), **table, random);
  REQUIRE_MESSAGE(coder.ok(), Message(coder.status()));
  auto classes = CountClasses(**table, *coder);
  REQUIRE_MESSAGE(classes.ok(), Message(classes.status()));
  Counted counted{{}, *std::move(coder), *std::move(classes)};
  REQUIRE((*table)->Rewind().ok());
  Batch batch;
  while (*(*table)->Next(batch)) {
    const auto rows = counted.coder->Encode(batch);
    REQUIRE(rows.ok());
    std::vector<std::uint32_t> tuple(keys.size());
    for (std::size_t r = 0; r < rows->rows; ++r) {
      for (std::size_t q = 0; q < tuple.size(); ++q) {
        tuple[q] = rows->quasi_identifiers[q][r];
      }
      counted.class_of.push_back(*counted.classes->Find(tuple));
    }
  }
  return counted;
}

WildcardSizes Match(const Counted& counted, const Ratio& alpha) {
  const Classes& classes = *counted.classes;
  std::vector<std::optional<std::uint32_t>> missing(
      classes.quasi_identifiers().size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (std::size_t q = 0; q < missing.size(); ++q) {
      const auto code = classes.code(i, q);
      if (counted.coder->quasi_identifiers()[q].label(code).empty()) {
        missing[q] = code;
      }
    }
  }
  const auto sizes = MatchWildcards(classes, missing, alpha);
  REQUIRE_MESSAGE(sizes.ok(), Message(sizes.status()));
  return *sizes;
}

// fk and Fk of every row.
struct Frequencies {
  std::vector<double> fk, Fk;
};

Frequencies Frequency(const fs::path& file, const Strings& keys,
                      const std::string& weight, const Ratio& alpha) {
  const Counted counted = Count(file, keys, {}, weight);
  const WildcardSizes sizes = Match(counted, alpha);
  const auto unit = static_cast<double>(sizes.unit);
  Frequencies result;
  for (const std::size_t i : counted.class_of) {
    result.fk.push_back(static_cast<double>(sizes.principals[i]) / unit);
    result.Fk.push_back(static_cast<double>(sizes.population[i]) / unit /
                        kWeightUnit);
  }
  return result;
}

Ratio Alpha(const std::string& text) {
  const auto ratio = Ratio::Parse(text);
  REQUIRE(ratio.ok());
  return *ratio;
}

// "keyVars=a|b;w=x;alpha=0.5" as a record.
Record Parameters(const std::string& text) {
  Record parameters;
  for (const std::string& part : Split(text, ';')) {
    const std::size_t equals = part.find('=');
    parameters[part.substr(0, equals)] = part.substr(equals + 1);
  }
  return parameters;
}

TEST_CASE("Golden: freqCalc of sdcMicro on its own tables") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/sdcmicro_summary.csv");
  ANON_REQUIRE_TEST_DATA(data, "data/sdc");
  int rows = 0;
  for (const Record& row : ReadCsv(golden)) {
    if (row.at("fun") != "freqCalc") continue;
    const Record with = Parameters(row.at("params"));
    const auto alpha = with.find("alpha");
    const Frequencies ours = Frequency(
        data / (row.at("dataset") + ".csv"), Split(with.at("keyVars"), '|'),
        with.at("w"), Alpha(alpha == with.end() ? "1" : alpha->second));
    const std::string& metric = row.at("metric");
    double figure = 0;
    if (metric == "sum_fk") {
      for (const double fk : ours.fk) figure += fk;
    } else if (metric == "min_fk") {
      figure = *std::ranges::min_element(ours.fk);
    } else {
      REQUIRE(
          (metric == "n1" || metric == "n1_uniques" || metric == "n2_doubles"));
      const double wanted = metric == "n2_doubles" ? 2 : 1;
      figure = static_cast<double>(std::ranges::count(ours.fk, wanted));
    }
    CHECK_MESSAGE(figure == std::stod(row.at("value")), row.at("params")
                                                            << ' ' << metric);
    ++rows;
  }
  CHECK(rows == 36);
}

TEST_CASE("Golden: fk and Fk of every record of testdata, seven keys") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/sdc_freq_risk_testdata_7keys.csv");
  ANON_REQUIRE_TEST_DATA(data, "data/sdc/testdata.csv");
  const Frequencies ours = Frequency(
      data, {"urbrur", "roof", "walls", "water", "electcon", "relat", "sex"},
      "sampling_weight", Alpha("1"));
  const auto records = ReadCsv(golden);
  REQUIRE(records.size() == ours.fk.size());
  for (std::size_t r = 0; r < records.size(); ++r) {
    CHECK(std::stod(records[r].at("fk")) == ours.fk[r]);
    CHECK(std::stod(records[r].at("Fk")) == ours.Fk[r]);
  }
}

TEST_CASE("Golden: ldiversity of sdcMicro, of every record") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/sdcmicro_summary.csv");
  ANON_REQUIRE_TEST_DATA(data, "data/sdc");
  int rows = 0;
  for (const Record& row : ReadCsv(golden)) {
    const std::string& metric = row.at("metric");
    // "Multi" figures are 0 for every record, whatever the data: no golden.
    if (row.at("fun") != "ldiversity" ||
        metric.find("Multi") != std::string::npos) {
      continue;
    }
    const Record with = Parameters(row.at("params"));
    // "mean_electcon_Distinct_Ldiversity"
    const Strings words = Split(metric, '_');
    REQUIRE(words.size() == 4);
    const std::string& attribute = words[1];
    const Counted counted =
        Count(data / (row.at("dataset") + ".csv"),
              Split(with.at("keyVars"), '|'), {attribute}, "");
    const Classes& classes = *counted.classes;
    std::vector<double> figures(classes.size());
    if (words[2] == "Recursive") {
      // The largest l for which a class is (c,l)-diverse; 1 if for none.
      std::ranges::fill(figures, 1.0);
      for (std::int64_t l = 2; l < 40; ++l) {
        const auto model =
            RecursiveClDiversity(attribute, Alpha(with.at("c")), l);
        const auto on = model->On(classes);
        REQUIRE(on.ok());
        for (std::size_t i = 0; i < classes.size(); ++i) {
          if ((*on)->Holds(i)) figures[i] = static_cast<double>(l);
        }
      }
    } else {
      const auto model = words[2] == "Distinct"
                             ? DistinctLDiversity(attribute, 2)
                             : EntropyLDiversity(attribute, 2);
      const auto on = model->On(classes);
      REQUIRE(on.ok());
      for (std::size_t i = 0; i < classes.size(); ++i) {
        figures[i] = (*on)->Figure(i);
      }
    }
    double sum = 0;
    double least = INFINITY;
    for (const std::size_t i : counted.class_of) {
      sum += figures[i];
      least = std::min(least, figures[i]);
    }
    const double ours =
        words[0] == "min" ? least
                          : sum / static_cast<double>(counted.class_of.size());
    CHECK_MESSAGE(ours == doctest::Approx(std::stod(row.at("value"))),
                  row.at("params") << ' ' << metric);
    ++rows;
  }
  CHECK(rows == 60);
}

// The tables of the edge cases that are no files: keys of each record.
struct EdgeCase {
  std::string name;  // "case" of the golden file
  std::string what;  // how its "what" begins, before "alpha" or a blank
  Strings keys;
  std::string table;  // a file of the data, or text with line breaks
  std::string weight = {};
};

const std::vector<EdgeCase>& FrequencyCases() {
  static const auto& cases = *new std::vector<EdgeCase>{
      {"freq_allNA", "fk_alpha", {"A", "B", "C"}, "edge_freq_allNA.csv", "w"},
      {"freq_allNA", "Fk_alpha", {"A", "B", "C"}, "edge_freq_allNA.csv", "w"},
      // One key that all share, and the marital status, of which the only
      // record of its kind is suppressed.
      {"localsupp_issue225",
       "fk_before_alpha",
       {"Sex", "Status"},
       "Sex,Status\nF,Single\nF,Married\nF,Married\nF,Single\nF,Widowed\n"},
      {"localsupp_issue225",
       "fk_after_alpha",
       {"Sex", "Status"},
       "Sex,Status\nF,Single\nF,Married\nF,Married\nF,Single\nF,NA\n"},
      {"character_keys", "fk_", {"key"}, "key\na\na\nb\n"}};
  return cases;
}

// "row" of a deviation of sdcmicro_edge_cases.csv, and our value.
std::map<std::string, double> Deviations() {
  std::map<std::string, double> deviations;
  for (const Record& row :
       ReadCsv(test::SourceDir() / "tests/golden/deviations.csv")) {
    if (row.at("golden") != "sdcmicro_edge_cases.csv") continue;
    deviations[row.at("row") + " " + row.at("metric")] =
        std::stod(row.at("our_value"));
  }
  return deviations;
}

TEST_CASE("Golden: frequencies of sdcMicro's edge cases with missing keys") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/sdcmicro_edge_cases.csv");
  ANON_REQUIRE_TEST_DATA(data, "data/sdc");
  const test::TempDir dir;
  auto deviations = Deviations();
  int rows = 0;
  for (const Record& row : ReadCsv(golden)) {
    for (const EdgeCase& edge : FrequencyCases()) {
      const std::string& what = row.at("what");
      if (row.at("case") != edge.name || !what.starts_with(edge.what)) {
        continue;
      }
      const bool is_file = edge.table.find('\n') == std::string::npos;
      const fs::path file = is_file
                                ? data / edge.table
                                : test::Write(dir / "table.csv", edge.table);
      const bool weighted = what.find("alpha") != std::string::npos;
      const Frequencies ours =
          Frequency(file, edge.keys, edge.weight,
                    Alpha(weighted ? what.substr(edge.what.size()) : "1"));
      const auto r = std::stoul(row.at("row")) - 1;
      const double figure = what[0] == 'F' ? ours.Fk[r] : ours.fk[r];
      const std::string key =
          fmt::format("{} {} {}", edge.name, row.at("row"), what);
      const auto deviation = deviations.find(key);
      const double golden_value = std::stod(row.at("value"));
      if (deviation == deviations.end()) {
        CHECK_MESSAGE(figure == golden_value, key);
      } else {
        CHECK_MESSAGE(figure == deviation->second, key);
        CHECK(figure != golden_value);
        deviations.erase(deviation);
      }
      ++rows;
    }
  }
  CHECK(rows == 48 + 30 + 6);
  std::erase_if(deviations, [](const auto& entry) {
    return entry.first.starts_with("kanon_combs");
  });
  CHECK_MESSAGE(deviations.empty(), deviations.begin()->first);
}

TEST_CASE("Golden: frequencies after sdcMicro's kAnon, from its own output") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/sdcmicro_edge_cases.csv");
  // Its table after suppression stands in the same file.
  std::map<std::string, Strings> columns;
  for (const Record& row : ReadCsv(golden)) {
    if (row.at("case") == "kanon_combs_issue352") {
      columns[row.at("what")].push_back(row.at("value"));
    }
  }
  const Strings& golden_fk = columns.at("fk_province_activity_after");
  std::string text = "province,activity\n";
  for (std::size_t r = 0; r < golden_fk.size(); ++r) {
    text += columns.at("after_province")[r] + "," +
            columns.at("after_activity")[r] + "\n";
  }
  const test::TempDir dir;
  const Frequencies ours = Frequency(test::Write(dir / "t.csv", text),
                                     {"province", "activity"}, "", Alpha("0"));
  const auto deviations = Deviations();
  for (std::size_t r = 0; r < golden_fk.size(); ++r) {
    const auto deviation = deviations.find(fmt::format(
        "kanon_combs_issue352 {} fk_province_activity_after", r + 1));
    CHECK(ours.fk[r] == (deviation == deviations.end() ? std::stod(golden_fk[r])
                                                       : deviation->second));
  }
}

TEST_CASE("Golden: l-diversity where sensitive values are missing") {
  ANON_REQUIRE_TEST_DATA(golden, "golden/sdcmicro_edge_cases.csv");
  // Classes with the counts that the figures of the file belong to. A missing
  // sensitive value is one more value.
  const std::map<std::string, std::string> tables = {
      {"ldiv_issue300", "key,s\n1,x\n1,x\n1,x\n2,x\n2,NA\n"},
      {"ldiv_NA_mixed", "key,s\n1,x\n1,x\n1,y\n1,NA\n2,x\n2,NA\n3,NA\n"}};
  const test::TempDir dir;
  int rows = 0;
  for (const Record& row : ReadCsv(golden)) {
    const auto table = tables.find(row.at("case"));
    if (table == tables.end()) continue;
    const Counted counted =
        Count(test::Write(dir / "t.csv", table->second), {"key"}, {"s"}, "");
    const std::size_t i = counted.class_of[std::stoul(row.at("row")) - 1];
    const double golden_value = std::stod(row.at("value"));
    if (row.at("what") == "recursive_c2") {
      for (std::int64_t l = 2; l < 5; ++l) {
        const auto on =
            RecursiveClDiversity("s", Alpha("2"), l)->On(*counted.classes);
        REQUIRE(on.ok());
        CHECK((*on)->Holds(i) == (static_cast<double>(l) <= golden_value));
      }
    } else {
      const auto model = row.at("what") == "distinct"
                             ? DistinctLDiversity("s", 2)
                             : EntropyLDiversity("s", 2);
      const auto on = model->On(*counted.classes);
      REQUIRE(on.ok());
      CHECK((*on)->Figure(i) == doctest::Approx(golden_value).epsilon(1e-12));
    }
    ++rows;
  }
  CHECK(rows == 15 + 21);
}

TEST_CASE("Golden: Check gives sdcMicro's smallest fk and its population") {
  ANON_REQUIRE_TEST_DATA(data, "data/sdc/francdat.csv");
  const auto table = CsvSource::Open(data);
  REQUIRE(table.ok());
  test::SeededRandom random(1);
  const auto report = Check(
      **table,
      {.quasi_identifiers = {"Key1", "Key2", "Key3", "Key4"}, .weight = "w"},
      random);
  REQUIRE_MESSAGE(report.ok(), Message(report.status()));
  CHECK(report->k == 1);
  CHECK(report->population == 765.5);
  const auto k_map = std::ranges::find(
      report->models, "k_map",
      [](const CheckedModel& checked) { return checked.verdict.model; });
  REQUIRE(k_map != report->models.end());
  CHECK(k_map->verdict.achieved_value == 5);  // the smallest Fk
}

}  // namespace
}  // namespace anon
