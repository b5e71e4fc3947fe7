# SPDX-License-Identifier: Apache-2.0
# cmake -DANON_TREE=<dir> -P tests/floors/umbrella.cmake
#
# anon/anon.h includes every public header of anon::anon, sorted, and nothing
# else: not the vault (a library of its own), not the C ABI (another door).
cmake_minimum_required(VERSION 3.25)

file(GLOB headers RELATIVE ${ANON_TREE}/include ${ANON_TREE}/include/anon/*/*.h)
list(FILTER headers EXCLUDE REGEX "^anon/(vault|c)/")
list(SORT headers)

file(STRINGS ${ANON_TREE}/include/anon/anon.h lines REGEX "^#include")
set(included "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^#include [<\"]([^>\"]+)[>\"].*" "\\1" header "${line}")
  list(APPEND included ${header})
endforeach()

if(NOT included STREQUAL headers)
  list(TRANSFORM headers REPLACE "(.+)" "#include \"\\1\"" OUTPUT_VARIABLE wanted)
  list(JOIN wanted "\n" text)
  message(FATAL_ERROR "include/anon/anon.h must include exactly:\n${text}")
endif()
