# SPDX-License-Identifier: Apache-2.0
# outside/ with the sources as a part of its own build.
# The flags are those of the build around, so that a compiler cache can answer.
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)

build_outside(${WORK}/added -DHOW=add_subdirectory
  -DANON_WERROR=${WERROR})
