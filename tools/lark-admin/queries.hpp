// The SQL of lark-admin, as named functions.
#pragma once

#include <string>
#include <vector>

#include "lib/db/connection.hpp"
#include "tools/lark-admin/migrations.hpp"

namespace pqxx {
class transaction_base;
}

namespace lark_batch::admin {

// A migration that the database has.
struct Applied {
    int version = 0;
    std::string name;
    std::string checksum;
};

// One migration at a time per database, until the transaction's end. Says
// so in the log when it has to wait, however long; later statements wait for
// locks no longer than `lock_timeout` again, and may themselves last.
void lock_migrations(pqxx::transaction_base& transaction,
                     clock::Duration lock_timeout);

// The table that remembers them, where there is none yet.
void ensure_record(pqxx::transaction_base& transaction);

// In ascending order.
std::vector<Applied> applied_migrations(pqxx::transaction_base& transaction);

void apply(pqxx::transaction_base& transaction, const Migration& migration,
           const std::string& checksum);

// What a program's role needs: reading and writing rows and temporary
// tables, and the same for tables of migrations to come. Throws
// Error(config) when there is no such role.
void grant(pqxx::transaction_base& transaction, const std::string& role);

// What another system's role needs: reading the views and tables that are
// promised to others (docs/directory.md), and nothing else, least of all
// tokens. Throws as grant() does.
void grant_reading(pqxx::transaction_base& transaction,
                   const std::string& role);

// What our role lacks of what grant() gives, in words, empty when nothing.
std::vector<std::string> missing_rights(db::Connection& connection);

// "15.18", as the server calls itself.
std::string server_version(db::Connection& connection);

}  // namespace lark_batch::admin
