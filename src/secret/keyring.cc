// SPDX-License-Identifier: Apache-2.0
//
// The file, version 1 (text, see secret_file.h for the checksum line):
//
//   anon-keyring 1
//   primary <id>
//   key <id> <secret in hex>      one line a key
//   sha256 <hex>
#include "anon/secret/keyring.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/secret_file.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormat = "anon-keyring ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kPrimary = "primary ";
constexpr std::string_view kKey = "key ";

struct Contents {
  std::vector<Key> keys;
  std::size_t primary = 0;
};

absl::Status Malformed(const fs::path& path, int line) {
  return InputErrorAt({.file = path.string(), .line = line},
                      "not what a keyring has here; restore the file from a "
                      "backup");
}

absl::StatusOr<Key> ParseKey(std::string_view line) {
  if (!line.starts_with(kKey)) return InputError("not a key");
  line.remove_prefix(kKey.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return InputError("not a key");
  ANON_ASSIGN_OR_RETURN(SecretBytes secret,
                        internal::ParseHexSecret(line.substr(space + 1)));
  return Key::Create(std::string(line.substr(0, space)), std::move(secret));
}

absl::StatusOr<Contents> Parse(const fs::path& path, std::string_view text) {
  const std::string_view format = internal::TakeLine(text);
  if (!format.starts_with(kFormat)) return Malformed(path, 1);
  if (format.substr(kFormat.size()) != kVersion) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: a keyring of a format this version does not read; use a newer "
        "anon",
        path.string()));
  }
  std::string_view primary = internal::TakeLine(text);
  if (!primary.starts_with(kPrimary)) return Malformed(path, 2);
  primary.remove_prefix(kPrimary.size());
  Contents contents;
  const auto position_of = [&](std::string_view id) {
    const auto found =
        std::find_if(contents.keys.begin(), contents.keys.end(),
                     [&](const Key& other) { return other.id() == id; });
    return static_cast<std::size_t>(found - contents.keys.begin());
  };
  for (int line = 3; !text.empty(); ++line) {
    absl::StatusOr<Key> key = ParseKey(internal::TakeLine(text));
    if (!key.ok() || position_of(key->id()) < contents.keys.size()) {
      return Malformed(path, line);
    }
    contents.keys.push_back(*std::move(key));
  }
  contents.primary = position_of(primary);
  if (contents.primary == contents.keys.size()) return Malformed(path, 2);
  return contents;
}

}  // namespace

absl::StatusOr<Keyring> Keyring::CreateFile(const fs::path& path,
                                            RandomSource& random) {
  ANON_ASSIGN_OR_RETURN(Key key, Key::Generate(random));
  internal::SecretText text(1024);
  text.Add(kFormat);
  text.Add(kVersion);
  text.Add("\n");
  text.Add(kPrimary);
  text.Add(key.id());
  text.Add("\n");
  text.Add(kKey);
  text.Add(key.id());
  text.Add(" ");
  text.AddHex(RevealSecret::Bytes(key.secret()));
  text.Add("\n");
  ANON_RETURN_IF_ERROR(internal::CreateSecretFile(path, text.view()));
  return OpenFile(path);
}

absl::StatusOr<Keyring> Keyring::OpenFile(const fs::path& path) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes body, internal::ReadSecretFile(path));
  const std::span<const std::byte> bytes = RevealSecret::Bytes(body);
  ANON_ASSIGN_OR_RETURN(
      Contents contents,
      Parse(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  Keyring keyring;
  keyring.keys_ = std::move(contents.keys);
  keyring.primary_ = contents.primary;
  return keyring;
}

const Key& Keyring::primary() const { return keys_[primary_]; }

}  // namespace anon
