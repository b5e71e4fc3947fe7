// SPDX-License-Identifier: Apache-2.0
// The second table of the examples: where users of a positioning app were, with
// their consents and the people who asked to be left out. Nobody in it exists;
// see make_subscribers.cc. Card numbers are those that payment schemes keep for
// tests, passports begin with ZZ.
#ifndef ANON_EXAMPLES_DATA_VISITS_H_
#define ANON_EXAMPLES_DATA_VISITS_H_

namespace subscribers {

// Squares in front of stations, in units of 10^-5 degree.
struct Place {
  int latitude, longitude, weight;
};

constexpr Place kPlaces[] = {
    {3568124, 13976713, 30},  // Tokyo
    {3569092, 13970026, 26},  // Shinjuku
    {3565803, 13970164, 22},  // Shibuya
    {3546584, 13962233, 18},  // Yokohama
    {3470249, 13549595, 20},  // Osaka
    {3359000, 13042069, 12},  // Hakata
    {4306866, 14135075, 9},   // Sapporo
    {3517091, 13688154, 14},  // Nagoya
};

constexpr const char* kMemos[] = {
    "特になし",
    "店頭で機種変更の相談",
    "料金の問い合わせ、折り返し希望 090-0000-{}",
    "アプリの不具合の報告",
    "連絡先は {}@example.jp",
    "特になし",
};

constexpr const char* kVisitPlans[] = {"シンプル3GB", "ミドル20GB", "使い放題",
                                       "検証用回線"};

constexpr const char* kTestCards[] = {"4111111111111111", "5555555555554444",
                                      "378282246310005", "3530111333300000"};

}  // namespace subscribers

#endif  // ANON_EXAMPLES_DATA_VISITS_H_
