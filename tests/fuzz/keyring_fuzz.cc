// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a keyring file: they are refused, or they are a keyring that was
// written with the same key-encryption key; never a crash. The input also
// replaces bytes of a genuine file, each time under a genuine checksum, so that
// what lies behind the first checks is reached as well.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "anon/base/digest.h"
#include "anon/base/files.h"
#include "anon/base/random.h"
#include "secret/keyring_file.h"

namespace {

namespace fs = std::filesystem;

struct Place {
  fs::path path;
  std::unique_ptr<anon::KeyWrapper> wrapper;
  std::string genuine;  // without the line of the checksum

  Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { unlink(path.c_str()); }
};

Place::Place() {
  anon::OsRandom random;
  path = fs::temp_directory_path() /
         ("anon-keyring-fuzz-" + std::to_string(getpid()));
  wrapper = *anon::MakeKeyWrapper(*anon::SecretBytes::Random(32, random));
  const std::string counter = path.string() + ".counter";
  for (const fs::path& old : {path, fs::path(counter)}) fs::remove(old);
  if (!anon::Keyring::CreateFile(path, {.wrapper = wrapper.get()}, random)
           .ok()) {
    std::abort();
  }
  fs::remove(counter);
  genuine = *anon::ReadFile(path);
  genuine.resize(genuine.rfind("sha256 "));
}

// Whether the bytes, with their checksum, are taken for a keyring.
bool Opens(const Place& place, std::string_view bytes) {
  const std::string file = std::string(bytes) + "sha256 " +
                           anon::ToHex(anon::Sha256(std::string(bytes))) + "\n";
  std::ofstream(place.path, std::ios::binary | std::ios::trunc)
      .write(file.data(), static_cast<std::streamsize>(file.size()));
  return anon::internal::ReadKeyringFile(place.path, *place.wrapper).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const Place place;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!Opens(place, place.genuine)) std::abort();
  if (Opens(place, bytes) && bytes != place.genuine) std::abort();
  if (size < 2) return 0;
  // Two bytes say where; the others stand there.
  std::string altered = place.genuine;
  const std::size_t at = (std::size_t{data[0]} << 8 | data[1]) % altered.size();
  const std::string_view with = bytes.substr(2, altered.size() - at);
  altered.replace(at, with.size(), with);
  if (altered != place.genuine && Opens(place, altered)) std::abort();
  return 0;
}
