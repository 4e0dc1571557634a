#include "tools/lark-cleanup/queries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/transaction.hpp"

namespace lark_batch::cleanup {

namespace {

constexpr const char* k_cutoff =
    "SELECT (least(now(), to_timestamp($2::float8))"
    " - $1::bigint * interval '1 millisecond')::text";

// Others' sessions and replicas show their state to pg_monitor only.
constexpr const char* k_pressure = R"sql(
SELECT (SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()),
       (SELECT coalesce(max(extract(epoch FROM replay_lag)), 0)::float8
        FROM pg_stat_replication))sql";

constexpr const char* k_table_size = R"sql(
SELECT greatest(s.n_live_tup, c.reltuples::bigint, 0),
       pg_table_size(c.oid)::float8 /
           greatest(s.n_live_tup + s.n_dead_tup, c.reltuples, 1),
       pg_table_size(c.oid)::float8
FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.oid = $1::regclass)sql";

constexpr const char* k_may_vacuum = R"sql(
SELECT pg_has_role(c.relowner, 'USAGE')
    OR CASE WHEN current_setting('server_version_num')::int >= 170000
            THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
FROM pg_class c WHERE c.oid = $1::regclass)sql";

// While a sync is connected its tables are in use.
constexpr const char* k_orphans = R"sql(
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname ~ '^pg_temp_[0-9]+$' AND c.relkind = 'r'
  AND c.relname IN ('staged_users', 'staged_departments',
      'staged_memberships', 'staged_proven', 'staged_gaps',
      'staged_uncertain', 'staged_unseen', 'staged_beyond')
  AND NOT EXISTS (SELECT FROM pg_stat_activity
                  WHERE datname = current_database()
                    AND application_name = 'lark-batch/lark-sync-users'))sql";

constexpr const char* k_load_state = R"sql(
SELECT class, eligible, backlog, held, idle_runs, idle_rows,
       coalesce((extract(epoch FROM now() - idle_since) * 1000)::bigint, 0)
FROM lark_batch.cleanup_state)sql";

constexpr const char* k_save_state = R"sql(
INSERT INTO lark_batch.cleanup_state AS known
    (class, eligible, backlog, held, idle_runs, idle_rows, idle_since,
     measured_at)
VALUES ($1, $2, $3, $4, $5, $6,
        CASE WHEN $5::int > 0 THEN now() END, now())
ON CONFLICT (class) DO UPDATE SET
    eligible = excluded.eligible, backlog = excluded.backlog,
    held = excluded.held, idle_runs = excluded.idle_runs,
    idle_rows = excluded.idle_rows,
    idle_since = CASE WHEN excluded.idle_runs > 1
                      THEN coalesce(known.idle_since, now())
                      ELSE excluded.idle_since END,
    measured_at = excluded.measured_at)sql";

std::string qualified(std::string_view table) {
    return fmt::format("lark_batch.{}", table);
}

}  // namespace

std::string cutoff(db::Connection& connection, clock::Duration ago,
                   clock::WallTime now) {
    std::string time;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        time = direct
                   .exec_params1(k_cutoff, ago.count(),
                                 clock::unix_seconds(now))[0]
                   .c_str();
    });
    return time;
}

Pressure pressure(db::Connection& connection) {
    Pressure found;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::row row = direct.exec1(k_pressure);
        found = {row[0].as<long long>(), row[1].as<double>()};
    });
    return found;
}

TableSize table_size(db::Connection& connection, std::string_view table) {
    TableSize size;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::row row =
            direct.exec_params1(k_table_size, qualified(table));
        size = {row[0].as<std::int64_t>(), row[1].as<double>(),
                row[2].as<double>()};
    });
    return size;
}

bool may_vacuum(db::Connection& connection, std::string_view table) {
    bool may = false;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        may = direct.exec_params1(k_may_vacuum, qualified(table))[0].as<bool>();
    });
    return may;
}

void vacuum(db::Connection& connection, std::string_view table,
            clock::Duration limit, clock::Duration statement_timeout) {
    const auto limit_statements = [&](clock::Duration duration) {
        connection.execute(fmt::format(
            "SET statement_timeout = {}",
            std::clamp<long long>(duration.count(), 0, 86'400'000)));
    };
    limit_statements(std::max(limit, clock::Duration{1}));
    try {
        connection.execute(
            fmt::format("VACUUM (ANALYZE, SKIP_LOCKED, TRUNCATE false,"
                        " PARALLEL 0) {}",
                        qualified(table)));
    } catch (const errors::Error&) {
        if (connection.alive()) {
            limit_statements(statement_timeout);
        }
        throw;
    }
    limit_statements(statement_timeout);
}

Orphans orphaned_staging(db::Connection& connection) {
    Orphans found;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const pqxx::row row = direct.exec1(
            std::string{"SELECT count(*),"
                        " coalesce(sum(pg_total_relation_size(c.oid)), 0),"
                        " (SELECT rolsuper FROM pg_roles"
                        " WHERE rolname = current_user) "} +
            k_orphans);
        found = {row[0].as<std::int64_t>(), row[1].as<std::int64_t>(),
                 row[2].as<bool>()};
    });
    return found;
}

std::int64_t drop_orphaned_staging(db::Connection& connection) {
    std::int64_t dropped = 0;
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        dropped = 0;
        for (const pqxx::row& row : transaction.exec(
                 std::string{"SELECT format('DROP TABLE %I.%I', n.nspname,"
                             " c.relname) "} +
                 k_orphans)) {
            transaction.exec0(row[0].c_str());
            ++dropped;
        }
    });
    return dropped;
}

std::map<std::string, Remembered> remembered(db::Connection& connection) {
    std::map<std::string, Remembered> states;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_load_state)) {
            Remembered& state = states[row[0].c_str()];
            state.eligible = row[1].as<std::int64_t>();
            state.backlog = row[2].as<std::int64_t>();
            state.held = row[3].as<std::int64_t>();
            state.idle_runs = row[4].as<std::int64_t>();
            if (!row[5].is_null()) {
                state.idle_rows = row[5].as<std::int64_t>();
            }
            state.idle_for = clock::Duration{row[6].as<std::int64_t>()};
        }
    });
    return states;
}

void remember(db::Connection& connection, const std::string& class_name,
              const Remembered& state) {
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params0(k_save_state, class_name, state.eligible,
                                 state.backlog, state.held, state.idle_runs,
                                 state.idle_rows);
    });
}

}  // namespace lark_batch::cleanup
