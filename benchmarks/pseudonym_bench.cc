// SPDX-License-Identifier: Apache-2.0
//
// Pseudonyms of 16-byte ids: OpenSSL's one-shot HMAC(), EVP_MAC restarted,
// Python's hmac module, and ours in batches by either path; FF1 of 10 digits,
// one at a time and in batches. Everything five times over, interleaved at
// random; the table at the end compares medians of CPU time.
#include <benchmark/benchmark.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "anon/pseudonym/pseudonymizer.h"
#include "anon/pseudonym/reversible.h"
#include "medians.h"

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

// EVP_MAC keyed once and restarted without the key.
void EvpMac(benchmark::State& state) {
  const std::string key(32, 'k');
  std::array<unsigned char, 32> out{};
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(mac);
  EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(key.data()),
               key.size(), parameters);
  for (auto _ : state) {
    for (const std::string& id : Ids()) {
      std::size_t length = 0;
      EVP_MAC_init(context, nullptr, 0, nullptr);
      EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(id.data()),
                     id.size());
      EVP_MAC_final(context, out.data(), &length, out.size());
      benchmark::DoNotOptimize(out);
    }
  }
  EVP_MAC_CTX_free(context);
  EVP_MAC_free(mac);
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(Ids().size()));
}
BENCHMARK(EvpMac);

// A Python process that times itself; nothing if there is no python3.
void PythonHmac(benchmark::State& state) {
  constexpr char kProgram[] =
      "python3 -c \"import hmac,time\n"
      "k=b'k'*32\nids=[b'subscriber%06d'%i for i in range(100000)]\n"
      "t=time.process_time()\n"
      "for m in ids: hmac.new(k,m,'sha256').hexdigest()\n"
      "print((time.process_time()-t)/len(ids))\" 2>/dev/null";
  for (auto _ : state) {
    double seconds = 0;
    FILE* const pipe = popen(kProgram, "r");
    const bool read =
        pipe != nullptr && std::fscanf(pipe, "%lf", &seconds) == 1;
    if (pipe != nullptr) pclose(pipe);
    if (!read) {
      state.SkipWithError("no python3");
      return;
    }
    state.SetIterationTime(seconds * static_cast<double>(Ids().size()));
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(Ids().size()));
}
BENCHMARK(PythonHmac)->UseManualTime()->Iterations(1);

void PseudonymizerBatch(benchmark::State& state, PseudonymEncoding encoding,
                        bool evp = false,
                        Normalization normalization = Normalization::kNone) {
  if (evp) setenv("ANON_CRYPTO", "evp", 1);
  OsRandom random;
  const auto key = Key::Generate(random);
  const auto pseudonymizer =
      Pseudonymizer::Create(*key, {.domain = "bench",
                                   .attribute = "id",
                                   .encoding = encoding,
                                   .normalization = normalization});
  if (evp) unsetenv("ANON_CRYPTO");
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
BENCHMARK_CAPTURE(PseudonymizerBatch, base64url, PseudonymEncoding::kBase64Url);
BENCHMARK_CAPTURE(PseudonymizerBatch, decimal, PseudonymEncoding::kDecimal);
BENCHMARK_CAPTURE(PseudonymizerBatch, base32_evp, PseudonymEncoding::kBase32,
                  true);
BENCHMARK_CAPTURE(PseudonymizerBatch, base32_code, PseudonymEncoding::kBase32,
                  false, Normalization::kCode1);
BENCHMARK_CAPTURE(PseudonymizerBatch, base32_threads,
                  PseudonymEncoding::kBase32)
    ->Threads(2)
    ->UseRealTime();

// 10 decimal digits.
const std::vector<std::string>& Numbers() {
  static const auto* const numbers = [] {
    auto* const made = new std::vector<std::string>;
    for (int i = 0; i < 8192; ++i) {
      made->push_back(std::to_string(9'000'000'000 + i * 12'347));
    }
    return made;
  }();
  return *numbers;
}

FormatPreservingCipher MakeFf1() {
  OsRandom random;
  const auto key = Key::Generate(random);
  auto cipher = FormatPreservingCipher::Create(
      *key, {.domain = "bench", .attribute = "id"}, "0123456789");
  if (!cipher.ok()) std::abort();
  return *std::move(cipher);
}

void Ff1OneByOne(benchmark::State& state) {
  const FormatPreservingCipher cipher = MakeFf1();
  for (auto _ : state) {
    for (const std::string& number : Numbers()) {
      benchmark::DoNotOptimize(cipher.Encrypt(number));
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(Numbers().size()));
}
BENCHMARK(Ff1OneByOne);

void Ff1Batch(benchmark::State& state) {
  const FormatPreservingCipher cipher = MakeFf1();
  const std::vector<std::string_view> values(Numbers().begin(),
                                             Numbers().end());
  std::string out(10 * values.size(), '\0');
  for (auto _ : state) {
    if (!cipher.Encrypt(values, out).ok()) std::abort();
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(values.size()));
}
BENCHMARK(Ff1Batch);

void PrintGoals(const bench::Medians& m) {
  using bench::Goal;
  using bench::PrintGoal;
  const auto ns = [&](const std::string& name) {
    return m.Cpu(name) / static_cast<double>(Ids().size());
  };
  const double one_shot = ns("OneShotHmac");
  const double evp = ns("EvpMac");
  const double python =
      m.Wall("PythonHmac") / static_cast<double>(Ids().size());
  std::printf("\n%-58s %9s  asked\n", "goal", "measured");
  for (const char* const encoding : {"base32", "hex", "base64url", "decimal"}) {
    const std::string name = encoding;
    const double ours = ns("PseudonymizerBatch/" + name);
    PrintGoal(name + ": CPU ns for a 16-byte id", ours, Goal::kAtMost, 115);
    PrintGoal(name + ": HMAC() over it", one_shot / ours, Goal::kAtLeast, 10);
    PrintGoal(name + ": EVP_MAC over it", evp / ours, Goal::kAtLeast, 1.8);
    PrintGoal(name + ": Python's hmac over it", python / ours, Goal::kAtLeast,
              10);
  }
  PrintGoal("base32: one thread over two (wall time)",
            m.Wall("PseudonymizerBatch/base32") /
                m.Wall("PseudonymizerBatch/base32_threads"),
            Goal::kAtLeast, 1.7);
  PrintGoal("FF1, 10 digits, in batches: CPU ns", ns("Ff1Batch"), Goal::kAtMost,
            100);
}

}  // namespace
}  // namespace anon

int main(int argc, char** argv) {
  // What is said on the command line comes later and wins.
  std::string program = argv[0];
  std::string repeat = "--benchmark_repetitions=5";
  std::string interleave = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments = {program.data(), repeat.data(),
                                  interleave.data()};
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  anon::bench::Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  anon::PrintGoals(medians);
}
