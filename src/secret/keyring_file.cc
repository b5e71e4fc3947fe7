// SPDX-License-Identifier: Apache-2.0
//
// The file, version 2 (text, see secret_file.h for the checksum line):
//
//   anon-keyring 2
//   ring <random id in hex>
//   counter <n>
//   wrapper <kind of key-encryption key>
//   wrapped <file key, wrapped, in hex>
//   sealed <nonce, ciphertext and tag in hex>
//   sha256 <hex>
//
// The file key is fresh each time the file is written. What is sealed (AES-256-
// GCM under the file key, all lines above as associated data):
//
//   primary <id>
//   key <id> <state> <secret in hex, or - if destroyed>     one line a key
//
// The counter file: "anon-keyring-counter 1", the lines ring and counter, and
// the checksum line.
#include "secret/keyring_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/aead.h"
#include "secret/secret_file.h"

namespace anon::internal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormat = "anon-keyring 2";
constexpr std::string_view kCounterFormat = "anon-keyring-counter 1";
constexpr std::size_t kMostKeys = 1000;

absl::Status Malformed(const fs::path& path) {
  return InputError(
      fmt::format("{}: not what a keyring has; give the right file, or restore "
                  "it from a backup",
                  path.string()));
}

// What follows "<name> " on the next line of `text`; nothing if it is another
// line.
std::optional<std::string_view> Field(std::string_view& text,
                                      std::string_view name) {
  const std::string_view line = TakeLine(text);
  if (!line.starts_with(name) || line.size() <= name.size() ||
      line[name.size()] != ' ') {
    return std::nullopt;
  }
  return line.substr(name.size() + 1);
}

std::optional<std::uint64_t> Number(std::optional<std::string_view> text) {
  std::uint64_t number = 0;
  if (!text || text->empty()) return std::nullopt;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::string_view TextOf(const SecretBytes& secret) {
  const std::span<const std::byte> bytes = RevealSecret::Bytes(secret);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<KeyState> ParseState(std::string_view name) {
  for (const auto state :
       {KeyState::kEnabled, KeyState::kDisabled, KeyState::kDestroyed}) {
    if (name == ToString(state)) return state;
  }
  return std::nullopt;
}

absl::StatusOr<StoredKey> ParseKey(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) {
    return InputError("not a key");
  }
  const auto state = ParseState(line.substr(first + 1, second - first - 1));
  if (!state) return InputError("not a key");
  const std::string_view hex = line.substr(second + 1);
  const bool destroyed = *state == KeyState::kDestroyed;
  ANON_ASSIGN_OR_RETURN(SecretBytes secret,
                        ParseHexSecret(destroyed ? "" : hex));
  if (destroyed ? hex != "-" : secret.size() < 32) {
    return InputError("not a key");
  }
  return StoredKey{{std::string(line.substr(0, first)), *state, false},
                   std::move(secret)};
}

// The keys of what was sealed.
absl::StatusOr<std::vector<StoredKey>> ParseKeys(std::string_view text) {
  const auto primary = Field(text, "primary");
  if (!primary) return InputError("no primary key");
  std::vector<StoredKey> keys;
  bool found = false;
  while (!text.empty()) {
    const auto line = Field(text, "key");
    if (!line || keys.size() == kMostKeys) return InputError("not a key");
    ANON_ASSIGN_OR_RETURN(StoredKey key, ParseKey(*line));
    if (std::ranges::any_of(keys, [&](const StoredKey& other) {
          return other.info.id == key.info.id;
        })) {
      return InputError("two keys of one id");
    }
    key.info.primary = key.info.id == *primary;
    if (key.info.primary && key.info.state != KeyState::kEnabled) {
      return InputError("the primary key is not enabled");
    }
    found = found || key.info.primary;
    keys.push_back(std::move(key));
  }
  if (!found) return InputError("no primary key");
  return keys;
}

std::string Header(const KeyringContents& contents, std::string_view wrapper,
                   std::string_view wrapped) {
  return fmt::format("{}\nring {}\ncounter {}\nwrapper {}\nwrapped {}\n",
                     kFormat, contents.ring_id, contents.counter, wrapper,
                     HexOf(wrapped));
}

fs::path CounterFile(const fs::path& path, const KeyringAccess& access) {
  return access.counter_file.empty() ? fs::path(path.string() + ".counter")
                                     : access.counter_file;
}

}  // namespace

absl::StatusOr<KeyringContents> ReadKeyringFile(const fs::path& path,
                                                const KeyWrapper& wrapper) {
  ANON_ASSIGN_OR_RETURN(const SecretBytes body, ReadSecretFile(path));
  const std::string_view whole = TextOf(body);
  std::string_view text = whole;
  const std::string_view format = TakeLine(text);
  if (format != kFormat && format.starts_with("anon-keyring ")) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: a keyring of a format this version does not read; use the version "
        "of anon that made it, or create a new one",
        path.string()));
  }
  const auto ring = Field(text, "ring");
  const auto counter = Number(Field(text, "counter"));
  const auto kind = Field(text, "wrapper");
  const auto wrapped_hex = Field(text, "wrapped");
  const std::string_view header = whole.substr(0, whole.size() - text.size());
  const auto sealed_hex = Field(text, "sealed");
  if (format != kFormat || !ring || !counter || !kind || !wrapped_hex ||
      !sealed_hex || !text.empty()) {
    return Malformed(path);
  }
  if (*kind != wrapper.name()) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: its key-encryption key is of another kind ({}, not {}); give the "
        "reference it was created with",
        path.string(), *kind, wrapper.name()));
  }
  const auto wrapped = FromHex(*wrapped_hex);
  const auto sealed = FromHex(*sealed_hex);
  if (!wrapped.ok() || !sealed.ok()) return Malformed(path);
  const auto file_key = wrapper.Unwrap(*wrapped);
  if (!file_key.ok() && !absl::IsDataLoss(file_key.status())) {
    return file_key.status();
  }
  const auto plain = file_key.ok()
                         ? OpenGcm(*file_key, header, *sealed)
                         : absl::StatusOr<SecretBytes>(file_key.status());
  if (!plain.ok()) {
    return InputError(fmt::format(
        "{}: does not open: another key-encryption key, or a changed file; "
        "give the right key, or restore the file from a backup",
        path.string()));
  }
  auto keys = ParseKeys(TextOf(*plain));
  if (!keys.ok()) return Malformed(path);
  return KeyringContents{std::string(*ring), *counter, *std::move(keys)};
}

absl::Status WriteKeyringFile(const fs::path& path,
                              const KeyringContents& contents,
                              const KeyWrapper& wrapper, bool replace,
                              RandomSource& random) {
  if (contents.keys.size() > kMostKeys) {
    return absl::ResourceExhaustedError(
        fmt::format("{}: a keyring has at most {} keys; begin a new one",
                    path.string(), kMostKeys));
  }
  SecretText plain(300 * (contents.keys.size() + 1));
  for (const StoredKey& key : contents.keys) {
    if (!key.info.primary) continue;
    plain.Add("primary ");
    plain.Add(key.info.id);
    plain.Add("\n");
  }
  for (const StoredKey& key : contents.keys) {
    plain.Add("key ");
    plain.Add(key.info.id);
    plain.Add(" ");
    plain.Add(ToString(key.info.state));
    plain.Add(" ");
    if (key.info.state == KeyState::kDestroyed) plain.Add("-");
    plain.AddHex(RevealSecret::Bytes(key.secret));
    plain.Add("\n");
  }
  ANON_ASSIGN_OR_RETURN(const SecretBytes file_key,
                        SecretBytes::Random(32, random));
  ANON_ASSIGN_OR_RETURN(const std::string wrapped,
                        wrapper.Wrap(file_key, random));
  const std::string header = Header(contents, wrapper.name(), wrapped);
  std::string nonce(12, '\0');
  random.Fill(std::as_writable_bytes(std::span(nonce)));
  ANON_ASSIGN_OR_RETURN(
      const std::string sealed,
      SealGcm(file_key, nonce, header, std::as_bytes(std::span(plain.view()))));
  const std::string body = header + "sealed " + HexOf(sealed) + "\n";
  return replace ? ReplaceSecretFile(path, body) : CreateSecretFile(path, body);
}

absl::Status RequireNoCounter(const fs::path& path,
                              const KeyringAccess& access) {
  const fs::path file = CounterFile(path, access);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return absl::OkStatus();
  return absl::AlreadyExistsError(
      fmt::format("{}: the counter of a keyring is here already; choose "
                  "another place, or move it away with its keyring",
                  file.string()));
}

absl::StatusOr<SeenKeyring> ReadKeyringCounter(const fs::path& path,
                                               const KeyringAccess& access) {
  const fs::path file = CounterFile(path, access);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return SeenKeyring{.missing = true};
  ANON_ASSIGN_OR_RETURN(const SecretBytes body, ReadSecretFile(file));
  std::string_view text = TextOf(body);
  const bool format = TakeLine(text) == kCounterFormat;
  const auto ring = Field(text, "ring");
  const auto counter = Number(Field(text, "counter"));
  if (!format || !ring || !counter || !text.empty()) {
    return InputError(
        fmt::format("{}: no counter of a keyring; restore it from a backup",
                    file.string()));
  }
  return SeenKeyring{.ring_id = std::string(*ring), .counter = *counter};
}

absl::Status CheckKeyringCounter(const fs::path& path,
                                 const KeyringAccess& access,
                                 const SeenKeyring& seen,
                                 const KeyringContents& contents) {
  if (seen.missing && access.least_counter == 0) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: missing, so an old copy of the keyring would go unnoticed; "
        "restore it, or state the counter seen last",
        CounterFile(path, access).string()));
  }
  if (!seen.missing && seen.ring_id != contents.ring_id) {
    return absl::FailedPreconditionError(
        fmt::format("{}: belongs to another keyring than {}; give each its own",
                    CounterFile(path, access).string(), path.string()));
  }
  const std::uint64_t least = std::max(seen.counter, access.least_counter);
  if (contents.counter < least) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: an old copy (counter {}, but {} was seen): what was destroyed "
        "since is in it again; restore the newest copy",
        path.string(), contents.counter, least));
  }
  return absl::OkStatus();
}

absl::Status WriteKeyringCounter(const fs::path& path,
                                 const KeyringAccess& access,
                                 const KeyringContents& contents) {
  return ReplaceSecretFile(
      CounterFile(path, access),
      fmt::format("{}\nring {}\ncounter {}\n", kCounterFormat, contents.ring_id,
                  contents.counter));
}

}  // namespace anon::internal
