# SPDX-License-Identifier: Apache-2.0
# `cmake --install`, then outside/ by find_package and by pkg-config.
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)

set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${prefix} ${WORK}/found)
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

find_program(PKG_CONFIG pkg-config)
if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
  run(${PKG_CONFIG} --cflags --libs anon anon-vault)
  if(NOT output MATCHES "-lanon_vault.*-lanon ")
    message(FATAL_ERROR "pkg-config: unexpected ${output}")
  endif()
endif()
