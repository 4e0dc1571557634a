// What `tasks disable`, `ended` and `failed` make of what they are given.
#include <doctest/doctest.h>

#include "lib/errors/error.hpp"
#include "tools/lark-admin/tasks/ended.hpp"
#include "tools/lark-admin/tasks/unit_names.hpp"
#include "tools/lark-admin/tasks/until.hpp"

using namespace lark_batch;
using namespace lark_batch::admin;

namespace {

const clock::WallTime k_now =
    clock::parse_rfc3339("2026-11-22T02:15:40Z").value();

std::string until(const std::string& text,
                  const std::string& zone = "Asia/Shanghai") {
    try {
        return clock::format_utc(
                   parse_until(text, schedule::Zone::find(zone), k_now))
            .substr(0, 16);
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::usage);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
}

std::string task(const std::string& unit) {
    return task_of_unit(unit).value_or("none");
}

Ending ending(const std::string& result, const std::string& code,
              const std::string& status) {
    return Ending::of(config::Environment{{{"MONITOR_SERVICE_RESULT", result},
                                           {"MONITOR_EXIT_CODE", code},
                                           {"MONITOR_EXIT_STATUS", status}}},
                      "MONITOR_");
}

}  // namespace

TEST_CASE("until: a day, a minute, a duration, or a time with its offset") {
    CHECK(until("2026-12-01") == "2026-11-30T16:00");
    CHECK(until("2026-12-01T08:00") == "2026-12-01T00:00");
    CHECK(until("2026-12-01 08:00") == "2026-12-01T00:00");
    CHECK(until("2026-12-01T08:00:30") == "2026-12-01T00:00");
    CHECK(until("2026-12-01T08:00", "Europe/Berlin") == "2026-12-01T07:00");
    CHECK(until("2026-12-01T08:00:00Z") == "2026-12-01T08:00");
    CHECK(until("2026-12-01T08:00:00+02:00") == "2026-12-01T06:00");
    CHECK(until("2h") == "2026-11-22T04:15");
    CHECK(until("7d") == "2026-11-29T02:15");
}

TEST_CASE("until: what is no time, or over, is refused") {
    for (const char* text : {"", "tomorrow", "2026-12-1", "2026-12-01T8:00",
                             "5 apples", "2026-12-01T08:00:00+", "h", "2x"}) {
        CHECK(until(text) == "--until '" + std::string{text} + "' is no time");
    }
    CHECK(until("2026-02-30") ==
          "--until '2026-02-30' is no day of the "
          "calendar");
    CHECK(until("2026-12-01T25:00").ends_with("is no day of the calendar"));
    CHECK(until("2027-03-28T02:30", "Europe/Berlin")
              .ends_with("does not exist in Europe/Berlin: the clocks leave "
                         "it out"));
    CHECK(until("2026-11-22") ==
          "--until '2026-11-22' is over: it is 2026-11-22 10:15 in "
          "Asia/Shanghai");
    CHECK(until("0h").find("is over") != std::string::npos);
    CHECK(until("99999999d").ends_with("is too far away"));
}

TEST_CASE("unit names: each unit of ours has its task") {
    CHECK(task("lark-sync-users.service") == "sync_users");
    CHECK(task("lark-healthcheck") == "healthcheck");
    CHECK(task("lark-sync-users@2of4.service") == "sync_users@2of4");
    CHECK(task("lark-task@nightly_backup.service") == "nightly_backup");
    CHECK(task("lark-task@nightly-backup.service") == "nightly-backup");
    CHECK(task("lark-task@nightly\\x2dbackup.service") == "nightly-backup");
    CHECK(task("lark\\x2dcleanup.service") == "cleanup");
    for (const char* unit : {"nginx.service", "lark-task@.service", "lark-run",
                             "lark-admin.service", ""}) {
        CHECK(task(unit) == "none");
    }
    CHECK(short_unit("lark-task@a.service") == "lark-task@a");
    CHECK(short_unit("a.timer") == "a.timer");
}

TEST_CASE("unit names: a task's group is its program's, or its own") {
    CHECK(group_of_task("sync_users") == "lark-sync-users");
    CHECK(group_of_task("sync_users@hr-portal") == "lark-sync-users@hr-portal");
    CHECK(group_of_task("nightly") == "lark-run-nightly");
}

TEST_CASE("ending: what systemd says, in words and as a shell's code") {
    const Ending killed = ending("oom-kill", "killed", "KILL");
    CHECK(killed.words() == "oom-kill");
    CHECK(killed.exit_code() == 137);
    CHECK_FALSE(killed.by_itself());
    CHECK(ending("signal", "killed", "SEGV").words() == "signal SEGV");
    CHECK(ending("core-dump", "dumped", "ABRT").words() ==
          "core dump by signal ABRT");
    CHECK(ending("core-dump", "dumped", "ABRT").exit_code() == 134);
    CHECK(ending("timeout", "killed", "TERM").words() == "timeout");
    CHECK(ending("watchdog", "killed", "NOSUCH").exit_code() == 1);
    const Ending exited = ending("exit-code", "exited", "203");
    CHECK(exited.words() == "exit code 203");
    CHECK(exited.exit_code() == 203);
    CHECK(exited.by_itself());
    CHECK(ending("success", "exited", "0").by_itself());
    CHECK(ending("", "", "").result.empty());
}
