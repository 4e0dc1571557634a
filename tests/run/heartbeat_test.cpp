#include "lib/run/heartbeat.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "tests/run/world.hpp"
#include "tests/support/http_server.hpp"

using namespace lark_batch::test;
using lark_batch::run::Beat;
using lark_batch::run::ping_url;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A run whose heartbeats go to a watcher; the id in its address is a secret.
struct Watched : World {
    explicit Watched(const std::string& query = {}) : World("", Rooms::shared) {
        watch(watcher.url() + "/ping/hunter2" + query);
    }
    void watch(const std::string& address) {
        dir().write("heartbeat", address + "\n");
        std::filesystem::permissions(file("heartbeat"),
                                     std::filesystem::perms{0600});
        tell("");
    }
    void tell(const std::string& keys) {
        set_more("[tasks.stub]\nheartbeat_url_file = \"" +
                 file("heartbeat").string() + "\"\n" + keys);
    }
    // What the watcher was told, "/start /fail" for instance; "" is a success.
    std::string told() const {
        std::string all;
        for (const HttpRequest& request : watcher.requests()) {
            const std::string path =
                request.target.substr(0, request.target.find('?'));
            all += (all.empty() ? "" : " ") + path.substr(5);
        }
        return all;
    }
    std::string last_body() const { return watcher.requests().back().body; }
    Finished quietly(const Arguments& arguments = {}) const {
        Finished ended = stub(arguments);
        CHECK_FALSE(has(ended.err + ended.out, "hunter2"));
        return ended;
    }

    std::atomic<int> answer{200};
    std::atomic<bool> hangs_at_start{false};
    HttpServer watcher{[this](const HttpRequest& request) {
        Reply reply{answer.load(), {}, "OK"};
        if (hangs_at_start && has(request.target, "/start")) {
            reply.behaviour = Behaviour::hang;
        }
        return reply;
    }};
};

}  // namespace

TEST_CASE("heartbeat: the word goes behind the path, the run into the query") {
    CHECK(ping_url("https://hc-ping.com/1", Beat::start, "r") ==
          "https://hc-ping.com/1/start?rid=r");
    CHECK(ping_url("https://hc-ping.com/1/", Beat::failure, "r") ==
          "https://hc-ping.com/1/fail?rid=r");
    CHECK(ping_url("https://h/p/k/slug?create=1", Beat::success, "r") ==
          "https://h/p/k/slug?create=1&rid=r");
    CHECK(ping_url("https://h/p/k/slug/?create=1&tz=A%2FB", Beat::start, "r") ==
          "https://h/p/k/slug/start?create=1&tz=A%2FB&rid=r");
}

TEST_CASE("heartbeat: the beginning and the end of a run, by its id") {
    Watched world{"?create=1"};
    CHECK(world.quietly().exit_code == 0);
    REQUIRE(world.told() == "/hunter2/start /hunter2");
    const std::string id = world.sql("SELECT run_id FROM lark_batch.task_runs");
    for (const HttpRequest& request : world.watcher.requests()) {
        CHECK(request.method == "POST");
        CHECK(has(request.target, "?create=1&rid=" + id));
    }
}

TEST_CASE("heartbeat: what is no success is a failure, with its error line") {
    Watched world;
    CHECK(world.quietly({"--fail", "denied"}).exit_code == 77);
    CHECK(world.told() == "/hunter2/start /hunter2/fail");
    CHECK(world.last_body() ==
          "failure, exit code 77: it was told to fail as 'denied'");
    CHECK(world.quietly({"--outcome", "partial"}).exit_code == 3);
    CHECK(has(world.told(),
              "/hunter2/start /hunter2/fail /hunter2/start"
              " /hunter2/fail"));
    // Nothing began, but it was to succeed.
    world.take_database_away();
    world.watch(world.watcher.url() + "/ping/hunter2");
    CHECK(world.quietly().exit_code == 69);
    CHECK(has(world.last_body(), "failure, exit code 69"));
}

TEST_CASE("heartbeat: a skipped run is none, a disabled task is at peace") {
    Watched world;
    CHECK(world.quietly({"--dry-run"}).exit_code == 0);
    CHECK(
        world.quietly({"--scheduled-for", "2026-01-01T00:00:00Z"}).exit_code ==
        75);
    CHECK(world.told().empty());
    world.tell("enabled = false\n");
    CHECK(world.quietly().exit_code == 75);
    CHECK(world.told() == "/hunter2");
    CHECK(world.last_body() ==
          "skipped, exit code 75: task 'stub' is disabled");
}

TEST_CASE("heartbeat: a watcher that fails changes nothing and costs little") {
    Watched world;
    world.hangs_at_start = true;
    world.answer = 503;
    const Finished slow = world.quietly();
    CHECK(slow.exit_code == 0);
    CHECK(slow.seconds < 4);
    CHECK(has(slow.err, "a heartbeat did not arrive host=127.0.0.1"));
    CHECK(has(slow.err, "HTTP 503"));
    // What may pass is tried once more.
    CHECK(world.told() == "/hunter2/start /hunter2 /hunter2");
    world.hangs_at_start = false;
    world.answer = 404;
    CHECK(world.quietly().exit_code == 0);
    CHECK(world.watcher.requests().size() == 5);
    world.watch("https://127.0.0.1:1/hunter2");
    CHECK(world.quietly().exit_code == 0);
}

TEST_CASE("heartbeat: an id never travels in the open") {
    Watched world;
    world.watch("http://watcher.example/hunter2");
    const Finished ended = world.quietly();
    CHECK(ended.exit_code == 0);
    CHECK(has(ended.err, "heartbeat_url is no https address"));
}

TEST_CASE("heartbeat: its secret is read only by runs") {
    Watched world;
    std::filesystem::remove(world.file("heartbeat"));
    CHECK(world.stub().exit_code == 78);
    CHECK(world.stub({"--dry-run"}).exit_code == 0);
}
