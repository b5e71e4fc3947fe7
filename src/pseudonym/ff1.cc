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
// Many strings of one length run breadth-first, with numbers of 64 bits, where
// a half fits in 7 bytes: then the last block of Q alone differs between them,
// and AES of everything before it is done once. Not in constant time: division.
// Deterministic, and not authenticated. Tested against NIST's samples and
// Wycheproof in tests/pseudonym/ff1_test.cc, which tell a swapped half; a round
// trip would not. The batch is tested against the same vectors, and against one
// string at a time.
#include "pseudonym/ff1.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstring>
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
// A half of up to so many bytes is a number of 64 bits, and so are it and a
// round's number in Q.
constexpr std::size_t kNarrow = 7;

absl::Status Failed() {
  return absl::InternalError("OpenSSL failed to encrypt");
}

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

// Division by a number that stays the same, by a multiplication.
class Divider {
 public:
  explicit Divider(std::uint64_t divisor)
      : divisor_(divisor), inverse_(~std::uint64_t{0} / divisor) {}

  // The quotient; `number` becomes the remainder.
  std::uint64_t Divide(std::uint64_t& number) const {
    auto quotient =
        static_cast<std::uint64_t>(static_cast<Wide>(number) * inverse_ >> 64);
    number -= quotient * divisor_;
    // The inverse is rounded down: the quotient may be one too small.
    if (number >= divisor_) {
      number -= divisor_;
      ++quotient;
    }
    return quotient;
  }
  std::uint64_t divisor() const { return divisor_; }

 private:
  std::uint64_t divisor_;
  std::uint64_t inverse_;
};

std::uint64_t BigEndian(std::uint64_t word) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(word)
                                                    : word;
}

// Strings of one length whose halves fit in 7 bytes.
class NarrowBatch {
 public:
  static constexpr std::size_t kMost = 256;

  // False if OpenSSL fails.
  static bool Run(EVP_CIPHER_CTX* aes, const Shape& shape, std::uint32_t radix,
                  std::span<std::uint16_t> digits, bool encrypt) {
    NarrowBatch batch(aes, shape, radix);
    const std::size_t length = shape.u + shape.v;
    bool good = batch.Start();
    while (good && !digits.empty()) {
      const auto some = digits.first(std::min(kMost * length, digits.size()));
      good = batch.Apply(some, encrypt);
      digits = digits.subspan(some.size());
    }
    return good;
  }

  NarrowBatch(const NarrowBatch&) = delete;
  NarrowBatch& operator=(const NarrowBatch&) = delete;
  ~NarrowBatch() {
    OPENSSL_cleanse(a_.data(), sizeof(a_));
    OPENSSL_cleanse(b_.data(), sizeof(b_));
    OPENSSL_cleanse(in_.data(), sizeof(in_));
    OPENSSL_cleanse(out_.data(), sizeof(out_));
  }

 private:
  struct TwoWords {
    std::uint64_t first, second;
  };
  using Halves = std::array<std::uint64_t, kMost>;

  NarrowBatch(EVP_CIPHER_CTX* aes, const Shape& shape, std::uint32_t radix)
      : aes_(aes),
        shape_(shape),
        radix_(radix),
        mod_u_(Power<std::uint64_t>(radix, shape.u)),
        mod_v_(Power<std::uint64_t>(radix, shape.v)) {}

  // What all last blocks share: the CBC-MAC so far, and the tweak's end.
  bool Start() {
    Block r = shape_.first;
    for (std::size_t at = 0; at < shape_.q.size(); at += 16) {
      for (std::size_t j = 0; j < 16; ++j) r[j] ^= shape_.q[at + j];
      if (at + 16 < shape_.q.size() && !EncryptBlock(aes_, r)) return false;
    }
    std::memcpy(&start_, r.data(), sizeof(start_));
    return true;
  }

  std::uint64_t Number(std::span<const std::uint16_t> digits) const {
    std::uint64_t number = 0;
    for (const std::uint16_t digit : digits) {
      number = number * radix_.divisor() + digit;
    }
    return number;
  }

  void Write(std::uint64_t number, std::span<std::uint16_t> digits) const {
    for (std::size_t i = digits.size(); i-- > 0;) {
      std::uint64_t digit = number;
      number = radix_.Divide(digit);
      digits[i] = static_cast<std::uint16_t>(digit);
    }
  }

  // NUM(S) modulo a power of the radix.
  std::uint64_t Reduced(const TwoWords& s, const Divider& modulus) const {
    std::uint64_t y = BigEndian(s.first);
    if (shape_.d > 8) {
      const Wide wide = static_cast<Wide>(y) << 32 | BigEndian(s.second) >> 32;
      return static_cast<std::uint64_t>(wide % modulus.divisor());
    }
    modulus.Divide(y);
    return y;
  }

  bool EncryptBlocks(std::size_t count) {
    const int size = static_cast<int>(count * sizeof(TwoWords));
    int length = 0;
    return EVP_EncryptUpdate(
               aes_, reinterpret_cast<unsigned char*>(out_.data()), &length,
               reinterpret_cast<const unsigned char*>(in_.data()), size) == 1 &&
           length == size;
  }

  bool Apply(std::span<std::uint16_t> digits, bool encrypt) {
    const std::size_t length = shape_.u + shape_.v;
    const std::size_t count = digits.size() / length;
    for (std::size_t k = 0; k < count; ++k) {
      const auto one = digits.subspan(k * length, length);
      a_[k] = Number(one.first(shape_.u));
      b_[k] = Number(one.last(shape_.v));
    }
    // The half that changes, and the other.
    Halves* changing = encrypt ? &a_ : &b_;
    Halves* other = encrypt ? &b_ : &a_;
    for (int step = 0; step < kRounds; ++step) {
      const int i = encrypt ? step : kRounds - 1 - step;
      const Divider& modulus = i % 2 == 0 ? mod_u_ : mod_v_;
      const std::uint64_t round = static_cast<std::uint64_t>(i)
                                  << (8 * shape_.b);
      for (std::size_t k = 0; k < count; ++k) {
        in_[k] = {start_.first, start_.second ^ BigEndian(round | (*other)[k])};
      }
      if (!EncryptBlocks(count)) return false;
      for (std::size_t k = 0; k < count; ++k) {
        const std::uint64_t y = Reduced(out_[k], modulus);
        std::uint64_t& half = (*changing)[k];
        half = encrypt ? half + y : half + modulus.divisor() - y;
        if (half >= modulus.divisor()) half -= modulus.divisor();
      }
      std::swap(changing, other);
    }
    // After an even number of rounds each half is where it was.
    for (std::size_t k = 0; k < count; ++k) {
      const auto one = digits.subspan(k * length, length);
      Write(a_[k], one.first(shape_.u));
      Write(b_[k], one.last(shape_.v));
    }
    return true;
  }

  EVP_CIPHER_CTX* aes_;
  const Shape& shape_;
  Divider radix_;
  Divider mod_u_;
  Divider mod_v_;
  TwoWords start_{};
  Halves a_{};
  Halves b_{};
  std::array<TwoWords, kMost> in_{};
  std::array<TwoWords, kMost> out_{};
};

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

absl::StatusOr<std::size_t> Ff1::Check(std::span<const std::uint16_t> digits,
                                       std::size_t length,
                                       std::string_view tweak) const {
  if (length < 2 || length > kMostDigits || tweak.size() > kMostTweak) {
    return PolicyError(
        "FF1 takes 2 to 4096 digits and a tweak of at most 256 bytes");
  }
  if (std::any_of(digits.begin(), digits.end(),
                  [this](std::uint16_t digit) { return digit >= radix_; })) {
    return InputError("a digit is not below the radix");
  }
  // 20 digits of any radix are a million values or more.
  if (length < 20 && Power<Big>(radix_, length) < 1'000'000) {
    return PolicyError(
        "fewer than a million values of this length: encrypting so few hides "
        "nothing (NIST SP 800-38G r1); use a pseudonym");
  }
  const Big largest = Power<Big>(radix_, length - length / 2) - 1;
  return (msb(largest) + 1 + 7) / 8;
}

absl::Status Ff1::Apply(Digits& digits, std::string_view tweak, bool encrypt) {
  ANON_ASSIGN_OR_RETURN(const std::size_t b,
                        Check(digits, digits.size(), tweak));
  Shape shape;
  const bool good =
      MakeShape(context_.get(), radix_, digits.size(), b, tweak, shape) &&
      (b <= kNarrow
           ? RunRounds<Wide>(context_.get(), shape, radix_, digits, encrypt)
           : RunRounds<Big>(context_.get(), shape, radix_, digits, encrypt));
  return good ? absl::OkStatus() : Failed();
}

absl::Status Ff1::ApplyAll(std::span<std::uint16_t> digits, std::size_t length,
                           std::string_view tweak, bool encrypt) {
  ANON_ASSIGN_OR_RETURN(const std::size_t b, Check(digits, length, tweak));
  if (digits.size() % length != 0) {
    return absl::InternalError("a part of a string of digits");
  }
  Shape shape;
  bool good = MakeShape(context_.get(), radix_, length, b, tweak, shape);
  if (b <= kNarrow) {
    good = good &&
           NarrowBatch::Run(context_.get(), shape, radix_, digits, encrypt);
  } else {
    for (; good && !digits.empty(); digits = digits.subspan(length)) {
      good = RunRounds<Big>(context_.get(), shape, radix_, digits.first(length),
                            encrypt);
    }
  }
  return good ? absl::OkStatus() : Failed();
}

absl::Status Ff1::Encrypt(Digits& digits, std::string_view tweak) {
  return Apply(digits, tweak, true);
}

absl::Status Ff1::Decrypt(Digits& digits, std::string_view tweak) {
  return Apply(digits, tweak, false);
}

absl::Status Ff1::EncryptAll(std::span<std::uint16_t> digits,
                             std::size_t length, std::string_view tweak) {
  return ApplyAll(digits, length, tweak, true);
}

absl::Status Ff1::DecryptAll(std::span<std::uint16_t> digits,
                             std::size_t length, std::string_view tweak) {
  return ApplyAll(digits, length, tweak, false);
}

}  // namespace anon::internal
