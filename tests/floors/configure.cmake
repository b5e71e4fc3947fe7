# SPDX-License-Identifier: Apache-2.0
# cmake -DANON_TREE=<dir> -DWORK=<dir> -DGENERATOR=<name>
#       -P tests/floors/configure.cmake
#
# Configuring a tree with a planted violation stops with the complaint, whether
# the violation is an #include or a DEPS of anon_module.
cmake_minimum_required(VERSION 3.25)

set(copy ${WORK}/configured)

# must_stop(<file> <text> <what the message must say>)
function(must_stop file text expected)
  file(REMOVE_RECURSE ${copy})
  file(COPY ${ANON_TREE}/CMakeLists.txt ${ANON_TREE}/cmake
    ${ANON_TREE}/include ${ANON_TREE}/src DESTINATION ${copy})
  file(APPEND ${copy}/${file} "${text}\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -S ${copy} -B ${copy}/build -G ${GENERATOR}
      -DANON_BUILD_TESTS=OFF -DANON_BUILD_EXAMPLES=OFF -DANON_INSTALL=OFF
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  file(REMOVE_RECURSE ${copy})
  string(REGEX REPLACE "[ \n]+" " " flat "${output}")
  string(FIND "${flat}" "${expected}" at)
  if(code EQUAL 0 OR at EQUAL -1)
    message(FATAL_ERROR "Configure did not stop at ${file} with ${text}\n\
expected: ${expected}\ngot (exit ${code}): ${output}")
  endif()
endfunction()

must_stop(src/base/planted.h "#include \"anon/secret/key.h\""
  "src/base/planted.h: 'base' (floor 0) may not include 'secret' (floor 1)")
must_stop(src/base/CMakeLists.txt
  "anon_module(secret HEADERS key SOURCES planted.cc DEPS data)"
  "anon_module(secret): 'secret' (floor 1) may not include 'data' (floor 1)")
