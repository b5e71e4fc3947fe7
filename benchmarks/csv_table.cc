// SPDX-License-Identifier: Apache-2.0
#include "csv_table.h"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <vector>

namespace anon::bench {
namespace {

// Repeatable numbers (splitmix64); nothing here is a secret.
class Numbers {
 public:
  std::uint64_t Below(std::uint64_t n) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % n;
  }

 private:
  std::uint64_t state_ = 1;
};

std::vector<std::string> Names(std::size_t count,
                               const std::vector<std::string>& heads,
                               const std::vector<std::string>& tails) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(heads[i % heads.size()] +
                    tails[i / heads.size() % tails.size()] +
                    (i < heads.size() * tails.size()
                         ? ""
                         : fmt::format("{}", i / heads.size() / tails.size())));
  }
  return names;
}

const std::vector<std::string> kTowns = {"千代田", "横浜", "名古屋", "札幌",
                                         "那覇",   "京都", "神戸",   "福岡"};

std::string Record(Numbers& numbers) {
  static const std::vector<std::string> prefectures =
      Names(47, kTowns, {"県", "府", "道", "都", "州", "北県"});
  static const std::vector<std::string> towns =
      Names(1900, kTowns, {"市中央区", "市北区", "郡本町", "村", "市港南区"});
  static const std::vector<std::string> work =
      Names(200, {"専門・技術", "事務", "販売", "サービス", "農林漁業"},
            {"職", "従事者", "職（管理）", "職（補助）"});
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[numbers.Below(from.size())];
  };
  const std::uint64_t postal = numbers.Below(120'000);
  std::string memo = fmt::format("コース{}", numbers.Below(20));
  if (numbers.Below(3) == 0) memo = "\"\"\"" + memo + "\"\", 割引\"";
  return fmt::format("{:03}-{:04},{},{},{}-{:02}-{:02},{},{},{},{},{},{}\n",
                     postal / 1000 + 1, postal % 1000 * 7, pick(prefectures),
                     pick(towns), 1930 + numbers.Below(80),
                     1 + numbers.Below(12), 1 + numbers.Below(28),
                     numbers.Below(2) == 0 ? "男" : "女",
                     1'000'000 + numbers.Below(60'000) * 100, pick(work),
                     1 + numbers.Below(12), numbers.Below(3000), memo);
}

}  // namespace

void WriteCsvTable(const std::filesystem::path& path, std::int64_t bytes) {
  std::ofstream out(path, std::ios::binary);
  out << "postal,prefecture,town,birth,sex,income,work,plan,minutes,memo\n";
  Numbers numbers;
  while (out && out.tellp() < bytes) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += Record(numbers);
    out << text;
  }
}

}  // namespace anon::bench
