// SPDX-License-Identifier: Apache-2.0
#include "anon/release/attestation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "base/json.h"
#include "base/status_macros.h"

namespace anon {
namespace {

namespace fs = std::filesystem;
using internal::Json;

constexpr char kName[] = "publish/attestation.json";

fs::path PathIn(const fs::path& directory) { return directory / kName; }

// What is signed: the document without its signatures.
std::string SignedText(Json document) {
  document.erase("signatures");
  return internal::PrettyJson(document);
}

absl::StatusOr<Json> ReadDocument(const fs::path& directory) {
  ANON_ASSIGN_OR_RETURN(const std::string text, ReadFile(PathIn(directory)));
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto is = [&document](const char* key, Json::value_t type) {
    return document.contains(key) && document[key].type() == type;
  };
  if (!document.is_object() || !document.contains("attestation") ||
      document["attestation"] != 1 || !is("files", Json::value_t::object) ||
      !is("signatures", Json::value_t::array) ||
      !is("release_id", Json::value_t::string) ||
      !is("kind", Json::value_t::string) ||
      !is("created", Json::value_t::string) ||
      !is("models_met", Json::value_t::boolean)) {
    return InputError(fmt::format("{}: not an attestation of format 1",
                                  PathIn(directory).string()));
  }
  // Other bytes that parse to the same document are not what was signed.
  if (internal::PrettyJson(document) != text) {
    return InputError(
        fmt::format("{}: not in canonical form, so it was changed",
                    PathIn(directory).string()));
  }
  return document;
}

// Names of all files below `directory` but the attestation.
absl::StatusOr<std::set<std::string>> FilesBelow(const fs::path& directory) {
  std::set<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error), end;
       !error && at != end; at.increment(error)) {
    if (at->is_directory() && !at->is_symlink()) continue;
    names.insert(at->path().lexically_relative(directory).generic_string());
  }
  if (error) return IoError("read", directory.string(), error.value());
  names.erase(kName);
  return names;
}

absl::Status CompareFiles(const fs::path& directory, const Json& document,
                          std::vector<std::string>& problems) {
  ANON_ASSIGN_OR_RETURN(std::set<std::string> there, FilesBelow(directory));
  for (const auto& [name, sha256] : document["files"].items()) {
    const bool plain = sha256.is_string() && !name.starts_with('/') &&
                       name.find("..") == std::string::npos;
    if (!plain) {
      problems.push_back("the attestation names a file outside the release");
    } else if (there.erase(name) == 0) {
      problems.push_back(fmt::format("{} is missing", name));
    } else {
      const auto digest = Sha256OfFile(directory / name);
      ANON_RETURN_IF_ERROR(digest.status());
      if (ToHex(*digest) != sha256.get<std::string>()) {
        problems.push_back(
            fmt::format("{} is not what was attested: it was changed", name));
      }
    }
  }
  for (const std::string& name : there) {
    problems.push_back(fmt::format("{} is not attested", name));
  }
  return absl::OkStatus();
}

std::string TextOf(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string()
             ? object[key].get<std::string>()
             : "";
}

std::vector<std::byte> FromHex(const std::string& hex) {
  std::vector<std::byte> bytes;
  if (hex.size() % 2 != 0 ||
      hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return bytes;
  }
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(
        static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

VerifiedRelease::Signature Check(const Json& json, const std::string& text,
                                 const std::vector<VerifyingKey>& trusted) {
  VerifiedRelease::Signature signature{.role = TextOf(json, "role"),
                                       .key_id = TextOf(json, "key_id")};
  const auto key = VerifyingKey::Parse(TextOf(json, "public_key"));
  if (!key.ok()) return signature;
  signature.valid =
      key->id() == signature.key_id &&
      (signature.role == "maker" || signature.role == "approver") &&
      key->Verifies(signature.role + "\n" + text,
                    FromHex(TextOf(json, "signature")));
  signature.known =
      signature.valid && std::ranges::find(trusted, *key) != trusted.end();
  return signature;
}

absl::Status MaySign(const Json& document, const SigningKey& key,
                     SignerRole role) {
  const std::string id = key.verifying_key().id();
  for (const Json& signature : document["signatures"]) {
    if (TextOf(signature, "key_id") != id) continue;
    return absl::FailedPreconditionError(
        role == SignerRole::kApprover
            ? "this key has signed the release already: another person must "
              "approve it"
            : "this key has signed the release already");
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view ToString(SignerRole role) {
  return role == SignerRole::kMaker ? "maker" : "approver";
}

std::string AttestationJson(const ReleaseTerms& terms,
                            const ManifestFacts& facts,
                            const std::map<std::string, std::string>& sha256) {
  Json document = {
      {"attestation", 1},
      {"release_id", terms.id},
      {"kind", ToString(terms.kind)},
      {"law_edition", terms.law_edition},
      {"created", terms.created},
      {"tool", {{"name", "anon"}, {"version", facts.tool_version}}},
      {"models_met", true},
      {"approval_required", terms.approval_required},
      {"run_key_destroyed", facts.run_key_destroyed},
      {"files", sha256},
      {"signatures", Json::array()}};
  for (const DisclosedModel& model : facts.disclosed_models) {
    document["models"].push_back({{"model", model.model},
                                  {"attribute", model.attribute},
                                  {"asked", model.asked}});
  }
  return internal::PrettyJson(document);
}

absl::Status SignRelease(const fs::path& directory, const SigningKey& key,
                         SignerRole role) {
  ANON_ASSIGN_OR_RETURN(Json document, ReadDocument(directory));
  ANON_RETURN_IF_ERROR(MaySign(document, key, role));
  std::vector<std::string> problems;
  ANON_RETURN_IF_ERROR(CompareFiles(directory, document, problems));
  if (!problems.empty()) {
    return absl::FailedPreconditionError(
        fmt::format("not signed: {}", problems.front()));
  }
  ANON_ASSIGN_OR_RETURN(
      const auto signature,
      key.Sign(std::string(ToString(role)) + "\n" + SignedText(document)));
  document["signatures"].push_back(
      {{"role", ToString(role)},
       {"key_id", key.verifying_key().id()},
       {"public_key", key.verifying_key().ToString()},
       {"signature", ToHex(signature)}});
  return WriteFile(PathIn(directory), internal::PrettyJson(document));
}

bool VerifiedRelease::trusted() const {
  const auto valid = [](const Signature& s) { return s.valid; };
  const auto known = [](const Signature& s) { return s.known; };
  return problems.empty() && !approval_missing &&
         std::ranges::all_of(signatures, valid) &&
         std::ranges::any_of(signatures, known);
}

absl::StatusOr<VerifiedRelease> VerifyRelease(
    const fs::path& directory, const std::vector<VerifyingKey>& trusted) {
  ANON_ASSIGN_OR_RETURN(const Json document, ReadDocument(directory));
  VerifiedRelease result;
  result.release_id = TextOf(document, "release_id");
  result.kind = TextOf(document, "kind");
  result.created = TextOf(document, "created");
  result.models_met = document["models_met"].get<bool>();
  ANON_RETURN_IF_ERROR(CompareFiles(directory, document, result.problems));
  const std::string text = SignedText(document);
  const bool approval_required =
      document.value("approval_required", Json()) == true;
  for (const Json& signature : document["signatures"]) {
    result.signatures.push_back(Check(signature, text, trusted));
    if (result.signatures.back().valid) continue;
    result.problems.push_back(
        fmt::format("signature {} is not valid", result.signatures.size()));
  }
  const auto approves = [](const VerifiedRelease::Signature& signature) {
    return signature.valid && signature.role == ToString(SignerRole::kApprover);
  };
  result.approval_missing =
      approval_required && std::ranges::none_of(result.signatures, approves);
  return result;
}

}  // namespace anon
