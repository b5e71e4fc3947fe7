# SPDX-License-Identifier: Apache-2.0
# cmake -DANON_TREE=<dir> -P cmake/check_floors.cmake
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/floors.cmake)
anon_enforce_floors(${ANON_TREE})
message(STATUS "Floors hold in ${ANON_TREE}")
