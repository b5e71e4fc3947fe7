// SPDX-License-Identifier: Apache-2.0
#ifndef ANON_TRANSFORM_MASKING_H_
#define ANON_TRANSFORM_MASKING_H_

#include <cstddef>
#include <memory>
#include <string>

#include "anon/transform/cell_operator.h"

namespace anon {

struct MaskOptions {
  // How many characters (Unicode code points) stay at either end; a value that
  // is no longer than both together is masked whole.
  std::size_t keep_first = 0;
  std::size_t keep_last = 0;
  std::string mask = "*";  // stands for each hidden character
  // Characters that stay wherever they are, such as the hyphen of a number.
  std::string leave = "";
  // One mask for all hidden characters in a row: hides how many they were.
  bool collapse = false;
};

// Masking (マスキング): hides part of the characters of a text. Missing values
// stay missing.
std::shared_ptr<const CellOperator> MaskCharacters(MaskOptions options);

}  // namespace anon

#endif  // ANON_TRANSFORM_MASKING_H_
