// SPDX-License-Identifier: Apache-2.0
//
// A keyring whose key-encryption key stays in a token: SoftHSM 2, set up in a
// directory of its own.
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <p11-kit/pkcs11.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "anon/base/files.h"
#include "anon/secret/keyring.h"
#include "support/support.h"

namespace anon {
namespace {

namespace fs = std::filesystem;

std::string FindModule() {
  for (const char* path : {"/usr/lib/softhsm/libsofthsm2.so",
                           "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                           "/usr/lib64/pkcs11/libsofthsm2.so"}) {
    if (fs::exists(path)) return path;
  }
  return "";
}

bool MakeToken() {
  return std::system(
             "softhsm2-util --init-token --free --label anon --pin 1234 "
             "--so-pin 5678 >/dev/null 2>&1") == 0;
}

// A sensitive AES-256 key `label` that cannot leave the token.
bool MakeAesKey(const std::string& module, std::string label) {
  const auto list = reinterpret_cast<CK_C_GetFunctionList>(
      dlsym(dlopen(module.c_str(), RTLD_NOW), "C_GetFunctionList"));
  CK_FUNCTION_LIST* api = nullptr;
  if (list(&api) != CKR_OK) return false;
  const CK_RV started = api->C_Initialize(nullptr);
  if (started != CKR_OK && started != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    return false;
  }
  CK_ULONG count = 1;
  CK_SLOT_ID slot = 0;
  api->C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  api->C_GetSlotList(CK_TRUE, slots.data(), &count);
  slot = slots.at(0);
  CK_SESSION_HANDLE session = 0;
  std::string pin = "1234";
  if (api->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr,
                         nullptr, &session) != CKR_OK ||
      api->C_Login(session, CKU_USER,
                   reinterpret_cast<unsigned char*>(pin.data()),
                   pin.size()) != CKR_OK) {
    return false;
  }
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_ULONG size = 32;
  CK_ATTRIBUTE attributes[] = {{CKA_LABEL, label.data(), label.size()},
                               {CKA_TOKEN, &yes, sizeof(yes)},
                               {CKA_SENSITIVE, &yes, sizeof(yes)},
                               {CKA_EXTRACTABLE, &no, sizeof(no)},
                               {CKA_ENCRYPT, &yes, sizeof(yes)},
                               {CKA_DECRYPT, &yes, sizeof(yes)},
                               {CKA_VALUE_LEN, &size, sizeof(size)}};
  CK_OBJECT_HANDLE key = 0;
  const CK_RV made =
      api->C_GenerateKey(session, &mechanism, attributes, 7, &key);
  api->C_CloseSession(session);
  return made == CKR_OK;
}

TEST_CASE("PKCS #11: a keyring under a key that stays in the token") {
  const std::string module = FindModule();
  if (module.empty()) {
    MESSAGE("SKIPPED: no SoftHSM (softhsm2)");
    return;
  }
  const test::TempDir dir;
  fs::create_directory(dir / "tokens");
  test::Write(dir / "softhsm2.conf",
              "directories.tokendir = " + (dir / "tokens").string() + "\n");
  setenv("SOFTHSM2_CONF", (dir / "softhsm2.conf").c_str(), 1);
  REQUIRE(MakeToken());
  REQUIRE(MakeAesKey(module, "kek"));
  REQUIRE(MakeAesKey(module, "other"));
  REQUIRE(WriteFile(dir / "pin", "1234\n", 0600).ok());
  REQUIRE(WriteFile(dir / "bad-pin", "9999\n", 0600).ok());
  const auto reference = [&](std::string token, std::string object,
                             std::string pin) {
    return "pkcs11:token=" + token + ";object=" + object +
           "?module-path=" + module + "&pin-source=" + (dir / pin).string();
  };
  CHECK_FALSE(OpenKeyWrapper(reference("anon", "kek", "bad-pin")).ok());
  CHECK(absl::IsNotFound(
      OpenKeyWrapper(reference("none", "kek", "pin")).status()));
  CHECK(absl::IsNotFound(
      OpenKeyWrapper(reference("anon", "none", "pin")).status()));

  const auto kek = OpenKeyWrapper(reference("anon", "kek", "pin"));
  REQUIRE_MESSAGE(kek.ok(), kek.status().ToString());
  test::SeededRandom random(1);
  const auto created =
      Keyring::CreateFile(dir / "keys", {.wrapper = kek->get()}, random);
  REQUIRE_MESSAGE(created.ok(), created.status().ToString());
  const auto again = OpenKeyWrapper(reference("anon", "kek", "pin"));
  const auto opened =
      Keyring::OpenFile(dir / "keys", {.wrapper = again->get()});
  REQUIRE(opened.ok());
  CHECK(opened->primary().secret() == created->primary().secret());
  const auto other = OpenKeyWrapper(reference("anon", "other", "pin"));
  REQUIRE(other.ok());
  CHECK(absl::IsDataLoss(
      Keyring::OpenFile(dir / "keys", {.wrapper = other->get()}).status()));
  const auto wrapped = (*kek)->Wrap(created->primary().secret(), random);
  std::string bad = *wrapped;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  CHECK(absl::IsDataLoss((*kek)->Unwrap(bad).status()));
}

}  // namespace
}  // namespace anon
