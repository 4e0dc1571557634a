# Parsing headers is most of what compiling a file of ours costs, so several
# files of the tests are compiled as one: a build from nothing takes a quarter
# less time. Names in unnamed namespaces must then differ between neighbours;
# files for which that is too much to ask are compiled alone.
# Not the product: where neighbours have functions of one name that differ in
# their parameters, a call may silently mean the other one.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/compiled_alone.txt compiled_alone
  REGEX "^[^#]")

targets_below(${PROJECT_SOURCE_DIR}/tests tests)
targets_below(${PROJECT_SOURCE_DIR}/bench benches)
foreach(target IN LISTS tests benches)
  get_target_property(files ${target} SOURCES)
  list(LENGTH files count)
  if(count GREATER 3)
    set_target_properties(${target} PROPERTIES
      UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  endif()
  foreach(file IN LISTS compiled_alone)
    set_source_files_properties(${PROJECT_SOURCE_DIR}/${file}
      TARGET_DIRECTORY ${target} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endforeach()
