// The clock of real programs is stepped across the changes of the clocks: what
// they say that was due is what systemd says.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/admin/systemd_calendar.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/lark-admin/tasks/on_calendar.hpp"

namespace lark_batch::test {

namespace {

using std::chrono::seconds;

// The task's own tolerance, below, and the minute that timers are allowed.
constexpr seconds k_allowed{30 + 60};

struct Step {
    const char* cron;
    const char* zone;
    const char* now;   // UTC, not near the moment when it gets too late
    const char* base;  // UTC, before it and not in a repeated hour
};

constexpr const char* k_berlin = "Europe/Berlin";
constexpr const char* k_shanghai = "Asia/Shanghai";

constexpr Step k_steps[] = {
    // 02:00 is followed by 03:00.
    {"30 2 * * *", k_berlin, "2026-03-29 00:30:20", "2026-03-27 12:00:00"},
    {"30 2 * * *", k_berlin, "2026-03-29 01:30:20", "2026-03-27 12:00:00"},
    {"*/20 * * * *", k_berlin, "2026-03-29 01:00:20", "2026-03-29 00:10:00"},
    {"0 3 * * sun", k_berlin, "2027-03-28 01:00:20", "2027-03-20 12:00:00"},
    {"0 2 * * *", k_berlin, "2027-03-28 01:00:20", "2027-03-26 12:00:00"},
    // 03:00 is followed by 02:00.
    {"30 2 * * *", k_berlin, "2026-10-25 00:30:20", "2026-10-23 12:00:00"},
    {"30 2 * * *", k_berlin, "2026-10-25 01:30:20", "2026-10-23 12:00:00"},
    {"*/20 * * * *", k_berlin, "2026-10-25 01:20:20", "2026-10-24 23:50:00"},
    {"*/20 * * * *", k_berlin, "2027-10-31 02:00:20", "2027-10-30 23:50:00"},
    {"0 3 * * *", k_berlin, "2027-10-31 02:00:20", "2027-10-29 12:00:00"},
    // Midnight, and a new year.
    {"59 23 31 12 *", k_shanghai, "2026-12-31 15:59:20", "2026-12-30 12:00:00"},
    {"0 0 1 * *", k_shanghai, "2026-12-31 15:58:20", "2026-11-30 15:00:00"},
    {"0 0 1 * *", k_shanghai, "2026-12-31 16:00:20", "2026-11-30 15:00:00"},
    {"0 0 * * fri", k_shanghai, "2026-12-31 16:00:20", "2026-12-20 12:00:00"},
};

// Debian's libfaketime, for programs of any architecture.
std::string faketime() {
    for (const auto& entry : std::filesystem::directory_iterator{"/usr/lib"}) {
        const auto library = entry.path() / "faketime/libfaketime.so.1";
        if (std::filesystem::exists(library)) {
            return library.string();
        }
    }
    throw std::runtime_error{"no libfaketime: apt-get install libfaketime"};
}

// The toolkit on a host where it is another time. It has no database: a run
// that is let in ends with 69 for that reason.
class SteppedHost {
public:
    explicit SteppedHost(const Step& step) : m_now(step.now) {
        m_dir.write("lark-batch.toml",
                    fmt::format("[database]\nurl = \"postgresql://app@"
                                "127.0.0.1:1/none\"\n[tasks.cleanup]\n"
                                "schedule = \"{}\"\ntimezone = \"{}\"\n"
                                "misfire_grace_seconds = 30\njitter = \"0s\"\n",
                                step.cron, step.zone));
    }

    Finished run(const std::string& program,
                 const std::vector<std::string>& arguments) const {
        Command command;
        command.argv = {LARK_BATCH_PROGRAMS "/" + program, "--config",
                        (m_dir / "lark-batch.toml").string()};
        command.argv.insert(command.argv.end(), arguments.begin(),
                            arguments.end());
        command.env = {{"TZ", "UTC"},
                       {"LD_PRELOAD", faketime()},
                       {"FAKETIME", "@" + m_now},
                       {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                       // With sanitizers it is not the first library.
                       {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
        return test::run(command);
    }

    // The next runs of the task, as `tasks list` has them.
    std::vector<clock::WallTime> listed() const {
        const Finished list = run("lark-admin", {"tasks", "list", "--json"});
        REQUIRE_MESSAGE(list.exit_code == 0, list.err);
        std::vector<clock::WallTime> slots;
        const auto document = nlohmann::json::parse(list.out);
        for (const auto& task : document.at("tasks")) {
            if (task.at("task") == "cleanup") {
                for (const std::string slot : task.at("next_runs")) {
                    slots.push_back(clock::parse_rfc3339(slot).value());
                }
            }
        }
        return slots;
    }

private:
    std::string m_now;
    TempDir m_dir;
};

struct Due {
    clock::WallTime last;
    std::vector<clock::WallTime> next;
};

Due due_by_systemd(const Step& step) {
    const auto cron = schedule::CronExpression::parse(step.cron);
    const auto slots =
        systemd_slots(admin::on_calendar(cron, step.zone), step.base, 12);
    const auto next = std::ranges::upper_bound(slots, utc_time(step.now));
    REQUIRE(next != slots.begin());
    REQUIRE(slots.end() - next >= 3);
    return {*std::prev(next), {next, next + 3}};
}

}  // namespace

TEST_CASE("stepped clock: programs and systemd agree on what is due") {
    std::set<bool> seen;
    for (const Step& step : k_steps) {
        CAPTURE(step.cron);
        CAPTURE(step.now);
        const Due due = due_by_systemd(step);
        const auto late = utc_time(step.now) - due.last;
        seen.insert(late > k_allowed);
        const SteppedHost host{step};
        CHECK(utc_list(host.listed()) == utc_list(due.next));

        const Finished timer =
            host.run("lark-cleanup", {"--dry-run", "--trigger", "timer"});
        CHECK(timer.exit_code == (late > k_allowed ? 75 : 69));
        const std::string said = "was due at " + clock::format_utc(due.last);
        CHECK((timer.err.find(said) != timer.err.npos) == (late > k_allowed));

        // A crontab's line comes at any hour, and says nothing then.
        const Finished line =
            host.run("lark-cleanup", {"--dry-run", "--when-due"});
        CHECK(line.exit_code == (late > k_allowed ? 0 : 69));
        CHECK(line.err.empty() == (late > k_allowed));
    }
    CHECK(seen.size() == 2);
}

}  // namespace lark_batch::test
