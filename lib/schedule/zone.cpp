#include "lib/schedule/zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::schedule {

namespace {

using std::chrono::seconds;

date::sys_seconds to_seconds(clock::WallTime time) {
    return std::chrono::floor<seconds>(time);
}

std::string hint_for(const std::string& name,
                     std::span<const std::string> known) {
    const auto near = text::nearest(name, known);
    return near ? fmt::format("did you mean '{}'?", *near)
                : "use a name such as Europe/Berlin, Asia/Shanghai or UTC";
}

// Empty without data.
std::vector<std::string> known_names() {
    std::vector<std::string> names;
    try {
        for (const date::time_zone& zone : date::get_tzdb().zones) {
            names.push_back(zone.name());
        }
    } catch (const std::exception&) {
        return {};
    }
    return names;
}

// The library reports with exceptions of std: a name that is not there, and
// data that is not there at all.
const date::time_zone* locate(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::exception&) {
        return nullptr;
    }
}

// The last line of a zone's file: the rule for the time after its list of
// changes (RFC 8536, section 3.3).
std::string last_rule(const std::string& name) {
    std::ifstream file{"/usr/share/zoneinfo/" + name};
    std::string line;
    std::string rule;
    while (std::getline(file, line)) {
        rule = line;
    }
    return rule;
}

// The library knows the list only, and takes the last of its entries for
// ever: in files of zic's short form ("-b slim") that is summer time, say.
void check_list_is_long(const date::time_zone& zone) {
    using namespace std::chrono;
    const date::sys_seconds far = sys_days{year{2036} / June / 1};
    const bool changes = zone.get_info(far).end < far + years{1};
    if (!changes && last_rule(zone.name()).find(',') != std::string::npos) {
        throw errors::Error{
            errors::Kind::config,
            fmt::format("the data of time zone '{}' are in zic's short form",
                        zone.name()),
            "install Debian's tzdata, or compile yours with 'zic -b fat'"};
    }
}

[[noreturn]] void refuse(const std::string& name) {
    const auto known = known_names();
    if (known.empty()) {
        throw errors::Error{errors::Kind::config,
                            "this host has no time zone data",
                            "install the package tzdata"};
    }
    throw errors::Error{errors::Kind::config,
                        fmt::format("time zone '{}' is not known", name),
                        hint_for(name, known)};
}

// glibc allows a colon before the name.
std::string name_of_environment() {
    const char* value = std::getenv("TZ");
    std::string name = value != nullptr ? value : "";
    return name.starts_with(':') ? name.substr(1) : name;
}

// ../usr/share/zoneinfo/Europe/Berlin
std::string name_of_link() {
    std::error_code error;
    const std::string target =
        std::filesystem::read_symlink("/etc/localtime", error).string();
    constexpr std::string_view folder = "/zoneinfo/";
    const auto at = target.find(folder);
    return at == target.npos ? "" : target.substr(at + folder.size());
}

std::string name_of_file() {
    std::ifstream file{"/etc/timezone"};
    std::string name;
    std::getline(file, name);
    return std::string{text::trim(name)};
}

}  // namespace

LocalTime local_at(clock::WallTime time, seconds offset) {
    using namespace std::chrono;
    const auto moved = floor<seconds>(time) + offset;
    const auto days = floor<std::chrono::days>(moved);
    const year_month_day date{days};
    const hh_mm_ss clock{moved - days};
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(weekday{days}.c_encoding())};
}

Zone Zone::find(const std::string& name) {
    const date::time_zone* zone = locate(name);
    if (zone == nullptr) {
        refuse(name);
    }
    check_list_is_long(*zone);
    return Zone{zone, name};
}

Zone Zone::of_host() {
    for (const auto& name_of :
         {name_of_environment, name_of_link, name_of_file}) {
        const std::string name = name_of();
        const date::time_zone* zone = name.empty() ? nullptr : locate(name);
        if (zone != nullptr) {
            return Zone{zone, name};
        }
    }
    return find("UTC");
}

LocalTime Zone::local(clock::WallTime time) const {
    return local_at(time, offset(time));
}

std::optional<clock::WallTime> Zone::instant(const LocalTime& local) const {
    using namespace std::chrono;
    const year_month_day date{year{local.year},
                              month{static_cast<unsigned>(local.month)},
                              day{static_cast<unsigned>(local.day)}};
    const seconds since_1970 = sys_days{date}.time_since_epoch() +
                               hours{local.hour} + minutes{local.minute} +
                               seconds{local.second};
    const date::local_info info =
        m_zone->get_info(date::local_seconds{since_1970});
    if (info.result == date::local_info::nonexistent) {
        return std::nullopt;
    }
    // Of two, `first` is the one before the clocks go back.
    return clock::WallTime{since_1970 - info.first.offset};
}

std::string minute_in(const std::string& zone_name, clock::WallTime time) {
    try {
        const Zone zone = Zone::find(zone_name);
        const LocalTime local = zone.local(time);
        return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} {}", local.year,
                           local.month, local.day, local.hour, local.minute,
                           zone.abbreviation(time));
    } catch (const errors::Error&) {
        // People must not be kept in the dark for that.
        return clock::format_utc(time).substr(0, 16) + "Z";
    }
}

std::string Zone::abbreviation(clock::WallTime time) const {
    return m_zone->get_info(to_seconds(time)).abbrev;
}

seconds Zone::offset(clock::WallTime time) const {
    return m_zone->get_info(to_seconds(time)).offset;
}

}  // namespace lark_batch::schedule
