// What other people do to a database while a run is at work.
#pragma once

#include <optional>
#include <string>

#include "tests/support/process.hpp"

namespace lark_batch::test {

// Ends every session of this application name.
void end_sessions(const std::string& database,
                  const std::string& application_name);

// Nobody is in, nobody gets in, until the destructor.
class ClosedDatabase {
public:
    explicit ClosedDatabase(std::string database);
    ~ClosedDatabase();
    ClosedDatabase(const ClosedDatabase&) = delete;
    ClosedDatabase& operator=(const ClosedDatabase&) = delete;

private:
    std::string m_database;
};

// A session that locks a table against writers.
class TableHolder {
public:
    TableHolder(std::string database, const std::string& table);
    ~TableHolder() { release(); }
    TableHolder(const TableHolder&) = delete;
    TableHolder& operator=(const TableHolder&) = delete;

    // Whether another session waits for it.
    bool has_victim() const;
    void release();

private:
    std::string m_database;
    std::optional<Process> m_psql;
};

}  // namespace lark_batch::test
