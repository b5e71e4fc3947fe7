// SPDX-License-Identifier: Apache-2.0
#include "e2e/secrets.h"

#include <openssl/evp.h>

#include <stdexcept>

#include "anon/base/digest.h"
#include "anon/secret/keyring.h"
#include "anon/secret/reveal_secret.h"

namespace anon::test {
namespace {

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(
        std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

}  // namespace

Outcome Filter(const std::string& arguments, const std::string& input) {
  const TempDir dir;
  Write(dir / "in", input);
  return RunProcess(
      {"/bin/sh", "-c",
       ANON_TOOL " " + arguments + " < " + (dir / "in").string()});
}

void AddForms(std::string_view bytes, std::set<std::string>& forms) {
  const std::string hex = ToHex(std::as_bytes(std::span(bytes)));
  std::string upper;
  for (const char c : hex) {
    upper += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  std::string base64(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  // What stands around may shift the end.
  base64.resize(static_cast<std::size_t>(size) - 4);
  forms.merge(std::set<std::string>{std::string(bytes), hex, upper, base64});
}

std::set<std::string> KeyForms(const Secrets& place) {
  std::set<std::string> forms;
  AddForms(FromHex(Read(place.root() / "kek/kek").substr(0, 64)), forms);
  const std::string custodian = Read(place.custodian_key);
  const std::size_t at = custodian.find("x25519 ") + 7;
  AddForms(FromHex(custodian.substr(at, 64)), forms);
  const auto wrapper = OpenKeyWrapper(place.kek());
  if (!wrapper.ok()) throw std::runtime_error("no key-encryption key");
  const auto ring =
      Keyring::OpenFile(place.keyring, {.wrapper = wrapper->get()});
  if (!ring.ok()) throw std::runtime_error("no keyring");
  const auto key = RevealSecret::Bytes(ring->primary().secret());
  AddForms({reinterpret_cast<const char*>(key.data()), key.size()}, forms);
  return forms;
}

}  // namespace anon::test
