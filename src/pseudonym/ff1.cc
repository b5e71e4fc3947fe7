// SPDX-License-Identifier: Apache-2.0
//
// Definition: NIST SP 800-38G, algorithms 7 and 8 (FF1): a Feistel network of
// ten rounds over the two halves of a string of digits; a round adds to one
// half, modulo radix^m, a CBC-MAC of the other half, the tweak and the round's
// number. Revision 1 (second draft of 2025) requires radix^length >= 10^6 and
// drops FF3.
// The halves stay numbers through the rounds. Numbers have 128 bits where
// radix^v fits in 64 (y then has at most 96), else Boost.Multiprecision's.
// b = ceil(ceil(v log2 radix) / 8) is counted in integers: the bytes of
// radix^v - 1.
// Not in constant time: division. Deterministic, and not authenticated.
// Tested against NIST's samples and Wycheproof in tests/pseudonym/ff1_test.cc,
// which tell a swapped half; a round trip would not.
#include "pseudonym/ff1.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <boost/multiprecision/cpp_int.hpp>
#include <string>
#include <utility>

#include "base/status_macros.h"

namespace anon::internal {
namespace {

__extension__ using Wide = unsigned __int128;
using Big = boost::multiprecision::cpp_int;
using Block = std::array<unsigned char, 16>;

constexpr std::size_t kMostDigits = 4096;
constexpr std::size_t kMostTweak = 256;
constexpr int kRounds = 10;

template <typename Number>
Number Power(std::uint32_t radix, std::size_t exponent) {
  Number power = 1;
  for (std::size_t i = 0; i < exponent; ++i) power *= radix;
  return power;
}

template <typename Number>
Number FromDigits(std::span<const std::uint16_t> digits, std::uint32_t radix) {
  Number number = 0;
  for (const std::uint16_t digit : digits) number = number * radix + digit;
  return number;
}

template <typename Number>
void ToDigits(Number number, std::span<std::uint16_t> digits,
              std::uint32_t radix) {
  for (std::size_t i = digits.size(); i-- > 0; number /= radix) {
    digits[i] = static_cast<std::uint16_t>(Number(number % radix));
  }
}

template <typename Number>
Number FromBytes(std::span<const unsigned char> bytes) {
  Number number = 0;
  for (const unsigned char byte : bytes) number = number * 256 + byte;
  return number;
}

template <typename Number>
void ToBytes(Number number, std::span<unsigned char> bytes) {
  for (std::size_t i = bytes.size(); i-- > 0; number /= 256) {
    bytes[i] = static_cast<unsigned char>(Number(number % 256));
  }
}

void StoreBigEndian(std::uint64_t number, std::span<unsigned char> out) {
  ToBytes<std::uint64_t>(number, out);
}

bool EncryptBlock(EVP_CIPHER_CTX* aes, Block& block) {
  int length = 0;
  return EVP_EncryptUpdate(aes, block.data(), &length, block.data(),
                           static_cast<int>(block.size())) == 1 &&
         length == static_cast<int>(block.size());
}

// What all rounds of one string share.
struct Shape {
  std::size_t u, v, b, d;
  Block first;                   // AES(P)
  std::vector<unsigned char> q;  // Q; its last b + 1 bytes change
  std::vector<unsigned char> s;  // S, whole blocks
};

bool MakeShape(EVP_CIPHER_CTX* aes, std::uint32_t radix, std::size_t n,
               std::size_t b, std::string_view tweak, Shape& shape) {
  shape.u = n / 2;
  shape.v = n - shape.u;
  shape.b = b;
  shape.d = 4 * ((b + 3) / 4) + 4;
  Block& p = shape.first;
  p = {1, 2, 1};
  StoreBigEndian(radix, std::span(p).subspan(3, 3));
  p[6] = kRounds;
  p[7] = static_cast<unsigned char>(shape.u % 256);
  StoreBigEndian(n, std::span(p).subspan(8, 4));
  StoreBigEndian(tweak.size(), std::span(p).subspan(12, 4));
  shape.q.assign((tweak.size() + b + 1 + 15) / 16 * 16, 0);
  std::copy(tweak.begin(), tweak.end(), shape.q.begin());
  shape.s.assign((shape.d + 15) / 16 * 16, 0);
  return EncryptBlock(aes, p);
}

// NUM(S) of round `i` for the half `other`.
template <typename Number>
bool Round(EVP_CIPHER_CTX* aes, Shape& shape, int i, const Number& other,
           Number& y) {
  const std::span<unsigned char> q(shape.q);
  q[q.size() - shape.b - 1] = static_cast<unsigned char>(i);
  ToBytes<Number>(other, q.last(shape.b));
  Block r = shape.first;
  for (std::size_t at = 0; at < q.size(); at += 16) {
    for (std::size_t j = 0; j < 16; ++j) r[j] ^= q[at + j];
    if (!EncryptBlock(aes, r)) return false;
  }
  std::copy(r.begin(), r.end(), shape.s.begin());
  for (std::size_t block = 1; block < shape.s.size() / 16; ++block) {
    Block more{};
    StoreBigEndian(block, std::span(more).last(8));
    for (std::size_t j = 0; j < 16; ++j) more[j] ^= r[j];
    if (!EncryptBlock(aes, more)) return false;
    std::copy(more.begin(), more.end(),
              shape.s.begin() + static_cast<std::ptrdiff_t>(16 * block));
  }
  y = FromBytes<Number>(std::span(shape.s).first(shape.d));
  return true;
}

template <typename Number>
bool RunRounds(EVP_CIPHER_CTX* aes, Shape& shape, std::uint32_t radix,
               std::span<std::uint16_t> digits, bool encrypt) {
  const auto mod_u = Power<Number>(radix, shape.u);
  const auto mod_v = Power<Number>(radix, shape.v);
  Number a = FromDigits<Number>(digits.first(shape.u), radix);
  Number b = FromDigits<Number>(digits.last(shape.v), radix);
  Number y = 0;
  for (int step = 0; step < kRounds; ++step) {
    const int i = encrypt ? step : kRounds - 1 - step;
    const Number& modulus = i % 2 == 0 ? mod_u : mod_v;
    if (!Round(aes, shape, i, encrypt ? b : a, y)) return false;
    y %= modulus;
    if (encrypt) {
      Number c = (a + y) % modulus;
      a = std::move(b);
      b = std::move(c);
    } else {
      Number c = (b + modulus - y) % modulus;
      b = std::move(a);
      a = std::move(c);
    }
  }
  ToDigits<Number>(a, digits.first(shape.u), radix);
  ToDigits<Number>(b, digits.last(shape.v), radix);
  return true;
}

}  // namespace

absl::StatusOr<Ff1> Ff1::Create(std::span<const std::byte> key,
                                std::uint32_t radix) {
  if (radix < 2 || radix > 65536) {
    return PolicyError("a radix is 2 to 65536");
  }
  if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
    return PolicyError("an AES key has 16, 24 or 32 bytes");
  }
  const std::string name = "AES-" + std::to_string(8 * key.size()) + "-ECB";
  const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!cipher || !context ||
      EVP_EncryptInit_ex2(context.get(), cipher.get(),
                          reinterpret_cast<const unsigned char*>(key.data()),
                          nullptr, nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
    return absl::InternalError("OpenSSL offers no " + name);
  }
  return Ff1(std::move(context), radix);
}

absl::Status Ff1::Apply(Digits& digits, std::string_view tweak, bool encrypt) {
  const std::size_t n = digits.size();
  if (n < 2 || n > kMostDigits || tweak.size() > kMostTweak) {
    return PolicyError(
        "FF1 takes 2 to 4096 digits and a tweak of at most 256 bytes");
  }
  if (std::any_of(digits.begin(), digits.end(),
                  [this](std::uint16_t digit) { return digit >= radix_; })) {
    return InputError("a digit is not below the radix");
  }
  // 20 digits of any radix are a million values or more.
  if (n < 20 && Power<Big>(radix_, n) < 1'000'000) {
    return PolicyError(
        "fewer than a million values of this length: encrypting so few hides "
        "nothing (NIST SP 800-38G r1); use a pseudonym");
  }
  const Big largest = Power<Big>(radix_, n - n / 2) - 1;
  const std::size_t b = (msb(largest) + 1 + 7) / 8;
  Shape shape;
  const bool good =
      MakeShape(context_.get(), radix_, n, b, tweak, shape) &&
      (b <= 7 ? RunRounds<Wide>(context_.get(), shape, radix_, digits, encrypt)
              : RunRounds<Big>(context_.get(), shape, radix_, digits, encrypt));
  return good ? absl::OkStatus()
              : absl::InternalError("OpenSSL failed to encrypt");
}

absl::Status Ff1::Encrypt(Digits& digits, std::string_view tweak) {
  return Apply(digits, tweak, true);
}

absl::Status Ff1::Decrypt(Digits& digits, std::string_view tweak) {
  return Apply(digits, tweak, false);
}

}  // namespace anon::internal
