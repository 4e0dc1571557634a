# Half of what compiling a file of ours costs is parsing the standard library:
# the product's files find its commonest headers parsed already, which saves a
# quarter of their time. They still include what they use: the presets
# `debug`, `sanitized` and `package` compile without this.
target_precompile_headers(lark_batch PRIVATE
  <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional>
  <set> <span> <string> <string_view> <utility> <vector> <fmt/format.h>)

# GCC 12 takes what comes from there for our own code, and then reports plain
# string concatenation (GCC bug 105651) under other names, too.
set(precompile_options -fpch-preprocess  # ccache needs it
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
target_compile_options(lark_batch PRIVATE ${precompile_options})

targets_below(${PROJECT_SOURCE_DIR}/tools programs)
foreach(target IN LISTS programs)
  target_precompile_headers(${target} REUSE_FROM lark_batch)
  target_compile_options(${target} PRIVATE ${precompile_options})
endforeach()
