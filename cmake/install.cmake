# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` lays down: the libraries, their headers, the tool, a
# CMake package and pkg-config files.
#
#   find_package(anon)                      anon::anon
#   find_package(anon COMPONENTS vault)     anon::anon and anon::vault
#
# A package a library links is named here once, as find_package and pkg-config
# call it; both lists are then derived from what the rooms link.
set(ANON_PACKAGES
  "absl::(.+)|absl|absl_*"
  "fmt::fmt|fmt|fmt"
  "OpenSSL::Crypto|OpenSSL 3.0|libcrypto"
  "yaml-cpp|yaml-cpp 0.7|yaml-cpp"
  "SQLite::SQLite3|SQLite3 3.35|sqlite3"
  "PostgreSQL::PostgreSQL|PostgreSQL|libpq"
  "ICU::(uc|i18n)|ICU 72 COMPONENTS uc i18n|icu-*"
  "Threads::Threads|Threads|"
  "anon||anon")

# What users of static `library` have to find: find_dependency lines and
# pkg-config names.
function(anon_requirements library dependencies modules)
  set(found_dependencies "")
  set(found_modules "")
  get_target_property(linked ${library} LINK_LIBRARIES)
  list(FILTER linked EXCLUDE REGEX "^::@")  # scope marks of CMake's own
  list(REMOVE_DUPLICATES linked)
  foreach(target IN LISTS linked)
    set(known FALSE)
    foreach(entry IN LISTS ANON_PACKAGES)
      string(REGEX MATCH "^(.*)\\|([^|]*)\\|([^|]*)$" entry "${entry}")
      set(pattern "${CMAKE_MATCH_1}")
      set(package "${CMAKE_MATCH_2}")
      set(module "${CMAKE_MATCH_3}")
      if(target MATCHES "^${pattern}$")
        set(known TRUE)
        string(REPLACE "*" "${CMAKE_MATCH_1}" module "${module}")
        if(package)
          list(APPEND found_dependencies "find_dependency(${package})")
        endif()
        if(module)
          list(APPEND found_modules ${module})
        endif()
        break()
      endif()
    endforeach()
    if(NOT known)
      message(FATAL_ERROR "${library} links ${target}: name its package in \
ANON_PACKAGES of cmake/install.cmake")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES found_dependencies)
  list(REMOVE_DUPLICATES found_modules)
  list(SORT found_dependencies)
  list(JOIN found_dependencies "\n" found_dependencies)
  list(JOIN found_modules " " found_modules)
  set(${dependencies} "${found_dependencies}" PARENT_SCOPE)
  set(${modules} "${found_modules}" PARENT_SCOPE)
endfunction()

include(CMakePackageConfigHelpers)
set(ANON_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/anon)

anon_requirements(anon ANON_DEPENDENCIES ANON_PC_REQUIRES)
anon_requirements(anon_vault_library
  ANON_VAULT_DEPENDENCIES ANON_VAULT_PC_REQUIRES)

# Two export sets, so that a project that asks for anon alone gets no target
# that reaches deletion information.
install(TARGETS anon EXPORT anonTargets FILE_SET HEADERS)
install(TARGETS anon_vault_library EXPORT anonVaultTargets FILE_SET HEADERS)
install(EXPORT anonTargets NAMESPACE anon:: DESTINATION ${ANON_CMAKE_DIR})
install(EXPORT anonVaultTargets NAMESPACE anon:: DESTINATION ${ANON_CMAKE_DIR})

configure_package_config_file(cmake/anonConfig.cmake.in
  ${PROJECT_BINARY_DIR}/anonConfig.cmake
  INSTALL_DESTINATION ${ANON_CMAKE_DIR} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/anonConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/anonConfig.cmake
  ${PROJECT_BINARY_DIR}/anonConfigVersion.cmake
  DESTINATION ${ANON_CMAKE_DIR})

configure_file(cmake/anon.pc.in ${PROJECT_BINARY_DIR}/anon.pc @ONLY)
configure_file(cmake/anon-vault.pc.in ${PROJECT_BINARY_DIR}/anon-vault.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/anon.pc ${PROJECT_BINARY_DIR}/anon-vault.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET anon_tool)
  install(TARGETS anon_tool)
endif()
