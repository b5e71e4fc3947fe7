// SPDX-License-Identifier: Apache-2.0
//
// Each structure lists its members once; a writer and a reader walk the same
// list, so that neither can forget what the other knows.
#include "anon/release/terms_file.h"

#include <fmt/format.h>

#include <optional>

#include "base/json.h"
#include "base/status_macros.h"

namespace anon {
namespace {

using internal::Json;

constexpr std::string_view kSchema = "release_terms/1";

// A structure that lists its members. `Walker` is called with name and member.
template <typename Walker>
void Walk(Walker& walker, BilingualText& v) {
  walker("ja", v.ja);
  walker("en", v.en);
}
template <typename Walker>
void Walk(Walker& walker, Publisher& v) {
  walker("name", v.name);
  walker("address", v.address);
  walker("representative", v.representative);
}
template <typename Walker>
void Walk(Walker& walker, Contact& v) {
  walker("window", v.window);
  walker("address", v.address);
  walker("hours", v.hours);
  walker("email", v.email);
  walker("phone", v.phone);
  walker("url", v.url);
}
template <typename Walker>
void Walk(Walker& walker, Item& v) {
  walker("attribute", v.attribute);
  walker("label", v.label);
  walker("group", v.group);
}
template <typename Walker>
void Walk(Walker& walker, Continuity& v) {
  walker("continuing", v.continuing);
  walker("from", v.from);
  walker("to", v.to);
}
template <typename Walker>
void Walk(Walker& walker, ManifestVersion& v) {
  walker("id", v.id);
  walker("version", v.version);
}
template <typename Walker>
void Walk(Walker& walker, Creator& v) {
  walker("party", v.party);
  walker("answers", v.answers);
}
template <typename Walker>
void Walk(Walker& walker, ExclusionProcedure& v) {
  walker("url", v.url);
  walker("email", v.email);
  walker("phone", v.phone);
  walker("cut_off", v.cut_off);
}
template <typename Walker>
void Walk(Walker& walker, JointUse& v) {
  walker("range", v.range);
  walker("users", v.users);
  walker("purpose", v.purpose);
  walker("responsible", v.responsible);
}
template <typename Walker>
void Walk(Walker& walker, PurposeChange& v) {
  walker("former", v.former);
  walker("changed_on", v.changed_on);
}
template <typename Walker>
void Walk(Walker& walker, DisclosedModel& v) {
  walker("model", v.model);
  walker("attribute", v.attribute);
  walker("asked", v.asked);
}
template <typename Walker>
void Walk(Walker& walker, ReleaseTerms& v) {
  walker("kind", v.kind);
  walker("id", v.id);
  walker("manifest", v.manifest);
  walker("supersedes", v.supersedes);
  walker("manifest_url", v.manifest_url);
  walker("created", v.created);
  walker("law_edition", v.law_edition);
  walker("publisher", v.publisher);
  walker("creators", v.creators);
  walker("contact", v.contact);
  walker("population", v.population);
  walker("purpose", v.purpose);
  walker("items", v.items);
  walker("methods_of_provision", v.methods_of_provision);
  walker("recipient", v.recipient);
  walker("continuity", v.continuity);
  walker("safety_measures", v.safety_measures);
  walker("erasure", v.erasure);
  walker("exclusion", v.exclusion);
  walker("telecom_location", v.telecom_location);
  walker("joint_use", v.joint_use);
  walker("purpose_change", v.purpose_change);
  walker("approval_required", v.approval_required);
  walker("wording", v.wording);
}
template <typename Walker>
void Walk(Walker& walker, ManifestFacts& v) {
  walker("output_columns", v.output_columns);
  walker("technique_verbs", v.technique_verbs);
  walker("run_key_destroyed", v.run_key_destroyed);
  walker("tool_version", v.tool_version);
  walker("disclosed_models", v.disclosed_models);
  walker("sealed_words", v.sealed_words);
}
template <typename Walker>
void Walk(Walker& walker, StoredTerms& v) {
  walker("terms", v.terms);
  walker("facts", v.facts);
}

// Enumerations by number; the numbers are part of the schema.
constexpr int kMostKinds = 3;
constexpr int kMostErasures = 2;
constexpr int NumberOfValues(DatasetKind) { return kMostKinds; }
constexpr int NumberOfValues(ErasureMode) { return kMostErasures; }

struct Writer {
  Json json = Json::object();

  template <typename T>
  void operator()(const char* name, T& value) {
    json[name] = Of(value);
  }

  static Json Of(std::string& value) { return value; }
  static Json Of(bool& value) { return value; }
  static Json Of(int& value) { return value; }
  template <typename T>
  static Json Of(T& value) {
    if constexpr (std::is_enum_v<T>) {
      return static_cast<int>(value);
    } else {
      Writer writer;
      Walk(writer, value);
      return std::move(writer.json);
    }
  }
  template <typename T>
  static Json Of(std::vector<T>& values) {
    Json array = Json::array();
    for (T& value : values) array.push_back(Of(value));
    return array;
  }
  template <typename T>
  static Json Of(std::optional<T>& value) {
    return value ? Of(*value) : Json();
  }
  template <typename T>
  static Json Of(std::map<std::string, T>& values) {
    Json object = Json::object();
    for (auto& [key, value] : values) object[key] = Of(value);
    return object;
  }
};

// Remembers the first member that is not what it should be.
class Reader {
 public:
  Reader(const Json& json, std::string path, std::string& wrong)
      : json_(json), path_(std::move(path)), wrong_(wrong) {}

  template <typename T>
  void operator()(const char* name, T& value) {
    ++members_;
    const auto member = json_.find(name);
    const std::string path = path_.empty() ? name : path_ + "." + name;
    if (member == json_.end()) return Complain(path);
    Read(*member, path, value);
  }

  // Whether there is a member that nobody asked for.
  void Close() {
    if (json_.size() != members_) Complain(path_.empty() ? "terms" : path_);
  }

 private:
  void Complain(const std::string& path) {
    if (wrong_.empty()) wrong_ = path;
  }

  void Read(const Json& json, const std::string& path, std::string& value) {
    if (!json.is_string()) return Complain(path);
    value = json.get<std::string>();
  }
  void Read(const Json& json, const std::string& path, bool& value) {
    if (!json.is_boolean()) return Complain(path);
    value = json.get<bool>();
  }
  void Read(const Json& json, const std::string& path, int& value) {
    constexpr std::int64_t kMost = 1'000'000;
    if (!json.is_number_integer() || json.get<std::int64_t>() < 0 ||
        json.get<std::int64_t>() > kMost) {
      return Complain(path);
    }
    value = json.get<int>();
  }
  template <typename T>
  void Read(const Json& json, const std::string& path, T& value) {
    if constexpr (std::is_enum_v<T>) {
      int number = 0;
      Read(json, path, number);
      if (number >= NumberOfValues(value)) return Complain(path);
      value = static_cast<T>(number);
    } else {
      if (!json.is_object()) return Complain(path);
      Reader reader(json, path, wrong_);
      Walk(reader, value);
      reader.Close();
    }
  }
  template <typename T>
  void Read(const Json& json, const std::string& path, std::vector<T>& values) {
    if (!json.is_array()) return Complain(path);
    for (const Json& each : json) Read(each, path, values.emplace_back());
  }
  template <typename T>
  void Read(const Json& json, const std::string& path,
            std::optional<T>& value) {
    if (!json.is_null()) Read(json, path, value.emplace());
  }
  template <typename T>
  void Read(const Json& json, const std::string& path,
            std::map<std::string, T>& values) {
    if (!json.is_object()) return Complain(path);
    for (const auto& [key, each] : json.items()) Read(each, path, values[key]);
  }

  const Json& json_;
  const std::string path_;
  std::string& wrong_;
  std::size_t members_ = 0;
};

}  // namespace

std::string TermsJson(const StoredTerms& stored) {
  StoredTerms copy = stored;
  Writer writer;
  Walk(writer, copy);
  writer.json["schema"] = kSchema;
  return internal::PrettyJson(writer.json);
}

absl::StatusOr<StoredTerms> ReadTerms(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("schema", Json()) != kSchema) {
    return InputError(
        fmt::format("this is not {}: give the terms.json of the run", kSchema));
  }
  json.erase("schema");
  StoredTerms stored;
  std::string wrong;
  Reader reader(json, "", wrong);
  Walk(reader, stored);
  reader.Close();
  if (!wrong.empty()) {
    return InputError(fmt::format(
        "{} is not what a run writes there: give the terms.json of the run",
        wrong));
  }
  ANON_RETURN_IF_ERROR(CheckTerms(stored.terms, stored.facts.output_columns));
  return stored;
}

}  // namespace anon
