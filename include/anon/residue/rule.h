// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_RESIDUE_RULE_H_
#define ANON_RESIDUE_RULE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace anon {

// How sure one match is, taken alone.
enum class Certainty : std::uint8_t {
  kLookAlike,  // has the shape, but its check digit or prefix is another's
  kPossible,   // has the shape and passes, as other numbers do by chance
  kCertain,    // passes, and context or a strong checksum leaves no doubt
};

// A kind of value that must not be left in an output: what it is called, how it
// is known, and how often other values look like it. Plain data.
struct ResidueRule {
  std::string_view name;  // "payment_card"; stable
  std::string_view en;    // "payment card number"
  std::string_view ja;    // クレジットカード番号
  // The class of attribute such values belong to, as a policy writes it.
  std::string_view attribute_class;
  // What is checked, and what makes a match certain, in a sentence each.
  std::string_view method;
  std::string_view certain_if;
  // Of numbers of this shape that are something else, one in this many passes
  // by chance. 0: nothing in the value can be checked but its shape.
  std::int64_t one_in = 0;
  // Words near the value, or in the name of its column, that make a possible
  // match a certain one. Lower case, Japanese and English.
  std::span<const std::string_view> words = {};
};

// Every rule, in the order reports have them.
std::span<const ResidueRule> ResidueRules();

// Its place there.
std::optional<std::size_t> FindResidueRule(std::string_view name);

}  // namespace anon

#endif  // ANON_RESIDUE_RULE_H_
