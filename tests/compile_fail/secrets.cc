// SPDX-License-Identifier: Apache-2.0
//
// What nobody can do to a secret by accident. See CMakeLists.txt.
#include <fmt/format.h>

#include <iostream>
#include <string>
#include <utility>

#include "anon/secret/key.h"
#include "anon/secret/reveal_secret.h"

namespace anon {

void Use(SecretBytes secret, Key key, SecretBytes& other) {
  // What is allowed.
  SecretBytes moved = std::move(secret);
  const bool equal = moved == other;
  std::cout << equal << moved.size() << RevealSecret::Bytes(moved).size();
  std::cout << fmt::format("{}", key.id());
  Key moved_key = std::move(key);

#ifdef OFFENCE_COPY
  SecretBytes copy = moved;
#endif
#ifdef OFFENCE_ASSIGN
  other = moved;
#endif
#ifdef OFFENCE_PRINT
  std::cout << moved;
#endif
#ifdef OFFENCE_FORMAT
  std::cout << fmt::format("{}", moved);
#endif
#ifdef OFFENCE_TEXT
  std::string text(moved);
#endif
#ifdef OFFENCE_PEEK
  std::cout << static_cast<int>(*moved.data_);
#endif
#ifdef OFFENCE_EMPTY
  SecretBytes empty;
#endif
#ifdef OFFENCE_COPY_KEY
  Key copied_key = moved_key;
#endif
#ifdef OFFENCE_EMPTY_KEY
  Key no_key;
#endif
#ifdef OFFENCE_SECRET_FIELD
  std::cout << moved_key.secret();
#endif
}

}  // namespace anon
