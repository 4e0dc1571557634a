# cmake -DTARGET=FILE -DFOLDER=FOLDER -P embed_migrations.cmake
# Writes a source file with every FOLDER/NNNN_name.sql, numbered without gap.
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(number 0)
set(rows "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "'${file}' is not named NNNN_name.sql")
  endif()
  set(title ${CMAKE_MATCH_2})
  math(EXPR number "${number} + 1")
  string(REGEX REPLACE "^0+" "" given ${CMAKE_MATCH_1})
  if(NOT given EQUAL number)
    message(FATAL_ERROR "'${file}' should have number ${number}")
  endif()
  file(READ ${file} text)
  string(APPEND rows
    "    {${number}, \"${title}\", R\"migration(${text})migration\"},\n")
endforeach()

file(WRITE ${TARGET} "// Made by embed_migrations.cmake.
#include \"tools/lark-admin/migrations.hpp\"

#include <array>

#include \"lib/db/schema.hpp\"

namespace lark_batch::admin {

namespace {

constexpr std::array<Migration, ${number}> k_migrations{{
${rows}}};

static_assert(k_migrations.back().version == db::k_schema_version,
              \"lib/db/schema.hpp must name the newest migration\");

}  // namespace

std::span<const Migration> migrations() {
    return k_migrations;
}

}  // namespace lark_batch::admin
")
