// SPDX-License-Identifier: Apache-2.0
#include "e2e/oracle.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "e2e/process.h"
#include "support/support.h"

namespace anon::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Json Case(const std::string& name) {
  return Json::parse(Read(SourceDir() / "tests/oracle/expected.json")).at(name);
}

Count RunCounter(std::vector<std::string> arguments) {
  const TempDir temporary;
  const fs::path dump = temporary / "dump";
  arguments.insert(arguments.begin(), ANON_COUNT_CLASSES);
  arguments.push_back("--dump");
  arguments.push_back(dump.string());
  const Outcome outcome = RunProcess(arguments);
  if (outcome.exit_code != 0) throw std::runtime_error(outcome.err);
  return {.counts = Json::parse(outcome.out), .dump = Read(dump)};
}

// A path in an argument of the case, which is relative to its directory:
// "column=path:level,..." or a path.
std::string Absolute(std::string text, const fs::path& directory,
                     const fs::path& shared) {
  const auto replace_all = [&text](const std::string& from,
                                   const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  };
  replace_all("data/", (directory / "data/").string());
  replace_all("../../shared/" + (directory / "data/").string(),
              (shared / "data/").string());
  return text;
}

}  // namespace

Count CountSource(const std::string& name, const fs::path& shared) {
  const Json wanted = Case(name);
  const fs::path directory =
      SourceDir() / wanted.at("directory").get<std::string>();
  std::vector<std::string> arguments;
  for (const Json& argument : wanted.at("arguments")) {
    arguments.push_back(
        Absolute(argument.get<std::string>(), directory, shared));
  }
  Count count = RunCounter(arguments);
  CHECK(count.counts == wanted.at("counts"));
  return count;
}

Count CountRelease(const std::string& name, const fs::path& data) {
  const Json arguments = Case(name).at("arguments");
  std::string quasi;
  std::string sensitive;
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    const std::string next = arguments[i + 1].get<std::string>();
    if (arguments[i] == "--sensitive") sensitive = next;
    if (arguments[i] != "--qi") continue;
    // Without the hierarchies: "=path:level" up to the next comma.
    bool in_name = true;
    for (const char c : next) {
      if (c == '=') in_name = false;
      if (c == ',') in_name = true;
      if (in_name) quasi += c;
    }
  }
  return RunCounter(
      {"--released", data.string(), "--qi", quasi, "--sensitive", sensitive});
}

void CheckFigures(const Json& report, const Json& counts) {
  const std::int64_t records = counts.at("records_in");
  const std::int64_t suppressed = counts.at("records_suppressed");
  const std::int64_t principals = counts.at("principals_in");
  CHECK(report.at("records").at("in") == records);
  CHECK(report.at("records").at("suppressed") == suppressed);
  CHECK(report.at("records").at("out") == records - suppressed);
  CHECK(report.at("principals").at("in") == principals);
  CHECK(report.at("principals").at("affected") ==
        counts.at("principals_affected"));
  CHECK(report.at("classes").at("kept") == counts.at("classes_kept"));
  CHECK(report.at("classes").at("suppressed") ==
        counts.at("classes_suppressed"));
  CHECK(report.at("classes").at("smallest") == counts.at("k"));
  for (const Json& model : report.at("models")) {
    CHECK(model.at("satisfied") == true);
    const char* const figure = model.at("model") == "k_anonymity" ? "k" : "l";
    const Json& achieved = model.at("achieved");
    CHECK((achieved.is_string() ? Json::parse(achieved.get<std::string>())
                                : achieved) == counts.at(figure));
  }
}

}  // namespace anon::test
