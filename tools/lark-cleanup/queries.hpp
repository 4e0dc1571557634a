// The SQL of the cleanup beside that of its sweeps, as named functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lib/db/connection.hpp"
#include "tools/lark-cleanup/pace.hpp"

namespace lark_batch::cleanup {

// The time `ago` by the clock that is behind, ours (`now`) or the database's,
// as text: neither may delete anything too early when it is wrong.
std::string cutoff(db::Connection& connection, clock::Duration ago,
                   clock::WallTime now);

// What others suffer. Parts that our role may not see count as nothing.
Pressure pressure(db::Connection& connection);

// Of a table of the schema lark_batch, as the server's statistics say.
struct TableSize {
    std::int64_t rows = 0;
    double bytes_per_row = 0;  // with what lies outside of the row
    double bytes = 0;          // on disk, without indexes
};
TableSize table_size(db::Connection& connection, std::string_view table);

// Whether our role may; MAINTAIN counts from PostgreSQL 17.
bool may_vacuum(db::Connection& connection, std::string_view table);

// VACUUM (ANALYZE), unless somebody else is at it; never FULL, without giving
// the file's end back, which would lock readers out, and in one process: the
// others' cores are theirs. Ends after `limit` at the latest, then with an
// Error.
void vacuum(db::Connection& connection, std::string_view table,
            clock::Duration limit, clock::Duration statement_timeout);

// Staging tables whose session died with the server. They are the server's
// business: it drops them when it needs the name, or for wraparound.
struct Orphans {
    std::int64_t tables = 0;
    std::int64_t bytes = 0;
    bool may_drop = false;
};
Orphans orphaned_staging(db::Connection& connection);
// Returns how many were dropped.
std::int64_t drop_orphaned_staging(db::Connection& connection);

// What is remembered of a class between runs.
struct Remembered {
    std::int64_t eligible = 0;
    std::int64_t backlog = 0;
    std::int64_t held = 0;
    std::int64_t idle_runs = 0;
    // Since the first of the idle runs: rows then, and how long ago.
    std::optional<std::int64_t> idle_rows{};
    clock::Duration idle_for{0};
};
std::map<std::string, Remembered> remembered(db::Connection& connection);

// `idle_for` is not written: it counts from the write that made idle_runs 1.
void remember(db::Connection& connection, const std::string& class_name,
              const Remembered& state);

}  // namespace lark_batch::cleanup
