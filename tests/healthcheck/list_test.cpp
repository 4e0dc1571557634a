// `list` and `explain` for a person who wants to know what is looked at.
#include <doctest/doctest.h>

#include "tests/healthcheck/watched.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct Known : Watched {
    Known() {
        add("web", "groups = [\"front\", \"all\"]\ncrit = \"2s\"\n");
        add("价格 feed",
            "depends_on = [\"web\"]\nfailure_threshold = 2\nretries = 1\n"
            "every = \"10m\"\nlabels = [\"team=chat\"]\n");
        add("off", "enabled = false\n");
    }
    Finished ask(const Arguments& arguments) const {
        return run(health(arguments));
    }
};

}  // namespace

TEST_CASE("list: every configured check, whether it ran or not") {
    const Known world;
    const auto before = world.ask({"list"});
    CHECK(before.exit_code == 0);
    CHECK(has(before.out, "web      "));
    CHECK(has(before.out, "never run"));
    CHECK(has(before.out, "disabled"));
    CHECK(before.err.empty());
    world.look_to(0);
    const auto after = world.ask({"list"});
    CHECK(has(after.out, "front,all  OK "));
    CHECK(has(after.out, "价格 feed"));
    CHECK(world.sql("SELECT count(*) FROM lark_batch.task_runs") == "1");
}

TEST_CASE("list: --json gives objects") {
    Known world;
    world.fail("web");
    world.look_to(2);
    const json result = json::parse(world.ask({"list", "--json"}).out);
    const json& checks = result.at("checks");
    REQUIRE(checks.size() == 3);
    CHECK(checks[0].at("state") == "critical");
    CHECK(checks[0].at("groups") == json{"front", "all"});
    CHECK(checks[0].at("since").get<std::string>().size() == 24);
    CHECK(checks[1].at("state") == "skipped");
    CHECK(checks[2].at("state").is_null());
    CHECK(checks[2].at("enabled") == false);
}

TEST_CASE("list: it works without a database") {
    Known world;
    world.look_to(0);
    world.take_database_away();
    const auto listed = world.ask({"list"});
    CHECK(listed.exit_code == 0);
    CHECK(has(listed.out, " OK "));
    CHECK(has(listed.err, "cannot be read from the database"));
    const auto explained = world.ask({"explain", "web"});
    CHECK(explained.exit_code == 0);
    CHECK(has(explained.out, "OK since 2"));
}

TEST_CASE("list: without a check it says so") {
    const Watched world;
    CHECK(run(world.health({"list"})).out == "no check is configured\n");
}

TEST_CASE("explain: what a check does, and what it found") {
    Known world;
    world.look_to(0);
    world.fail("web");
    world.look_to(2);
    const auto page = world.ask({"explain", "web"});
    CHECK(page.exit_code == 0);
    for (const char* part :
         {"check:      web\n", "kind:       http: ", "CRITICAL when outside 2s",
          "needed by:  价格 feed\n", "groups:     front, all\n",
          "state:      CRITICAL since 2", "latencies:  ", "×\n",
          "status 503"}) {
        CAPTURE(part);
        CHECK(has(page.out, part));
    }
    const auto other = world.ask({"explain", "价格 feed"});
    for (const char* part :
         {"after 2 worse or 1 better runs in a row", "every:      10m",
          "needs:      web", "1 more attempts", "SKIPPED",
          "labels:     team=chat"}) {
        CAPTURE(part);
        CHECK(has(other.out, part));
    }
    CHECK(has(world.ask({"explain", "off"}).out, "never run"));
}

TEST_CASE("explain: --json has the last results, at most twenty") {
    const Known world;
    world.look_to(0);
    world.sql(
        "INSERT INTO lark_batch.check_results (run_id, check_name, state,"
        " latency_seconds, checked_at) SELECT gen_random_uuid(), 'web', 'ok',"
        " i, now() - make_interval(mins => i) FROM generate_series(1, 30) i");
    const json result =
        json::parse(world.ask({"explain", "web", "--json"}).out);
    const json& results = result.at("results");
    REQUIRE(results.size() == 20);
    CHECK(results[1].at("seconds") == 1);
    CHECK(results[19].at("seconds") == 19);
    CHECK(result.at("check")[0].at("name") == "web");
}

TEST_CASE("explain: an unknown name is told the nearest") {
    const Known world;
    const auto one = world.ask({"explain", "wbe"});
    CHECK(one.exit_code == 3);
    CHECK(has(one.err, "there is no check 'wbe'"));
    CHECK(has(one.err, "did you mean 'web'?"));
    CHECK(world.ask({"explain"}).exit_code == 3);
    CHECK(world.ask({"explain", "web", "off"}).exit_code == 3);
}
