// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_CELL_OPERATOR_H_
#define ANON_TRANSFORM_CELL_OPERATOR_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anon/base/status.h"

namespace anon {

// What an operator is, for people and for documents.
struct OperatorDescriptor {
  std::string name;       // "top_code"
  std::string technique;  // the word of the public item list; see manifest.h
  std::string ja;         // one line
  std::string en;
  std::string takes;    // what values it accepts
  std::string missing;  // what becomes of a missing (empty) value
  std::string example;  // as a policy says it
  // Whether what identifies a person may still be read, or be computed back by
  // a rule: such an operator alone does not remove an identifier.
  bool leaves_part = false;
};

// A deterministic operator with its parameters, applied cell by cell: what it
// makes of a value depends on that value and on nothing else. Immutable; safe
// to share between threads.
class CellOperator {
 public:
  virtual ~CellOperator() = default;

  virtual const OperatorDescriptor& descriptor() const = 0;

  // What becomes of `value`; empty text is a missing value. Nothing: the whole
  // record is suppressed. A value of a wrong type is an error that says what
  // the operator takes, without the value or a place: the caller knows that.
  virtual absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const = 0;
};

using CellOperators = std::vector<std::shared_ptr<const CellOperator>>;

// An operator as a policy names it: a scalar is a list of one.
struct OperatorSpec {
  std::string name;
  std::map<std::string, std::vector<std::string>> parameters;
};

// Fails on an unknown operator, a parameter that is missing, unknown or out of
// its range, naming it.
absl::StatusOr<std::shared_ptr<const CellOperator>> MakeOperator(
    const OperatorSpec& spec);

// Everything a policy can do to a column, in the order of the guidelines:
// those above and those that a policy states as a treatment.
const std::vector<OperatorDescriptor>& KnownOperators();

}  // namespace anon

#endif  // ANON_TRANSFORM_CELL_OPERATOR_H_
