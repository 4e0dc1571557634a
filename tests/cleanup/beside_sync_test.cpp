// A cleanup beside a directory sync: both succeed, and the directory is as
// Lark has it.
#include <doctest/doctest.h>

#include <future>

#include "lib/db/task_lock.hpp"
#include "tests/cleanup/cleanup_world.hpp"
#include "tests/support/postgres.hpp"
#include "tests/sync/company.hpp"

using namespace lark_batch;
using namespace lark_batch::test;

namespace {

// Leavers of long ago in the sync's tables, and history to delete.
void add_past(const Company& company) {
    company.sql(
        "INSERT INTO lark_batch.users (app, open_id, state, fingerprint,"
        " changed_at, raw) SELECT 'hr', 'ou_past_' || i, 'departed', -i,"
        " now() - interval '500 days', '{}' FROM generate_series(1, 3000) i;"
        "INSERT INTO lark_batch.memberships (app, open_id,"
        " open_department_id) SELECT 'hr', 'ou_past_' || i, 'od_past'"
        " FROM generate_series(1, 3000) i;"
        "INSERT INTO lark_batch.directory_changes (run_id, app, kind,"
        " object_id, action, changed_at) SELECT gen_random_uuid(), 'hr',"
        " 'user', 'ou_past_' || i, 'departed', now() - interval '500 days'"
        " FROM generate_series(1, 3000) i");
}

}  // namespace

TEST_CASE("departed people are left while a sync is under way, and told of") {
    const CleanupWorld world;
    world.add_departed(3, "500 days");
    db::Settings settings;
    settings.url = shared_postgres().url(world.database());
    {
        db::Connection sync{settings};
        REQUIRE(db::try_task_lock(sync, "sync_users"));
        const Cleaned cleaned = world.clean_to(0);
        CHECK(cleaned.backlog("departed_users") == 3);
        CHECK(cleaned.of("departed_users")["note"] ==
              "a sync of the directory is under way: left for later");
        CHECK(world.rows("memberships") == 3);
        db::release_task_lock(sync, "sync_users");
        REQUIRE(db::try_task_lock(sync, "check_tokens"));
        CHECK(world.clean_to(0).deleted("departed_users") == 3);
    }
}

TEST_CASE("departed people are left while a shard of the sync is under way") {
    const CleanupWorld world;
    world.add_departed(3, "500 days");
    db::Settings settings;
    settings.url = shared_postgres().url(world.database());
    db::Connection sync{settings};
    REQUIRE(db::try_task_lock(sync, "sync_users@2of4"));
    world.sql(
        "INSERT INTO lark_batch.task_runs (run_id, task_name, trigger, host,"
        " pid, version, started_at) VALUES (gen_random_uuid(),"
        " 'sync_users@2of4', 'timer', 'h', 1, '1', now())");
    CHECK(world.clean_to(0).backlog("departed_users") == 3);
    // Killed: the lock is gone, the run is still open.
    db::release_task_lock(sync, "sync_users@2of4");
    CHECK(world.clean_to(0).deleted("departed_users") == 3);
}

TEST_CASE("a cleanup beside a sync: both succeed") {
    const Company company{{400, 40}, {"--latency-ms", "20"}};
    company.sync_to(0);
    add_past(company);
    company.change({{"do", "rename"}, {"count", 50}});
    CleanupWorld world;
    std::string url =
        shared_postgres().url(company.sql("SELECT current_database()"));
    world.set_database_url(url);
    world.set_more("[cleanup]\nbatch_size = 20\nbatch_time = '10ms'\n");
    auto syncing =
        std::async(std::launch::async, [&] { return company.sync(); });
    int deleted = 0;
    int runs = 0;
    do {
        const Cleaned cleaned = world.clean_to(0);
        deleted += cleaned.deleted("departed_users");
        ++runs;
    } while (syncing.wait_for(std::chrono::seconds{0}) !=
                 std::future_status::ready &&
             runs < 100);
    CHECK(syncing.get().exit_code == 0);
    deleted += world.clean_to(0).deleted("departed_users");
    CHECK(deleted == 3'000);
    CHECK(company.number("SELECT count(*) FROM lark_batch.users WHERE open_id"
                         " LIKE 'ou_past_%'") == 0);
    company.check_equals_lark();
    CHECK(company.sync_to(0).count("users", "created") == 0);
}
