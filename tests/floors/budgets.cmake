# SPDX-License-Identifier: Apache-2.0
# cmake -DANON_TREE=<dir> -P tests/floors/budgets.cmake
#
# The caps on file length, and the licence line. A file that has a reason to be
# longer is named in ANON_LONG_FILES, with its own cap.
cmake_minimum_required(VERSION 3.25)

# "path=lines", relative to the tree.
set(ANON_LONG_FILES "")

set(complaints "")

# cap(<lines> <glob>...)
function(cap lines)
  list(TRANSFORM ARGN PREPEND ${ANON_TREE}/)
  file(GLOB_RECURSE files RELATIVE ${ANON_TREE} ${ARGN})
  foreach(file IN LISTS files)
    set(limit ${lines})
    foreach(entry IN LISTS ANON_LONG_FILES)
      if(entry MATCHES "^(.*)=([0-9]+)$" AND CMAKE_MATCH_1 STREQUAL file)
        set(limit ${CMAKE_MATCH_2})
      endif()
    endforeach()
    file(READ ${ANON_TREE}/${file} text)
    string(REGEX REPLACE "[^\n]+" "" newlines "${text}")
    string(LENGTH "${newlines}" length)
    if(length GREATER limit)
      list(APPEND complaints
        "${file} has ${length} lines, the cap is ${limit}")
    endif()
    if(NOT text MATCHES "^// SPDX-License-Identifier: Apache-2.0\n")
      list(APPEND complaints "${file} does not open with the SPDX line")
    endif()
  endforeach()
  set(complaints "${complaints}" PARENT_SCOPE)
endfunction()

cap(200 include/*.h)
cap(500 src/*.h src/*.cc)
cap(600 tests/*.h tests/*.cc)
cap(80 examples/[0-9]*.cc)
cap(500 examples/data/*.h examples/data/*.cc)

if(complaints)
  list(JOIN complaints "\n  " text)
  message(FATAL_ERROR "Over budget:\n  ${text}")
endif()
