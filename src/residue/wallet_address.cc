// SPDX-License-Identifier: Apache-2.0
//
// Addresses of wallets. Bitcoin: Base58Check (a 32-bit checksum) and bech32 or
// bech32m (BIP 173, BIP 350; 30 bits). Ethereum: 0x and forty hexadecimal
// digits, a shape that little else has.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "anon/base/digest.h"
#include "residue/detector.h"

namespace anon::internal {
namespace {

bool PassesBase58Check(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::array<unsigned, 25> bytes{};
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return false;
    unsigned carry = static_cast<unsigned>(digit);
    for (std::size_t i = bytes.size(); i > 0; --i) {
      carry += bytes[i - 1] * 58;
      bytes[i - 1] = carry & 0xFF;
      carry >>= 8;
    }
    if (carry != 0) return false;
  }
  std::string payload;
  for (std::size_t i = 0; i < 21; ++i) payload += static_cast<char>(bytes[i]);
  const Digest once = Sha256(payload);
  const Digest twice = Sha256(std::string_view(
      reinterpret_cast<const char*>(once.data()), once.size()));
  for (std::size_t i = 0; i < 4; ++i) {
    if (static_cast<unsigned>(twice[i]) != bytes[21 + i]) return false;
  }
  return true;
}

std::uint32_t Polymod(std::uint32_t check, std::uint32_t value) {
  constexpr std::uint32_t kGenerator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                          0x3d4233dd, 0x2a1462b3};
  const std::uint32_t top = check >> 25;
  check = ((check & 0x1ffffff) << 5) ^ value;
  for (std::size_t i = 0; i < 5; ++i) {
    if ((top >> i & 1) != 0) check ^= kGenerator[i];
  }
  return check;
}

// `text` is in lower case and begins with "bc1".
bool PassesBech32(std::string_view text) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  std::uint32_t check = 1;
  for (const std::uint32_t part : {3u, 3u, 0u, 2u, 3u}) {  // "bc", expanded
    check = Polymod(check, part);
  }
  for (const char c : text.substr(3)) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return false;
    check = Polymod(check, static_cast<std::uint32_t>(value));
  }
  return check == 1 || check == 0x2bc830a3;
}

bool IsEthereum(std::string_view token) {
  if (token.size() != 42 || token[0] != '0' || token[1] != 'x') return false;
  for (const char c : token.substr(2)) {
    if (!IsHex(c)) return false;
  }
  return token.find_first_not_of('0', 2) != std::string_view::npos;
}

}  // namespace

void FindWalletAddresses(const Cell& cell, Matches& matches) {
  const std::string_view text = cell.text();
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && IsAlnum(text[end])) ++end;
    const std::string_view token = text.substr(begin, end - begin);
    const std::size_t size = token.size();
    const bool base58 = size >= 26 && size <= 35 &&
                        (token[0] == '1' || token[0] == '3') &&
                        PassesBase58Check(token);
    const bool bech32 = !base58 && size >= 42 && size <= 62 &&
                        cell.lower().substr(begin).starts_with("bc1") &&
                        PassesBech32(cell.lower().substr(begin, size));
    if (base58 || bech32 || IsEthereum(token)) {
      AddCertain(kWalletAddress, begin, end, matches);
    }
    begin = end + 1;
  }
}

}  // namespace anon::internal
