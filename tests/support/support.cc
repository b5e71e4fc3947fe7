// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace anon::test {
namespace fs = std::filesystem;

void SeededRandom::Fill(std::span<std::byte> bytes) {
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(engine_() >> 56);
  }
}

TempDir::TempDir() {
  std::string name = (fs::temp_directory_path() / "anon-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no temporary directory");
  }
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

fs::path SourceDir() { return ANON_SOURCE_DIR; }

std::optional<fs::path> TestData(std::string_view relative) {
  const char* const root = std::getenv("ANON_TEST_DATA");
  const fs::path path =
      (root != nullptr ? fs::path(root)
                       : SourceDir().parent_path() / "shared") /
      relative;
  if (!fs::exists(path)) return std::nullopt;
  return path;
}

}  // namespace anon::test
