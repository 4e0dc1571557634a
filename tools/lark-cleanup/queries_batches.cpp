#include <fmt/format.h>

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/transaction.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-cleanup/queries_sweeps.hpp"

namespace lark_batch::cleanup {

namespace {

constexpr const char* k_count = R"sql(
SELECT count(*) FILTER (WHERE NOT {held}),
       count(*) FILTER (WHERE {held}),
       to_char(min({time}) FILTER (WHERE NOT {held}),
               'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM lark_batch.{table} t WHERE {where}{elsewhere})sql";

constexpr const char* k_oldest = R"sql(
SELECT to_char(min(o.time), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM (SELECT {time} AS time FROM lark_batch.{table} t
      WHERE {where} AND NOT {held}{one}) o)sql";

// By ctid: what was locked for deletion is found again without an index.
constexpr const char* k_delete = R"sql(
WITH doomed AS MATERIALIZED (
    SELECT t.ctid AS place{keys} FROM lark_batch.{table} t
    WHERE {where} AND NOT {held}{from}{only_while}
    ORDER BY {order} LIMIT $2 FOR UPDATE OF t SKIP LOCKED),
{dependents} gone AS (
    DELETE FROM lark_batch.{table} t
    WHERE t.ctid = ANY (ARRAY(SELECT place FROM doomed))
    RETURNING {time} AS time)
SELECT count(*), max(time)::text FROM gone)sql";

constexpr const char* k_blocks =
    "t.ctid >= ('(' || $2::bigint || ',0)')::tid"
    " AND t.ctid < ('(' || $3::bigint || ',0)')::tid";

// Without locks of its own, which would double the writing.
constexpr const char* k_delete_blocks = R"sql(
DELETE FROM lark_batch.{table} t
WHERE {blocks} AND {where} AND NOT {held})sql";

constexpr const char* k_delete_unlocked_blocks = R"sql(
DELETE FROM lark_batch.{table} t
WHERE t.ctid = ANY (ARRAY(
    SELECT t.ctid FROM lark_batch.{table} t
    WHERE {blocks} AND {where} AND NOT {held}
    FOR UPDATE SKIP LOCKED)))sql";

constexpr const char* k_count_blocks = R"sql(
SELECT count(*) FROM lark_batch.{table} t
WHERE {blocks} AND {where} AND NOT {held})sql";

// What a table must have to lose before its order on disk matters.
constexpr std::int64_t k_least_for_a_walk = 50'000;

// In a batch by blocks nobody is waited for longer.
constexpr const char* k_hardly_wait = "SET LOCAL lock_timeout = '10ms'";

std::string filled(const char* text, const Sweep& sweep,
                   const std::string& from = {}) {
    return fmt::format(
        fmt::runtime(text), fmt::arg("table", sweep.table),
        fmt::arg("where", sweep.where), fmt::arg("held", sweep.held),
        fmt::arg("order", sweep.order), fmt::arg("time", sweep.time),
        fmt::arg("keys", sweep.keys), fmt::arg("dependents", sweep.dependents),
        fmt::arg("blocks", k_blocks), fmt::arg("from", from),
        fmt::arg("only_while", sweep.only_while),
        fmt::arg("elsewhere", sweep.leaves_ended_out()
                                  ? " AND t.ends_at >= $2::timestamptz"
                                  : ""),
        fmt::arg("one", sweep.by_time
                            ? fmt::format(" ORDER BY {} LIMIT 1", sweep.order)
                            : std::string{}));
}

// "Seq Scan on tokens t  (cost=0.00..9.5 rows=971854 width=6)"
std::int64_t estimated_rows(const std::string& plan) {
    const std::string word = " rows=";
    const auto at = plan.find(word);
    if (at == std::string::npos) {
        return 0;
    }
    const auto begin = at + word.size();
    const auto end = plan.find_first_not_of("0123456789", begin);
    return text::parse_integer(plan.substr(begin, end - begin)).value_or(0);
}

std::string plan_of(pqxx::transaction_base& transaction, const Sweep& sweep,
                    const std::string& cutoff) {
    const std::string sql = filled(
        "EXPLAIN SELECT t.ctid FROM lark_batch.{table} t WHERE {where}", sweep);
    std::string plan;
    for (const pqxx::row& row : transaction.exec_params(sql, cutoff)) {
        plan += row[0].c_str() + std::string{"\n"};
    }
    return plan;
}

bool is_locked(const errors::Error& error) {
    return std::string_view{error.what()}.find("(SQLSTATE 55P03)") !=
           std::string_view::npos;
}

struct Blocks {
    std::int64_t first;
    std::int64_t end;
};

Deleted delete_unlocked_blocks(db::Connection& connection, const Sweep& sweep,
                               const std::string& cutoff,
                               const Blocks& blocks) {
    Deleted deleted;
    deleted.met_lock = true;
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        deleted.rows = static_cast<std::int64_t>(
            transaction
                .exec_params(filled(k_delete_unlocked_blocks, sweep), cutoff,
                             blocks.first, blocks.end)
                .affected_rows());
        deleted.skipped = transaction
                              .exec_params1(filled(k_count_blocks, sweep),
                                            cutoff, blocks.first, blocks.end)[0]
                              .as<std::int64_t>();
    });
    return deleted;
}

}  // namespace

std::string count_sql(const Sweep& sweep) {
    return filled(k_count, sweep);
}

std::string oldest_sql(const Sweep& sweep) {
    return filled(k_oldest, sweep);
}

std::string delete_sql(const Sweep& sweep, bool resumed) {
    return filled(k_delete, sweep,
                  resumed
                      ? fmt::format(" AND {} >= $3::timestamptz", sweep.time)
                      : std::string{});
}

Counted count(db::Connection& connection, const Sweep& sweep,
              const std::string& cutoff, const std::string& ended) {
    Counted counted;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const std::string sql = count_sql(sweep);
        const pqxx::row row = sweep.leaves_ended_out()
                                  ? direct.exec_params1(sql, cutoff, ended)
                                  : direct.exec_params1(sql, cutoff);
        counted = {row[0].as<std::int64_t>(), row[1].as<std::int64_t>(),
                   row[2].c_str()};
    });
    return counted;
}

std::string oldest(db::Connection& connection, const Sweep& sweep,
                   const std::string& cutoff) {
    std::string time;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        time = direct.exec_params1(oldest_sql(sweep), cutoff)[0].c_str();
    });
    return time;
}

Deleted delete_oldest(db::Connection& connection, const Sweep& sweep,
                      const std::string& cutoff, long long rows,
                      const std::string& from) {
    Deleted deleted;
    const bool resumed = sweep.by_time && !from.empty();
    const std::string sql = delete_sql(sweep, resumed);
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        const pqxx::row row =
            resumed ? transaction.exec_params1(sql, cutoff, rows, from)
                    : transaction.exec_params1(sql, cutoff, rows);
        deleted.rows = row[0].as<std::int64_t>();
        deleted.last = row[1].c_str();
    });
    return deleted;
}

bool may_delete_now(db::Connection& connection, const Sweep& sweep) {
    bool may = true;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        may = direct
                  .exec1(filled("SELECT EXISTS (SELECT WHERE true{only_while})",
                                sweep))[0]
                  .as<bool>();
    });
    return may;
}

std::optional<Walk> walk_worth_it(db::Connection& connection,
                                  const Sweep& sweep,
                                  const std::string& cutoff) {
    std::optional<Walk> walk;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        const std::string plan = plan_of(direct, sweep, cutoff);
        const std::int64_t rows = estimated_rows(plan);
        const bool reads_all =
            plan.find(fmt::format("Seq Scan on {} t", sweep.table)) !=
            std::string::npos;
        if (!reads_all || rows < k_least_for_a_walk ||
            !sweep.dependents.empty() ||
            connection.session().server_version() < 140'000) {
            return;
        }
        const auto blocks = direct.exec_params1(
            "SELECT pg_relation_size($1::regclass) /"
            " current_setting('block_size')::bigint + 1",
            fmt::format("lark_batch.{}", sweep.table));
        walk = Walk{rows, blocks[0].as<std::int64_t>()};
    });
    return walk;
}

Deleted delete_blocks(db::Connection& connection, const Sweep& sweep,
                      const std::string& cutoff, std::int64_t first,
                      std::int64_t blocks) {
    Deleted deleted;
    try {
        db::transact(connection, [&](pqxx::transaction_base& transaction) {
            transaction.exec0(k_hardly_wait);
            deleted.rows = static_cast<std::int64_t>(
                transaction
                    .exec_params(filled(k_delete_blocks, sweep), cutoff, first,
                                 first + blocks)
                    .affected_rows());
        });
        return deleted;
    } catch (const errors::Error& error) {
        if (!is_locked(error)) {
            throw;
        }
    }
    return delete_unlocked_blocks(connection, sweep, cutoff,
                                  {first, first + blocks});
}

bool any_held(db::Connection& connection, const Sweep& sweep) {
    if (sweep.held == "false") {
        return false;
    }
    bool held = false;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        held = direct
                   .exec1(filled(
                       "SELECT EXISTS (SELECT FROM lark_batch.{table} t"
                       " WHERE t.hold)"
                       " OR EXISTS (SELECT FROM lark_batch.users WHERE hold)"
                       " OR EXISTS (SELECT FROM lark_batch.departments"
                       " WHERE hold)"
                       " OR EXISTS (SELECT FROM lark_batch.tokens WHERE hold)"
                       " OR EXISTS (SELECT FROM lark_batch.check_results"
                       " WHERE hold)",
                       sweep))[0]
                   .as<bool>();
    });
    return held;
}

}  // namespace lark_batch::cleanup
