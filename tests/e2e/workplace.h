// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_E2E_WORKPLACE_H_
#define ANON_TESTS_E2E_WORKPLACE_H_

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/process.h"
#include "support/support.h"

namespace anon::test {

// Runs the tool that was built, e.g. {"policy", "check", ...}.
Outcome Tool(const std::vector<std::string>& arguments,
             const ProcessOptions& options = {});

// A policy of examples/, with every path in it made absolute. `shared` replaces
// the place of third-party data.
std::string ExamplePolicy(std::string_view name,
                          const std::filesystem::path& shared = {});

// `text` with the only occurrence of `from` replaced; throws if there is not
// exactly one.
std::string Replaced(std::string text, std::string_view from,
                     std::string_view to);

// A small table: subscriber_id, phone, sex, area, plan. One subscriber in five
// has a second line; one stands alone in her prefecture.
std::string SmallTable(int subscribers);
// Its hierarchy of areas, municipality;prefecture;*.
std::string SmallHierarchy();
enum class Kind { kAnonymized, kPseudonymized };
// Its policy, for files table.csv and area.csv beside it: 3-anonymity with two
// plans in every class.
std::string SmallPolicy(Kind kind);

// Directories of one run, apart as they have to be, and gone with their owner.
class Workplace {
 public:
  Workplace();

  // Writes the policy (policy.yaml in `root`), or the small table with its
  // policy.
  void UsePolicy(std::string_view text);
  void UseSmallTable(Kind kind, int subscribers);

  // anon key create and anon vault init; runs then get both.
  void MakeSecrets();

  // anon run with this place's directories, and `more`.
  std::vector<std::string> RunArguments(
      const std::vector<std::string>& more = {}) const;
  Outcome Run(const std::vector<std::string>& more = {},
              const ProcessOptions& options = {}) const;

  // What the vault holds of one data set and attribute, original by pseudonym.
  // Opened past the custodian's interface, which refuses it for the legal kind.
  std::map<std::string, std::string> Originals(
      const std::string& data_set, const std::string& attribute) const;

  // What runs left beside the release and the internal directory.
  std::vector<std::string> Leftovers() const;

  const std::filesystem::path& root() const { return root_.path(); }
  std::filesystem::path policy() const { return root() / "policy.yaml"; }

  // Where runs put things; a test may change them.
  std::filesystem::path out;
  std::filesystem::path internal;
  std::filesystem::path vault;
  std::filesystem::path keyring;
  // The reference to the key-encryption key.
  std::string kek() const { return "file:" + (root() / "kek/kek").string(); }
  std::filesystem::path custodian_key;

 private:
  TempDir root_;
  bool secrets_ = false;
};

}  // namespace anon::test

#endif  // ANON_TESTS_E2E_WORKPLACE_H_
