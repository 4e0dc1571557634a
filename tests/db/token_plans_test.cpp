// With 100,000 tokens the reads that every run makes stay within an index:
// what the server counted says so, whatever the plan is called.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "lib/db/token_rotation.hpp"
#include "tests/db/token_table.hpp"

namespace lark_batch::db {

namespace {

using std::chrono::hours;

// One token in a thousand is due within a day, as many are interrupted, and
// three keys are in use.
constexpr const char* k_fill = R"sql(
INSERT INTO lark_batch.tokens (app, token_type, subject, state, key_id,
    access_sealed, refresh_sealed, refresh_hash, access_expires_at,
    refresh_expires_at)
SELECT 'hr', 'user_access_token', 'ou_' || i,
    CASE WHEN i % 1000 = 7 THEN 'refreshing' ELSE 'valid' END,
    'k' || i % 3, '\x00', '\x00', '\x00', now() + interval '2 hours',
    now() + i * interval '864 seconds'
FROM generate_series(1, 100000) i;
ANALYZE lark_batch.tokens)sql";

struct Reads {
    long long of_table = 0;  // whole scans of the table
    long long of_index = 0;  // entries
};

class ManyTokens {
public:
    ManyTokens() { m_table.database.sql(k_fill); }

    Connection& connection() { return m_table.connection; }

    Reads reads(const std::string& index) {
        m_table.connection.execute("SELECT pg_stat_force_next_flush()");
        const auto number = [&](const std::string& sql) {
            return std::stoll(ask(m_table.connection, sql));
        };
        return {number("SELECT seq_scan FROM pg_stat_user_tables"
                       " WHERE relname = 'tokens'"),
                number("SELECT idx_tup_read FROM pg_stat_user_indexes"
                       " WHERE indexrelname = '" +
                       index + "'")};
    }

    // Entries of the index that `read` looked at; fails when it read the
    // table from end to end.
    long long entries_read(const std::string& index,
                           const std::function<void()>& read) {
        const Reads before = reads(index);
        read();
        const Reads after = reads(index);
        CHECK(after.of_table == before.of_table);
        return after.of_index - before.of_index;
    }

private:
    TokenTable m_table;
};

}  // namespace

TEST_CASE("tokens: an index serves what every run reads of 100,000") {
    ManyTokens tokens;
    Connection& connection = tokens.connection();
    std::vector<TokenId> ids;
    const auto due = tokens.entries_read("tokens_by_end", [&] {
        ids = due_tokens(connection, "hr", hours{24}, 1'000);
    });
    CHECK(ids.size() == 99);  // one of the hundred is interrupted
    CHECK(due >= 99);
    CHECK(due <= 110);
    const auto interrupted = tokens.entries_read("tokens_not_valid", [&] {
        ids = interrupted_tokens(connection, "hr", 1'000);
    });
    CHECK(ids.size() == 100);
    CHECK(interrupted >= 100);
    CHECK(interrupted <= 110);
    std::vector<std::string> keys;
    const auto probes = tokens.entries_read(
        "tokens_by_key", [&] { keys = keys_in_use(connection); });
    CHECK(keys == std::vector<std::string>{"k0", "k1", "k2"});
    CHECK(probes >= 3);
    CHECK(probes <= 30);
}

}  // namespace lark_batch::db
