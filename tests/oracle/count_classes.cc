// SPDX-License-Identifier: Apache-2.0
// The slow, obvious counter that the library's figures are held against. It
// shares no code with the library, keeps everything in std::map, and reads
// nothing but the files it is given.
//
// Before a run, from a source table:
//   count_classes --input in.csv --delimiter ';'
//       --qi sex,age=age.csv:3 --sensitive occupation [--principal id]
//       --k 5 --l 2
// generalizes, drops every class with fewer than k principals or l distinct
// sensitive values, and prints one JSON object:
//   records_in, principals_in  what the table holds
//   classes_kept, classes_suppressed, records_suppressed
//   principals_affected        principals who lose any record
//   k, l                       the smallest figures among the kept classes, or
//                              null if there is none
// A quasi-identifier without `=file:level` stands as it is. Without --principal
// every record is a principal of its own.
//
// After a run, from what was released:
//   count_classes --released out.csv --qi sex,age --sensitive occupation
// prints records, classes, k (by records, or by --principal) and l.
//
// --dump FILE (both forms) writes one line a class, sorted: the tuple, the
// number of records, and `value=records` for each sensitive value, separated by
// tabs. Release and source agree if and only if their dumps are equal.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Row = std::vector<std::string>;
using Table = std::vector<Row>;

[[noreturn]] void Fail(const std::string& sentence) {
  std::cerr << "count_classes: " << sentence << "\n";
  std::exit(2);
}

// RFC 4180, character by character; the ends of lines may be LF or CRLF.
Table ReadCsv(const std::string& path, char delimiter) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail("cannot read " + path);
  const std::string text((std::istreambuf_iterator<char>(file)),
                         std::istreambuf_iterator<char>());
  Table table;
  Row row;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && field.empty()) {
      quoted = true;
    } else if (c == delimiter) {
      row.push_back(field);
      field.clear();
    } else if (c == '\n') {
      if (!field.empty() && field.back() == '\r') field.pop_back();
      row.push_back(field);
      field.clear();
      table.push_back(row);
      row.clear();
    } else {
      field += c;
    }
  }
  if (!field.empty() || !row.empty()) {
    row.push_back(field);
    table.push_back(row);
  }
  return table;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

std::size_t Number(const std::string& text) {
  if (text.empty() ||
      text.find_first_not_of("0123456789") != std::string::npos ||
      text.size() > 9) {
    Fail("a number is wanted in the place of one argument; see the source");
  }
  return std::stoul(text);
}

// What one --qi item says.
struct QuasiIdentifier {
  std::string column;
  bool generalized = false;
  std::map<std::string, std::string> to;  // value -> generalized value
};

QuasiIdentifier ReadQuasiIdentifier(const std::string& item, char delimiter) {
  QuasiIdentifier qi;
  const std::size_t equals = item.find('=');
  qi.column = item.substr(0, equals);
  if (equals == std::string::npos) return qi;
  const std::size_t colon = item.rfind(':');
  if (colon == std::string::npos || colon < equals) {
    Fail("write --qi column=hierarchy.csv:level");
  }
  const std::string path = item.substr(equals + 1, colon - equals - 1);
  const std::size_t level = Number(item.substr(colon + 1));
  qi.generalized = true;
  for (const Row& row : ReadCsv(path, delimiter)) {
    if (row.size() == 1 && row[0].empty()) continue;
    if (level >= row.size()) Fail(path + " has no such level");
    qi.to[row[0]] = row[level];
  }
  return qi;
}

struct Class {
  std::size_t records = 0;
  std::set<std::string> principals;
  std::map<std::string, std::size_t> sensitive;
};

struct Arguments {
  std::map<std::string, std::string> given;
  bool Has(const std::string& name) const { return given.count(name) > 0; }
  std::string Get(const std::string& name) const {
    const auto found = given.find(name);
    if (found == given.end()) Fail("--" + name + " is missing");
    return found->second;
  }
  char Delimiter(const std::string& name, char fallback) const {
    if (!Has(name)) return fallback;
    if (Get(name).size() != 1) Fail("--" + name + " is one character");
    return Get(name)[0];
  }
};

Arguments ReadArguments(int argc, char** argv) {
  static const std::set<std::string> known = {
      "input", "released", "delimiter", "hierarchy-delimiter",
      "qi",    "k",        "sensitive", "principal",
      "l",     "dump"};
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (name.rfind("--", 0) != 0 || known.count(name.substr(2)) == 0) {
      Fail("unknown argument " + name);
    }
    if (i + 1 == argc) Fail(name + " wants a value");
    arguments.given[name.substr(2)] = argv[i + 1];
  }
  if (arguments.Has("input") == arguments.Has("released")) {
    Fail("give either --input or --released");
  }
  return arguments;
}

std::size_t ColumnOf(const Row& header, const std::string& name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) Fail("there is no column " + name);
  return static_cast<std::size_t>(found - header.begin());
}

struct Count {
  std::map<Row, Class> classes;
  std::set<std::string> principals;
  std::size_t records = 0;
};

Count CountClasses(const Arguments& arguments) {
  const bool released = arguments.Has("released");
  const Table table = ReadCsv(arguments.Get(released ? "released" : "input"),
                              arguments.Delimiter("delimiter", ','));
  if (table.empty()) Fail("the table has no header");
  std::vector<QuasiIdentifier> qis;
  std::vector<std::size_t> columns;
  for (const std::string& item : Split(arguments.Get("qi"), ',')) {
    qis.push_back(ReadQuasiIdentifier(
        item, arguments.Delimiter("hierarchy-delimiter", ';')));
    columns.push_back(ColumnOf(table[0], qis.back().column));
  }
  const std::size_t sensitive = ColumnOf(table[0], arguments.Get("sensitive"));
  const std::size_t principal =
      arguments.Has("principal")
          ? ColumnOf(table[0], arguments.Get("principal"))
          : table[0].size();

  Count count;
  for (std::size_t r = 1; r < table.size(); ++r) {
    const Row& row = table[r];
    if (row.size() != table[0].size()) {
      Fail("record " + std::to_string(r) + " has a wrong number of fields");
    }
    Row tuple;
    for (std::size_t q = 0; q < qis.size(); ++q) {
      const std::string& value = row[columns[q]];
      if (qis[q].generalized && qis[q].to.count(value) == 0) {
        Fail("a value of column " + qis[q].column + ", record " +
             std::to_string(r) + ", is not in its hierarchy");
      }
      tuple.push_back(qis[q].generalized ? qis[q].to.at(value) : value);
    }
    const std::string who =
        principal < row.size() ? row[principal] : std::to_string(r);
    Class& its_class = count.classes[tuple];
    ++its_class.records;
    its_class.principals.insert(who);
    ++its_class.sensitive[row[sensitive]];
    count.principals.insert(who);
    ++count.records;
  }
  return count;
}

void Dump(const std::string& path, const std::map<Row, Class>& classes) {
  std::ofstream file(path, std::ios::binary);
  for (const auto& [tuple, its_class] : classes) {
    for (const std::string& value : tuple) file << value << '\t';
    file << its_class.records;
    for (const auto& [value, records] : its_class.sensitive) {
      file << '\t' << value << '=' << records;
    }
    file << '\n';
  }
  if (!file.flush()) Fail("cannot write " + path);
}

// The smallest figures over `classes`, as two members of a JSON object.
std::string Smallest(const std::map<Row, Class>& classes) {
  if (classes.empty()) return "\"k\": null, \"l\": null";
  std::size_t k = static_cast<std::size_t>(-1);
  std::size_t l = k;
  for (const auto& [tuple, its_class] : classes) {
    k = std::min(k, its_class.principals.size());
    l = std::min(l, its_class.sensitive.size());
  }
  return "\"k\": " + std::to_string(k) + ", \"l\": " + std::to_string(l);
}

void ReportReleased(const Arguments& arguments) {
  const Count count = CountClasses(arguments);
  if (arguments.Has("dump")) Dump(arguments.Get("dump"), count.classes);
  std::cout << "{\"records\": " << count.records
            << ", \"classes\": " << count.classes.size() << ", "
            << Smallest(count.classes) << "}\n";
}

void ReportInput(const Arguments& arguments) {
  const std::size_t k = Number(arguments.Get("k"));
  const std::size_t l = Number(arguments.Get("l"));
  const Count count = CountClasses(arguments);
  std::map<Row, Class> kept;
  std::set<std::string> affected;
  std::size_t records_suppressed = 0;
  for (const auto& [tuple, its_class] : count.classes) {
    if (its_class.principals.size() >= k && its_class.sensitive.size() >= l) {
      kept[tuple] = its_class;
    } else {
      affected.insert(its_class.principals.begin(), its_class.principals.end());
      records_suppressed += its_class.records;
    }
  }
  if (arguments.Has("dump")) Dump(arguments.Get("dump"), kept);
  std::cout << "{\"records_in\": " << count.records
            << ", \"principals_in\": " << count.principals.size()
            << ", \"classes_kept\": " << kept.size()
            << ", \"classes_suppressed\": "
            << count.classes.size() - kept.size()
            << ", \"records_suppressed\": " << records_suppressed
            << ", \"principals_affected\": " << affected.size() << ", "
            << Smallest(kept) << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = ReadArguments(argc, argv);
  if (arguments.Has("released")) {
    ReportReleased(arguments);
  } else {
    ReportInput(arguments);
  }
  return 0;
}
