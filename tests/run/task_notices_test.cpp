// People hear of a task that fails, once, and when it is over.
#include "lib/run/task_notices.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "tests/run/world.hpp"
#include "tests/support/http_server.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A world whose [notify] tells a webhook of what is urgent.
struct Noisy : World {
    explicit Noisy(const std::string& keys = "notify = \"urgent\"\n")
        : World("", Rooms::shared) {
        dir().write("hook", ears.url() + "/hunter2\n");
        std::filesystem::permissions(file("hook"),
                                     std::filesystem::perms{0600});
        configure(keys);
    }
    void configure(const std::string& keys,
                   const std::string& notify = "urgent = [\"ops\"]\n") {
        set_more("[tasks.stub]\n" + keys + "[notify]\n" + notify +
                 "[[channel]]\nname = \"ops\"\nkind = \"webhook\"\n"
                 "url_file = \"" +
                 file("hook").string() + "\"\n");
    }
    std::size_t heard() const { return ears.requests().size(); }
    std::string last() const {
        return heard() == 0 ? "" : ears.requests().back().body;
    }
    void run_to(int code, const Arguments& arguments = {}) const {
        const Finished ended = stub(arguments);
        CAPTURE(ended.err);
        CHECK(ended.exit_code == code);
        CHECK_FALSE(has(ended.err, "hunter2"));
    }
    // As lark-job-failed@.service does it.
    Finished failed(const std::string& unit) const {
        Command told = command("lark-admin", {"tasks", "failed", unit});
        told.env = {{"MONITOR_SERVICE_RESULT", "exit-code"},
                    {"MONITOR_EXIT_CODE", "exited"},
                    {"MONITOR_EXIT_STATUS", "77"}};
        return run(told);
    }
    bool file_is_there() const {
        return std::filesystem::exists(state() / "stub.told");
    }

    std::atomic<int> answer{200};
    HttpServer ears{[this](const HttpRequest&) {
        return Reply{answer.load(), {}, ""};
    }};
};

constexpr const char* k_stub_unit = "lark-task@stub.service";

}  // namespace

TEST_CASE("notices: a failing task is told once, and when it is over") {
    Noisy world;
    world.run_to(0);
    CHECK(world.heard() == 0);
    world.run_to(77, {"--fail", "denied"});
    REQUIRE(world.heard() == 1);
    CHECK(has(world.last(), "stub failed on "));
    CHECK(has(world.last(), "(exit code 77), failing since 2"));
    CHECK(has(world.last(),
              ": it was told to fail as 'denied'; see "
              "lark-admin runs --task stub"));
    CHECK(has(world.last(), "\"severity\":\"urgent\""));
    CHECK(has(
        world.last(),
        "\"run_id\": \"" + world.sql("SELECT run_id FROM lark_batch.task_runs"
                                     " ORDER BY started_at DESC LIMIT 1")));
    world.run_to(3, {"--outcome", "partial"});
    world.run_to(75, {"--scheduled-for", "2026-01-01T00:00:00Z"});
    CHECK(world.heard() == 1);
    world.run_to(0);
    REQUIRE(world.heard() == 2);
    CHECK(has(world.last(), "stub succeeded again"));
    world.run_to(0);
    CHECK(world.heard() == 2);
    CHECK(world.total("lark_notify_messages_total", "accepted") == 2);
}

TEST_CASE("notices: since says when the failures began") {
    Noisy world;
    world.run_to(0);
    world.run_to(1, {"--fail", "failed"});
    world.sql(
        "UPDATE lark_batch.task_runs SET started_at = '2026-01-02T03:04:00Z',"
        " finished_at = '2026-01-02T03:05:00Z' WHERE outcome = 'failure';"
        " UPDATE lark_batch.task_runs SET started_at = '2026-01-02T00:00:00Z',"
        " finished_at = '2026-01-02T00:01:00Z' WHERE outcome = 'success';"
        " DELETE FROM lark_batch.notices");
    world.run_to(1, {"--fail", "failed"});
    CHECK(has(world.last(), "failing since 2026-01-02 11:04 CST: "));
}

TEST_CASE("notices: one task's success says nothing of another's failure") {
    Noisy world;
    world.run_to(1, {"--fail", "failed"});
    CHECK(world.failed("lark-task@nightly_backup.service").exit_code == 0);
    REQUIRE(world.heard() == 2);
    CHECK(has(world.last(), "nightly_backup failed on "));
    world.run_to(0);
    REQUIRE(world.heard() == 3);
    CHECK(has(world.last(), "stub succeeded again"));
    CHECK_FALSE(has(world.last(), "nightly_backup"));
    CHECK(world.sql("SELECT topic FROM lark_batch.notices WHERE source ="
                    " 'tasks' AND recovered_at IS NULL") == "nightly_backup");
    world.failed("lark-task@nightly_backup.service");
    CHECK(world.heard() == 3);
}

TEST_CASE("notices: nobody is told, and no secret read, unless it is wanted") {
    Noisy world{""};
    std::filesystem::remove(world.file("hook"));
    world.run_to(1, {"--fail", "failed"});
    world.configure("notify = \"urgent\"\n");
    world.run_to(78);
    world.run_to(0, {"--dry-run"});
}

TEST_CASE("notices: a channel that refuses changes no result") {
    Noisy world;
    world.answer = 400;
    const Finished ended = world.stub({"--fail", "denied"});
    CHECK(ended.exit_code == 77);
    CHECK(has(ended.err, "channel 'ops'"));
    CHECK(world.total("lark_notify_messages_total", "failed") == 1);
    world.answer = 200;
    world.run_to(77, {"--fail", "denied"});
    CHECK(has(world.last(), "stub failed on "));
}

TEST_CASE("notices: a run that is stopped is told of") {
    Noisy world;
    Process running = world.start_stub(
        {"--started", world.file("begun"), "--wait-for", world.file("never")});
    wait_for("the job",
             [&] { return std::filesystem::exists(world.file("begun")); });
    running.signal(SIGTERM);
    CHECK(running.wait(std::chrono::seconds{20})->exit_code == 143);
    CHECK(has(world.last(), "stub was interrupted on "));
}

TEST_CASE("notices: without the database people hear of it, and once") {
    Noisy world;
    world.take_database_away();
    world.configure("notify = \"urgent\"\n");
    world.run_to(69);
    REQUIRE(world.heard() == 1);
    CHECK(has(world.last(), "stub failed on "));
    CHECK(world.file_is_there());
    world.run_to(69);
    CHECK(has(world.failed(k_stub_unit).out, "all channels know that 'stub'"));
    CHECK(world.heard() == 1);
    // What the file says is the database's then.
    world.give_database_back();
    world.configure("notify = \"urgent\"\n");
    world.run_to(1, {"--fail", "failed"});
    CHECK(world.heard() == 1);
    CHECK_FALSE(world.file_is_there());
    world.run_to(0);
    REQUIRE(world.heard() == 2);
    CHECK(has(world.last(), "stub succeeded again"));
}

TEST_CASE("tasks failed: nobody is told twice of one failure") {
    Noisy world;
    world.run_to(77, {"--fail", "denied"});
    const Finished told = world.failed(k_stub_unit);
    CHECK(told.exit_code == 0);
    CHECK(told.out == "all channels know that 'stub' fails\n");
    CHECK(world.heard() == 1);
}

TEST_CASE("tasks failed: for a task that does not notify, it is urgent") {
    Noisy world{""};
    world.run_to(77, {"--fail", "denied"});
    const Finished told = world.failed(k_stub_unit);
    CAPTURE(told.err);
    CHECK(told.exit_code == 0);
    CHECK(told.out == "channel 'ops' was told that 'stub' failed\n");
    CHECK(has(world.last(), "(exit code 77)"));
    CHECK(has(world.last(), ": it was told to fail as 'denied'; see"));
    world.failed(k_stub_unit);
    CHECK(world.heard() == 1);
    // Its success is told to nobody, but the next failure is news again.
    world.run_to(0);
    world.run_to(77, {"--fail", "denied"});
    world.failed(k_stub_unit);
    CHECK(world.heard() == 2);
}

TEST_CASE("tasks failed: a unit that left no record speaks for itself") {
    Noisy world{""};
    world.failed("lark-task@stub.service");
    CHECK(has(world.last(),
              "unit lark-task@stub failed: exit code "
              "77; see journalctl -u lark-task@stub"));
    world.failed("foreign.service");
    REQUIRE(world.heard() == 2);
    CHECK(has(world.last(), "foreign failed on "));
}

TEST_CASE("tasks failed: without the database, once for each unit") {
    Noisy world{""};
    world.take_database_away();
    world.configure("");
    for (int round = 0; round < 2; ++round) {
        const Finished told = world.failed(k_stub_unit);
        CHECK(told.exit_code == 0);
        CHECK(has(told.err, "without the database"));
        world.failed("lark-sync-users.service");
    }
    CHECK(world.heard() == 2);
    CHECK(has(world.last(), "sync_users failed on "));
}

TEST_CASE("notices: without a route nobody is told, which is said") {
    Noisy world{""};
    world.configure("", "critical = [\"ops\"]\n");
    const Finished told = world.failed(k_stub_unit);
    CHECK(told.exit_code == 0);
    CHECK(told.out ==
          "nobody is told that 'stub' failed: no channel hears of [notify] "
          "urgent\n");
    world.configure("notify = \"urgent\"\n", "critical = [\"ops\"]\n");
    const Finished failed = world.stub({"--fail", "denied"});
    CHECK(failed.exit_code == 77);
    CHECK(has(failed.err, "nobody is told that the task failed"));
    CHECK(world.heard() == 0);
}
