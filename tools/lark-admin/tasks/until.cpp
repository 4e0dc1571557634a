#include "tools/lark-admin/tasks/until.hpp"

#include "lib/errors/error.hpp"
#include "lib/text/quantity.hpp"
#include "tools/lark-admin/tasks/zoned.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

constexpr clock::Duration k_longest = std::chrono::years{100};
constexpr std::string_view k_day = "dddd-dd-dd";
constexpr std::string_view k_minute = "dddd-dd-ddTdd:dd";
constexpr std::string_view k_second = "dddd-dd-ddTdd:dd:dd";

// A 'd' stands for a digit, a 'T' also for a blank.
bool has_form(const std::string& text, std::string_view form) {
    if (text.size() != form.size()) {
        return false;
    }
    for (std::size_t at = 0; at < form.size(); ++at) {
        const char c = text[at];
        const bool fits = form[at] == 'd'
                              ? c >= '0' && c <= '9'
                              : c == form[at] || (form[at] == 'T' && c == ' ');
        if (!fits) {
            return false;
        }
    }
    return true;
}

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
    throw Error{Kind::usage, "--until '" + text + "' " + why,
                "give a time such as 2026-12-01T08:00, or a duration such as "
                "2h"};
}

// "2h"; what stands behind the number, text::parse_duration() judges.
bool is_duration(const std::string& text) {
    const auto digits = text.find_first_not_of("0123456789");
    return digits != 0 && digits != text.npos &&
           text.find_first_not_of("dhms", digits) == text.npos;
}

clock::WallTime after(const std::string& text, clock::WallTime now) {
    try {
        const auto duration = text::parse_duration(text);
        if (duration <= k_longest) {
            return now + duration;
        }
    } catch (const Error&) {
        refuse(text, "is no time");
    }
    refuse(text, "is too far away");
}

clock::WallTime local_time(const std::string& text,
                           const schedule::Zone& zone) {
    const std::string full =
        text + std::string{has_form(text, k_day)      ? "T00:00:00"
                           : has_form(text, k_minute) ? ":00"
                                                      : ""};
    std::string utc = full;
    utc[10] = 'T';
    // Whether there is such a day and such a time, RFC 3339 knows.
    const auto as_utc = clock::parse_rfc3339(utc + "Z");
    if (!as_utc) {
        refuse(text, "is no day of the calendar");
    }
    const auto instant =
        zone.instant(schedule::local_at(*as_utc, std::chrono::seconds{0}));
    if (!instant) {
        refuse(text, "does not exist in " + zone.name() +
                         ": the clocks leave it out");
    }
    return *instant;
}

clock::WallTime parsed(const std::string& text, const schedule::Zone& zone,
                       clock::WallTime now) {
    if (is_duration(text)) {
        return after(text, now);
    }
    if (has_form(text, k_day) || has_form(text, k_minute) ||
        has_form(text, k_second)) {
        return local_time(text, zone);
    }
    if (const auto time = clock::parse_rfc3339(text)) {
        return *time;
    }
    refuse(text, "is no time");
}

}  // namespace

clock::WallTime parse_until(const std::string& text, const schedule::Zone& zone,
                            clock::WallTime now) {
    const clock::WallTime time = parsed(text, zone, now);
    if (time <= now) {
        refuse(text, "is over: it is " + zoned_minute(zone, now) + " in " +
                         zone.name());
    }
    return time;
}

}  // namespace lark_batch::admin
