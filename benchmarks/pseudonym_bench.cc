// SPDX-License-Identifier: Apache-2.0
//
// Pseudonyms of 16-byte ids: OpenSSL's one-shot HMAC(), and ours in batches.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "anon/pseudonym/pseudonymizer.h"

namespace anon {
namespace {

const std::vector<std::string>& Ids() {
  static const auto* const ids = [] {
    auto* const made = new std::vector<std::string>;
    char text[17];
    for (int i = 0; i < 8192; ++i) {
      std::snprintf(text, sizeof(text), "subscriber%06d", i);
      made->emplace_back(text);
    }
    return made;
  }();
  return *ids;
}

void OneShotHmac(benchmark::State& state) {
  const std::string key(32, 'k');
  std::array<unsigned char, 32> out{};
  for (auto _ : state) {
    for (const std::string& id : Ids()) {
      unsigned length = 0;
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(id.data()), id.size(),
           out.data(), &length);
      benchmark::DoNotOptimize(out);
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(Ids().size()));
}
BENCHMARK(OneShotHmac);

void PseudonymizerBatch(benchmark::State& state, PseudonymEncoding encoding) {
  OsRandom random;
  const auto key = Key::Generate(random);
  const auto pseudonymizer =
      Pseudonymizer::Create(*key, {"bench", "id", encoding});
  const std::vector<std::string_view> ids(Ids().begin(), Ids().end());
  std::string out(ids.size() * pseudonymizer->width(), '\0');
  for (auto _ : state) {
    if (!pseudonymizer->Pseudonymize(ids, out).ok()) std::abort();
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(ids.size()));
}
BENCHMARK_CAPTURE(PseudonymizerBatch, base32, PseudonymEncoding::kBase32);
BENCHMARK_CAPTURE(PseudonymizerBatch, hex, PseudonymEncoding::kHex);
BENCHMARK_CAPTURE(PseudonymizerBatch, base32_threads,
                  PseudonymEncoding::kBase32)
    ->Threads(2)
    ->UseRealTime();

}  // namespace
}  // namespace anon
