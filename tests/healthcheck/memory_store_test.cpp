// What outlives a run: rows of the database, the state file, the spool.
#include <doctest/doctest.h>

#include <fstream>

#include "lib/files/spool.hpp"
#include "tests/healthcheck/watched.hpp"
#include "tests/support/postgres.hpp"

using namespace lark_batch::test;

namespace {

namespace fs = std::filesystem;

fs::path spool_of(const Watched& world) {
    return world.state() / "healthcheck.spool";
}

// A results line as a run writes it.
std::string line(int run, int checks, const std::string& ago = "1") {
    const std::string id = std::to_string(100'000'000'000 + run);
    std::string text =
        "{\"run_id\":\"00000000-0000-4000-8000-" + id + "\",\"results\":[";
    for (int check = 0; check < checks; ++check) {
        text += (check > 0 ? "," : "") +
                ("{\"name\":\"check " + std::to_string(check) +
                 "\",\"state\":\"ok\",\"latency\":0.01,\"message\":\"\"," +
                 "\"at\":17" + ago + "0000000000}");
    }
    return text + "]}";
}

}  // namespace

TEST_CASE("store: results and states are kept, and the next run knows them") {
    Watched world;
    world.add("web");
    world.add("价格 \"x\" it's", "failure_threshold = 2\n");
    world.look_to(0);
    world.fail("价格 \"x\" it's");
    const auto held = world.look_to(0);
    CHECK(held.check("价格 \"x\" it's").at("found") == "critical");
    CHECK(world.look_to(2).state("价格 \"x\" it's") == "critical");
    CHECK(world.kept("web") == "ok|3");
    CHECK(world.sql("SELECT state, found, consecutive,"
                    " jsonb_array_length(measured -> 'values') > 0"
                    " FROM lark_batch.check_states WHERE state <> 'ok'") ==
          "critical|critical|2|t");
    CHECK(world.sql("SELECT count(*), count(DISTINCT run_id),"
                    " count(*) FILTER (WHERE state = 'critical')"
                    " FROM lark_batch.check_results") == "6|3|2");
}

TEST_CASE("store: the file alone is memory enough, and so is the database") {
    Watched world;
    world.add("web", "recovery_threshold = 2\n");
    world.fail("web");
    world.look_to(2);
    world.mend("web");
    world.take_database_away();
    CHECK(world.look_to(2).check("web").at("found") == "ok");
    CHECK(world.look_to(0).state("web") == "ok");
    world.give_database_back();
    fs::remove(world.state() / "healthcheck.state");
    world.fail("web");
    const auto again = world.look_to(2);
    CHECK(again.check("web").at("consecutive") == 2);
}

TEST_CASE("store: what waited in the spool is merged once") {
    Watched world;
    world.add("web");
    world.take_database_away();
    const auto first = world.look_to(0);
    world.look_to(0);
    CHECK(first.said(" warning ") == 1);
    const std::string spooled = read_file(spool_of(world));
    CHECK(lark_batch::files::Spool{spool_of(world)}.size() == 2);
    world.give_database_back();
    CHECK(world.look_to(0).said(" warning ") == 0);
    const std::string all =
        "SELECT count(*), count(DISTINCT run_id) FROM"
        " lark_batch.check_results";
    CHECK(world.sql(all) == "3|3");
    CHECK(read_file(spool_of(world)).empty());
    // As after a crash between the commit and the end of the spool.
    std::ofstream{spool_of(world)} << spooled;
    world.look_to(0);
    CHECK(world.sql(all) == "4|4");
}

TEST_CASE("store: a spooled line that is no result is dropped and told of") {
    Watched world;
    world.add("web");
    fs::create_directories(world.state());
    std::ofstream{spool_of(world)}
        << "nonsense\n"
        << line(1, 2) << "\n{\"run_id\":\"7\"}\n"
        << "{\"run_id\":\"00000000-0000-4000-8000-000000000001\",\"results\":"
           "[{\"name\":null,\"state\":\"ok\",\"at\":1}]}\n"
        << line(2, 1) << "\nhalf a li";
    const auto one = world.look_to(0);
    CHECK(one.said("dropping them") == 3);
    CHECK(world.sql("SELECT count(*) FROM lark_batch.check_results") == "4");
    CHECK(world.look_to(0).said(" warning ") == 0);
}

TEST_CASE("store: a long outage is taken in without taking much memory") {
    Watched world;
    world.add("web");
    fs::create_directories(world.state());
    std::ofstream spool{spool_of(world)};
    for (int run = 0; run < 120; ++run) {
        spool << line(run, 250) << "\n";
    }
    spool.close();
    const auto bytes = fs::file_size(spool_of(world));
    const auto ended = run(world.health());
    const auto kib = bytes / 1024;
    MESSAGE(kib << " KiB of results took " << ended.seconds << " s and "
                << ended.max_rss_kib << " KiB");
    CHECK(ended.exit_code == 0);
    CHECK(world.sql("SELECT count(*) FROM lark_batch.check_results") ==
          "30001");
#ifndef __SANITIZE_ADDRESS__  // it keeps several times what it watches
    CHECK(ended.max_rss_kib < 48 * 1024);
#endif
}

TEST_CASE("store: a state file that cannot be read is warned of, not obeyed") {
    Watched world;
    world.add("web");
    world.look_to(0);
    std::ofstream{world.state() / "healthcheck.state"} << "{\"version\":";
    const auto one = world.look_to(0);
    CHECK(one.said("cannot be read from their file") == 1);
    CHECK(one.check("web").at("consecutive") == 2);
    CHECK(world.look_to(0).said(" warning ") == 0);
}

TEST_CASE("store: a clock that was set back does not freeze what is known") {
    Watched world;
    world.add("web");
    world.look_to(0);
    fs::remove(world.state() / "healthcheck.state");
    world.sql(
        "UPDATE lark_batch.check_states SET checked_at = now() + '1 day',"
        " since = now() + '1 day'");
    world.fail("web");
    world.look_to(2);
    CHECK(world.kept("web") == "critical|1");
}
