#include "lib/run/due.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "lib/config/known_tasks.hpp"
#include "lib/errors/error.hpp"
#include "lib/schedule/zone.hpp"

namespace lark_batch::run {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

clock::WallTime at(const std::string& rfc3339) {
    return clock::parse_rfc3339(rfc3339).value();
}

config::RunSettings task(const std::string& schedule,
                         const std::string& zone = "Asia/Shanghai") {
    config::RunSettings settings;
    settings.schedule = schedule;
    settings.task_timezone = zone;
    return settings;
}

std::string slot(const config::RunSettings& settings,
                 const std::string& trigger, const std::string& now) {
    const auto due = due_slot(settings, trigger, at(now));
    return due ? clock::format_utc(due->slot).substr(0, 16) : "none";
}

// A schedule that named the minute that was so many minutes ago.
config::RunSettings named(minutes ago) {
    const auto local =
        schedule::local_at(clock::system_clock().now() - ago, seconds{0});
    return task(fmt::format("{} {} * * *", local.minute, local.hour), "UTC");
}

// The minute must not change while it is asked for.
bool is_due_after(minutes ago) {
    for (;;) {
        const auto before = named(ago);
        const bool due = is_due_now(before, "x");
        if (named(ago).schedule == before.schedule) {
            return due;
        }
    }
}

seconds age(const config::RunSettings& settings, const std::string& name) {
    return success_max_age(settings, name, at("2026-11-22T00:00:00Z"))
        .value_or(seconds{-1});
}

}  // namespace

TEST_CASE("due: a timer's run was due at the last slot of its zone") {
    const auto twice = task("0 9,18 * * *");
    CHECK(slot(twice, "timer", "2026-11-22T01:00:00Z") == "2026-11-22T01:00");
    CHECK(slot(twice, "timer", "2026-11-22T09:59:59Z") == "2026-11-22T01:00");
    CHECK(slot(twice, "timer", "2026-11-22T00:59:59Z") == "2026-11-21T10:00");
    CHECK(slot(task("0 9 * * *", "Europe/Berlin"), "timer",
               "2026-11-22T09:00:00Z") == "2026-11-22T08:00");
}

TEST_CASE("due: nobody's clock makes nobody late") {
    auto twice = task("0 9,18 * * *");
    const std::string now = "2026-11-22T05:00:00Z";
    for (const char* trigger : {"manual", "cron", "container"}) {
        CHECK(slot(twice, trigger, now) == "none");
    }
    CHECK(slot(task(""), "timer", now) == "none");
    twice.when_due = true;
    CHECK(slot(twice, "cron", now) == "2026-11-22T01:00");
    // Who says when it was due knows better than the registry.
    twice.scheduled_for = "2026-11-22T04:30:00Z";
    CHECK(slot(twice, "manual", now) == "2026-11-22T04:30");
    CHECK(slot(twice, "timer", now) == "2026-11-22T04:30");
}

TEST_CASE("due: a timer may be as late as its accuracy and jitter make it") {
    auto daily = task("0 3 * * *");
    daily.misfire_grace_seconds = 90;
    daily.jitter = minutes{10};
    const auto now = at("2026-11-22T00:00:00Z");
    CHECK(due_slot(daily, "timer", now)->allowed == seconds{90 + 60 + 600});
    daily.scheduled_for = "2026-11-21T19:00:00Z";
    CHECK(due_slot(daily, "timer", now)->allowed == seconds{90});
}

TEST_CASE("due: a zone that this machine lacks is said, not guessed") {
    CHECK_THROWS_AS(due_slot(task("0 3 * * *", "Mars/Base"), "timer",
                             at("2026-11-22T00:00:00Z")),
                    errors::Error);
}

TEST_CASE("due: this minute, and the one before for a slow start") {
    CHECK(is_due_after(minutes{0}));
    CHECK(is_due_after(minutes{1}));
    CHECK_FALSE(is_due_after(minutes{2}));
    CHECK_FALSE(is_due_after(minutes{-1}));
    try {
        is_due_now(task(""), "backup");
        FAIL("a task without a schedule is never due");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK(error.hint() == "set [tasks.backup] schedule");
    }
}

TEST_CASE("due: how old a success may be follows from the longest pause") {
    auto own = task("0 9,18 * * *");
    own.timeout = hours{1};
    own.jitter = minutes{2};
    CHECK(age(own, "backup") == hours{15 + 1} + minutes{2} + seconds{60});
    own.timeout = text::Milliseconds{0};
    CHECK(age(own, "backup") == hours{15 + 1} + minutes{2} + seconds{60});
    own.schedule = "0 9 * * 1-5";
    CHECK(age(own, "backup") == hours{72 + 1} + minutes{2} + seconds{60});
    own.schedule = "*/5 9-17 * * 1-5";
    CHECK(age(own, "backup") == hours{63 + 1} + minutes{5 + 2} + seconds{60});
    own.success_max_age = hours{30};
    CHECK(age(own, "backup") == hours{30});
}

TEST_CASE("due: our own limit holds for our own schedule") {
    const config::KnownTask& known = *config::known_task("cleanup");
    auto settings = task(std::string{known.schedule});
    settings.success_max_age = known.success_max_age;
    settings.timeout = known.timeout;
    CHECK(age(settings, "cleanup") == known.success_max_age);
    settings.schedule = "0 3 * * 0";
    CHECK(age(settings, "cleanup") == hours{168 + 2} + seconds{60});
    // Somebody chose it.
    settings.success_max_age = hours{200};
    CHECK(age(settings, "cleanup") == hours{200});
}

TEST_CASE("due: without a schedule or its zone there is no such limit") {
    CHECK(age(task(""), "backup") == seconds{-1});
    CHECK(age(task("0 3 * * *", "Mars/Base"), "backup") == seconds{-1});
    auto by_hand = task("");
    by_hand.success_max_age = hours{5};
    CHECK(age(by_hand, "backup") == hours{5});
}

}  // namespace lark_batch::run
