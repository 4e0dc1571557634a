// What systemd says that is due, by systemd-analyze(1).
#pragma once

#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "tests/support/process.hpp"

namespace lark_batch::test {

// "Next elapse: Sun 2026-03-29 00:20:00 UTC", and further ones: "Iter. #2".
inline std::optional<clock::WallTime> elapse_in(const std::string& line) {
    const auto at = line.find(": ");
    const bool elapse = line.find("Next elapse") != line.npos ||
                        line.find("Iter. #") != line.npos;
    if (!elapse || line.size() < at + 25) {
        return std::nullopt;
    }
    return clock::parse_rfc3339(line.substr(at + 6, 10) + "T" +
                                line.substr(at + 17, 8) + "Z");
}

// The first slots of all OnCalendar= lines together, after `base` in UTC
// ("2026-03-29 00:13:00").
// Trap: asked from within the second pass of a repeated hour, systemd takes
// that one; from before it, the first.
inline std::vector<clock::WallTime> systemd_slots(
    const std::vector<std::string>& calendar, const std::string& base,
    std::size_t count) {
    std::vector<std::string> argv{find_program("systemd-analyze", "systemd"),
                                  "calendar",
                                  "--iterations=" + std::to_string(count),
                                  "--base-time=" + base + " UTC"};
    argv.insert(argv.end(), calendar.begin(), calendar.end());
    const Finished asked = run(argv, {{"TZ", "UTC"}, {"LC_ALL", "C"}});
    std::set<clock::WallTime> slots;
    std::istringstream lines{asked.out};
    for (std::string line; std::getline(lines, line);) {
        if (const auto time = elapse_in(line)) {
            slots.insert(*time);
        }
    }
    if (asked.exit_code != 0 || slots.size() < count) {
        throw std::runtime_error{"systemd-analyze calendar said: " + asked.out +
                                 asked.err};
    }
    std::vector<clock::WallTime> first{slots.begin(), slots.end()};
    first.resize(count);
    return first;
}

// "2026-03-29T00:20:00.000Z ..."
inline std::string utc_list(const std::vector<clock::WallTime>& times) {
    std::string text;
    for (const clock::WallTime time : times) {
        text += clock::format_utc(time) + " ";
    }
    return text;
}

// "2026-03-29 00:13:00", in UTC.
inline clock::WallTime utc_time(std::string text) {
    text[text.find(' ')] = 'T';
    return clock::parse_rfc3339(text + "Z").value();
}

}  // namespace lark_batch::test
