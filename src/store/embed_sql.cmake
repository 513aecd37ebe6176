# Writes the SQL files into C++ at build time: cmake -DSTATEMENTS=file -DSCHEMA_FOLDER=folder -DOUTPUT_FOLDER=folder -P
# embed_sql.cmake makes statements_text.hpp, and migrations.cpp with each schema/NNN_name.sql and its SHA-256.

file(READ ${STATEMENTS} text)
# The standard asks of compilers to take 65,536 characters; those that build this take more.
file(WRITE ${OUTPUT_FOLDER}/statements_text.hpp
     "#pragma once\n\n#include <string_view>\n\nnamespace shubbak::store {\n\n"
     "#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
     "inline constexpr std::string_view statements_text = R\"sql(" "${text}" ")sql\";\n"
     "#pragma GCC diagnostic pop\n\n}  // namespace shubbak::store\n")

file(GLOB migrations ${SCHEMA_FOLDER}/*.sql)
list(SORT migrations)
set(entries "")
set(count 0)
foreach(migration ${migrations})
  math(EXPR count "${count} + 1")
  get_filename_component(name ${migration} NAME_WE)
  if(NOT name MATCHES "^0*${count}_[a-z0-9_]+$")
    message(FATAL_ERROR "${migration}: migrations are named NNN_name.sql and numbered without a gap; ${count} is next")
  endif()
  file(READ ${migration} text)
  file(SHA256 ${migration} sha256)
  string(APPEND entries "    Migration{${count}, \"${name}\", \"${sha256}\", R\"sql(${text})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT_FOLDER}/migrations.cpp
     "#include <array>\n\n#include \"store/sqlite/migrate.hpp\"\n\nnamespace shubbak::store {\nnamespace {\n\n"
     "constexpr std::array<Migration, ${count}> all{\n" "${entries}" "};\n\n}  // namespace\n\n"
     "std::span<const Migration> schema_migrations() { return all; }\n\n}  // namespace shubbak::store\n")
