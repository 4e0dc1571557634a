# The Debian package: what it has beside `make install`, and CPack's settings.
# Included by install.cmake, for the preset `package`.
set(deb ${PROJECT_BINARY_DIR}/deb)
set(LARK_BATCH_MAINTAINER "lark-batch maintainers <maintainers@lark-batch.example>"
  CACHE STRING "who answers for the package")

# The date of the sources, if the one who builds says it (make deb does).
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${deb}/changelog.Debian
  @ONLY)
install_text(${deb}/changelog.Debian share/doc/lark-batch/changelog.Debian gz)
install_text(${CMAKE_CURRENT_LIST_DIR}/copyright share/doc/lark-batch/copyright)
install_text(${CMAKE_CURRENT_LIST_DIR}/overrides
  share/lintian/overrides/lark-batch)
install_text(${PROJECT_SOURCE_DIR}/docs/lark-batch.toml
  /etc/lark-batch/lark-batch.toml.sample)
set(conffiles "/etc/lark-batch/lark-batch.toml.sample\n")
if(EXISTS ${PROJECT_SOURCE_DIR}/cron/lark-batch)
  install_text(${PROJECT_SOURCE_DIR}/cron/lark-batch /etc/cron.d/lark-batch)
  string(APPEND conffiles "/etc/cron.d/lark-batch\n")
endif()
file(WRITE ${deb}/conffiles "${conffiles}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lark-batch)
set(CPACK_PACKAGE_VENDOR lark-batch)
set(CPACK_STRIP_FILES ON)
# With a staging folder in $DESTDIR the prefix keeps its name in texts.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${LARK_BATCH_MAINTAINER})
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Time zones and certificates are the system's, the account is adduser's where
# systemd does not make it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS postgresql-client)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "postgresql, prometheus-pushgateway, systemd | cron-daemon")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "Lark/Feishu directory sync, token upkeep and health checks")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Short-lived programs that keep a company's Lark or Feishu directory in
PostgreSQL, refresh OAuth tokens before they end, delete what is past its
retention, and look at databases, brokers and web services. Systemd timers or
cron start them; each run is recorded and pushes its metrics.
Nothing is started before a configuration exists and a timer is enabled.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${deb}/conffiles ${CMAKE_CURRENT_LIST_DIR}/postinst
  ${CMAKE_CURRENT_LIST_DIR}/prerm ${CMAKE_CURRENT_LIST_DIR}/postrm)
include(CPack)
