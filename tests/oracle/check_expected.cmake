# SPDX-License-Identifier: Apache-2.0
# Runs count_classes on one case of expected.json:
#   cmake -DCOUNT_CLASSES= -DTREE= -DNAME= -P <this>
file(READ ${TREE}/tests/oracle/expected.json expected)
string(JSON directory GET "${expected}" ${NAME} directory)
string(JSON count LENGTH "${expected}" ${NAME} arguments)
math(EXPR last "${count} - 1")
set(arguments "")
foreach(i RANGE ${last})
  string(JSON argument GET "${expected}" ${NAME} arguments ${i})
  # A list's own separator has to survive: the delimiter of many tables.
  string(REPLACE ";" "\\;" argument "${argument}")
  list(APPEND arguments "${argument}")
endforeach()

string(JSON needs ERROR_VARIABLE none GET "${expected}" ${NAME} needs)
if(none STREQUAL "NOTFOUND" AND NOT EXISTS ${TREE}/${directory}/${needs})
  message(STATUS "SKIPPED: no test data ${needs}")
  return()
endif()

execute_process(COMMAND ${COUNT_CLASSES} ${arguments}
  WORKING_DIRECTORY ${TREE}/${directory}
  OUTPUT_VARIABLE got COMMAND_ERROR_IS_FATAL ANY)
string(JSON want GET "${expected}" ${NAME} counts)
string(JSON equal EQUAL "${want}" "${got}")
if(NOT equal)
  message(FATAL_ERROR "${NAME}: expected ${want}, counted ${got}")
endif()
