#include "lib/db/schema.hpp"

#include <fmt/format.h>

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"

namespace lark_batch::db {

namespace {

// One question in the usual case. A role without rights on the schema is told
// of the missing right; only where there is no such table the version is 0.
constexpr const char* k_newest =
    "SELECT coalesce(max(version), 0) FROM lark_batch.schema_migrations";

}  // namespace

int schema_version(Connection& connection) {
    int version = 0;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        try {
            version = direct.exec1(k_newest)[0].as<int>();
        } catch (const pqxx::undefined_table&) {
            version = 0;
        }
    });
    return version;
}

void require_schema(Connection& connection) {
    const int found = schema_version(connection);
    if (found == k_schema_version) {
        return;
    }
    throw errors::Error{
        errors::Kind::config,
        fmt::format("the database schema is at version {}, this program "
                    "needs {}",
                    found, k_schema_version),
        found < k_schema_version ? "run lark-admin migrate"
                                 : "install the newer programs"};
}

}  // namespace lark_batch::db
