// The fields of a cron expression, one at a time; private to lib/schedule.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lark_batch::schedule {

// The values that a field allows, as bits.
struct CronField {
    std::uint64_t values = 0;
    bool any = false;      // "*" or "*/1", and nothing else
    bool stepped = false;  // a step of everything: "*/2"

    bool has(int value) const {
        return ((values >> static_cast<unsigned>(value)) & 1U) != 0;
    }
    bool operator==(const CronField&) const = default;
};

struct FieldRule {
    std::string_view name;
    int first;
    int last;  // 7, Sunday again, for the day of week
    std::span<const std::string_view> names;  // of the values from `first` on
};

extern const FieldRule k_minute;
extern const FieldRule k_hour;
extern const FieldRule k_day;
extern const FieldRule k_month;
extern const FieldRule k_weekday;

// Sunday is kept as 0. Throws Error(config).
CronField parse_field(const FieldRule& rule, const std::string& text);

// ASCII only, as the names of days and months are.
std::string lower(std::string_view text);

}  // namespace lark_batch::schedule
