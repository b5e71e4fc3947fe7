// SPDX-License-Identifier: Apache-2.0
#include "anon/base/fingerprint.h"

#include <doctest/doctest.h>

#include "support/support.h"

namespace anon {
namespace {

TEST_CASE("Fingerprinter: equal values agree, others and other runs differ") {
  test::SeededRandom random(1);
  const Fingerprinter a(random);
  const Fingerprinter b(random);
  CHECK(a.Of("090-1234-5678") == a.Of("090-1234-5678"));
  CHECK(a.Of("090-1234-5678") != a.Of("090-1234-5679"));
  CHECK(a.Of("") != a.Of(std::string_view("\0", 1)));
  CHECK(a.Of("x") != b.Of("x"));
}

}  // namespace
}  // namespace anon
