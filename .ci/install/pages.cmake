# Manual pages and shell completions, made while building: from the option
# declarations in the code and from the prose in docs/man/.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# In tests/, because it alone may look into all tools; part of the product's
# build all the same.
add_executable(lark-batch-options-page
  ${PROJECT_SOURCE_DIR}/tests/checks/options_page.cpp
  ${PROJECT_SOURCE_DIR}/tests/checks/declarations.cpp)
target_link_libraries(lark-batch-options-page
  PRIVATE lark_sync_users lark_check_tokens lark_cleanup
  lark_forward_alerts lark_healthcheck lark_run lark_admin)
# It runs for a moment, here only.
if(NOT LARK_BATCH_PACKAGE)
  target_compile_options(lark-batch-options-page
    PRIVATE $<$<CONFIG:Release>:-O0>)
endif()

set(page_scripts ${CMAKE_CURRENT_LIST_DIR})
file(GLOB page_parts CONFIGURE_DEPENDS ${page_scripts}/*.py)
file(GLOB page_prose CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/docs/man/*.md)
set(declarations ${PROJECT_BINARY_DIR}/declarations.json)
add_custom_command(OUTPUT ${declarations}
  # A program that was built with sanitizers is not looked at for leaks here.
  COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
    sh -c "$<TARGET_FILE:lark-batch-options-page> json >'${declarations}'"
  DEPENDS lark-batch-options-page
  VERBATIM)

foreach(kind manual completions)
  set(made ${PROJECT_BINARY_DIR}/${kind}.made)
  add_custom_command(OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1
      ${Python3_EXECUTABLE} ${page_scripts}/${kind}.py
      ${declarations} ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR}
    COMMAND ${CMAKE_COMMAND} -E touch ${made}
    DEPENDS ${declarations} ${page_prose} ${page_parts}
    VERBATIM)
  add_custom_target(lark-batch-${kind} ALL DEPENDS ${made})
endforeach()
