# SPDX-License-Identifier: Apache-2.0
#
# The one table of floors. A room may include only rooms on strictly lower
# floors, so rooms on one floor do not know each other. `vault` is the
# exception that proves the separation: only the tool (and a user's own
# service) may include it. Rooms without a folder are reserved names.
#
# Read by the build (every configure checks every #include) and by
# `cmake -DANON_TREE=<dir> -P cmake/check_floors.cmake` (the floors test).
set(ANON_FLOORS
  base=0
  data=1 secret=1
  io=2 hierarchy=2 pseudonym=2 residue=2 vault=2
  transform=3 model=3 risk=3 utility=3 tabulate=3
  solve=4 assess=4
  release=5 profile=5
  policy=6
  cli=7 c=7)

# Who may include `vault`.
set(ANON_VAULT_READERS cli)

function(anon_floor_of room result)
  foreach(entry IN LISTS ANON_FLOORS)
    if(entry MATCHES "^${room}=([0-9]+)$")
      set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
endfunction()

# Checks one edge of the include graph; sets `result` to "" or the complaint.
function(anon_check_edge from to result)
  set(${result} "" PARENT_SCOPE)
  if(from STREQUAL to)
    return()
  endif()
  anon_floor_of(${from} from_floor)
  anon_floor_of(${to} to_floor)
  if(from_floor STREQUAL "")
    set(${result} "room '${from}' is not in cmake/floors.cmake" PARENT_SCOPE)
  elseif(to_floor STREQUAL "")
    set(${result} "room '${to}' is not in cmake/floors.cmake" PARENT_SCOPE)
  elseif(NOT to_floor LESS from_floor)
    set(${result} "'${from}' (floor ${from_floor}) may not include '${to}' \
(floor ${to_floor})" PARENT_SCOPE)
  elseif(to STREQUAL "vault" AND NOT from IN_LIST ANON_VAULT_READERS)
    set(${result} "only ${ANON_VAULT_READERS} may include 'vault', not \
'${from}': hold a DeletionSink& instead" PARENT_SCOPE)
  endif()
endfunction()

# Checks one #include line of `file`, which belongs to `room` (the umbrella
# header include/anon/anon.h: room "umbrella"); sets `result` to "" or the
# complaint. "anon/room/x.h" is public, "room/x.h" is private to the tree; any
# other folder ("absl/...") belongs to a package.
function(anon_check_include tree room line result)
  set(${result} "" PARENT_SCOPE)
  if(NOT line MATCHES "include[ \t]*[\"<]([^\">]+)[\">]")
    set(${result} "computed #include hides what is included" PARENT_SCOPE)
    return()
  endif()
  set(header "${CMAKE_MATCH_1}")
  if("/${header}" MATCHES "/\\.\\.?/")
    set(${result} "'${header}' walks the tree: name the room" PARENT_SCOPE)
    return()
  elseif(header STREQUAL "anon/anon.h")
    set(${result} "the umbrella anon/anon.h is for users" PARENT_SCOPE)
    return()
  elseif(NOT header MATCHES "^(anon/)?([^/]+)/")
    return()  # a header of the same folder or of the system
  endif()
  set(public "${CMAKE_MATCH_1}")
  set(to "${CMAKE_MATCH_2}")
  if(NOT public AND NOT IS_DIRECTORY ${tree}/src/${to})
    return()
  endif()
  if(room STREQUAL "umbrella")
    if(to STREQUAL "vault")
      set(${result} "the umbrella may not include 'vault': anon::vault is a \
library of its own" PARENT_SCOPE)
    endif()
    return()
  endif()
  anon_check_edge(${room} ${to} complaint)
  set(${result} "${complaint}" PARENT_SCOPE)
endfunction()

# Reads every #include below <tree>/include/anon and <tree>/src and returns
# the list of violations, one sentence each. Every file belongs to a room.
function(anon_floor_violations tree result)
  set(found "")
  set(patterns "")
  foreach(extension h hh hpp hxx inc ipp c cc cpp cxx)
    list(APPEND patterns ${tree}/include/*.${extension} ${tree}/src/*.${extension})
  endforeach()
  file(GLOB_RECURSE files RELATIVE ${tree} ${patterns})
  foreach(file IN LISTS files)
    if(file STREQUAL "include/anon/anon.h")
      set(room umbrella)
    elseif(file MATCHES "^(include/anon|src)/([^/]+)/")
      set(room ${CMAKE_MATCH_2})
      anon_floor_of(${room} floor)
      if(floor STREQUAL "")
        list(APPEND found
          "${file}: room '${room}' is not in cmake/floors.cmake")
        continue()
      endif()
    else()
      list(APPEND found "${file}: belongs to no room")
      continue()
    endif()
    file(STRINGS ${tree}/${file} includes REGEX "^[ \t]*#[ \t]*include")
    foreach(line IN LISTS includes)
      anon_check_include(${tree} ${room} "${line}" complaint)
      if(complaint)
        list(APPEND found "${file}: ${complaint}")
      endif()
    endforeach()
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

function(anon_enforce_floors tree)
  anon_floor_violations(${tree} violations)
  if(violations)
    list(JOIN violations "\n  " text)
    message(FATAL_ERROR "The floors of cmake/floors.cmake do not hold:\n  ${text}")
  endif()
endfunction()
