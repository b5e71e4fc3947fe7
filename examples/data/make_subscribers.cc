// SPDX-License-Identifier: Apache-2.0
// Makes the subscriber table of the examples, and its hierarchies:
//   make_subscribers DIRECTORY
//
// Nobody in it exists. Phone numbers are 090-0000-xxxx: by the national plan
// the digit after 090 is never 0 in a real one. E-mail addresses are at
// example.jp and example.co.jp, which are reserved for examples. IMEIs begin
// with 00, the prefix of test equipment. Towns and buildings are made up;
// municipalities are real, and so are the names of people one by one, as names.
//
// A row is a line (a SIM). About a fifth of the subscribers have 2 to 5 lines,
// and lines of one subscriber are not neighbours in the file. Two things are
// put there on purpose: the oldest subscriber is 100 and alone in most classes,
// but has five lines, so counting rows would pass k = 5; and those born from
// 2009 on nearly all have the same plan, so k-anonymity alone gives it away.
//
// contracts.csv has one line of each subscriber, without names and numbers.
//
// The table is the same on every machine: the engine's output is fixed by the
// C++ standard, and all arithmetic on it is done here.
#include <algorithm>
#include <cassert>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subscriber_lists.h"
#include "visits.h"

namespace subscribers {
namespace {

constexpr std::uint64_t kSeed = 20261031;
constexpr std::uint64_t kVisitSeed = 20261130;
constexpr std::size_t kVisitors = 1500;  // the first subscribers
constexpr std::size_t kVisits = 6000;
constexpr std::size_t kSubscribers = 6000;
constexpr std::size_t kPhoneNumbers = 10000;  // 090-0000-0000 and so on

// Every call is a statement of its own: C++ leaves the order open in which
// arguments are evaluated.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  // From 0 to n - 1, each as likely.
  std::size_t Below(std::size_t n) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t limit = kMax - kMax % n;
    std::uint64_t value = engine_();
    while (value >= limit) value = engine_();
    return static_cast<std::size_t>(value % n);
  }
  bool Percent(std::size_t share) { return Below(100) < share; }

  // An index into `weights`.
  std::size_t Weighted(const std::vector<int>& weights) {
    int total = 0;
    for (const int weight : weights) total += weight;
    auto left = static_cast<int>(Below(static_cast<std::size_t>(total)));
    std::size_t i = 0;
    while (left >= weights[i]) left -= weights[i++];
    return i;
  }

  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[Below(i)]);
    }
  }

 private:
  std::mt19937_64 engine_;
};

template <typename Table>
std::vector<int> WeightsOf(const Table& table) {
  std::vector<int> weights;
  for (const auto& entry : table) weights.push_back(entry.weight);
  return weights;
}

// `number` in at least `width` digits, after `before`.
std::string Digits(std::size_t number, std::size_t width,
                   std::string before = "") {
  const std::string text = std::to_string(number);
  before.append(width - std::min(width, text.size()), '0');
  return before += text;
}

struct Subscriber {
  std::string id, name_kanji, name_kana, email, birth_date, sex, postal_code;
  std::string address, consent_third_party, consent_analytics;
  const Municipality* municipality = nullptr;
  int birth_year = 0;
};

struct Line {
  const Subscriber* subscriber = nullptr;
  const Plan* plan = nullptr;
  int monthly_fee = 0;
  const char* device = nullptr;
  std::string imei;
};

void DrawBirthDate(Chance& chance, Subscriber& s) {
  const BirthYears& years =
      kBirthYears[chance.Weighted(WeightsOf(kBirthYears))];
  const auto span = static_cast<std::size_t>(years.last - years.first + 1);
  s.birth_year = years.first + static_cast<int>(chance.Below(span));
  // Leap years: 1926 to 2010 holds no exception to the rule of four.
  const std::size_t days[] = {
      31, s.birth_year % 4 == 0 ? 29u : 28u, 31, 30, 31, 30, 31, 31, 30, 31, 30,
      31};
  const std::size_t month = chance.Below(12);
  const std::size_t day = chance.Below(days[month]) + 1;
  s.birth_date = std::to_string(s.birth_year) + "-" + Digits(month + 1, 2) +
                 "-" + Digits(day, 2);
}

void DrawName(Chance& chance, std::size_t number, Subscriber& s) {
  std::vector<int> falling;
  for (std::size_t i = 0; i < std::size(kSurnames); ++i) {
    falling.push_back(static_cast<int>(2000 / (i + 8)));
  }
  const Name& surname = kSurnames[chance.Weighted(falling)];
  const bool man = chance.Percent(50);
  const std::size_t era = s.birth_year < 1960 ? 0 : s.birth_year < 1990 ? 1 : 2;
  const std::size_t which = era * kNamesOfAnEra + chance.Below(kNamesOfAnEra);
  const Name& given = man ? kMen[which] : kWomen[which];
  s.sex = chance.Below(1000) < 8 ? "無回答" : man ? "男" : "女";
  s.name_kanji = std::string(surname.kanji) + " " + given.kanji;
  s.name_kana = std::string(surname.kana) + " " + given.kana;
  s.email = std::string(given.romaji) + "." + surname.romaji +
            std::to_string(number) +
            (chance.Percent(70) ? "@example.jp" : "@example.co.jp");
}

void DrawHome(Chance& chance, Subscriber& s) {
  s.municipality =
      &kMunicipalities[chance.Weighted(WeightsOf(kMunicipalities))];
  const auto prefixes =
      static_cast<std::size_t>(s.municipality->postal_prefixes);
  const std::size_t prefix =
      static_cast<std::size_t>(s.municipality->postal) + chance.Below(prefixes);
  const std::size_t suffix = chance.Below(40) + 1;
  s.postal_code = Digits(prefix, 3) + "-" + Digits(suffix, 4);
  const std::string chome = std::to_string(chance.Below(6) + 1);
  const std::string block = std::to_string(chance.Below(30) + 1);
  const std::string house = std::to_string(chance.Below(20) + 1);
  s.address = std::string(s.municipality->prefecture) + s.municipality->name +
              kTowns[suffix % std::size(kTowns)] + chome + "丁目" + block +
              "-" + house;
  if (chance.Percent(40)) {
    const char* building = kBuildings[chance.Below(std::size(kBuildings))];
    const std::size_t floor = chance.Below(9) + 1;
    const std::size_t room = chance.Below(8) + 1;
    s.address += std::string(" ") + building + Digits(floor * 100 + room, 3);
  }
}

Subscriber DrawSubscriber(Chance& chance, std::size_t number) {
  Subscriber s;
  // Distinct: 7919 is a prime that does not divide the modulus.
  s.id = Digits((number * 7919 + 1234567) % 9000000 + 1000000, 7, "S");
  DrawBirthDate(chance, s);
  if (number == 0) {  // the oldest
    s.birth_year = 1926;
    s.birth_date = "1926-01-03";
  }
  DrawName(chance, number, s);
  DrawHome(chance, s);
  s.consent_third_party = chance.Percent(35) ? "yes" : "no";
  s.consent_analytics = chance.Percent(70) ? "yes" : "no";
  return s;
}

std::size_t DrawLineCount(Chance& chance, bool oldest) {
  if (oldest) return 5;
  if (!chance.Percent(20)) return 1;
  return 2 + chance.Weighted({60, 22, 10, 8});
}

// The digit that makes the sum over a number divisible by ten, every second
// digit from the right counting double (ISO/IEC 7812-1, Luhn).
char LuhnDigit(std::string_view digits) {
  int sum = 0;
  bool twice = true;
  for (std::size_t i = digits.size(); i > 0; --i, twice = !twice) {
    const int digit = (digits[i - 1] - '0') * (twice ? 2 : 1);
    sum += digit / 10 + digit % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

Line DrawLine(Chance& chance, const Subscriber& subscriber, bool first,
              std::size_t number) {
  Line line;
  line.subscriber = &subscriber;
  std::vector<int> weights;
  for (const Plan& plan : kPlans) {
    const bool sold = subscriber.birth_year >= plan.born_from &&
                      subscriber.birth_year <= plan.born_until &&
                      (plan.first_line || !first);
    weights.push_back(sold ? plan.weight : 0);
  }
  line.plan = &kPlans[chance.Weighted(weights)];
  const auto options = static_cast<int>(chance.Below(3));
  line.monthly_fee =
      line.plan->base_fee + 330 * options + (chance.Percent(25) ? 550 : 0);
  const std::size_t device = chance.Weighted(WeightsOf(kDevices));
  line.device = kDevices[device].name;
  line.imei = Digits(device + 1, 3, "00100") +
              Digits((number * 7919 + 104729) % 1000000, 6);
  line.imei += LuhnDigit(line.imei);
  return line;
}

// A field as RFC 4180 writes it.
std::string Field(std::string_view value) {
  if (value.find_first_of(",\"") == std::string_view::npos) {
    return std::string(value);
  }
  std::string quoted = "\"";
  for (const char c : value) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string Table(const std::vector<Line>& lines,
                  const std::vector<std::size_t>& phones) {
  std::string text =
      "subscriber_id,line_id,name_kanji,name_kana,phone,email,birth_date,sex,"
      "postal_code,address,municipality_code,plan,monthly_fee,device,imei,"
      "consent_third_party,consent_analytics\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const Subscriber& s = *line.subscriber;
    const std::string fields[] = {s.id,
                                  Digits(i + 1, 6, "L"),
                                  s.name_kanji,
                                  s.name_kana,
                                  Digits(phones[i], 4, "090-0000-"),
                                  s.email,
                                  s.birth_date,
                                  s.sex,
                                  s.postal_code,
                                  s.address,
                                  s.municipality->code,
                                  line.plan->name,
                                  std::to_string(line.monthly_fee),
                                  line.device,
                                  line.imei,
                                  s.consent_third_party,
                                  s.consent_analytics};
    for (std::size_t f = 0; f < std::size(fields); ++f) {
      if (f > 0) text += ',';
      text += Field(fields[f]);
    }
    text += "\n";
  }
  return text;
}

// Lines "value;level 1;...;*" for the values in use, in order.
std::map<std::string, std::string> Hierarchies(
    const std::vector<Subscriber>& people) {
  std::set<std::string> dates, homes, postal_codes;
  for (const Subscriber& s : people) {
    const std::string& date = s.birth_date;
    dates.insert(date + ";" + date.substr(0, 7) + ";" + date.substr(0, 4) +
                 ";" + date.substr(0, 3) + "0年代;*\n");
    const std::string& code = s.postal_code;
    postal_codes.insert(code + ";" + code.substr(0, 3) + "-****;" +
                        code.substr(0, 2) + "*-****;*\n");
  }
  for (const Municipality& m : kMunicipalities) {
    homes.insert(std::string(m.code) + ";" + m.prefecture + ";" + m.region +
                 ";*\n");
  }
  std::map<std::string, std::string> files;
  files["hierarchy_sex.csv"] = "男;*\n女;*\n無回答;*\n";
  for (const auto& line : dates) files["hierarchy_birth_date.csv"] += line;
  for (const auto& line : homes) files["hierarchy_municipality.csv"] += line;
  for (const auto& line : postal_codes) {
    files["hierarchy_postal_code.csv"] += line;
  }
  return files;
}

// "35.68124" of 3568124.
std::string Degrees(int units) {
  return std::to_string(units / 100000) + "." +
         Digits(static_cast<std::size_t>(units % 100000), 5);
}

std::string Memo(Chance& chance, std::size_t visitor) {
  std::string memo = kMemos[chance.Below(std::size(kMemos))];
  const std::size_t at = memo.find("{}");
  return at == std::string::npos ? memo
                                 : memo.replace(at, 2, Digits(visitor, 4));
}

// One visit: who is fixed, where and when are drawn.
std::string Visit(Chance& chance, const std::vector<Subscriber>& people,
                  std::size_t visitor) {
  const Subscriber& s = people[visitor];
  std::vector<int> weights;
  for (const Place& place : kPlaces) weights.push_back(place.weight);
  const Place& place = kPlaces[chance.Weighted(weights)];
  const int latitude =
      place.latitude + static_cast<int>(chance.Below(160)) - 80;
  const int longitude =
      place.longitude + static_cast<int>(chance.Below(160)) - 80;
  const std::size_t day = chance.Below(4) + 1;
  const std::size_t hour = chance.Below(12) + 9;
  const std::size_t minute = chance.Below(60);
  const std::size_t tenths = chance.Below(400);
  const std::size_t fee = 980 + 110 * chance.Below(70);
  const bool roaming = chance.Below(300) == 0;  // an enormous bill
  const std::size_t plan = chance.Weighted({50, 30, 18, 2});
  const std::string memo = Memo(chance, visitor);
  const std::string fields[] = {
      s.id,
      Digits(visitor, 7, "ZZ"),
      kTestCards[visitor % std::size(kTestCards)],
      Digits(visitor, 4, "090-0000-"),
      "2026-10-" + Digits(day, 2) + "T" + Digits(hour, 2) + ":" +
          Digits(minute, 2) + "+09:00",
      Degrees(latitude),
      Degrees(longitude),
      std::to_string(2026 - s.birth_year),
      s.sex,
      s.postal_code,
      kVisitPlans[plan],
      std::to_string(tenths / 10) + "." + std::to_string(tenths % 10),
      std::to_string(roaming ? fee * 40 : fee),
      memo};
  std::string line;
  for (std::size_t f = 0; f < std::size(fields); ++f) {
    line += (f > 0 ? "," : "") + Field(fields[f]);
  }
  return line + "\n";
}

// Most consented; some withdrew, some never saw the present terms.
std::string Consent(Chance& chance, const Subscriber& s) {
  const std::string scope = s.id + ",area_statistics,university,";
  switch (chance.Weighted({85, 5, 5, 5})) {
    case 0:
      return scope + "2,2026-04-01,\n";
    case 1:
      return scope + "2,2026-04-01,2026-09-30\n";
    case 2:
      return scope + "1,2025-04-01,\n";
    default:
      return "";
  }
}

void AddVisits(const std::vector<Subscriber>& people,
               std::map<std::string, std::string>& files) {
  Chance chance(kVisitSeed);
  std::string visits =
      "subscriber_id,passport_number,card_number,phone,observed_at,latitude,"
      "longitude,age,sex,postal_code,plan,data_gb,monthly_fee,memo\n";
  for (std::size_t i = 0; i < kVisits; ++i) {
    visits += Visit(chance, people, chance.Below(kVisitors));
  }
  std::string consents =
      "principal,purpose,recipient_class,version,given_on,withdrawn_on\n";
  std::string exclusions = "principal,requested_on\n";
  for (std::size_t i = 0; i < kVisitors; ++i) {
    consents += Consent(chance, people[i]);
    if (chance.Below(100) == 0) exclusions += people[i].id + ",2026-10-20\n";
  }
  files["visits.csv"] = visits;
  files["consents.csv"] = consents;
  files["exclusions.csv"] = exclusions;
}

// One record a subscriber: the first of their lines in `lines`.
std::string Contracts(const std::vector<Line>& lines) {
  std::string text =
      "subscriber_id,birth_date,sex,postal_code,municipality_code,plan,"
      "device\n";
  std::set<const Subscriber*> seen;
  for (const Line& line : lines) {
    const Subscriber& s = *line.subscriber;
    if (!seen.insert(&s).second) continue;
    text += s.id + "," + s.birth_date + "," + s.sex + "," + s.postal_code +
            "," + s.municipality->code + "," + Field(line.plan->name) + "," +
            Field(line.device) + "\n";
  }
  return text;
}

std::map<std::string, std::string> MakeFiles() {
  Chance chance(kSeed);
  std::vector<Subscriber> people;
  for (std::size_t i = 0; i < kSubscribers; ++i) {
    people.push_back(DrawSubscriber(chance, i));
  }
  std::vector<Line> lines;
  for (const Subscriber& subscriber : people) {
    const std::size_t count =
        DrawLineCount(chance, &subscriber == &people.front());
    for (std::size_t i = 0; i < count; ++i) {
      lines.push_back(DrawLine(chance, subscriber, i == 0, lines.size()));
    }
  }
  chance.Shuffle(lines);
  std::vector<std::size_t> phones(kPhoneNumbers);
  for (std::size_t i = 0; i < phones.size(); ++i) phones[i] = i;
  chance.Shuffle(phones);
  assert(lines.size() <= phones.size());
  auto files = Hierarchies(people);
  files["subscribers.csv"] = Table(lines, phones);
  files["contracts.csv"] = Contracts(lines);
  AddVisits(people, files);
  return files;
}

int Main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_subscribers DIRECTORY\n";
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  for (const auto& [name, text] : MakeFiles()) {
    std::ofstream file(directory / name, std::ios::binary);
    file << text;
    if (!file.flush()) {
      std::cerr << "make_subscribers: cannot write " << directory / name
                << "; give a directory you may write to\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace subscribers

int main(int argc, char** argv) { return subscribers::Main(argc, argv); }
