# SPDX-License-Identifier: Apache-2.0
# cmake -DPROGRAM=<file> -DWORK=<dir> -DEXPECT=<regex> -P run_example.cmake
#       -- <argument>... [THEN <argument>...]...
#
# Runs an example, once for each THEN, with a fresh WORK to write below. Every
# run must exit with 0, and all they print must match EXPECT.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

set(printed "")
function(run)
  execute_process(COMMAND ${PROGRAM} ${ARGN} RESULT_VARIABLE code
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "exit ${code}\n${printed}${output}")
  endif()
  set(printed "${printed}${output}" PARENT_SCOPE)
endfunction()

set(arguments "")
set(collecting FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  set(argument "${CMAKE_ARGV${i}}")
  if(NOT collecting)
    if(argument STREQUAL "--")
      set(collecting TRUE)
    endif()
  elseif(argument STREQUAL "THEN")
    run(${arguments})
    set(arguments "")
  else()
    list(APPEND arguments "${argument}")
  endif()
endforeach()
run(${arguments})

message("${printed}")
if(NOT printed MATCHES "${EXPECT}")
  message(FATAL_ERROR "that does not match: ${EXPECT}")
endif()
file(REMOVE_RECURSE ${WORK})
