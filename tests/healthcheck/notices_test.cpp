// People hear of a check when its state changes, and once.
#include <doctest/doctest.h>

#include <atomic>

#include "tests/healthcheck/watched.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A world whose [notify] tells a webhook.
struct Told : Watched {
    explicit Told(const std::string& language = "en") {
        secret();
        set_sections("[healthcheck]\nnotify = true\n[notify]\nlanguage = \"" +
                     language +
                     "\"\nreminder = [\"ops\"]\nurgent = [\"ops\"]\n"
                     "critical = [\"ops\"]\n[[channel]]\nname = \"ops\"\n"
                     "kind = \"webhook\"\nurl_file = \"" +
                     file("hook").string() + "\"\n");
    }
    void secret() const {
        const auto path = dir().write("hook", ears.url() + "/hook\n");
        std::filesystem::permissions(path, std::filesystem::perms{0600});
    }
    std::size_t heard() const { return ears.requests().size(); }
    std::string last() const {
        return heard() == 0 ? "" : ears.requests().back().body;
    }

    std::atomic<int> answer{200};
    HttpServer ears{[this](const HttpRequest&) {
        return Reply{answer.load(), {}, ""};
    }};
};

}  // namespace

TEST_CASE("notices: a check that fails is told once, and when it is over") {
    Told world;
    world.add("价格 feed", "labels = [\"team=chat\"]\n");
    world.look_to(0);
    CHECK(world.heard() == 0);
    world.fail("价格 feed");
    world.look_to(2);
    REQUIRE(world.heard() == 1);
    CHECK(has(world.last(), "价格 feed is CRITICAL since 2"));
    CHECK(has(world.last(), "503"));
    world.look_to(2);
    CHECK(world.heard() == 1);
    world.mend("价格 feed");
    world.look_to(0);
    REQUIRE(world.heard() == 2);
    CHECK(has(world.last(), "价格 feed is OK again"));
    CHECK(world.total("lark_notify_messages_total", "accepted") == 2);
}

TEST_CASE("notices: thresholds hold them back") {
    Told world;
    world.add("web", "failure_threshold = 2\nrecovery_threshold = 2\n");
    world.fail("web");
    world.look_to(0);
    CHECK(world.heard() == 0);
    world.look_to(2);
    CHECK(world.heard() == 1);
    world.mend("web");
    world.look_to(2);
    CHECK(world.heard() == 1);
    world.look_to(0);
    CHECK(world.heard() == 2);
}

TEST_CASE("notices: neither a skip nor a run of others is a recovery") {
    Told world{"zh"};
    world.add("network");
    world.add("web", "depends_on = [\"network\"]\n");
    world.fail("web");
    world.look_to(2);
    REQUIRE(world.heard() == 1);
    CHECK(has(world.last(), "web 状态严重"));
    world.look_to(0, {"--check", "network"});
    CHECK(world.heard() == 1);
    world.fail("network");
    world.look_to(2);
    REQUIRE(world.heard() == 2);
    CHECK(has(world.last(), "network 状态严重"));
    CHECK_FALSE(has(world.last(), "web"));
    world.mend("network");
    world.mend("web");
    world.look_to(0);
    REQUIRE(world.heard() == 3);
    CHECK(has(world.last(), "web 已恢复正常"));
    CHECK(has(world.last(), "network 已恢复正常"));
}

TEST_CASE(
    "notices: a channel that fails changes no exit code and is asked again") {
    Told world;
    world.add("web");
    world.fail("web");
    world.answer = 400;
    const Looked one = world.look_to(2);
    CHECK(one.said("channel 'ops'") > 0);
    world.answer = 200;
    world.look_to(2);
    CHECK(has(world.last(), "web is CRITICAL"));
    world.answer = 400;
    world.mend("web");
    CHECK(world.look_to(0).said("channel 'ops'") > 0);
}

TEST_CASE("notices: without the database nobody is told, and a person knows") {
    Told world;
    world.add("web");
    world.fail("web");
    world.take_database_away();
    const Looked one = world.look_to(2);
    CHECK(one.said("nobody is told") == 1);
    CHECK(world.heard() == 0);
    world.give_database_back();
    world.look_to(2);
    CHECK(world.heard() == 1);
}

TEST_CASE("notices: of a check that is gone it is said that it is gone") {
    Told world;
    world.add("web");
    world.fail("web");
    world.look_to(2);
    world.sql("UPDATE lark_batch.notices SET topic = 'old db'");
    world.mend("web");
    world.look_to(0);
    CHECK(has(world.last(), "old db is not checked any more"));
}

TEST_CASE("notices: their secrets are read only when they are wanted") {
    Told world;
    world.add("web");
    std::filesystem::remove(world.file("hook"));
    world.look_to(3);
    world.look_to(0, {"--no-record"});
    CHECK(run(world.health({"list"})).exit_code == 0);
    CHECK(run(world.health({"explain", "web"})).exit_code == 0);
    world.set_sections("");
    world.look_to(0);
}

TEST_CASE(
    "notices: a template that is wrong is told before anything is asked") {
    Told world;
    world.add("web");
    std::filesystem::create_directory(world.file("texts"));
    world.dir().write("texts/entry.en.txt", "{nothing}");
    world.set_sections(
        "[healthcheck]\nnotify = true\n[notify]\ntemplates = \"" +
        world.file("texts").string() +
        "\"\ncritical = [\"ops\"]\n[[channel]]\nname = \"ops\"\n"
        "kind = \"webhook\"\nurl_file = \"" +
        world.file("hook").string() + "\"\n");
    const Looked one = world.look_to(3);
    CHECK(one.said("entry.en.txt") > 0);
    CHECK(world.asked("web") == 0);
}
