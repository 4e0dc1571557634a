#include "tests/cleanup/cleanup_world.hpp"

#include <doctest/doctest.h>

#include "tests/support/postgres.hpp"

namespace lark_batch::test {

const json& Cleaned::of(const std::string& class_name) const {
    static const json none = json::object();
    for (const json& one : result.at("classes")) {
        if (one.at("name") == class_name) {
            return one;
        }
    }
    FAIL("no class " << class_name);
    return none;
}

Cleaned read_result(const Finished& finished) {
    INFO(finished.err);
    INFO(finished.out);
    REQUIRE(finished.signal == 0);
    return {finished.exit_code, finished.err,
            json::parse(finished.out, nullptr, false)};
}

Command CleanupWorld::cleanup(const Arguments& arguments) const {
    Arguments all{"--json"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return command("lark-cleanup", all);
}

Cleaned CleanupWorld::clean(const Arguments& arguments) const {
    Cleaned cleaned = read_result(run(cleanup(arguments)));
    REQUIRE(cleaned.result.is_object());
    CHECK(cleaned.result.at("exit_code") == cleaned.exit_code);
    return cleaned;
}

Cleaned CleanupWorld::clean_to(int exit_code,
                               const Arguments& arguments) const {
    Cleaned cleaned = clean(arguments);
    INFO(cleaned.err);
    REQUIRE(cleaned.exit_code == exit_code);
    return cleaned;
}

int CleanupWorld::number(const std::string& query) const {
    return std::stoi(sql(query));
}

int CleanupWorld::rows(const std::string& table,
                       const std::string& where) const {
    return number("SELECT count(*) FROM lark_batch." + table + " WHERE " +
                  where);
}

void CleanupWorld::add_tokens(int count, const std::string& ended_ago,
                              const std::string& state, int from) const {
    const std::string ago = "interval '" + ended_ago + "'";
    sql("INSERT INTO lark_batch.tokens (app, token_type, subject, state,"
        " key_id, access_sealed, access_expires_at, updated_at)"
        " SELECT 'hr', 'user_access_token', 'ou_' || i, '" +
        state + "', 'k', '\\x00', now() - " + ago + ", now() - " + ago +
        " FROM generate_series(" + std::to_string(from) + ", " +
        std::to_string(from + count - 1) + ") i");
}

void CleanupWorld::add_departed(int count, const std::string& ago) const {
    const std::string last = std::to_string(count);
    sql("INSERT INTO lark_batch.users (app, open_id, state, fingerprint,"
        " changed_at, raw) SELECT 'hr', 'ou_gone_' || i, 'departed', i,"
        " now() - interval '" +
        ago + "', '{}' FROM generate_series(1, " + last +
        ") i;"
        "INSERT INTO lark_batch.memberships (app, open_id,"
        " open_department_id) SELECT 'hr', 'ou_gone_' || i, 'od_1'"
        " FROM generate_series(1, " +
        last + ") i");
}

OpenTransaction::OpenTransaction(std::string database,
                                 const std::string& statement)
    : m_database(std::move(database)) {
    static int number = 0;
    m_name = "other-" + std::to_string(++number);
    Command command;
    command.argv = {PostgresServer::program("psql"),
                    "-X",
                    "-q",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-d",
                    shared_postgres().url(m_database),
                    "-c",
                    "BEGIN",
                    "-c",
                    statement,
                    "-c",
                    "SELECT pg_sleep(600)"};
    command.env = {{"PGAPPNAME", m_name}};
    m_psql.emplace(command);
    wait_for("the other transaction", [this] {
        return shared_postgres().sql(
                   "postgres",
                   "SELECT count(*) FROM pg_stat_activity WHERE"
                   " application_name = '" +
                       m_name + "' AND query LIKE '%pg_sleep%'") == "1";
    });
}

bool OpenTransaction::has_victim() const {
    return shared_postgres().sql(
               "postgres",
               "SELECT count(*) > 0 FROM pg_stat_activity v WHERE EXISTS ("
               "SELECT FROM pg_stat_activity h WHERE h.application_name = '" +
                   m_name + "' AND h.pid = ANY (pg_blocking_pids(v.pid)))") ==
           "t";
}

void OpenTransaction::end() {
    if (m_psql) {
        shared_postgres().sql("postgres",
                              "SELECT pg_terminate_backend(pid, 10000) FROM"
                              " pg_stat_activity WHERE application_name = '" +
                                  m_name + "'");
        m_psql.reset();
    }
}

}  // namespace lark_batch::test
