# cmake -DTARGET=FILE -DFOLDER=FOLDER -P write_schema.cmake
# Writes one script with every migration and the record of them, as
# `lark-admin migrate` leaves a database behind.
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(text "")
set(number 0)
set(rows "")
foreach(file ${files})
  math(EXPR number "${number} + 1")
  file(READ ${file} migration)
  string(APPEND text "${migration}\n")
  list(APPEND rows "(${number})")
endforeach()
list(JOIN rows ", " rows)
string(APPEND text "
CREATE TABLE lark_batch.schema_migrations (
    version int PRIMARY KEY, name text, checksum text,
    applied_at timestamptz DEFAULT now(), applied_by text,
    product_version text);
INSERT INTO lark_batch.schema_migrations (version) VALUES ${rows};
")
file(WRITE ${TARGET} "${text}")
