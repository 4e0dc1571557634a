// Legal hold: what is held stays, and so does what belongs to it.
#include <doctest/doctest.h>

#include "tests/cleanup/cleanup_world.hpp"

using namespace lark_batch::test;

namespace {

void add_changes(const CleanupWorld& world) {
    world.sql(
        "INSERT INTO lark_batch.directory_changes (run_id, app, kind,"
        " object_id, action, changed_at) SELECT gen_random_uuid(), 'hr', kind,"
        " id, 'updated', now() - interval '500 days' FROM (VALUES"
        " ('user', 'ou_gone_1'), ('membership', 'ou_gone_1/od_1'),"
        " ('user', 'ou_gone_2'), ('membership', 'ou_gone_2/od_1'),"
        " ('department', 'od_1'), ('department', 'od_2'),"
        " ('membership', 'ou_gone_2/od_2')) AS change (kind, id)");
}

}  // namespace

TEST_CASE("held rows of every table stay, and are counted as held") {
    const CleanupWorld world;
    world.add_tokens(3, "100 days");
    world.add_departed(2, "500 days");
    world.sql(
        "INSERT INTO lark_batch.check_results (run_id, check_name, state,"
        " checked_at) SELECT gen_random_uuid(), 'db', 'ok', now() - interval"
        " '99 days' FROM generate_series(1, 2);"
        "UPDATE lark_batch.tokens SET hold = true WHERE subject = 'ou_1';"
        "UPDATE lark_batch.check_results SET hold = true WHERE result_id = 1;"
        "UPDATE lark_batch.users SET hold = true WHERE open_id ="
        " 'ou_gone_1'");
    for (int run = 0; run < 2; ++run) {
        const Cleaned cleaned = world.clean_to(0);
        for (const char* name :
             {"tokens_expired", "check_results", "departed_users"}) {
            CAPTURE(std::string{name});
            CHECK(cleaned.held(name) == 1);
            CHECK(cleaned.backlog(name) == 0);
        }
    }
    CHECK(world.rows("tokens") == 1);
    CHECK(world.rows("tokens", "hold") == 1);
    CHECK(world.rows("check_results") == 1);
    CHECK(world.rows("users") == 1);
}

TEST_CASE("tokens, changes and memberships of a held person stay with him") {
    const CleanupWorld world;
    world.add_departed(2, "500 days");
    world.sql(
        "UPDATE lark_batch.users SET hold = true WHERE open_id ="
        " 'ou_gone_1'");
    world.add_tokens(2, "8 days");
    world.sql(
        "UPDATE lark_batch.tokens SET subject = 'ou_gone_' ||"
        " substr(subject, 4)");
    add_changes(world);
    world.clean_to(0);
    CHECK(world.sql("SELECT subject FROM lark_batch.tokens") == "ou_gone_1");
    CHECK(world.sql("SELECT open_id FROM lark_batch.memberships") ==
          "ou_gone_1");
    CHECK(world.sql("SELECT object_id FROM lark_batch.directory_changes"
                    " ORDER BY 1") == "ou_gone_1\nou_gone_1/od_1");
}

TEST_CASE("the changes of a held department and of its memberships stay") {
    const CleanupWorld world;
    world.sql(
        "INSERT INTO lark_batch.departments (app, open_department_id,"
        " fingerprint, raw, hold) VALUES ('hr', 'od_2', 1, '{}', true)");
    add_changes(world);
    CHECK(world.clean_to(0).held("directory_changes") == 2);
    CHECK(world.sql("SELECT object_id FROM lark_batch.directory_changes"
                    " ORDER BY 1") == "od_2\nou_gone_2/od_2");
}

TEST_CASE("a membership of somebody or something held keeps its other side") {
    const CleanupWorld world;
    world.add_departed(2, "500 days");
    world.sql(
        "INSERT INTO lark_batch.departments (app, open_department_id, state,"
        " fingerprint, changed_at, raw, hold) VALUES ('hr', 'od_old',"
        " 'departed', 1, now() - interval '500 days', '{}', false), ('hr',"
        " 'od_held', 'active', 2, now(), '{}', true);"
        "INSERT INTO lark_batch.users (app, open_id, fingerprint, raw, hold)"
        " VALUES ('hr', 'ou_held', 7, '{}', true);"
        "INSERT INTO lark_batch.memberships VALUES"
        " ('hr', 'ou_held', 'od_old'), ('hr', 'ou_gone_1', 'od_held')");
    CHECK(world.clean_to(0).held("departed_users") == 2);
    CHECK(world.sql("SELECT open_id, open_department_id FROM"
                    " lark_batch.memberships ORDER BY 1, 2") ==
          "ou_gone_1|od_1\nou_gone_1|od_held\nou_held|od_old");
    CHECK(world.rows("departments") == 2);
}

TEST_CASE("the journal of a held token and notices to a held person stay") {
    const CleanupWorld world;
    world.add_tokens(2, "-9 days");
    world.sql(
        "INSERT INTO lark_batch.token_refresh_journal (attempt_id, token_id,"
        " app, token_type, subject, version, old_hash, host, pid, ended_at,"
        " outcome) SELECT gen_random_uuid(), token_id, app, token_type,"
        " subject, 1, '\\x00', 'h', 1, now() - interval '99 days',"
        " 'refreshed' FROM lark_batch.tokens;"
        "UPDATE lark_batch.tokens SET hold = true WHERE subject = 'ou_1';"
        "INSERT INTO lark_batch.users (app, open_id, fingerprint, raw, hold)"
        " VALUES ('hr', 'ou_held', 7, '{}', true);"
        "INSERT INTO lark_batch.notices (source, channel, topic, app, person,"
        " level, sent_at, hold) SELECT 's', 'c', topic, 'hr', person, 1,"
        " now() - interval '99 days', hold FROM (VALUES ('a', 'ou_held',"
        " false), ('b', 'ou_1', true), ('c', 'ou_1', false))"
        " AS sent (topic, person, hold)");
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.held("refresh_journal") == 1);
    CHECK(cleaned.held("notices") == 2);
    CHECK(world.sql("SELECT subject FROM lark_batch.token_refresh_journal") ==
          "ou_1");
    CHECK(world.sql("SELECT topic FROM lark_batch.notices ORDER BY 1") ==
          "a\nb");
}

TEST_CASE("the run of a held check result stays") {
    const CleanupWorld world;
    world.sql(
        "INSERT INTO lark_batch.task_runs (run_id, task_name, outcome,"
        " trigger, host, pid, version, started_at, finished_at) SELECT"
        " gen_random_uuid(), 'check', 'failure', 'timer', 'h', 1, '1', at, at"
        " FROM (VALUES (now() - interval '200 days'),"
        " (now() - interval '201 days')) AS run (at);"
        "INSERT INTO lark_batch.check_results (run_id, check_name, state,"
        " hold) SELECT run_id, 'db', 'down', true FROM lark_batch.task_runs"
        " ORDER BY started_at LIMIT 1");
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.deleted("task_runs") == 1);
    CHECK(cleaned.held("task_runs") == 1);
}
