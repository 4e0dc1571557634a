// A run that is killed or told to stop in the middle of a batch.
#include <doctest/doctest.h>

#include "tests/cleanup/cleanup_world.hpp"

using namespace lark_batch::test;

namespace {

// A cleanup that has deleted some batches of 400 tokens and hangs in the
// middle of another: a trigger waits for a lock that we have.
class HeldCleanup {
public:
    HeldCleanup() {
        m_world.add_tokens(400, "9 days");
        m_world.sql(
            "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN IF OLD.subject = 'ou_155' THEN"
            " PERFORM pg_advisory_xact_lock(4711); END IF; RETURN OLD; END$$;"
            "CREATE TRIGGER wait_here BEFORE DELETE ON lark_batch.tokens"
            " FOR EACH ROW EXECUTE FUNCTION wait_here()");
        m_lock.emplace(m_world.database(), "SELECT pg_advisory_lock(4711)");
        m_process.emplace(m_world.cleanup({"--batch-size", "10"}));
        wait_for("the batch", [this] { return m_lock->has_victim(); });
    }

    CleanupWorld& world() { return m_world; }
    Process& process() { return *m_process; }
    void let_go() { m_lock->end(); }

private:
    CleanupWorld m_world;
    std::optional<OpenTransaction> m_lock;
    std::optional<Process> m_process;
};

void wait_for_its_session(const CleanupWorld& world) {
    wait_for("the end of its session", [&] {
        return world.sql(
                   "SELECT count(*) FROM pg_stat_activity WHERE"
                   " application_name = 'lark-batch/lark-cleanup' AND"
                   " datname = current_database()") == "0";
    });
}

}  // namespace

TEST_CASE(
    "kill -9 in a batch: nothing of it is deleted, the next run finishes") {
    HeldCleanup held;
    held.process().kill9();
    held.let_go();
    wait_for_its_session(held.world());
    const int left = held.world().rows("tokens");
    CHECK(left > 0);
    CHECK(left < 400);
    // Batches are whole: the oldest of equal age are the first by key.
    CHECK(held.world().sql("SELECT count(*) FROM lark_batch.tokens WHERE"
                           " subject = 'ou_155'") == "1");
    CHECK(held.world().number("SELECT max(token_id) - min(token_id) + 1 FROM"
                              " lark_batch.tokens") == left);
    const Cleaned next = held.world().clean_to(0);
    CHECK(next.deleted("tokens_expired") == left);
    CHECK(held.world().sql("SELECT outcome FROM lark_batch.task_runs ORDER BY"
                           " started_at") == "failure\nsuccess");
}

TEST_CASE("SIGTERM: the run ends with the batch that is under way, as 143") {
    HeldCleanup held;
    held.process().signal(SIGTERM);
    held.let_go();
    const auto ended = held.process().wait(std::chrono::seconds{20});
    REQUIRE(ended);
    const Cleaned stopped = read_result(*ended);
    CHECK(stopped.exit_code == 143);
    CHECK(stopped.result["outcome"] == "interrupted");
    const int left = held.world().rows("tokens");
    CHECK(left > 0);
    CHECK(stopped.deleted("tokens_expired") == 400 - left);
    CHECK(held.world().total("lark_cleanup_deleted_total") == 400 - left);
    CHECK(held.world().last_run() == "interrupted|143");
    CHECK(held.world().clean_to(0).deleted("tokens_expired") == left);
}
