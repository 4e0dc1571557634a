// What each class deletes, and what it leaves.
#include <doctest/doctest.h>

#include "lib/metrics/names.hpp"
#include "tests/cleanup/cleanup_world.hpp"
#include "tools/lark-cleanup/classes.hpp"
#include "tools/lark-cleanup/queries_sweeps.hpp"

using namespace lark_batch;
using namespace lark_batch::test;

namespace {

void add_journal(const CleanupWorld& world, const std::string& token,
                 const std::string& ended, const std::string& begun) {
    world.sql(
        "INSERT INTO lark_batch.token_refresh_journal (attempt_id, token_id,"
        " app, token_type, subject, version, old_hash, host, pid, begun_at,"
        " ended_at, outcome) VALUES (gen_random_uuid(), " +
        token + ", 'hr', 'user_access_token', 'ou_1', 1, '\\x00', 'h', 1, " +
        begun + ", " + ended + ", CASE WHEN " + ended +
        " IS NOT NULL THEN 'refreshed' END)");
}

void add_run(const CleanupWorld& world, const std::string& task,
             const std::string& outcome, const std::string& ago) {
    world.sql(
        "INSERT INTO lark_batch.task_runs (run_id, task_name, outcome,"
        " trigger, host, pid, version, started_at, finished_at) SELECT"
        " gen_random_uuid(), '" +
        task + "', " + outcome + ", 'timer', 'elsewhere', 1, '1', now() - '" +
        ago + "'::interval, CASE WHEN " + outcome +
        " IS NOT NULL THEN now() - '" + ago + "'::interval END");
}

}  // namespace

TEST_CASE("the metrics know exactly the classes, and each is one of a kind") {
    const auto known = metrics::values_of(metrics::k_cleanup_deleted, "class");
    REQUIRE(known.size() == cleanup::k_classes.size());
    for (std::size_t i = 0; i < known.size(); ++i) {
        CHECK(known[i] == cleanup::k_classes[i].name);
        CHECK(cleanup::index_of(known[i]) == i);
        const bool has_rows =
            cleanup::k_classes[i].place == cleanup::Place::rows;
        CHECK(has_rows == !cleanup::sweeps_of(known[i]).empty());
    }
}

TEST_CASE(
    "tokens_expired: what ended more than 7 days ago goes, in any state") {
    const CleanupWorld world;
    world.add_tokens(3, "8 days");
    world.add_tokens(2, "6 days", "valid", 10);
    world.add_tokens(2, "-5 days", "valid", 20);
    world.add_tokens(1, "8 days", "needs_login", 30);
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.deleted("tokens_expired") == 4);
    CHECK(cleaned.eligible("tokens_expired") == 4);
    CHECK(cleaned.backlog("tokens_expired") == 0);
    CHECK(world.rows("tokens") == 4);
    CHECK(world.clean_to(0).eligible("tokens_expired") == 0);
}

TEST_CASE("a token whose refresh nobody saw end waits for its pair") {
    const CleanupWorld world;
    world.add_tokens(1, "36 days", "refreshing");
    world.add_tokens(1, "38 days", "refreshing", 2);
    CHECK(world.clean_to(0).deleted("tokens_expired") == 1);
    CHECK(world.sql("SELECT subject FROM lark_batch.tokens") == "ou_1");
}

TEST_CASE("a plan counts an ended token once, whatever its state") {
    const CleanupWorld world;
    world.add_tokens(3, "100 days", "revoked");
    world.add_tokens(2, "100 days", "needs_login", 10);
    const Cleaned plan = world.clean_to(0, {"--dry-run"});
    CHECK(plan.eligible("tokens_expired") == 5);
    CHECK(plan.eligible("tokens_revoked") == 0);
    CHECK(plan.eligible("tokens_needs_login") == 0);
    const Arguments alone{"--dry-run", "--only", "tokens_revoked"};
    CHECK(world.clean_to(0, alone).eligible("tokens_revoked") == 3);
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.deleted("tokens_expired") == 5);
    CHECK(cleaned.deleted("tokens_revoked") == 0);
}

TEST_CASE("a token that is refreshed meanwhile does not count as ended") {
    const CleanupWorld world;
    world.add_tokens(1, "8 days");
    world.sql(
        "UPDATE lark_batch.tokens SET refresh_expires_at = now() + '7 days',"
        " refresh_sealed = '\\x00', refresh_hash = '\\x00'");
    CHECK(world.clean_to(0).deleted("tokens_expired") == 0);
}

TEST_CASE(
    "tokens_revoked and tokens_needs_login have retentions of their own") {
    const CleanupWorld world;
    const std::string live =
        "UPDATE lark_batch.tokens SET access_expires_at"
        " = now() + interval '1 year'";
    world.add_tokens(2, "31 days", "revoked");
    world.add_tokens(1, "29 days", "revoked", 10);
    world.add_tokens(1, "91 days", "needs_login", 20);
    world.add_tokens(1, "31 days", "needs_login", 30);
    world.add_tokens(1, "99 days", "valid", 40);
    world.sql(live);
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.deleted("tokens_revoked") == 2);
    CHECK(cleaned.deleted("tokens_needs_login") == 1);
    CHECK(cleaned.deleted("tokens_expired") == 0);
    CHECK(world.rows("tokens") == 3);
}

TEST_CASE("refresh_journal: an open entry stays as long as its token does") {
    const CleanupWorld world;
    world.add_tokens(1, "1 day");
    const std::string token =
        world.sql("SELECT token_id FROM lark_batch.tokens");
    const std::string old = "now() - interval '91 days'";
    add_journal(world, token, old, old);
    add_journal(world, token, "now()", old);
    add_journal(world, token, "NULL", old);
    add_journal(world, "-1", "NULL", old);
    add_journal(world, "-1", "NULL", "now()");
    CHECK(world.clean_to(0).deleted("refresh_journal") == 2);
    CHECK(world.rows("token_refresh_journal", "ended_at IS NULL") == 2);
    CHECK(world.rows("token_refresh_journal") == 3);
}

TEST_CASE("refresh_journal: what is spent is remembered for 30 days at least") {
    CleanupWorld world;
    world.set_more("[cleanup.retention]\nrefresh_journal = '1h'\n");
    add_journal(world, "1", "now() - interval '29 days'", "now()");
    add_journal(world, "1", "now() - interval '31 days'", "now()");
    CHECK(world.clean_to(0).deleted("refresh_journal") == 1);
    CHECK(world.rows("token_refresh_journal") == 1);
}

TEST_CASE("notices, check_results, directory_changes: by their age") {
    const CleanupWorld world;
    world.sql(
        "INSERT INTO lark_batch.notices (source, channel, topic, level,"
        " sent_at) VALUES ('s', 'c', 'old', 1, now() - interval '91 days'),"
        " ('s', 'c', 'new', 1, now());"
        "INSERT INTO lark_batch.check_results (run_id, check_name, state,"
        " checked_at) SELECT gen_random_uuid(), 'db', 'ok', now() -"
        " i * interval '10 days' FROM generate_series(1, 5) i;"
        "INSERT INTO lark_batch.directory_changes (run_id, app, kind,"
        " object_id, action, changed_at) SELECT gen_random_uuid(), 'hr',"
        " 'user', 'ou_1', 'updated', now() - i * interval '150 days'"
        " FROM generate_series(1, 4) i");
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.deleted("notices") == 1);
    CHECK(cleaned.deleted("check_results") == 3);
    CHECK(cleaned.deleted("directory_changes") == 2);
    CHECK(world.sql("SELECT topic FROM lark_batch.notices") == "new");
}

TEST_CASE("task_runs: neither an open run nor the last success of a task") {
    const CleanupWorld world;
    add_run(world, "sync_users", "'success'", "900 days");
    add_run(world, "sync_users", "'success'", "800 days");
    add_run(world, "sync_users", "'failure'", "190 days");
    add_run(world, "sync_users", "'failure'", "10 days");
    add_run(world, "check_tokens", "NULL", "300 days");
    CHECK(world.clean_to(0).deleted("task_runs") == 2);
    CHECK(world.sql("SELECT count(*), (now() - min(finished_at) FILTER (WHERE"
                    " outcome = 'success' AND task_name = 'sync_users'))"
                    " < interval '801 days' FROM lark_batch.task_runs"
                    " WHERE task_name <> 'cleanup'") == "3|t");
}

TEST_CASE("task_runs: runs that the directory's history names stay") {
    const CleanupWorld world;
    add_run(world, "sync_users", "'partial'", "300 days");
    add_run(world, "sync_users", "'partial'", "290 days");
    add_run(world, "sync_users", "'partial'", "280 days");
    world.sql(
        "INSERT INTO lark_batch.directory_changes (run_id, app, kind,"
        " object_id, action, changed_at) SELECT run_id, 'hr', 'user', 'ou_1',"
        " 'updated', finished_at FROM lark_batch.task_runs WHERE finished_at <"
        " now() - interval '295 days';"
        "INSERT INTO lark_batch.app_state SELECT 'hr', 'cli', run_id, true,"
        " '{}', '{}', '{}', '{}', '{}', '{}', finished_at FROM"
        " lark_batch.task_runs WHERE finished_at > now() - interval '285"
        " days'");
    CHECK(world.clean_to(0).deleted("task_runs") == 1);
    CHECK(world.rows("task_runs", "task_name = 'sync_users'") == 2);
}

TEST_CASE("task_runs: the totals of metrics outlive the runs they count") {
    CleanupWorld world;
    CHECK(world.stub().exit_code == 0);
    world.sql(
        "UPDATE lark_batch.metric_applied_runs SET applied_at ="
        " now() - interval '100 days'");
    add_run(world, "other", "'success'", "1 day");
    const double before =
        world.total("scheduled_task_executions_total", "stub");
    world.set_more("[cleanup.retention]\ntask_runs = '1h'\n");
    CHECK(world.clean_to(0).deleted("task_runs") == 1);
    CHECK(world.total("scheduled_task_executions_total", "stub") == before);
    CHECK(before == 1);
}

TEST_CASE("departed_users: people and departments, with their memberships") {
    const CleanupWorld world;
    world.add_departed(5, "401 days");
    world.sql(
        "UPDATE lark_batch.users SET changed_at = now() WHERE open_id ="
        " 'ou_gone_5';"
        "INSERT INTO lark_batch.departments (app, open_department_id, state,"
        " fingerprint, changed_at, raw) VALUES ('hr', 'od_old', 'departed', 1,"
        " now() - interval '401 days', '{}'), ('hr', 'od_1', 'active', 2,"
        " now() - interval '401 days', '{}');"
        "INSERT INTO lark_batch.memberships (app, open_id,"
        " open_department_id) VALUES ('hr', 'ou_gone_5', 'od_old')");
    CHECK(world.clean_to(0).deleted("departed_users") == 5);
    CHECK(world.sql("SELECT open_id FROM lark_batch.users") == "ou_gone_5");
    CHECK(world.sql("SELECT open_id, open_department_id FROM"
                    " lark_batch.memberships") == "ou_gone_5|od_1");
    CHECK(world.rows("departments") == 1);
}

TEST_CASE("a retention of 0 keeps a class for ever; --only leaves the others") {
    CleanupWorld world;
    world.add_tokens(2, "8 days");
    world.set_more("[cleanup.retention]\ntokens_expired = '0'\n");
    CHECK(world.clean_to(0).of("tokens_expired")["ran"] == false);
    world.set_more("");
    const Cleaned other = world.clean_to(0, {"--only", "notices"});
    CHECK(other.result["classes"].size() == 1);
    CHECK(world.rows("tokens") == 2);
    world.clean_to(0, {"--only", "notices", "--only", "tokens_expired"});
    CHECK(world.rows("tokens") == 0);
}
