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
  io=2 hierarchy=2 pseudonym=2 vault=2
  transform=3 model=3 risk=3 utility=3 tabulate=3
  solve=4 assess=4
  release=5
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

# Reads every #include below <tree>/include/anon and <tree>/src and returns
# the list of violations, one sentence each.
function(anon_floor_violations tree result)
  set(found "")
  file(GLOB_RECURSE files RELATIVE ${tree}
    ${tree}/include/anon/*.h ${tree}/src/*.h ${tree}/src/*.cc)
  foreach(file IN LISTS files)
    if(NOT file MATCHES "^(include/anon|src)/([a-z_]+)/")
      continue()  # the umbrella header include/anon/anon.h
    endif()
    set(room ${CMAKE_MATCH_2})
    file(STRINGS ${tree}/${file} includes REGEX "^ *# *include *[\"<]")
    foreach(line IN LISTS includes)
      # "anon/room/x.h" is public, "room/x.h" is private to the tree; any other
      # folder ("absl/...") belongs to a package.
      set(target "")
      if(line MATCHES "[\"<]anon/([a-z_]+)/")
        set(target ${CMAKE_MATCH_1})
      elseif(line MATCHES "\"([a-z_]+)/")
        set(target ${CMAKE_MATCH_1})
        if(NOT IS_DIRECTORY ${tree}/src/${target})
          set(target "")
        endif()
      endif()
      if(target)
        anon_check_edge(${room} ${target} complaint)
        if(complaint)
          list(APPEND found "${file}: ${complaint}")
        endif()
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
