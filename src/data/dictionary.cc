// SPDX-License-Identifier: Apache-2.0
#include "anon/data/dictionary.h"

#include <cstring>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace anon {
namespace {

// Copies of strings at addresses that never change.
class Arena {
 public:
  std::string_view Copy(std::string_view text) {
    if (text.size() > left_) Grow(text.size());
    char* const to = next_;
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {to, text.size()};
  }

 private:
  void Grow(std::size_t at_least) {
    left_ = std::max<std::size_t>(at_least, 1 << 16);
    blocks_.push_back(std::make_unique<char[]>(left_));
    next_ = blocks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace

struct Dictionary::State {
  Arena arena;
  std::vector<std::string_view> values;
  absl::flat_hash_map<std::string_view, std::uint32_t> codes;
};

Dictionary::Dictionary() : state_(std::make_unique<State>()) {}
Dictionary::~Dictionary() = default;
Dictionary::Dictionary(Dictionary&&) noexcept = default;
Dictionary& Dictionary::operator=(Dictionary&&) noexcept = default;

std::uint32_t Dictionary::Intern(std::string_view value) {
  const auto found = state_->codes.find(value);
  if (found != state_->codes.end()) return found->second;
  const auto code = static_cast<std::uint32_t>(state_->values.size());
  const std::string_view copy = state_->arena.Copy(value);
  state_->values.push_back(copy);
  state_->codes.emplace(copy, code);
  return code;
}

std::optional<std::uint32_t> Dictionary::Find(std::string_view value) const {
  const auto found = state_->codes.find(value);
  if (found == state_->codes.end()) return std::nullopt;
  return found->second;
}

void Dictionary::Intern(std::span<const std::string_view> values,
                        std::uint32_t* codes) {
  for (std::size_t i = 0; i < values.size(); ++i) codes[i] = Intern(values[i]);
}

void Dictionary::Find(std::span<const std::string_view> values,
                      std::uint32_t* codes) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    codes[i] = Find(values[i]).value_or(kNone);
  }
}

std::string_view Dictionary::value(std::uint32_t code) const {
  return state_->values[code];
}

std::size_t Dictionary::size() const { return state_->values.size(); }

}  // namespace anon
