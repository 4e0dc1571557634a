// The rows of each class, and the statements that count and delete them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lib/db/connection.hpp"

namespace lark_batch::cleanup {

// Some rows of one table. In the texts `t` is the table and $1 the cutoff.
struct Sweep {
    std::string_view class_name;
    std::string_view table;  // of the schema lark_batch
    std::string_view where;  // the rows past their retention
    std::string_view held;   // of these: those that must stay
    std::string_view order;  // as an index has them
    std::string_view time;   // what is compared with the cutoff
    // An index gives them by time, so that a batch can begin where the last
    // one ended.
    bool by_time = true;
    // Deletes what depends on rows of `doomed`, a WITH clause; may be empty.
    std::string_view dependents{};
    // What `dependents` needs of `doomed`, after a comma.
    std::string_view keys{};
    // What else must be so at the moment of a deletion; may be empty. Begins
    // with AND, names no row.
    std::string_view only_while{};

    // Tokens that have ended are counted as such, whatever their state.
    bool leaves_ended_out() const {
        return table == "tokens" && class_name != "tokens_expired";
    }
};

// The sweeps of a class, in their order. Empty for classes without rows.
std::span<const Sweep> sweeps_of(std::string_view class_name);
std::span<const Sweep> all_sweeps();

// The statements, so that a test can ask the planner about them. $1 is the
// cutoff; of count_sql $2, where leaves_ended_out(), that of tokens_expired; of
// delete_sql $2 is the number of rows and, where `resumed`, $3 the time to
// begin with.
std::string count_sql(const Sweep& sweep);
std::string oldest_sql(const Sweep& sweep);
std::string delete_sql(const Sweep& sweep, bool resumed);

// Rows past the cutoff, a timestamp as text.
struct Counted {
    std::int64_t eligible = 0;
    std::int64_t held = 0;
    std::string oldest;  // of the eligible, UTC; empty without any
};
// `ended`: the cutoff of tokens_expired, "-infinity" if that is not cleaned.
Counted count(db::Connection& connection, const Sweep& sweep,
              const std::string& cutoff, const std::string& ended);

// The time of the oldest eligible row, UTC; empty without any.
std::string oldest(db::Connection& connection, const Sweep& sweep,
                   const std::string& cutoff);

struct Deleted {
    std::int64_t rows = 0;
    std::string last;          // the greatest time among them, as text
    bool met_lock = false;     // somebody had locked one of its rows
    std::int64_t skipped = 0;  // left because locked, where that is known
};

// One transaction: at most `rows` rows, the oldest first; what others have
// locked is left. `from`: where the last batch ended, or empty.
Deleted delete_oldest(db::Connection& connection, const Sweep& sweep,
                      const std::string& cutoff, long long rows,
                      const std::string& from);

// A large part of a table is cheaper to delete in the order in which it lies
// on disk. Nothing unless the planner would read the whole table for these
// rows, and the server can read parts of it (PostgreSQL 14).
struct Walk {
    std::int64_t rows = 0;    // as the planner estimates
    std::int64_t blocks = 0;  // of the whole table
};
std::optional<Walk> walk_worth_it(db::Connection& connection,
                                  const Sweep& sweep,
                                  const std::string& cutoff);

// One transaction: the eligible rows in these blocks of the table.
Deleted delete_blocks(db::Connection& connection, const Sweep& sweep,
                      const std::string& cutoff, std::int64_t first,
                      std::int64_t blocks);

// Whether `only_while` holds just now.
bool may_delete_now(db::Connection& connection, const Sweep& sweep);

// Whether any row of the table is held, or anybody whose rows are.
bool any_held(db::Connection& connection, const Sweep& sweep);

}  // namespace lark_batch::cleanup
