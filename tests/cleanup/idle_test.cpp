// A class that matches nothing for many runs while its table grows is
// suspicious, unless nothing can be old enough yet.
#include <doctest/doctest.h>

#include "tests/cleanup/cleanup_world.hpp"

using namespace lark_batch::test;

namespace {

struct IdleWorld : CleanupWorld {
    IdleWorld() { set_more("[cleanup]\nidle_runs = 3\n"); }

    // `count` more rows, known to the server's statistics.
    void grow(int count) const {
        sql("INSERT INTO lark_batch.check_results (run_id, check_name, state)"
            " SELECT gen_random_uuid(), 'db', 'ok' FROM generate_series(1, " +
            std::to_string(count) + ")");
        sql("ANALYZE lark_batch.check_results");
    }
    void let_time_pass(const std::string& time) const {
        sql("UPDATE lark_batch.cleanup_state SET idle_since = idle_since -"
            " interval '" +
            time + "'");
    }
    bool warned(const Cleaned& cleaned) const {
        return cleaned.err.find("deletes nothing while its table grows") !=
               std::string::npos;
    }
    Cleaned once() const { return clean_to(0, {"--only", "check_results"}); }
};

}  // namespace

TEST_CASE("idle: after the runs and the retention, with a growing table") {
    const IdleWorld world;
    world.grow(200);
    CHECK(world.once().of("check_results")["idle_runs"] == 1);
    world.grow(500);
    world.let_time_pass("31 days");
    CHECK_FALSE(world.warned(world.once()));
    const Cleaned third = world.once();
    CHECK(world.warned(third));
    CHECK(third.result["outcome"] == "success");
    CHECK(third.of("check_results")["idle_runs"] == 3);
    const std::string note = third.of("check_results")["note"];
    CHECK(note.find("from 200 to 700 rows") != std::string::npos);
    CHECK_FALSE(world.warned(world.once()));
    world.grow(500);
    CHECK(world.warned(world.once()));
}

TEST_CASE("idle: no warning before anything can be old enough") {
    const IdleWorld world;
    world.grow(200);
    world.once();
    world.grow(500);
    world.let_time_pass("29 days");
    world.once();
    CHECK_FALSE(world.warned(world.once()));
}

TEST_CASE("idle: no warning when the table does not grow") {
    const IdleWorld world;
    world.grow(200);
    world.once();
    world.let_time_pass("90 days");
    world.once();
    world.once();
    CHECK_FALSE(world.warned(world.once()));
}

TEST_CASE("idle: something to delete, or held, ends it") {
    const IdleWorld world;
    world.grow(200);
    world.once();
    world.once();
    world.sql(
        "UPDATE lark_batch.check_results SET checked_at = now() -"
        " interval '99 days', hold = true WHERE result_id = 1");
    CHECK(world.once().of("check_results")["idle_runs"] == 0);
    world.sql("UPDATE lark_batch.check_results SET hold = false");
    CHECK(world.once().deleted("check_results") == 1);
    CHECK(world.once().of("check_results")["idle_runs"] == 1);
    CHECK(world.sql("SELECT idle_rows IS NOT NULL, idle_since > now() -"
                    " interval '1 minute' FROM lark_batch.cleanup_state") ==
          "t|t");
}
