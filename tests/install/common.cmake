# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts of this folder; see CMakeLists.txt for the variables.
cmake_minimum_required(VERSION 3.25)

set(ENV{CXX} "${CXX}")
set(ENV{CCACHE_NOHASHDIR} 1)  # reuse objects across build directories

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "exit ${code}: ${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# Configures and builds outside/ in <build> with the given cache entries, and
# runs its programs.
function(build_outside build)
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/outside -B ${build}
    -G ${GENERATOR} -DCMAKE_BUILD_TYPE=${BUILD_TYPE} "-DCMAKE_CXX_FLAGS=${FLAGS}"
    "${TYPE_FLAGS}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" -DCMAKE_CXX_EXTENSIONS=OFF
    -DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON
    -DANON_TREE=${ANON_TREE} ${ARGN})
  run(${CMAKE_COMMAND} --build ${build})
  run(${CMAKE_COMMAND} -E chdir ${build} ${CMAKE_CTEST_COMMAND}
    --output-on-failure --no-tests=error)
endfunction()
