#include "lib/schedule/cron.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "lib/errors/error.hpp"

namespace lark_batch::schedule {

namespace {

using Values = std::vector<int>;

CronExpression parse(const std::string& text) {
    return CronExpression::parse(text);
}

// What is said about an expression that is refused.
struct Refused {
    std::string message;
    std::string hint;
};

Refused refusal(const std::string& text) {
    try {
        parse(text);
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        return {error.what(), error.hint()};
    }
    return {"nothing: it was taken", ""};
}

}  // namespace

TEST_CASE("cron: each field is a value, a list, a range or a step") {
    const auto cron = parse("*/20 8-10,22 1,15-17 2-12/5 mon-wed,7");
    CHECK(cron.minutes() == Values{0, 20, 40});
    CHECK(cron.hours() == Values{8, 9, 10, 22});
    CHECK(cron.days() == Values{1, 15, 16, 17});
    CHECK(cron.months() == Values{2, 7, 12});
    CHECK(cron.weekdays() == Values{0, 1, 2, 3});
    CHECK(parse("10-50/10 * * * *").minutes() == Values{10, 20, 30, 40, 50});
    CHECK(parse("\t0  3 *\t* * ").hours() == Values{3});
}

TEST_CASE("cron: names are read in any case, Sunday is 0 and 7") {
    CHECK(parse("0 0 * Jan,DEC *").months() == Values{1, 12});
    CHECK(parse("0 0 * * 0") == parse("0 0 * * 7"));
    CHECK(parse("0 0 * * SUN") == parse("0 0 * * 7"));
    CHECK(parse("0 0 * * fri-sun").weekdays() == Values{0, 5, 6});
    CHECK(parse("0 0 * * sun-sun").weekdays() == Values{0});
    CHECK(parse("0 0 * * 5-7").weekdays() == Values{0, 5, 6});
    CHECK(parse("0 0 * * 0-7").weekdays().size() == 7);
    CHECK(parse("0 0 * * */2").weekdays() == Values{0, 2, 4, 6});
}

TEST_CASE("cron: the nicknames stand for five fields") {
    CHECK(parse("@hourly") == parse("0 * * * *"));
    CHECK(parse("@daily") == parse("0 0 * * *"));
    CHECK(parse("@Midnight") == parse("@daily"));
    CHECK(parse("@weekly") == parse("0 0 * * sun"));
    CHECK(parse("@monthly") == parse("0 0 1 * *"));
    CHECK(parse("@yearly") == parse("0 0 1 jan *"));
    CHECK(parse("@annually") == parse("@yearly"));
    CHECK(parse(" @daily ").text() == "@daily");
}

TEST_CASE("cron: two that name the same minutes are equal") {
    CHECK(parse("*/30 * * * *") == parse("0,30 0-23 * * *"));
    CHECK_FALSE(parse("0 3 * * *") == parse("0 4 * * *"));
    // One leaves the day to the weekday, the other names every day.
    CHECK_FALSE(parse("0 3 * * 1") == parse("0 3 1-31 * 1"));
}

TEST_CASE("cron: of day of month and day of week either is enough") {
    const auto both = parse("0 0 13 * fri");
    CHECK(both.names_day({2026, 2, 13, 5}));
    CHECK(both.names_day({2026, 1, 13, 2}));
    CHECK(both.names_day({2026, 1, 16, 5}));
    CHECK_FALSE(both.names_day({2026, 1, 14, 3}));
    const auto one = parse("0 0 * * fri");
    CHECK(one.names_day({2026, 1, 16, 5}));
    CHECK_FALSE(one.names_day({2026, 1, 13, 2}));
    // The month must hold in any case.
    CHECK_FALSE(parse("0 0 13 2 fri").names_day({2026, 1, 16, 5}));
    // Fridays of February: days that never come do not matter then.
    CHECK(parse("0 0 30 2 fri").names_day({2026, 2, 6, 5}));
}

TEST_CASE("cron: what is wrong is told by field and value") {
    const std::vector<std::array<std::string, 3>> rows{
        {"61 * * * *", "minute '61' is not within 0-59", "the fields are"},
        {"* 24 * * *", "hour '24' is not within 0-23", "the fields are"},
        {"* * 0 * *", "day of month '0' is not within 1-31", "the fields"},
        {"* * * 13 *", "month '13' is not within 1-12", "the fields are"},
        {"* * * * 8", "day of week '8' is not within 0-7", "the fields are"},
        {"x * * * *", "minute 'x' is not a number", "values of 0-59"},
        {"-5 * * * *", "minute '' is not a number", "values of 0-59"},
        {"+5 * * * *", "minute '+5' is not a number", "values of 0-59"},
        {"* * * * funday", "day of week 'funday' is not a number or a name",
         "values of 0-7"},
        {"* * ? * *", "day of month '?' is not a number", "values of 1-31"},
        {"1,,2 * * * *", "minute '1,,2' has an empty place in its list",
         "single commas"},
        {"* 22-2 * * *", "hour '22-2' runs backwards", "22-23,0-2"},
        {"* * * * 6-1", "day of week '6-1' runs backwards", "6-6,0-1"},
        {"5/10 * * * *", "minute '5/10' has a step without a range",
         "write 5-59/10: crons disagree"},
        {"*/0 * * * *", "minute '*/0' has no usable step", "from 1 to 59"},
        {"*/60 * * * *", "minute '*/60' has no usable step", "from 1 to 59"},
        {"*/ * * * *", "minute '*/' has no usable step", "from 1 to 59"},
        {"1,* * * * *", "minute '1,*' is a list that holds everything",
         "write '*' alone"},
        {"0 3 * *", "schedule '0 3 * *' has 4 fields, not 5", "03:00 every"},
        {"0 0 3 * * *", "schedule '0 0 3 * * *' has 6 fields, not 5",
         "minute hour day-of-month month day-of-week"},
        {"", "schedule '' has 0 fields, not 5", "such as '0 3 * * *'"},
        {"@reboot", "'@reboot' is no schedule that we know", "@hourly"},
        {"0 0 30 2 *", "day of month and month name a day that never comes",
         "at least one of the months"},
        {"0 0 31 4,6,9,11 *",
         "day of month and month name a day that never comes", "at least"},
        {"0 0 */2 * 1",
         "day of month has a step of '*' and day of week is given too",
         "list the days"},
        {"0 0 1 * */2",
         "day of week has a step of '*' and day of month is given too",
         "leave one field '*'"}};
    for (const auto& [text, message, hint] : rows) {
        CAPTURE(text);
        const Refused refused = refusal(text);
        CHECK(refused.message == message);
        CHECK(refused.hint.find(hint) != std::string::npos);
    }
    CHECK(parse("0 0 29 2 *").days() == Values{29});
}

}  // namespace lark_batch::schedule
