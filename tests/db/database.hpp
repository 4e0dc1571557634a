// A database of the test's own on the server that all tests share. Making
// one takes a third of a second, so it is cleaned and serves again.
#pragma once

#include <functional>
#include <string>

#include "lib/db/connection.hpp"
#include "lib/errors/error.hpp"

namespace pqxx {
class transaction_base;
}

namespace lark_batch::db {

enum class Schema { none, migrated };

class Database {
public:
    explicit Database(Schema schema = Schema::none);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Settings settings() const;
    Connection connect() const { return Connection{settings()}; }

    // Through psql, in a session of its own.
    std::string sql(const std::string& text) const;

private:
    Schema m_schema;
    std::string m_name;
};

// The first value of the first row, empty for NULL.
std::string ask(Connection& connection, const std::string& sql);
int backend_pid(Connection& connection);
// Ends that session from outside and waits until the server has.
void terminate(const Database& database, int pid);

// What `work` throws; a bug of the test's when it throws nothing.
errors::Error fault_of(const std::function<void()>& work);

}  // namespace lark_batch::db
