// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TESTS_SUPPORT_GOLDEN_H_
#define ANON_TESTS_SUPPORT_GOLDEN_H_

#include <string_view>

namespace anon::test {

// Checks that `bytes` are those of tests/golden/<relative>, and says where the
// first difference is. With ANON_UPDATE_GOLDEN=1 in the environment the file is
// written instead: read the diff before committing it.
void CheckGolden(std::string_view relative, std::string_view bytes);

}  // namespace anon::test

#endif  // ANON_TESTS_SUPPORT_GOLDEN_H_
