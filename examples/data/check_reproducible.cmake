# SPDX-License-Identifier: Apache-2.0
# Makes the example data again and compares it with the committed files, byte
# for byte: cmake -DMAKE_SUBSCRIBERS= -DCOMMITTED= -DFRESH= -P <this>
file(REMOVE_RECURSE ${FRESH})
execute_process(COMMAND ${MAKE_SUBSCRIBERS} ${FRESH} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB fresh RELATIVE ${FRESH} ${FRESH}/*)
file(GLOB committed RELATIVE ${COMMITTED} ${COMMITTED}/*.csv)
list(SORT fresh)
list(SORT committed)
if(NOT fresh STREQUAL committed)
  message(FATAL_ERROR "make_subscribers writes ${fresh}, but ${COMMITTED} holds \
${committed}; run make_subscribers on it and commit the result")
endif()
foreach(name IN LISTS committed)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E compare_files ${COMMITTED}/${name} ${FRESH}/${name}
    RESULT_VARIABLE differs)
  if(differs)
    message(FATAL_ERROR "${name} is not what make_subscribers writes; run it on \
${COMMITTED} and commit the result")
  endif()
endforeach()
