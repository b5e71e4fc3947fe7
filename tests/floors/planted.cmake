# SPDX-License-Identifier: Apache-2.0
# cmake -DANON_TREE=<dir> -DWORK=<dir> -P tests/floors/planted.cmake
#
# Plants one violation after the other in a copy of the tree and asks that
# cmake/check_floors.cmake finds it, and names it.
cmake_minimum_required(VERSION 3.25)

set(copy ${WORK}/planted)
set(failures "")

# plant(<file> <text> <what the complaint must say>)
function(plant file text expected)
  file(REMOVE_RECURSE ${copy})
  file(COPY ${ANON_TREE}/include ${ANON_TREE}/src DESTINATION ${copy})
  file(APPEND ${copy}/${file} "${text}\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DANON_TREE=${copy}
      -P ${ANON_TREE}/cmake/check_floors.cmake
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " flat "${output}")
  string(FIND "${flat}" "${file}: ${expected}" at)
  if(code EQUAL 0 OR at EQUAL -1)
    set(failures "${failures}\n--- ${file} with ${text}\nexpected: \
${expected}\ngot (exit ${code}): ${output}" PARENT_SCOPE)
  endif()
endfunction()

# Upwards, public and private, in every spelling the compiler accepts.
plant(src/base/planted.cc "#include \"anon/data/batch.h\""
  "'base' (floor 0) may not include 'data' (floor 1)")
plant(src/base/planted.cc " \t# \tinclude\t<anon/model/privacy_model.h>"
  "'base' (floor 0) may not include 'model' (floor 3)")
plant(include/anon/data/planted.h "#include \"vault/private.h\""
  "'data' (floor 1) may not include 'vault' (floor 2)")
plant(src/base/planted.cc "#include <vault/private.h>"
  "'base' (floor 0) may not include 'vault' (floor 2)")
plant(src/base/planted.inc "#include \"anon/data/batch.h\""
  "'base' (floor 0) may not include 'data' (floor 1)")

# Rooms on one floor do not know each other.
plant(src/data/planted.cc "#include \"anon/secret/key.h\""
  "'data' (floor 1) may not include 'secret' (floor 1)")
plant(src/model/planted.h "#include \"anon/risk/risk.h\""
  "'model' (floor 3) may not include 'risk' (floor 3)")

# The vault is above nobody but the tool.
plant(src/release/planted.cc "#include \"anon/vault/sqlite_vault.h\""
  "only cli may include 'vault', not 'release'")
plant(src/policy/planted.cc "#include \"vault/private.h\""
  "only cli may include 'vault', not 'policy'")
plant(src/c/planted.cc "#include \"anon/vault/sqlite_vault.h\""
  "only cli may include 'vault', not 'c'")
plant(include/anon/anon.h "#include \"anon/vault/sqlite_vault.h\""
  "the umbrella may not include 'vault'")

# Unknown rooms, and files that belong to none.
plant(src/attic/planted.cc "int planted;"
  "room 'attic' is not in cmake/floors.cmake")
plant(src/room9-b/planted.cc "int planted;"
  "room 'room9-b' is not in cmake/floors.cmake")
plant(src/cli/planted.cc "#include \"anon/attic/planted.h\""
  "room 'attic' is not in cmake/floors.cmake")
plant(src/planted.cc "int planted;" "belongs to no room")

# Ways around the table.
plant(src/base/planted.cc "#include \"../data/batch.h\""
  "'../data/batch.h' walks the tree")
plant(src/base/planted.cc "#include \"base/./../data/batch.h\""
  "'base/./../data/batch.h' walks the tree")
plant(src/base/planted.cc "#include \"anon/anon.h\""
  "the umbrella anon/anon.h is for users")
plant(src/base/planted.cc "#include PLANTED" "computed #include")

file(REMOVE_RECURSE ${copy})
if(failures)
  message(FATAL_ERROR "Planted violations went unnoticed:${failures}")
endif()
