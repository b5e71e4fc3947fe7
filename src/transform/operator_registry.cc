// SPDX-License-Identifier: Apache-2.0
//
// The operators a policy can name. To add one, add its line to Registry().
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "anon/base/decimal.h"
#include "anon/base/text.h"
#include "anon/transform/cell_operator.h"
#include "anon/transform/masking.h"
#include "anon/transform/redaction.h"
#include "anon/transform/rounding.h"
#include "anon/transform/suppression.h"
#include "anon/transform/time_truncation.h"
#include "anon/transform/top_coding.h"
#include "base/status_macros.h"
#include "transform/operator_descriptors.h"

namespace anon {
namespace {

using Made = absl::StatusOr<std::shared_ptr<const CellOperator>>;

// The parameters of one operator, read with complaints that name them.
class Parameters {
 public:
  explicit Parameters(const OperatorSpec& spec) : spec_(spec) {}

  bool Has(const std::string& name) const {
    return spec_.parameters.contains(name);
  }

  absl::StatusOr<std::string> Text(const std::string& name) const {
    const auto at = spec_.parameters.find(name);
    if (at == spec_.parameters.end()) {
      return PolicyError(
          fmt::format("{} needs the parameter {}", spec_.name, name));
    }
    if (at->second.size() != 1) return Wrong(name, "one value");
    return at->second.front();
  }

  absl::StatusOr<Decimal> Number(const std::string& name) const {
    ANON_ASSIGN_OR_RETURN(const std::string text, Text(name));
    if (const auto number = Decimal::Parse(text)) return *number;
    return Wrong(name, "a decimal number");
  }

  absl::StatusOr<std::size_t> Count(const std::string& name) const {
    if (!Has(name)) return 0;
    ANON_ASSIGN_OR_RETURN(const Decimal number, Number(name));
    if (number.scale() == 0 && number.units() >= 0 && number.units() < 1000) {
      return static_cast<std::size_t>(number.units());
    }
    return Wrong(name, "a whole number from 0 to 999");
  }

  absl::StatusOr<bool> Flag(const std::string& name) const {
    if (!Has(name)) return false;
    ANON_ASSIGN_OR_RETURN(const std::string text, Text(name));
    if (text == "true" || text == "false") return text == "true";
    return Wrong(name, "true or false");
  }

  const std::vector<std::string>& List(const std::string& name) const {
    static const auto& none = *new std::vector<std::string>;
    const auto at = spec_.parameters.find(name);
    return at == spec_.parameters.end() ? none : at->second;
  }

  absl::Status Wrong(const std::string& name, std::string_view what) const {
    return PolicyError(
        fmt::format("{} needs {} for {}", spec_.name, what, name));
  }
  const std::string& name() const { return spec_.name; }

 private:
  const OperatorSpec& spec_;
};

absl::StatusOr<ValueCondition> Condition(const Parameters& parameters) {
  ValueCondition condition;
  condition.values = parameters.List("values");
  if (parameters.Has("below")) {
    ANON_ASSIGN_OR_RETURN(condition.below, parameters.Number("below"));
  }
  if (parameters.Has("above")) {
    ANON_ASSIGN_OR_RETURN(condition.above, parameters.Number("above"));
  }
  ANON_ASSIGN_OR_RETURN(condition.missing, parameters.Flag("missing"));
  if (condition.values.empty() && !condition.below && !condition.above &&
      !condition.missing) {
    return PolicyError(fmt::format(
        "{} needs a condition: values, below or above", parameters.name()));
  }
  return condition;
}

Made MakeSuppressCell(const Parameters& parameters) {
  ANON_ASSIGN_OR_RETURN(auto condition, Condition(parameters));
  return SuppressCell(std::move(condition));
}

Made MakeSuppressRecord(const Parameters& parameters) {
  ANON_ASSIGN_OR_RETURN(auto condition, Condition(parameters));
  return SuppressRecord(std::move(condition));
}

Made MakeCoding(const Parameters& parameters, bool top) {
  ANON_ASSIGN_OR_RETURN(const Decimal at, parameters.Number("at"));
  std::string label = at.ToString();
  if (parameters.Has("label")) {
    ANON_ASSIGN_OR_RETURN(label, parameters.Text("label"));
    if (label.empty()) return parameters.Wrong("label", "a text");
  }
  return top ? TopCode(at, std::move(label)) : BottomCode(at, std::move(label));
}

Made MakeTopCode(const Parameters& parameters) {
  return MakeCoding(parameters, true);
}

Made MakeBottomCode(const Parameters& parameters) {
  return MakeCoding(parameters, false);
}

Made MakeRoundToBase(const Parameters& parameters) {
  using enum Decimal::Toward;
  ANON_ASSIGN_OR_RETURN(const Decimal base, parameters.Number("base"));
  if (base.units() <= 0) return parameters.Wrong("base", "a number above 0");
  if (!parameters.Has("toward")) return RoundToBase(base, kNearest);
  ANON_ASSIGN_OR_RETURN(const std::string toward, parameters.Text("toward"));
  if (toward == "nearest") return RoundToBase(base, kNearest);
  if (toward == "down") return RoundToBase(base, kDown);
  if (toward == "up") return RoundToBase(base, kUp);
  return parameters.Wrong("toward", "nearest, down or up");
}

Made MakeMaskCharacters(const Parameters& parameters) {
  MaskOptions options;
  ANON_ASSIGN_OR_RETURN(options.keep_first, parameters.Count("keep_first"));
  ANON_ASSIGN_OR_RETURN(options.keep_last, parameters.Count("keep_last"));
  ANON_ASSIGN_OR_RETURN(options.collapse, parameters.Flag("collapse"));
  if (parameters.Has("mask")) {
    ANON_ASSIGN_OR_RETURN(options.mask, parameters.Text("mask"));
  }
  if (parameters.Has("leave")) {
    ANON_ASSIGN_OR_RETURN(options.leave, parameters.Text("leave"));
  }
  return MaskCharacters(std::move(options));
}

Made MakeTruncateTime(const Parameters& parameters) {
  ANON_ASSIGN_OR_RETURN(const std::string text, parameters.Text("slot"));
  if (const auto slot = TimeSlot::Parse(text)) return TruncateTime(*slot);
  return parameters.Wrong("slot",
                          "minutes or hours that divide a day (15min, 1h), or "
                          "1d, 1week, 1month, 1quarter or 1year");
}

Made MakeRedactText(const Parameters& parameters) {
  RedactOptions options;
  options.rules = parameters.List("rules");
  if (parameters.Has("replacement")) {
    ANON_ASSIGN_OR_RETURN(options.replacement, parameters.Text("replacement"));
  }
  if (parameters.Has("possible")) {
    ANON_ASSIGN_OR_RETURN(options.possible, parameters.Flag("possible"));
  }
  return RedactText(std::move(options));
}

struct Entry {
  const OperatorDescriptor& (*descriptor)();
  std::vector<std::string> parameters;
  Made (*make)(const Parameters& parameters);
};

const std::vector<Entry>& Registry() {
  using namespace internal;  // NOLINT(google-build-using-namespace)
  static const auto& registry = *new std::vector<Entry>{
      {SuppressRecordDescriptor,
       {"values", "below", "above", "missing"},
       MakeSuppressRecord},
      {SuppressCellDescriptor, {"values", "below", "above"}, MakeSuppressCell},
      {TopCodeDescriptor, {"at", "label"}, MakeTopCode},
      {BottomCodeDescriptor, {"at", "label"}, MakeBottomCode},
      {RoundToBaseDescriptor, {"base", "toward"}, MakeRoundToBase},
      {MaskCharactersDescriptor,
       {"keep_first", "keep_last", "mask", "leave", "collapse"},
       MakeMaskCharacters},
      {TruncateTimeDescriptor, {"slot"}, MakeTruncateTime},
      {RedactTextDescriptor,
       {"rules", "replacement", "possible"},
       MakeRedactText},
  };
  return registry;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const CellOperator>> MakeOperator(
    const OperatorSpec& spec) {
  std::vector<std::string> names;
  for (const Entry& entry : Registry()) {
    names.push_back(entry.descriptor().name);
    if (names.back() != spec.name) continue;
    for (const auto& [parameter, values] : spec.parameters) {
      if (std::ranges::find(entry.parameters, parameter) !=
          entry.parameters.end()) {
        continue;
      }
      const auto nearest = Nearest(parameter, entry.parameters);
      return PolicyError(
          fmt::format("{} takes {} and no parameter {}{}", spec.name,
                      fmt::join(entry.parameters, ", "), parameter,
                      nearest ? fmt::format(": did you mean {}?", *nearest)
                              : ": remove it"));
    }
    return entry.make(Parameters(spec));
  }
  const auto nearest = Nearest(spec.name, names);
  return PolicyError(
      fmt::format("there is no such operator{}; known are {}",
                  nearest ? fmt::format(", did you mean {}?", *nearest) : "",
                  fmt::join(names, ", ")));
}

const std::vector<OperatorDescriptor>& KnownOperators() {
  static const auto& all = *new std::vector<OperatorDescriptor>([] {
    std::vector<OperatorDescriptor> list = {
        internal::SuppressAttributeDescriptor(),
        internal::SelectAttributesDescriptor(),
        internal::GeneralizeDescriptor(),
        internal::GridSpacetimeDescriptor(),
        internal::AssignPseudonymDescriptor(),
        internal::ShuffleRecordsDescriptor()};
    for (const Entry& entry : Registry()) list.push_back(entry.descriptor());
    return list;
  }());
  return all;
}

}  // namespace anon
