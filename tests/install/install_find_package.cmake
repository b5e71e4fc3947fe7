# SPDX-License-Identifier: Apache-2.0
# `cmake --install`, then outside/ by find_package and by pkg-config, and the
# project that the documentation prints.
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)

set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${prefix} ${WORK}/found ${WORK}/documented)
run(${CMAKE_COMMAND} --install ${ANON_BUILD} --prefix ${prefix})

# Nothing of how this project is compiled, or where, may reach its users.
file(GLOB_RECURSE laid_down ${prefix}/${LIBDIR}/cmake/*.cmake
  ${prefix}/${LIBDIR}/pkgconfig/*.pc)
foreach(file IN LISTS laid_down)
  file(READ ${file} text)
  foreach(leak anon_options -Werror -march ${ANON_TREE} ${ANON_BUILD})
    string(FIND "${text}" "${leak}" at)
    if(NOT at EQUAL -1)
      string(REPLACE "${prefix}" "" rest "${text}")  # .pc files name the prefix
      string(FIND "${rest}" "${leak}" at)
    endif()
    if(NOT at EQUAL -1)
      message(FATAL_ERROR "${file} names ${leak}")
    endif()
  endforeach()
endforeach()

build_outside(${WORK}/found -DHOW=find_package -DCMAKE_PREFIX_PATH=${prefix})

# The project that docs/library.md and README.md print, as it stands there; its
# service.cc is the first screen of anon.h.
function(first_cmake_block file result)
  file(READ ${ANON_TREE}/${file} text)
  if(NOT text MATCHES "\n```cmake\n(cmake_minimum_required[^`]*)```\n")
    message(FATAL_ERROR "${file}: no CMakeLists.txt")
  endif()
  set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()
first_cmake_block(docs/library.md documented)
first_cmake_block(README.md readme)
if(NOT documented STREQUAL readme)
  message(FATAL_ERROR "README.md and docs/library.md print different projects")
endif()
file(WRITE ${WORK}/documented/CMakeLists.txt "${documented}")
file(COPY_FILE ${WORK}/found/first_screen.cc ${WORK}/documented/service.cc)
run(${CMAKE_COMMAND} -S ${WORK}/documented -B ${WORK}/documented/build
  -G ${GENERATOR} -DCMAKE_BUILD_TYPE=${BUILD_TYPE} "-DCMAKE_CXX_FLAGS=${FLAGS}"
  "${TYPE_FLAGS}"
  "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" -DCMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${WORK}/documented/build)

find_program(PKG_CONFIG pkg-config)
if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
  run(${PKG_CONFIG} --cflags --libs anon anon-vault)
  if(NOT output MATCHES "-lanon_vault.*-lanon ")
    message(FATAL_ERROR "pkg-config: unexpected ${output}")
  endif()
endif()
