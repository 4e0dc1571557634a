// A schedule in other languages: words, crontabs of other hosts, Kubernetes.
#include <doctest/doctest.h>

#include <algorithm>

#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/host_cron.hpp"
#include "tools/lark-admin/tasks/on_calendar.hpp"
#include "tools/lark-admin/tasks/unit_files.hpp"
#include "tools/lark-admin/tasks/words.hpp"

namespace lark_batch::admin {

namespace {

using schedule::CronExpression;
using schedule::Schedule;
using schedule::Zone;

const clock::WallTime k_now = *clock::parse_rfc3339("2026-11-22T00:00:00Z");

std::string words(const std::string& cron) {
    return schedule_in_words(CronExpression::parse(cron), "Asia/Shanghai");
}

std::string calendar(const std::string& cron) {
    return text::join(on_calendar(CronExpression::parse(cron), "UTC"), "; ");
}

std::vector<Zone> zones(const std::vector<std::string>& names) {
    std::vector<Zone> found;
    for (const std::string& name : names) {
        found.push_back(Zone::find(name));
    }
    return found;
}

std::string lines(const std::string& cron,
                  const std::vector<std::string>& hosts,
                  const std::string& zone = "Asia/Shanghai") {
    return text::join(host_cron(Schedule{cron, zone}, zones(hosts), k_now),
                      "; ");
}

// The host's clock shows each slot of two years to one of the lines.
bool all_are_named(const Schedule& task, const Zone& host) {
    std::vector<CronExpression> written;
    for (const std::string& line : host_cron(task, std::vector{host}, k_now)) {
        written.push_back(CronExpression::parse(line));
    }
    const auto end = k_now + std::chrono::years{2};
    auto slot = task.next_after(k_now);
    for (; slot && *slot < end; slot = task.next_after(*slot)) {
        const auto local = host.local(*slot);
        if (std::ranges::none_of(written, [&](const CronExpression& line) {
                return line.names_minute(local.minute) &&
                       line.names_hour(local.hour) &&
                       line.names_day(
                           {local.year, local.month, local.day, local.weekday});
            })) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("schedule texts: the usual schedules in words") {
    CHECK(words("*/5 * * * *") == "every 5 minutes, Asia/Shanghai");
    CHECK(words("0 */6 * * *") == "every 6 hours, Asia/Shanghai");
    CHECK(words("0 9,18 * * *") == "at 09:00 and 18:00, Asia/Shanghai");
    CHECK(words("0 3 * * *") == "at 03:00, Asia/Shanghai");
    CHECK(words("0 9 * * 1-5") == "Monday to Friday at 09:00, Asia/Shanghai");
    CHECK(words("@hourly") == "every hour, Asia/Shanghai");
    CHECK(words("@weekly") == "Sunday at 00:00, Asia/Shanghai");
    CHECK(words("@monthly") == "on the 1st at 00:00, Asia/Shanghai");
    CHECK(words("@yearly") == "in January on the 1st at 00:00, Asia/Shanghai");
    CHECK(words("* * * * *") == "every minute, Asia/Shanghai");
}

TEST_CASE("schedule texts: any other schedule in words") {
    CHECK(words("5 * * * *") == "at minute 5 of every hour, Asia/Shanghai");
    // The last step of the hour is a shorter one.
    CHECK(words("*/25 * * * *") ==
          "at minutes 0, 25 and 50 of every hour, Asia/Shanghai");
    CHECK(words("0 */5 * * *") ==
          "at minute 0 of hours 0, 5, 10, 15 and 20, Asia/Shanghai");
    CHECK(words("*/10 9-17 * * mon-fri") ==
          "Monday to Friday every 10 minutes from 09:00 to 17:59, "
          "Asia/Shanghai");
    CHECK(words("0 9-17 * * 3,7") ==
          "Wednesday and Sunday every hour from 09:00 to 17:00, "
          "Asia/Shanghai");
    CHECK(words("*/5 0,8,16 * * *") ==
          "every 5 minutes of the hours 0, 8 and 16, Asia/Shanghai");
    CHECK(words("0 4 * 1,7 *") ==
          "in January and July every day at 04:00, Asia/Shanghai");
    CHECK(words("0 0 2,3,13,21-23 2-4 fri-sun") ==
          "in February to April on the 2nd, 3rd, 13th and 21st to 23rd and "
          "every Friday to Sunday at 00:00, Asia/Shanghai");
    CHECK(words("0 0 1-31 * 1") == "at 00:00, Asia/Shanghai");
}

TEST_CASE("schedule texts: systemd's calendar lines") {
    CHECK(calendar("*/5 * * * *") == "*-*-* *:00/5:00 UTC");
    CHECK(calendar("0 */6 * * *") == "*-*-* 00/6:00:00 UTC");
    CHECK(calendar("0 9,18 * * *") == "*-*-* 09,18:00:00 UTC");
    CHECK(calendar("0 9 * * fri-sun") == "Fri..Sun *-*-* 09:00:00 UTC");
    CHECK(calendar("0 0 1,15 2-4 *") == "*-02..04-01,15 00:00:00 UTC");
    // Either is enough for cron; in one line systemd would want both.
    CHECK(calendar("0 0 13 * fri") ==
          "*-*-13 00:00:00 UTC; Fri *-*-* 00:00:00 UTC");
    CHECK(calendar("0 0 1-31 * 1") == "*-*-* 00:00:00 UTC");
}

TEST_CASE("schedule texts: Kubernetes gets no seventh day") {
    const auto plain = [](const std::string& cron) {
        return plain_cron(CronExpression::parse(cron));
    };
    CHECK(plain("0 */6 * * *") == "0 */6 * * *");
    CHECK(plain("*/5 * * * *") == "*/5 * * * *");
    CHECK(plain("@weekly") == "0 0 * * 0");
    CHECK(plain("0 0 * * fri-7") == "0 0 * * 0,5,6");
    CHECK(plain("0 9,18 */15 Jan *") == "0 9,18 1,16,31 1 *");
}

TEST_CASE("schedule texts: crontab lines for hosts in other zones") {
    const std::vector<std::string> both{"UTC", "Asia/Shanghai"};
    CHECK(lines("0 */6 * * *", both) == "0 0,4,6,10,12,16,18,22 * * *");
    CHECK(lines("0 9,18 * * *", both) == "0 1,9,10,18 * * *");
    CHECK(lines("0 3 * * *", both) == "0 3,19 * * *");
    CHECK(lines("*/5 * * * *", both) == "*/5 * * * *");
    CHECK(lines("0 9 * * 1-5", {"Asia/Shanghai"}) == "0 9 * * 1-5");
    // Summer and winter of the host's.
    CHECK(lines("0 3 * * *", {"Europe/Berlin"}) == "0 20,21 * * *");
    CHECK(lines("0 * * * *", {"Asia/Kathmandu"}) == "45 * * * *");
    // Another day there: only the program itself can tell.
    CHECK(lines("0 9,0 * * 1", {"UTC"}) == "0 1 * * 1; 0 16 * * *");
    CHECK(lines("0 0 1 1 *", {"Asia/Tokyo"}) == "0 1 1 1 *");
    // Both change their clocks, three weeks apart.
    CHECK(lines("30 8 * * *", {"America/New_York"}, "Europe/Berlin") ==
          "30 2,3 * * *");
}

TEST_CASE("schedule texts: no slot of the coming years is missing") {
    for (const char* cron : {"0 */6 * * *", "30 2,23 * * 1-5", "15 0 1 * 5",
                             "*/40 20-23 * 3,10 *"}) {
        for (const char* zone : {"Europe/Berlin", "Asia/Shanghai"}) {
            for (const char* host : {"America/St_Johns", "Africa/Casablanca",
                                     "Australia/Lord_Howe", "UTC"}) {
                CAPTURE(cron);
                CAPTURE(zone);
                CAPTURE(host);
                CHECK(all_are_named({cron, zone}, Zone::find(host)));
            }
        }
    }
}

TEST_CASE("unit files: spans of time as systemd reads them") {
    using std::chrono::seconds;
    CHECK(parse_time_span("90") == seconds{90});
    CHECK(parse_time_span("2h 1min") == seconds{7260});
    CHECK(parse_time_span("1h30m5s") == seconds{5405});
    CHECK(parse_time_span("0.5 hours") == seconds{1800});
    CHECK(parse_time_span("1w") == seconds{604'800});
    CHECK(parse_time_span("infinity") == text::Milliseconds::max());
    for (const char* wrong : {"", "soon", "5 parsecs", "inf", "-1", "min"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_time_span(wrong));
    }
}

}  // namespace lark_batch::admin
