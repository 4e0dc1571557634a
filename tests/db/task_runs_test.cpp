#include "lib/db/task_runs.hpp"

#include <doctest/doctest.h>

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "lib/db/transaction.hpp"
#include "tests/db/database.hpp"

namespace lark_batch::db {

namespace {

clock::WallTime at(long long millis) {
    return clock::WallTime{clock::Duration{millis}};
}

std::string id_of(int number) {
    const std::string digits = std::to_string(number);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') +
           digits;
}

RunRecord begun(int number, const std::string& task = "sync_users") {
    RunRecord run;
    run.run_id = id_of(number);
    run.task_name = task;
    run.trigger = "timer";
    run.host = "host \"a\" \\ 人";
    run.pid = 77;
    run.version = "1.2.3";
    run.started_at = at(1'795'313'740'123 + number * 1'000);
    return run;
}

RunRecord finished(int number, const std::string& outcome = "success") {
    RunRecord run = begun(number);
    run.outcome = outcome;
    run.exit_code = outcome == "success" ? 0 : 3;
    run.finished_at = run.started_at + clock::Duration{2'500};
    run.stats_json = R"({"users": 5})";
    run.error = outcome == "success" ? "" : "3 of 9 'failed'\n\"x\" \\ 😀";
    return run;
}

class Runs {
public:
    void save(const RunRecord& run) {
        transact(m_connection,
                 [&](pqxx::transaction_base& t) { save_run(t, run); });
    }
    std::string save_spooled(const std::string& json) {
        std::string id;
        transact(m_connection, [&](pqxx::transaction_base& t) {
            id = save_spooled_run(t, json);
        });
        return id;
    }
    std::vector<std::string> close_abandoned(const RunRecord& present) {
        std::vector<std::string> closed;
        transact(m_connection, [&](pqxx::transaction_base& t) {
            closed = close_abandoned_runs(t, present);
        });
        return closed;
    }
    std::vector<RunRecord> recent(const std::string& task, int limit = 100) {
        return recent_runs(m_connection, task, limit);
    }
    std::optional<double> last_success(const std::string& task) {
        std::optional<double> seconds;
        rehearse(m_connection, [&](pqxx::transaction_base& t) {
            seconds = last_success_unix(t, task);
        });
        return seconds;
    }
    Connection& connection() { return m_connection; }
    RunRecord only() {
        const auto all = recent("");
        REQUIRE(all.size() == 1);
        return all[0];
    }
    std::string sql(const std::string& text) const {
        return m_database.sql(text);
    }

private:
    Database m_database{Schema::migrated};
    Connection m_connection = m_database.connect();
};

void check_same(const RunRecord& found, const RunRecord& wanted) {
    CHECK(found.run_id == wanted.run_id);
    CHECK(found.task_name == wanted.task_name);
    CHECK(found.trigger == wanted.trigger);
    CHECK(found.host == wanted.host);
    CHECK(found.pid == wanted.pid);
    CHECK(found.version == wanted.version);
    CHECK(found.started_at == wanted.started_at);
    CHECK(found.outcome == wanted.outcome);
    CHECK(found.exit_code == wanted.exit_code);
    CHECK(found.stats_json == wanted.stats_json);
    CHECK(found.error == wanted.error);
}

}  // namespace

TEST_CASE("task runs: a run appears when it begins, without an outcome") {
    Runs runs;
    runs.save(begun(1));
    check_same(runs.only(), begun(1));
    CHECK(runs.sql("SELECT outcome IS NULL, exit_code IS NULL,"
                   " finished_at IS NULL, error IS NULL"
                   " FROM lark_batch.task_runs") == "t|t|t|t");
}

TEST_CASE("task runs: the end completes the row that the begin left") {
    Runs runs;
    runs.save(begun(1));
    runs.save(finished(1, "partial"));
    check_same(runs.only(), finished(1, "partial"));
    CHECK(runs.only().finished_at == finished(1).finished_at);
}

TEST_CASE("task runs: saving the end twice changes nothing") {
    Runs runs;
    runs.save(finished(1, "partial"));
    runs.save(finished(1, "partial"));
    check_same(runs.only(), finished(1, "partial"));
}

TEST_CASE("task runs: a spooled record takes the same way, and one line") {
    Runs runs;
    const std::string json = finished(1, "guarded").to_json();
    CHECK(json.find('\n') == std::string::npos);
    CHECK(json.find('\t') == std::string::npos);
    CHECK(runs.save_spooled(json) == id_of(1));
    CHECK(runs.save_spooled(json) == id_of(1));
    check_same(runs.only(), finished(1, "guarded"));
}

TEST_CASE("task runs: an error in another encoding does not block the row") {
    Runs runs;
    auto run = finished(1, "failure");
    run.error = "proxy: \xb4\xed\xce\xf3";  // GBK
    runs.save(run);
    CHECK(runs.only().error ==
          "proxy: \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
          "\xef\xbf\xbd");
}

TEST_CASE("task runs: an outcome that is none of the words is refused") {
    Runs runs;
    CHECK(fault_of([&] { runs.save(finished(1, "perfect")); }).kind() ==
          errors::Kind::failed);
}

TEST_CASE("task runs: killed runs of the task are closed, each once") {
    Runs runs;
    runs.save(begun(1));
    runs.save(begun(2));
    runs.save(finished(3));
    runs.save(begun(4, "cleanup"));
    runs.save(begun(5));
    auto closed = runs.close_abandoned(begun(5));
    std::sort(closed.begin(), closed.end());
    CHECK(closed == std::vector{id_of(1), id_of(2)});
    CHECK(runs.close_abandoned(begun(5)).empty());
    CHECK(runs.sql("SELECT outcome, error, stats->>'killed',"
                   " finished_at IS NOT NULL FROM lark_batch.task_runs"
                   " WHERE run_id = '" +
                   id_of(1) + "'") ==
          "failure|the run was killed before it could record its end|true|t");
    CHECK(runs.sql("SELECT string_agg(right(run_id::text, 1), ','"
                   " ORDER BY run_id) FROM lark_batch.task_runs"
                   " WHERE outcome IS NULL") == "4,5");
}

TEST_CASE("task runs: the truth from a spool wins over 'killed'") {
    Runs runs;
    runs.save(begun(1));
    runs.close_abandoned(begun(2));
    runs.save_spooled(finished(1).to_json());
    check_same(runs.only(), finished(1));
}

TEST_CASE("task runs: the newest come first, no more than asked for") {
    Runs runs;
    for (const int number : {2, 3, 1}) {
        runs.save(finished(number));
    }
    runs.save(begun(4, "cleanup"));
    const auto ids = [&](const std::string& task, int limit) {
        std::string found;
        for (const RunRecord& run : runs.recent(task, limit)) {
            found += run.run_id.back();
        }
        return found;
    };
    CHECK(ids("", 10) == "4321");
    CHECK(ids("", 2) == "43");
    CHECK(ids("sync_users", 10) == "321");
    CHECK(ids("sync_users", 1) == "3");
    CHECK(ids("sync_users", 0) == "");
    CHECK(ids("nobody's", 10) == "");
}

TEST_CASE("task runs: the last success is the newest end of one") {
    Runs runs;
    CHECK_FALSE(runs.last_success("sync_users"));
    runs.save(finished(1));
    runs.save(finished(2));
    runs.save(finished(3, "partial"));
    runs.save(begun(4));
    const auto seconds = runs.last_success("sync_users");
    REQUIRE(seconds);
    CHECK(*seconds ==
          doctest::Approx(clock::unix_seconds(finished(2).finished_at)));
    CHECK_FALSE(runs.last_success("cleanup"));
}

TEST_CASE("a run known to be killed is closed at once, on its host alone") {
    Runs runs;
    runs.save(begun(1));
    runs.save(begun(2, "cleanup"));
    runs.save(finished(3));
    RunRecord elsewhere = begun(4);
    elsewhere.host = "b";
    runs.save(elsewhere);
    const auto close = [&runs](const std::string& host) {
        std::vector<std::string> closed;
        transact(runs.connection(), [&](pqxx::transaction_base& t) {
            closed = close_killed_runs(t, "sync_users", host,
                                       "the run was killed: oom-kill");
        });
        return closed;
    };
    CHECK(close("c").empty());
    CHECK(close(begun(1).host) == std::vector<std::string>{id_of(1)});
    CHECK(close(begun(1).host).empty());
    for (const RunRecord& run : runs.recent("sync_users")) {
        if (run.run_id == id_of(1)) {
            CHECK(run.outcome == "failure");
            CHECK(run.error == "the run was killed: oom-kill");
            CHECK_FALSE(run.exit_code);
        }
    }
}

TEST_CASE("a task fails since its first failure after the last success") {
    Runs runs;
    const auto history = [&runs] {
        return history_of(runs.connection(), "sync_users");
    };
    CHECK_FALSE(history().last_success);
    CHECK_FALSE(history().failing_since);
    runs.save(finished(10, "failure"));
    CHECK(history().failing_since == begun(10).started_at);
    runs.save(finished(20));
    CHECK(history().last_success == finished(20).finished_at);
    CHECK_FALSE(history().failing_since);
    runs.save(finished(30, "skipped"));
    runs.save(finished(40, "timeout"));
    runs.save(finished(50, "failure"));
    runs.save(begun(60));
    CHECK(history().failing_since == begun(40).started_at);
}

}  // namespace lark_batch::db
