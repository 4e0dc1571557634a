#include "tests/run/holder.hpp"

#include "tests/support/postgres.hpp"

namespace lark_batch::test {

namespace {

constexpr const char* k_holder = "lock-holder";

std::string sql(const std::string& text) {
    return shared_postgres().sql("postgres", text);
}

std::string locks_of(const std::string& database, const std::string& kind) {
    return sql(
        "SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a"
        " USING (pid) WHERE l.locktype = 'relation' AND a.datname = '" +
        database + "' AND " + kind);
}

}  // namespace

void end_sessions(const std::string& database,
                  const std::string& application_name) {
    const std::string pids =
        sql("SELECT coalesce(string_agg(pid::text, ','), '0') FROM"
            " pg_stat_activity WHERE datname = '" +
            database + "' AND application_name = '" + application_name + "'");
    const std::string those =
        " FROM pg_stat_activity WHERE pid IN (" + pids + ")";
    sql("SELECT pg_terminate_backend(pid)" + those);
    // Those: the programs may be back with new ones.
    wait_for("the end of the sessions",
             [&] { return sql("SELECT count(*)" + those) == "0"; });
}

ClosedDatabase::ClosedDatabase(std::string database)
    : m_database(std::move(database)) {
    const std::string those =
        " FROM pg_stat_activity WHERE datname = '" + m_database + "'";
    sql("ALTER DATABASE \"" + m_database +
        "\" ALLOW_CONNECTIONS false;"
        "SELECT pg_terminate_backend(pid)" +
        those);
    wait_for("the end of the sessions",
             [&] { return sql("SELECT count(*)" + those) == "0"; });
}

ClosedDatabase::~ClosedDatabase() {
    sql("ALTER DATABASE \"" + m_database + "\" ALLOW_CONNECTIONS true");
}

TableHolder::TableHolder(std::string database, const std::string& table)
    : m_database(std::move(database)) {
    Command command;
    command.argv = {PostgresServer::program("psql"),
                    "-X",
                    "-q",
                    "-d",
                    shared_postgres().url(m_database),
                    "-c",
                    "BEGIN; LOCK TABLE " + table +
                        " IN EXCLUSIVE MODE; SELECT pg_sleep(600)"};
    command.env = {{"PGAPPNAME", k_holder}};
    m_psql.emplace(command);
    wait_for("the lock on " + table, [&] {
        return locks_of(m_database,
                        "l.mode = 'ExclusiveLock' AND l.granted"
                        " AND a.application_name = 'lock-holder'") == "t";
    });
}

bool TableHolder::has_victim() const {
    return locks_of(m_database, "NOT l.granted") == "t";
}

void TableHolder::release() {
    if (m_psql) {
        end_sessions(m_database, k_holder);
        m_psql.reset();
    }
}

}  // namespace lark_batch::test
