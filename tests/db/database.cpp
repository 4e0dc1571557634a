#include "tests/db/database.hpp"

#include <map>
#include <pqxx/pqxx>
#include <vector>

#include "lib/db/schema.hpp"
#include "tests/support/postgres.hpp"

namespace lark_batch::db {

namespace {

// As lark-admin migrate leaves it behind.
constexpr const char* k_migrate = "\\i '" LARK_BATCH_SCHEMA "'";

// Sessions that are about to end may hold locks for a moment more.
constexpr const char* k_end_sessions =
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid();";

constexpr const char* k_clean_public =
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public;";

const std::string k_clean_migrated =
    "TRUNCATE lark_batch.task_runs, lark_batch.metric_counter_totals,"
    " lark_batch.metric_histogram_totals, lark_batch.metric_applied_runs,"
    " lark_batch.tokens, lark_batch.token_keys,"
    " lark_batch.token_refresh_journal, lark_batch.notices,"
    " lark_batch.schema_migrations;"
    "INSERT INTO lark_batch.schema_migrations (version)"
    " SELECT generate_series(1, " +
    std::to_string(k_schema_version) + ")";

std::vector<std::string>& idle(Schema schema) {
    static std::map<Schema, std::vector<std::string>> all;
    return all[schema];
}

std::string take(Schema schema) {
    auto& names = idle(schema);
    if (!names.empty()) {
        const std::string name = names.back();
        names.pop_back();
        return name;
    }
    auto& server = test::shared_postgres();
    const std::string name = server.create_database();
    if (schema == Schema::migrated) {
        server.sql(name, k_migrate);
    }
    return name;
}

}  // namespace

Database::Database(Schema schema) : m_schema(schema), m_name(take(schema)) {}

Database::~Database() {
    sql(std::string{k_end_sessions} + k_clean_public +
        (m_schema == Schema::migrated ? k_clean_migrated : ""));
    idle(m_schema).push_back(m_name);
}

Settings Database::settings() const {
    Settings settings;
    settings.url = test::shared_postgres().url(m_name);
    return settings;
}

std::string Database::sql(const std::string& text) const {
    return test::shared_postgres().sql(m_name, text);
}

std::string ask(Connection& connection, const std::string& sql) {
    pqxx::nontransaction direct{connection.session()};
    return direct.exec1(sql)[0].c_str();
}

int backend_pid(Connection& connection) {
    return std::stoi(ask(connection, "SELECT pg_backend_pid()"));
}

void terminate(const Database& database, int pid) {
    database.sql("SELECT pg_terminate_backend(" + std::to_string(pid) +
                 ", 10000)");
}

errors::Error fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const errors::Error& error) {
        return error;
    }
    return errors::Error{errors::Kind::bug, "no error at all"};
}

}  // namespace lark_batch::db
