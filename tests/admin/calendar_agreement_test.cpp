// What we say that is due is what systemd says: our slots beside those of
// systemd-analyze(1), across the changes of the clocks.
#include <doctest/doctest.h>

#include "lib/schedule/schedule.hpp"
#include "tests/admin/systemd_calendar.hpp"
#include "tools/lark-admin/tasks/on_calendar.hpp"

namespace lark_batch::admin {

namespace {

// systemd takes the second pass of a repeated hour when it is asked in it:
// no base lies there.
struct Window {
    const char* zone;
    const char* base;  // UTC
};

constexpr Window k_windows[] = {
    {"Europe/Berlin", "2026-03-29 00:13:00"},
    {"Europe/Berlin", "2026-10-24 23:43:00"},
    {"Europe/Berlin", "2027-03-28 00:13:00"},
    {"Europe/Berlin", "2027-10-30 23:43:00"},
    {"Asia/Shanghai", "2026-12-31 14:13:00"},
};

struct Looked {
    const char* cron;
    std::size_t slots;  // enough to come across the change
};

constexpr Looked k_looked[] = {
    // Ours.
    {"*/5 * * * *", 20},
    {"0 */6 * * *", 4},
    {"0 9,18 * * *", 4},
    {"0 3 * * *", 4},
    // Around the changes.
    {"30 2 * * *", 4},
    {"0 2,3 * * *", 6},
    {"*/20 1-3 * * *", 12},
    {"59 1 * * sun", 4},
    {"50-59 1,2 * * *", 25},
    // Around midnight, ends of months, either kind of day.
    {"0,59 0,23 * * *", 6},
    {"0 0 31 * mon", 8},
    {"5-50/15 * 28-31 * fri-sun", 12},
    {"0 0 29 2 *", 2},
    {"@yearly", 2}};

}  // namespace

TEST_CASE("calendar: our slots are those of systemd, and so is the last") {
    for (const Window& window : k_windows) {
        for (const auto& [cron, count] : k_looked) {
            CAPTURE(cron);
            CAPTURE(window.base);
            const schedule::Schedule task{cron, window.zone};
            const auto expected = test::systemd_slots(
                on_calendar(task.cron(), window.zone), window.base, count);
            const auto found =
                task.next(test::utc_time(window.base), static_cast<int>(count));
            CHECK(test::utc_list(found) == test::utc_list(expected));
            for (const auto slot : expected) {
                CHECK(task.last_until(slot + std::chrono::seconds{59}) == slot);
            }
        }
    }
}

}  // namespace lark_batch::admin
