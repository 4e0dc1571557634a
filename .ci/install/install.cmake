# What `make install` and the package put where, beside the programs. Paths
# below the prefix are known when installing, not now, so texts that name them
# go through texts.cmake then.
set(texts "")
# install_text(SOURCE DESTINATION [gz]): DESTINATION is below the prefix, or
# absolute.
macro(install_text source destination)
  list(APPEND texts "${source}|${destination}|plain${ARGN}")
endmacro()

file(GLOB units CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/systemd/*.service
  ${PROJECT_SOURCE_DIR}/systemd/*.timer
  ${PROJECT_SOURCE_DIR}/systemd/*.target)
foreach(unit IN LISTS units)
  cmake_path(GET unit FILENAME name)
  install_text(${unit} lib/systemd/system/${name})
endforeach()
foreach(pair sysusers:lib/sysusers.d/lark-batch.conf
    tmpfiles:lib/tmpfiles.d/lark-batch.conf
    preset:lib/systemd/system-preset/90-lark-batch.preset)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 kind)
  list(GET pair 1 destination)
  if(EXISTS ${PROJECT_SOURCE_DIR}/systemd/lark-batch.${kind})
    install_text(${PROJECT_SOURCE_DIR}/systemd/lark-batch.${kind}
      ${destination})
  endif()
endforeach()

# The crontab is at work where it lies in /etc, so only the package puts it
# there.
file(GLOB crontabs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cron/lark-batch*)
foreach(crontab IN LISTS crontabs)
  cmake_path(GET crontab FILENAME name)
  install_text(${crontab} share/lark-batch/cron/${name})
endforeach()
install_text(${PROJECT_SOURCE_DIR}/docs/lark-batch.toml
  share/lark-batch/lark-batch.toml.sample)
if(EXISTS ${PROJECT_SOURCE_DIR}/docs/examples/roles.sql)
  install_text(${PROJECT_SOURCE_DIR}/docs/examples/roles.sql
    share/lark-batch/roles.sql)
endif()

install_text(${PROJECT_SOURCE_DIR}/README.md share/doc/lark-batch/README.md)
if(LARK_BATCH_PACKAGE)
  include(${CMAKE_CURRENT_LIST_DIR}/../deb/package.cmake)
else()
  install_text(${PROJECT_SOURCE_DIR}/LICENSE share/doc/lark-batch/LICENSE)
endif()
set(texts_file ${PROJECT_BINARY_DIR}/install-texts.txt)
list(JOIN texts "\n" texts)
file(WRITE ${texts_file} "${texts}\n")
install(CODE "set(texts_file [==[${texts_file}]==])
set(build [==[${PROJECT_BINARY_DIR}]==])
set(package [==[${LARK_BATCH_PACKAGE}]==])")
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/texts.cmake)

# Documents keep their places relative to each other.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION share/doc/lark-batch
  FILES_MATCHING PATTERN "*.md" PATTERN "*.toml"
  PATTERN man EXCLUDE PATTERN changes EXCLUDE PATTERN decisions EXCLUDE
  PATTERN contributing.md EXCLUDE)
