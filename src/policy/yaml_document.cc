// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <exception>
#include <sstream>

namespace anon::internal {
namespace {

// Remembers where the latest document begins.
class DocumentStart final : public YAML::EventHandler {
 public:
  const YAML::Mark& mark() const { return mark_; }

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  YAML::Mark mark_;
};

// YAML::Load ignores what follows the first document, and YAML::LoadAll never
// returns from a stray "}" there (yaml-cpp 0.7); so the documents are counted.
bool IsOneDocument(Complaints& complaints, const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  DocumentStart start;
  if (!parser.HandleNextDocument(start)) {
    complaints.AddAtOffset(0, "the file is empty: write a policy");
    return false;
  }
  if (!parser.HandleNextDocument(start)) return true;
  complaints.Add(start.mark(),
                 "the policy ended above, yet more is here: keep one YAML "
                 "document, and check brackets");
  return false;
}

}  // namespace

std::optional<YAML::Node> ParseYaml(Complaints& complaints,
                                    const std::string& text) {
  try {
    if (IsOneDocument(complaints, text)) return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    complaints.Add(error.mark,
                   fmt::format("this is not YAML ({}): check indentation, "
                               "colons and quotes here and above",
                               Shown(error.msg)));
  } catch (const std::exception&) {
    complaints.AddAtOffset(0, "this cannot be read as YAML: simplify it");
  }
  return std::nullopt;
}

}  // namespace anon::internal
