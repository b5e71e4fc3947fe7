// SPDX-License-Identifier: Apache-2.0
#include "anon/transform/masking.h"

#include <utility>
#include <vector>

#include "base/utf8.h"
#include "transform/operator_descriptors.h"

namespace anon {
namespace {

// Sources are well-formed UTF-8, so a character begins at every byte that does
// not continue one.
std::vector<std::string_view> Characters(std::string_view text) {
  std::vector<std::string_view> characters;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin + 1;
    while (end < text.size() && internal::IsContinuation(text[end])) ++end;
    characters.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return characters;
}

class Masking final : public CellOperator {
 public:
  explicit Masking(MaskOptions options) : options_(std::move(options)) {}
  const OperatorDescriptor& descriptor() const override {
    return internal::MaskCharactersDescriptor();
  }
  absl::StatusOr<std::optional<std::string>> Apply(
      std::string_view value) const override {
    const std::vector<std::string_view> characters = Characters(value);
    const std::size_t kept = options_.keep_first + options_.keep_last;
    const bool whole = characters.size() <= kept;
    std::string masked;
    bool hiding = false;
    for (std::size_t i = 0; i < characters.size(); ++i) {
      const bool end = i < options_.keep_first ||
                       i + options_.keep_last >= characters.size();
      if ((end && !whole) ||
          options_.leave.find(characters[i]) != std::string::npos) {
        masked += characters[i];
        hiding = false;
      } else if (!hiding || !options_.collapse) {
        masked += options_.mask;
        hiding = true;
      }
    }
    return masked;
  }

 private:
  MaskOptions options_;
};

}  // namespace

const OperatorDescriptor& internal::MaskCharactersDescriptor() {
  static const auto& descriptor = *new OperatorDescriptor{
      .name = "mask_characters",
      .technique = "mask_characters",
      .ja = "文字の一部を隠す（マスキング）",
      .en = "Hide part of the characters of a text",
      .takes = "any text",
      .missing = "stays missing",
      .example = "{operator: mask_characters, keep_first: 3, leave: \"-\"}",
      .leaves_part = true};
  return descriptor;
}

std::shared_ptr<const CellOperator> MaskCharacters(MaskOptions options) {
  return std::make_shared<Masking>(std::move(options));
}

}  // namespace anon
