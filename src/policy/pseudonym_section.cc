// SPDX-License-Identifier: Apache-2.0
//
// How a column is pseudonymized.
#include <fmt/format.h>

#include <limits>

#include "policy/prepared_source.h"
#include "policy/sections.h"

namespace anon::internal {
namespace {

constexpr const char* kKeys[] = {"encoding", "normalize",        "epoch",
                                 "bytes",    "most_identifiers", "fresh"};

// Before principals are counted, so that one person's spellings are one person.
class NormalizeIdentifier final : public CellOperator {
 public:
  explicit NormalizeIdentifier(Normalization profile) : profile_(profile) {}

  const OperatorDescriptor& descriptor() const override {
    static const auto& descriptor = *[] {
      auto* const made = new OperatorDescriptor;
      made->name = "normalize";
      return made;
    }();
    return descriptor;
  }
  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    if (value.empty()) return std::optional<std::string>("");
    std::string buffer;
    const auto normal = Normalize(profile_, value, buffer);
    if (!normal.ok()) return normal.status();
    return std::optional<std::string>(*normal);
  }

 private:
  Normalization profile_;
};

void ReadLengths(const MapReader& map, PseudonymOptions& options) {
  const auto bytes = map.Integer("bytes", Need::kOptional);
  const auto most = map.Integer("most_identifiers", Need::kOptional);
  if (bytes && (*bytes < static_cast<std::int64_t>(kLeastPseudonymBytes) ||
                *bytes > static_cast<std::int64_t>(kMostPseudonymBytes))) {
    map.Complain("bytes",
                 fmt::format("{} must be from 8 to 16", map.PathOf("bytes")));
    return;
  }
  if (most && *most < 1) {
    map.Complain(
        "most_identifiers",
        fmt::format("{} must be 1 or more", map.PathOf("most_identifiers")));
    return;
  }
  if (bytes) options.bytes = static_cast<std::size_t>(*bytes);
  if (most) options.most_identifiers = static_cast<std::uint64_t>(*most);
  const std::size_t least = LeastPseudonymBytes(options.most_identifiers);
  if (options.bytes >= least) return;
  map.Complain(
      bytes ? "bytes" : "most_identifiers",
      fmt::format("{} do not keep {} identifiers apart: {}",
                  fmt::format("{} bytes of {}", options.bytes, map.path()),
                  options.most_identifiers,
                  least > kMostPseudonymBytes
                      ? std::string("128 bits are enough for 2^48; split the "
                                    "domain")
                      : fmt::format("take {} bytes, or state most_identifiers",
                                    least)));
}

}  // namespace

void ReadPseudonym(const MapReader& map, ColumnPolicy& column) {
  if (column.treatment != Treatment::kPseudonymize) {
    for (const char* const key : kKeys) {
      if (!map.Has(key)) continue;
      map.Complain(key,
                   fmt::format("{} has no meaning with treatment: {}; "
                               "remove it",
                               map.PathOf(key), ToString(column.treatment)));
    }
    return;
  }
  PseudonymOptions& options = column.pseudonym;
  options.encoding = map.Choice<PseudonymEncoding>(
                            "encoding", Need::kOptional,
                            {{"base32", PseudonymEncoding::kBase32},
                             {"hex", PseudonymEncoding::kHex},
                             {"base64url", PseudonymEncoding::kBase64Url},
                             {"decimal", PseudonymEncoding::kDecimal}})
                         .value_or(PseudonymEncoding::kBase32);
  // Versions only: what a policy says never changes meaning.
  options.normalization =
      map.Choice<Normalization>("normalize", Need::kOptional,
                                {{"none", Normalization::kNone},
                                 {"text-1", Normalization::kText1},
                                 {"code-1", Normalization::kCode1},
                                 {"phone-jp-1", Normalization::kPhoneJp1},
                                 {"email-1", Normalization::kEmail1}})
          .value_or(Normalization::kNone);
  options.epoch = map.Text("epoch", Need::kOptional).value_or("");
  ReadLengths(map, options);
  column.fresh_pseudonyms =
      map.Boolean("fresh", Need::kOptional).value_or(false);
  if (column.fresh_pseudonyms && map.Has("epoch")) {
    map.Complain("epoch", fmt::format("{} has no meaning with fresh: true, "
                                      "which links nothing; remove one",
                                      map.PathOf("epoch")));
  }
}

std::vector<ColumnOperators> NormalizersOf(const Policy& policy) {
  std::vector<ColumnOperators> columns;
  for (const ColumnPolicy& column : policy.columns) {
    const Normalization profile = column.pseudonym.normalization;
    if (profile == Normalization::kNone) continue;
    columns.push_back(
        {column.name, {std::make_shared<NormalizeIdentifier>(profile)}});
  }
  return columns;
}

}  // namespace anon::internal
