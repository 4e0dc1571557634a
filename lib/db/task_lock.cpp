#include "lib/db/task_lock.hpp"

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"

namespace lark_batch::db {

namespace {

// The first key is ours ("lark" in ASCII); the second names the task.
constexpr const char* k_try_lock =
    "SELECT pg_try_advisory_lock(1818325611, hashtext($1))";

constexpr const char* k_unlock =
    "SELECT pg_advisory_unlock(1818325611, hashtext($1))";

constexpr const char* k_holder =
    "SELECT format('host %s, pid %s, since %s', quote_literal(r.host), r.pid,"
    "  to_char(r.started_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))"
    " FROM lark_batch.task_runs r"
    " WHERE r.task_name = $1 AND r.outcome IS NULL"
    " ORDER BY r.started_at DESC LIMIT 1";

std::string ask(Connection& connection, const char* sql,
                const std::string& task_name) {
    std::string answer;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::result rows = direct.exec_params(sql, task_name);
        answer = rows.empty() ? "" : rows[0][0].c_str();
    });
    return answer;
}

}  // namespace

bool try_task_lock(Connection& connection, const std::string& task_name) {
    return ask(connection, k_try_lock, task_name) == "t";
}

void release_task_lock(Connection& connection, const std::string& task_name) {
    ask(connection, k_unlock, task_name);
}

std::string task_lock_holder(Connection& connection,
                             const std::string& task_name) {
    return ask(connection, k_holder, task_name);
}

}  // namespace lark_batch::db
