# Run by `cmake --install`: texts that name installed paths, manual pages and
# completions. Knows `texts_file`, `build` and `package` from install.cmake.
string(RANDOM LENGTH 12 made)  # two may install at the same time
set(made ${build}/install-${made})

# Paths as the sources have them -> as they are below this prefix.
function(with_real_paths text result)
  foreach(path /bin/lark- /share/doc/ /share/lark-batch/)
    string(REPLACE "/usr${path}" "${CMAKE_INSTALL_PREFIX}${path}" text
      "${text}")
  endforeach()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(install_one source destination how)
  if(NOT IS_ABSOLUTE ${destination})
    set(destination ${CMAKE_INSTALL_PREFIX}/${destination})
  endif()
  cmake_path(GET destination PARENT_PATH folder)
  cmake_path(GET destination FILENAME name)
  file(READ ${source} text)
  with_real_paths("${text}" text)
  if(name STREQUAL README.md)
    # It is beside the documents there, not above them.
    string(REPLACE "](docs/" "](" text "${text}")
    string(REPLACE "[docs/" "[" text "${text}")
  endif()
  file(WRITE ${made}/${name} "${text}")
  if(how STREQUAL plaingz)
    execute_process(COMMAND gzip -9nf ${made}/${name}
      COMMAND_ERROR_IS_FATAL ANY)
    string(APPEND name .gz)
  endif()
  file(INSTALL FILES ${made}/${name} DESTINATION ${folder} TYPE FILE)
  # What install_manifest.txt will list.
  set(CMAKE_INSTALL_MANIFEST_FILES ${CMAKE_INSTALL_MANIFEST_FILES}
    PARENT_SCOPE)
endfunction()

file(STRINGS ${texts_file} texts)
foreach(text IN LISTS texts)
  string(REPLACE "|" ";" text "${text}")
  list(GET text 0 source)
  list(GET text 1 destination)
  list(GET text 2 how)
  install_one(${source} ${destination} ${how})
endforeach()

file(GLOB pages ${build}/man/*)
foreach(page IN LISTS pages)
  cmake_path(GET page FILENAME name)
  string(REGEX REPLACE ".*\\." "" section ${name})
  install_one(${page} share/man/man${section}/${name} plaingz)
endforeach()

# Debian's zsh looks for packages' completions elsewhere.
set(zsh share/zsh/site-functions)
if(package)
  set(zsh share/zsh/vendor-completions)
endif()
foreach(pair bash=share/bash-completion/completions
    fish=share/fish/vendor_completions.d zsh=${zsh})
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 shell)
  list(GET pair 1 folder)
  file(GLOB scripts ${build}/completions/${shell}/*)
  foreach(script IN LISTS scripts)
    cmake_path(GET script FILENAME name)
    install_one(${script} ${folder}/${name} plain)
  endforeach()
endforeach()
file(REMOVE_RECURSE ${made})
