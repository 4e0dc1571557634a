#include "tools/lark-admin/queries.hpp"

#include <fmt/format.h>

#include <array>
#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/log/log.hpp"

namespace lark_batch::admin {

namespace {

// The first key is ours ("lark" in ASCII), as in lib/db/task_lock.cpp; tasks
// use hashes of their names as the second, so a small number stays free.
constexpr const char* k_try_lock =
    "SELECT pg_try_advisory_xact_lock(1818325611, 1)";
constexpr const char* k_lock = "SELECT pg_advisory_xact_lock(1818325611, 1)";

// CREATE SCHEMA IF NOT EXISTS wants the right to create one even where it
// exists, so it is asked only when it is needed.
constexpr const char* k_has_schema =
    "SELECT to_regnamespace('lark_batch') IS NOT NULL";
constexpr const char* k_has_record =
    "SELECT to_regclass('lark_batch.schema_migrations') IS NOT NULL";

constexpr const char* k_create_record = R"sql(
CREATE TABLE lark_batch.schema_migrations (
    version         int PRIMARY KEY,
    name            text NOT NULL,
    checksum        text NOT NULL,
    applied_at      timestamptz NOT NULL DEFAULT now(),
    applied_by      text NOT NULL DEFAULT session_user,
    product_version text NOT NULL
))sql";

constexpr const char* k_applied = R"sql(
SELECT version, name, checksum FROM lark_batch.schema_migrations
ORDER BY version)sql";

constexpr const char* k_remember = R"sql(
INSERT INTO lark_batch.schema_migrations
    (version, name, checksum, product_version)
VALUES ($1, $2, $3, $4))sql";

// {} is the role's quoted name.
constexpr std::array k_grants{
    "GRANT USAGE ON SCHEMA lark_batch TO {}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA lark_batch "
    "TO {}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA lark_batch TO {}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA lark_batch TO {}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA lark_batch "
    "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA lark_batch "
    "GRANT USAGE, SELECT ON SEQUENCES TO {}"};

// The record of migrations is lark-admin's own. Its owner keeps his rights.
constexpr const char* k_protect_record =
    "REVOKE INSERT, UPDATE, DELETE ON lark_batch.schema_migrations FROM {}";

// Granted by name: what a migration to come adds is not read by others
// until it is listed here. Runs and checks name hosts, and no person.
constexpr const char* k_grant_reading =
    "GRANT SELECT ON lark_batch.current_users, "
    "lark_batch.current_departments, lark_batch.current_memberships, "
    "lark_batch.department_paths, lark_batch.directory_changes, "
    "lark_batch.task_runs, lark_batch.check_states, lark_batch.check_results "
    "TO {}";
constexpr const char* k_grant_schema = "GRANT USAGE ON SCHEMA lark_batch TO {}";

constexpr const char* k_owns_record = R"sql(
SELECT tableowner = $1 FROM pg_tables
WHERE schemaname = 'lark_batch' AND tablename = 'schema_migrations')sql";

constexpr const char* k_missing_rights = R"sql(
SELECT format('%s on table %s', verb, relname)
FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS verb
WHERE relnamespace = to_regnamespace('lark_batch') AND relkind = 'r'
  AND relname <> 'schema_migrations'
  AND NOT has_table_privilege(oid, verb)
UNION ALL
SELECT 'TEMPORARY on the database'
WHERE NOT has_database_privilege(current_database(), 'TEMPORARY')
ORDER BY 1)sql";

bool asked(pqxx::transaction_base& transaction, const char* question) {
    return transaction.exec1(question)[0].as<bool>();
}

void require_role(pqxx::transaction_base& transaction,
                  const std::string& role) {
    const bool known =
        !transaction
             .exec_params("SELECT FROM pg_roles WHERE rolname = $1", role)
             .empty();
    if (!known) {
        throw errors::Error{errors::Kind::config,
                            "the database has no role '" + role + "'",
                            "create it first: CREATE ROLE " +
                                transaction.quote_name(role) + " LOGIN"};
    }
}

void grant_on_database(pqxx::transaction_base& transaction,
                       const std::string& rights, const std::string& quoted) {
    const std::string database =
        transaction.exec1("SELECT current_database()")[0].c_str();
    transaction.exec(fmt::format("GRANT {} ON DATABASE {} TO {}", rights,
                                 transaction.quote_name(database), quoted));
}

}  // namespace

void lock_migrations(pqxx::transaction_base& transaction,
                     clock::Duration lock_timeout) {
    transaction.exec("SET LOCAL statement_timeout = 0");
    if (!asked(transaction, k_try_lock)) {
        log::info("waiting for another migration of this database to end");
        transaction.exec("SET LOCAL lock_timeout = 0");
        transaction.exec(k_lock);
    }
    transaction.exec(
        fmt::format("SET LOCAL lock_timeout = {}", lock_timeout.count()));
}

void ensure_record(pqxx::transaction_base& transaction) {
    if (!asked(transaction, k_has_schema)) {
        transaction.exec("CREATE SCHEMA lark_batch");
    }
    if (!asked(transaction, k_has_record)) {
        transaction.exec(k_create_record);
    }
}

std::vector<Applied> applied_migrations(pqxx::transaction_base& transaction) {
    std::vector<Applied> applied;
    for (const pqxx::row& row : transaction.exec(k_applied)) {
        applied.push_back({row[0].as<int>(), row[1].c_str(), row[2].c_str()});
    }
    return applied;
}

void apply(pqxx::transaction_base& transaction, const Migration& migration,
           const std::string& checksum) {
    transaction.exec(std::string{migration.sql});
    transaction.exec_params(k_remember, migration.version,
                            std::string{migration.name}, checksum,
                            std::string{LARK_BATCH_VERSION});
}

void grant(pqxx::transaction_base& transaction, const std::string& role) {
    require_role(transaction, role);
    const std::string quoted = transaction.quote_name(role);
    for (const char* statement : k_grants) {
        transaction.exec(fmt::format(fmt::runtime(statement), quoted));
    }
    grant_on_database(transaction, "CONNECT, TEMPORARY", quoted);
    if (!transaction.exec_params1(k_owns_record, role)[0].as<bool>()) {
        transaction.exec(fmt::format(fmt::runtime(k_protect_record), quoted));
    }
}

void grant_reading(pqxx::transaction_base& transaction,
                   const std::string& role) {
    require_role(transaction, role);
    const std::string quoted = transaction.quote_name(role);
    grant_on_database(transaction, "CONNECT", quoted);
    for (const char* statement : {k_grant_schema, k_grant_reading}) {
        transaction.exec(fmt::format(fmt::runtime(statement), quoted));
    }
}

std::vector<std::string> missing_rights(db::Connection& connection) {
    std::vector<std::string> rights;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_missing_rights)) {
            rights.emplace_back(row[0].c_str());
        }
    });
    return rights;
}

std::string server_version(db::Connection& connection) {
    std::string version;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        version = direct.exec1("SHOW server_version")[0].c_str();
    });
    return version.substr(0, version.find(' '));
}

}  // namespace lark_batch::admin
