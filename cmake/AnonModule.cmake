# SPDX-License-Identifier: Apache-2.0
#
# anon_module(<room> HEADERS <concept>... SOURCES <file>.cc... [DEPS <room>...]
#             [LINK <package target>...] [INTO <library>])
#
# One room of the house: an object library compiled from src/<room>, its public
# headers include/anon/<room>/<concept>.h, folded into library INTO (default
# `anon`). Configure stops if a dependency is not on a lower floor.
function(anon_module room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INTO" "HEADERS;SOURCES;DEPS;LINK")
  if(NOT arg_INTO)
    set(arg_INTO anon)
  endif()
  foreach(dep IN LISTS arg_DEPS)
    anon_check_edge(${room} ${dep} complaint)
    if(complaint)
      message(FATAL_ERROR "anon_module(${room}): ${complaint}")
    endif()
  endforeach()
  list(TRANSFORM arg_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/src/${room}/)
  list(TRANSFORM arg_HEADERS PREPEND
    ${PROJECT_SOURCE_DIR}/include/anon/${room}/)
  list(TRANSFORM arg_HEADERS APPEND .h)

  add_library(anon_${room} OBJECT ${arg_SOURCES})
  target_include_directories(anon_${room} PRIVATE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(anon_${room} PRIVATE
    anon_options absl::status absl::statusor fmt::fmt ${arg_LINK})
  set_target_properties(anon_${room} PROPERTIES
    POSITION_INDEPENDENT_CODE ON)

  target_sources(${arg_INTO}
    PRIVATE $<TARGET_OBJECTS:anon_${room}>
    PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include
      FILES ${arg_HEADERS})
  # A header-only package ends with the compilation of the room: whoever links
  # the library need not find it.
  foreach(package IN LISTS arg_LINK)
    get_target_property(type ${package} TYPE)
    get_target_property(links ${package} INTERFACE_LINK_LIBRARIES)
    if(NOT type STREQUAL "INTERFACE_LIBRARY" OR links)
      target_link_libraries(${arg_INTO} PRIVATE ${package})
    endif()
  endforeach()
endfunction()
