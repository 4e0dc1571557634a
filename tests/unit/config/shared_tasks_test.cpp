#include <doctest/doctest.h>

#include "lib/config/known_tasks.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/schedule/cron.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

namespace {

struct Registry : Run {
    SharedSettings shared;
    TaskSettings tasks;

    Registry() {
        options = OptionSet{};
        options.add("timezone", shared.run.timezone).help("zone");
        options.add("dry-run", shared.run.dry_run).help("nothing is written");
        declare_alertmanager(options, shared.alertmanager);
        declare_all_tasks(options, tasks, shared);
    }
};

// A program that runs one of the tasks.
struct Own : Run {
    RunSettings settings;

    explicit Own(const std::string& task) {
        options = OptionSet{};
        options.add("timezone", settings.timezone).help("zone");
        declare_own_task(options, settings, task);
        options.also_known("tasks.*");
    }
};

}  // namespace

TEST_CASE("shared_tasks: our tasks are there without a word in the file") {
    Registry run;
    run.file(
        "timezone = \"UTC\"\n[alertmanager]\n"
        "urls = [\"http://127.0.0.1:9093\"]\n");
    run.load();
    REQUIRE(run.tasks.size() == k_known_tasks.size());
    for (const KnownTask& known : k_known_tasks) {
        const RunSettings& task = run.tasks.at(std::string{known.name});
        CHECK(task.enabled);
        CHECK(task.schedule == known.schedule);
        CHECK(task.task_timezone == "UTC");
        CHECK(task.jitter == known.jitter);
        CHECK(task.timeout == known.timeout);
        CHECK_NOTHROW(schedule::CronExpression::parse(task.schedule));
        // Or the next run comes before the last one had to end.
        CHECK(task.success_max_age > task.timeout + task.jitter);
    }
}

TEST_CASE("shared_tasks: an optional task is there once it is spoken of") {
    Registry silent;
    silent.file("timezone = \"UTC\"\n");
    silent.load();
    CHECK(silent.tasks.size() == k_known_tasks.size() - 1);
    CHECK_FALSE(silent.tasks.contains("forward_alerts"));
    Registry named;
    named.file("[tasks.forward_alerts]\njitter = \"1s\"\n");
    named.load();
    CHECK(named.tasks.at("forward_alerts").schedule == "* * * * *");
}

TEST_CASE("shared_tasks: a table changes what it names and leaves the rest") {
    Registry run;
    run.file(
        "[tasks.cleanup]\nschedule = \"30 4 * * 7\"\n"
        "timezone = \"Europe/Berlin\"\nenabled = false\n"
        "[tasks.backup]\nschedule = \"@daily\"\ncommand = [\"tar\", \"c\"]\n"
        "misfire_grace_seconds = 0\nretries = 2\nkill_after = \"1m\"\n");
    run.load();
    const RunSettings& cleanup = run.tasks.at("cleanup");
    CHECK(cleanup.schedule == "30 4 * * 7");
    CHECK(cleanup.task_timezone == "Europe/Berlin");
    CHECK_FALSE(cleanup.enabled);
    CHECK(cleanup.timeout == std::chrono::hours{2});
    const RunSettings& backup = run.tasks.at("backup");
    CHECK(backup.command == Strings{"tar", "c"});
    CHECK(backup.task_timezone == "Asia/Shanghai");
    CHECK(backup.misfire_grace_seconds == 0);
    CHECK(backup.timeout.count() == 0);
    CHECK(backup.command_manner.retries == 2);
    CHECK(backup.command_manner.kill_after == std::chrono::minutes{1});
    CHECK_FALSE(has(print_config(run.options), "cleanup"));
}

TEST_CASE("shared_tasks: every mistake in any table is told with its place") {
    Registry run;
    run.file(
        "[tasks.sync_users]\ntimeout = 90\ntimeot = \"5m\"\n"
        "enabled = \"yes\"\nschedule = \"61 * * * *\"\n"
        "[tasks.backup]\nlock_wait = \"soon\"\ntimezone = \"Mars/Base\"\n"
        "partial_codes = \"0\"\nnotify = \"loud\"\nheartbeat_url = \"u\"\n"
        "[tasks.cleanup]\ncommand = [\"rm\"]\n");
    const auto problems = run.problems();
    REQUIRE(problems.size() == 10);
    CHECK(problems[0].starts_with("2:11 'timeout' must be a duration"));
    CHECK(problems[1] ==
          "3:1 unknown key 'timeot' in [tasks.sync_users]"
          " (did you mean 'timeout'?)");
    CHECK(problems[2].starts_with("4:11 'enabled' must be true or false"));
    CHECK(has(problems[3], "5:12 'schedule' is no schedule: "));
    CHECK(has(problems[3], "'61'"));
    CHECK(problems[4].starts_with("7:13 'lock_wait' must be a duration"));
    CHECK(problems[5].starts_with("8:12 'timezone' "));
    CHECK(problems[6].starts_with("9:17 an exit code means success"));
    CHECK(problems[7].starts_with("10:10 'notify' must be one of none,"));
    CHECK(problems[8].starts_with("11:1 'heartbeat_url' is a secret"));
    CHECK(problems[9] == "13:1 unknown key 'command' in [tasks.cleanup]");
    for (const std::string& problem : problems) {
        CHECK(has(problem, " in [tasks."));
    }
}

TEST_CASE("shared_tasks: a name that no unit or crontab could hold is wrong") {
    Registry run;
    run.file("[tasks.\"Nightly Export\"]\n[tasks.-x]\n[tasks.a_b-2]\n");
    const auto problems = run.problems();
    REQUIRE(problems.size() == 2);
    CHECK(has(problems[0], "the name of task 'Nightly Export' must be of"));
    CHECK(has(problems[1], "the name of task '-x' must be of"));
}

TEST_CASE("shared_tasks: secrets of the registry are not read by lark-admin") {
    Registry run;
    run.file("[tasks.cleanup]\nheartbeat_url_file = \"/nonexistent/x\"\n");
    CHECK_NOTHROW(run.load());
    Own program{"cleanup"};
    program.file("[tasks.cleanup]\nheartbeat_url_file = \"/nonexistent/x\"\n");
    CHECK(program.problems().size() == 1);
}

TEST_CASE("shared_tasks: a program reads its own table and no other") {
    Own run{"cleanup"};
    run.file(
        "timezone = \"UTC\"\n[tasks.cleanup]\nlock_wait = \"1s\"\n"
        "[tasks.backup]\nanything = 1\n");
    run.load({"--timeout", "5m"});
    CHECK(run.settings.lock_wait == std::chrono::seconds{1});
    CHECK(run.settings.timeout == std::chrono::minutes{5});
    CHECK(run.settings.schedule == "0 3 * * *");
    CHECK(run.settings.task_timezone == "UTC");
    CHECK(has(print_config(run.options), "lock_wait = \"1s\""));
}

TEST_CASE("shared_tasks: a task of the user's has no schedule unless told") {
    Own run{"backup"};
    run.file("[tasks.backup]\ntimezone = \"Europe/Berlin\"\n");
    run.load();
    CHECK(run.settings.schedule.empty());
    CHECK(run.settings.task_timezone == "Europe/Berlin");
}

}  // namespace lark_batch::config::test
