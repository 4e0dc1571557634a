#include "lib/db/schema.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "tests/db/database.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

Error refusal(const Database& database) {
    Connection connection = database.connect();
    return fault_of([&] { require_schema(connection); });
}

}  // namespace

TEST_CASE("schema: an empty database has version 0 and is refused") {
    const Database database;
    Connection connection = database.connect();
    CHECK(schema_version(connection) == 0);
    const Error error = refusal(database);
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} ==
          "the database schema is at version 0, this program needs " +
              std::to_string(k_schema_version));
    CHECK(error.hint() == "run lark-admin migrate");
}

TEST_CASE("schema: a list of migrations without any is version 0, too") {
    const Database database{Schema::migrated};
    database.sql("TRUNCATE lark_batch.schema_migrations");
    Connection connection = database.connect();
    CHECK(schema_version(connection) == 0);
}

TEST_CASE("schema: our own version is what we work with") {
    const Database database{Schema::migrated};
    Connection connection = database.connect();
    CHECK(schema_version(connection) == k_schema_version);
    CHECK_NOTHROW(require_schema(connection));
}

TEST_CASE("schema: a newer one asks for newer programs") {
    const Database database{Schema::migrated};
    database.sql(
        "INSERT INTO lark_batch.schema_migrations (version)"
        " VALUES (99)");
    const Error error = refusal(database);
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} ==
          "the database schema is at version 99, this program needs " +
              std::to_string(k_schema_version));
    CHECK(error.hint() == "install the newer programs");
}

TEST_CASE("schema: a role without rights is told so, not 'version 0'") {
    const Database database{Schema::migrated};
    Connection connection = database.connect();
    connection.execute("SET ROLE pg_monitor");
    const Error error = fault_of([&] { require_schema(connection); });
    CHECK(error.kind() == Kind::config);
    CHECK(error.hint().starts_with("grant the role its rights"));
}

TEST_CASE("schema: the number is that of the newest migration") {
    int newest = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator{LARK_MIGRATIONS}) {
        newest = std::max(newest, std::atoi(entry.path().filename().c_str()));
    }
    CHECK(newest == k_schema_version);
}

}  // namespace lark_batch::db
