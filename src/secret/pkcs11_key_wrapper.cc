// SPDX-License-Identifier: Apache-2.0
//
// PKCS #11 2.40 (OASIS): the module is loaded, a session opened on the token
// named, the user logged in, and the AES key of the name found. The key
// encrypts by CKM_AES_GCM inside the token: it may be sensitive and not
// extractable. Wrapped: nonce (12 bytes), ciphertext, tag (16 bytes).
// Tested against SoftHSM 2 in tests/secret/pkcs11_test.cc.
#include "secret/pkcs11_key_wrapper.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <p11-kit/pkcs11.h>

#include <array>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "anon/secret/reveal_secret.h"
#include "base/status_macros.h"
#include "secret/secret_file.h"

namespace anon::internal {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTagBits = 128;

struct Uri {
  std::string token;
  std::string object;
  std::string module;
  std::string pin_source;
};

absl::StatusOr<Uri> ParseUri(std::string_view text) {
  Uri uri;
  const std::pair<std::string_view, std::string*> fields[] = {
      {"token=", &uri.token},
      {"object=", &uri.object},
      {"module-path=", &uri.module},
      {"pin-source=", &uri.pin_source}};
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(";?&");
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    bool known = false;
    for (const auto& [name, value] : fields) {
      if (!part.starts_with(name)) continue;
      *value = part.substr(name.size());
      known = true;
    }
    if (!known || part.find('%') != std::string_view::npos) {
      return PolicyError(
          "a pkcs11 reference has token=, object=, module-path= and "
          "pin-source= without %-escapes; correct it");
    }
  }
  if (uri.token.empty() || uri.object.empty() || uri.module.empty() ||
      uri.pin_source.empty()) {
    return PolicyError(
        "a pkcs11 reference needs "
        "pkcs11:token=NAME;object=NAME?module-path=PATH&pin-source=PATH");
  }
  return uri;
}

absl::Status Refused(std::string_view what, CK_RV code) {
  return absl::UnavailableError(
      fmt::format("the HSM refused to {} (PKCS #11 code 0x{:x}); check token, "
                  "object and PIN",
                  what, code));
}

// A token's label: 32 characters, filled up with spaces.
bool HasLabel(const CK_TOKEN_INFO& info, std::string_view label) {
  std::string_view padded(reinterpret_cast<const char*>(info.label),
                          sizeof(info.label));
  while (padded.ends_with(' ')) padded.remove_suffix(1);
  return padded == label;
}

unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

class Pkcs11 final : public KeyWrapper {
 public:
  Pkcs11() = default;
  Pkcs11(const Pkcs11&) = delete;
  Pkcs11& operator=(const Pkcs11&) = delete;
  // C_Finalize would end the sessions of others in this process, and a module
  // need not survive dlclose: both stay.
  ~Pkcs11() override {
    if (api_ != nullptr && session_ != 0) api_->C_CloseSession(session_);
  }

  absl::Status Open(const Uri& uri) {
    void* const module = dlopen(uri.module.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) {
      return absl::UnavailableError(fmt::format(
          "{}: no PKCS #11 module; correct module-path", uri.module));
    }
    const auto list = reinterpret_cast<CK_C_GetFunctionList>(
        dlsym(module, "C_GetFunctionList"));
    if (list == nullptr || list(&api_) != CKR_OK) {
      api_ = nullptr;
      return absl::UnavailableError(fmt::format(
          "{}: no PKCS #11 module; correct module-path", uri.module));
    }
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    const CK_RV code = api_->C_Initialize(&arguments);
    if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
      return Refused("start", code);
    }
    ANON_RETURN_IF_ERROR(OpenSession(uri.token));
    ANON_RETURN_IF_ERROR(LogIn(uri.pin_source));
    return FindKey(uri.object);
  }

  std::string name() const override { return "pkcs11"; }

  absl::StatusOr<std::string> Wrap(const SecretBytes& key,
                                   RandomSource& random) const override {
    const std::span<const std::byte> bytes = RevealSecret::Bytes(key);
    if (bytes.empty()) return absl::FailedPreconditionError("the key is gone");
    std::string nonce(kNonce, '\0');
    random.Fill(std::as_writable_bytes(std::span(nonce)));
    std::string out(bytes.size() + kTagBits / 8, '\0');
    CK_ULONG size = out.size();
    const std::lock_guard lock(mutex_);
    CK_GCM_PARAMS parameters = Parameters(nonce);
    CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof(parameters)};
    CK_RV code = api_->C_EncryptInit(session_, &mechanism, key_);
    if (code == CKR_OK) {
      code = api_->C_Encrypt(session_,
                             reinterpret_cast<unsigned char*>(
                                 const_cast<std::byte*>(bytes.data())),
                             bytes.size(), Bytes(out), &size);
    }
    if (code != CKR_OK) return Refused("encrypt", code);
    out.resize(size);
    return nonce + out;
  }

  absl::StatusOr<SecretBytes> Unwrap(std::string_view wrapped) const override {
    if (wrapped.size() <= kNonce + kTagBits / 8 || wrapped.size() > 4096) {
      return InputError("does not open: damaged");
    }
    std::string nonce(wrapped.substr(0, kNonce));
    std::string body(wrapped.substr(kNonce));
    std::vector<std::byte> plain(body.size());
    CK_ULONG size = plain.size();
    const std::lock_guard lock(mutex_);
    CK_GCM_PARAMS parameters = Parameters(nonce);
    CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof(parameters)};
    CK_RV code = api_->C_DecryptInit(session_, &mechanism, key_);
    if (code == CKR_OK) {
      code = api_->C_Decrypt(session_, Bytes(body), body.size(),
                             reinterpret_cast<unsigned char*>(plain.data()),
                             &size);
    }
    if (code != CKR_OK) {
      OPENSSL_cleanse(plain.data(), plain.size());
      return InputError("does not open: another key of the HSM, or damaged");
    }
    absl::StatusOr<SecretBytes> key =
        SecretBytes::TakeFrom(std::span(plain).first(size));
    OPENSSL_cleanse(plain.data(), plain.size());
    return key;
  }

 private:
  static CK_GCM_PARAMS Parameters(std::string& nonce) {
    CK_GCM_PARAMS parameters{};
    parameters.pIv = Bytes(nonce);
    parameters.ulIvLen = nonce.size();
    parameters.ulIvBits = 8 * nonce.size();
    parameters.ulTagBits = kTagBits;
    return parameters;
  }

  absl::Status OpenSession(std::string_view token) {
    CK_ULONG count = 0;
    CK_RV code = api_->C_GetSlotList(CK_TRUE, nullptr, &count);
    std::vector<CK_SLOT_ID> slots(count);
    if (code == CKR_OK && count > 0) {
      code = api_->C_GetSlotList(CK_TRUE, slots.data(), &count);
    }
    if (code != CKR_OK) return Refused("list its slots", code);
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO info{};
      if (api_->C_GetTokenInfo(slot, &info) != CKR_OK ||
          !HasLabel(info, token)) {
        continue;
      }
      code = api_->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr,
                                 &session_);
      return code == CKR_OK ? absl::OkStatus()
                            : Refused("open a session", code);
    }
    return absl::NotFoundError(
        "the HSM has no token of that name; correct token=");
  }

  absl::Status LogIn(const std::string& pin_source) {
    ANON_ASSIGN_OR_RETURN(const SecretBytes file, ReadSmallSecret(pin_source));
    const std::span<const std::byte> pin = RevealSecret::Bytes(file);
    std::size_t size = pin.size();
    while (size > 0 && (pin[size - 1] == std::byte{'\n'} ||
                        pin[size - 1] == std::byte{'\r'})) {
      --size;
    }
    const CK_RV code = api_->C_Login(
        session_, CKU_USER,
        reinterpret_cast<unsigned char*>(const_cast<std::byte*>(pin.data())),
        size);
    if (code == CKR_OK || code == CKR_USER_ALREADY_LOGGED_IN) {
      return absl::OkStatus();
    }
    return Refused("log in", code);
  }

  absl::Status FindKey(std::string label) {
    CK_OBJECT_CLASS kind = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_AES;
    std::array<CK_ATTRIBUTE, 3> wanted = {
        CK_ATTRIBUTE{CKA_CLASS, &kind, sizeof(kind)},
        CK_ATTRIBUTE{CKA_KEY_TYPE, &type, sizeof(type)},
        CK_ATTRIBUTE{CKA_LABEL, label.data(), label.size()}};
    std::array<CK_OBJECT_HANDLE, 2> found{};
    CK_ULONG count = 0;
    CK_RV code =
        api_->C_FindObjectsInit(session_, wanted.data(), wanted.size());
    if (code == CKR_OK) {
      code = api_->C_FindObjects(session_, found.data(), found.size(), &count);
      api_->C_FindObjectsFinal(session_);
    }
    if (code != CKR_OK) return Refused("search its keys", code);
    if (count != 1) {
      return absl::NotFoundError(
          "the token has no AES key of that name, or several; correct "
          "object=");
    }
    key_ = found[0];
    return absl::OkStatus();
  }

  CK_FUNCTION_LIST* api_ = nullptr;
  CK_SESSION_HANDLE session_ = 0;
  CK_OBJECT_HANDLE key_ = 0;
  mutable std::mutex mutex_;  // one operation of a session at a time
};

}  // namespace

absl::StatusOr<std::unique_ptr<KeyWrapper>> OpenPkcs11(std::string_view text) {
  ANON_ASSIGN_OR_RETURN(const Uri uri, ParseUri(text));
  auto wrapper = std::make_unique<Pkcs11>();
  ANON_RETURN_IF_ERROR(wrapper->Open(uri));
  return wrapper;
}

}  // namespace anon::internal
