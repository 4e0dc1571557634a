// New pairs survive a lost session, and wait on disk when the database takes
// none.
#include "lib/tokens/pair_keeper.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <optional>
#include <string>
#include <vector>

#include "lib/files/file_lock.hpp"
#include "lib/files/spool.hpp"
#include "tests/db/token_table.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::tokens {

namespace {

using db::Ended;
using db::Stored;
using errors::Kind;
using std::chrono::hours;

// A run with its session, whose reconnecting may fail.
class Run {
public:
    Run() {
        m_around.database = [this]() -> db::Connection& {
            return table.connection;
        };
        m_around.reconnect = [this]() -> db::Connection& {
            ++reconnects;
            if (gone) {
                throw errors::Error{Kind::unavailable, "database: gone"};
            }
            table.connection = table.database.connect();
            return table.connection;
        };
        m_around.clock = &clock;
        m_around.deadline = &m_deadline;
        m_around.worker = db::k_worker;
        m_around.spool = m_dir / "tokens.spool";
    }

    const Surroundings& around() const { return m_around; }
    std::size_t spooled() const { return files::Spool{m_around.spool}.size(); }
    void spool(const std::string& line) const {
        files::Spool{m_around.spool}.append(line);
    }
    Ended new_pair(const std::string& subject, const std::string& mark) {
        table.save(subject, "one", hours{5});
        return db::refreshed(table.attempt(subject), mark);
    }
    void lose_session() {
        db::terminate(table.database, db::backend_pid(table.connection));
    }
    // Until the next session.
    void refuse_writes() {
        table.connection.execute("SET ROLE pg_read_all_data");
    }
    // What the row holds, through a session that works.
    std::string sealed(const std::string& subject) {
        table.connection = table.database.connect();
        return table.row(subject).refresh_sealed;
    }

    db::TokenTable table;
    clock::FakeClock clock;
    int reconnects = 0;
    bool gone = false;

private:
    test::TempDir m_dir;
    clock::Deadline m_deadline{clock, std::chrono::minutes{30}};
    Surroundings m_around;
};

// All of them, and nothing on the disk.
bool stored(const Kept& kept) {
    return !kept.error && !kept.gone && kept.spooled == 0 &&
           std::all_of(kept.stored.begin(), kept.stored.end(),
                       [](const auto& one) { return one == Stored::stored; });
}

}  // namespace

TEST_CASE("pair keeper: what was stored gives its lock back") {
    Run run;
    const Ended ended = run.new_pair("ou_a", "two");
    CHECK(stored(keep(run.around(), {ended})));
    CHECK(run.table.row("ou_a").refresh_sealed == "refresh two");
    db::Connection other = run.table.database.connect();
    CHECK(run.table.begin(other, "ou_a").result == db::Begun::started);
    CHECK(run.reconnects == 0);
    CHECK(run.spooled() == 0);
}

TEST_CASE("pair keeper: a lost session is opened anew") {
    Run run;
    const Ended ended = run.new_pair("ou_a", "two");
    SUBCASE("after it ended") {
        run.lose_session();
    }
    SUBCASE("after a failover made it read-only") {
        run.table.connection.execute("SET default_transaction_read_only = on");
    }
    CHECK(stored(keep(run.around(), {ended})));
    CHECK(run.reconnects == 1);
    CHECK(run.table.row("ou_a").refresh_sealed == "refresh two");
    CHECK(run.spooled() == 0);
}

TEST_CASE("pair keeper: ten seconds without database, then pairs are spooled") {
    Run run;
    std::vector<Ended> all{run.new_pair("ou_a", "two"),
                           run.new_pair("ou_b", "two")};
    all.push_back(db::ended(all[0].attempt, Ended::Kind::failed));
    run.lose_session();
    run.gone = true;
    const Kept kept = keep(run.around(), all);
    CHECK(kept.gone);
    CHECK(kept.spooled == 2);
    const auto error = told_of_spool(kept.error.value(), kept.spooled);
    CHECK(error.kind() == Kind::unavailable);
    CHECK(std::string{error.what()} ==
          "2 refreshed tokens could not be stored: database: gone");
    CHECK(error.hint().find("tokens.spool") != std::string::npos);
    CHECK(run.spooled() == 2);
    CHECK(run.clock.instant().time_since_epoch() >= std::chrono::seconds{10});
    CHECK(run.clock.instant().time_since_epoch() <= std::chrono::seconds{11});
    CHECK(run.sealed("ou_a") == "refresh one");
    CHECK(store_spooled(run.around()).stored == 2);
    CHECK(run.sealed("ou_a") == "refresh two");
    CHECK(run.sealed("ou_b") == "refresh two");
    CHECK(run.table.journal("ou_a") == "refreshed");
    CHECK(run.spooled() == 0);
}

TEST_CASE("pair keeper: a database that refuses is not asked again") {
    Run run;
    const Ended ended = run.new_pair("ou_a", "two");
    run.refuse_writes();
    const Kept kept = keep(run.around(), {ended});
    CHECK(kept.gone);
    CHECK(kept.error.has_value());
    CHECK(run.clock.instant() == clock::Instant{});
    CHECK(run.reconnects == 0);
    CHECK(run.spooled() == 1);
}

TEST_CASE("pair keeper: without a new pair nothing waits on disk") {
    Run run;
    Ended ended = run.new_pair("ou_a", "two");
    ended = db::ended(ended.attempt, Ended::Kind::failed);
    run.lose_session();
    run.gone = true;
    const Kept kept = keep(run.around(), {ended});
    CHECK(kept.gone);
    CHECK(std::string{told_of_spool(kept.error.value(), 0).what()} ==
          "database: gone");
    CHECK(run.spooled() == 0);
}

TEST_CASE("pair keeper: what waits is stored once, though it be said twice") {
    Run run;
    CHECK(store_spooled(run.around()).stored == 0);
    const Ended ended = run.new_pair("ou_a", "two");
    run.refuse_writes();
    REQUIRE(keep(run.around(), {ended}).spooled == 1);
    REQUIRE(keep(run.around(), {ended}).spooled == 1);
    CHECK_THROWS(store_spooled(run.around()));
    CHECK(run.spooled() == 2);
    run.table.connection = run.table.database.connect();
    CHECK(store_spooled(run.around()).stored == 2);
    CHECK(run.table.row("ou_a").refresh_sealed == "refresh two");
    CHECK(run.table.row("ou_a").version == 3);
    CHECK(store_spooled(run.around()).stored == 0);
}

TEST_CASE("pair keeper: a line that nobody can read is set aside") {
    Run run;
    const Ended ended = run.new_pair("ou_a", "two");
    run.spool("1\tno uuid\t1");
    run.refuse_writes();
    REQUIRE(keep(run.around(), {ended}).spooled == 1);
    CHECK(run.sealed("ou_a") == "refresh one");
    const FromSpool taken = store_spooled(run.around());
    CHECK(taken.stored == 1);
    CHECK(taken.set_aside == 1);
    CHECK(run.sealed("ou_a") == "refresh two");
    CHECK(run.spooled() == 0);
    auto broken = run.around().spool;
    broken += ".broken";
    CHECK(files::Spool{broken}.claim() ==
          std::vector<std::string>{"1\tno uuid\t1"});
}

TEST_CASE(
    "pair keeper: a pair that the database refuses takes no other along") {
    Run run;
    Ended bad = run.new_pair("ou_a", "two");
    bad.pair->scopes = {std::string{"a\0b", 3}};
    const Ended good = run.new_pair("ou_b", "two");
    const Kept kept = keep(run.around(), {bad, good});
    CHECK_FALSE(kept.gone);
    CHECK(kept.spooled == 1);
    CHECK_FALSE(kept.stored.at(0));
    CHECK(kept.stored.at(1) == Stored::stored);
    CHECK(run.sealed("ou_b") == "refresh two");
    // It does not stand in the way of later programs either.
    CHECK(store_spooled(run.around()).set_aside == 1);
    CHECK(store_spooled(run.around()).set_aside == 0);
}

TEST_CASE("pair keeper: two programs never take the same spool at once") {
    Run run;
    const Ended ended = run.new_pair("ou_a", "two");
    run.refuse_writes();
    REQUIRE(keep(run.around(), {ended}).spooled == 1);
    run.table.connection = run.table.database.connect();
    auto path = run.around().spool;
    path += ".lock";
    {
        const auto lock = files::FileLock::try_lock(path, "another");
        REQUIRE(lock);
        CHECK(store_spooled(run.around()).stored == 0);
        CHECK(run.spooled() == 1);
    }
    CHECK(store_spooled(run.around()).stored == 1);
}

}  // namespace lark_batch::tokens
