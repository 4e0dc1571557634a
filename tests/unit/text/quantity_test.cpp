#include "lib/text/quantity.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"

namespace lark_batch::text {

namespace {

template <typename Parse>
std::string complaint(Parse parse, std::string_view value) {
    try {
        parse(value);
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("quantity: durations in every unit") {
    CHECK(parse_duration("250ms") == Milliseconds{250});
    CHECK(parse_duration("90s") == Milliseconds{90'000});
    CHECK(parse_duration("15m") == Milliseconds{900'000});
    CHECK(parse_duration("36h") == Milliseconds{129'600'000});
    CHECK(parse_duration("7d") == Milliseconds{604'800'000});
    CHECK(parse_duration(" 5 s ") == Milliseconds{5'000});
    CHECK(parse_duration("0") == Milliseconds{0});
    CHECK(parse_duration("0d") == Milliseconds{0});
}

TEST_CASE("quantity: what is no duration is named in the complaint") {
    for (const std::string value :
         {"", "s", "90", "-5s", "1.5h", "5 minutes", "5S", "5s5s", "1h30m",
          "106751991168d", "99999999999999999999s"}) {
        CHECK(complaint(parse_duration, value) ==
              "'" + value + "' is not a duration");
    }
}

TEST_CASE("quantity: the longest duration does not overflow") {
    CHECK(parse_duration("106751991167d").count() == 9223372036828800000LL);
}

TEST_CASE("quantity: a duration is written in the shortest exact form") {
    CHECK(format_duration(Milliseconds{0}) == "0");
    CHECK(format_duration(Milliseconds{1}) == "1ms");
    CHECK(format_duration(Milliseconds{1'500}) == "1500ms");
    CHECK(format_duration(Milliseconds{90'000}) == "90s");
    CHECK(format_duration(Milliseconds{120'000}) == "2m");
    CHECK(format_duration(Milliseconds{86'400'000}) == "1d");
    CHECK(format_duration(Milliseconds{90'000'000}) == "25h");
}

TEST_CASE("quantity: sizes by thousands and by 1024") {
    CHECK(parse_size("0") == 0);
    CHECK(parse_size("512") == 512);
    CHECK(parse_size("512B") == 512);
    CHECK(parse_size("30KB") == 30'000);
    CHECK(parse_size("30KiB") == 30'720);
    CHECK(parse_size("4 MiB") == 4'194'304);
    CHECK(parse_size("4MB") == 4'000'000);
    CHECK(parse_size("2GB") == 2'000'000'000);
    CHECK(parse_size("2GiB") == 2'147'483'648);
    CHECK(parse_size("2TiB") == 2ULL << 40U);
    CHECK(parse_size("1TB") == 1'000'000'000'000);
}

TEST_CASE("quantity: what is no size is named in the complaint") {
    for (const std::string value :
         {"", "KiB", "4kib", "4M", "-1", "1.5MB", "8589934592GiB"}) {
        CHECK(complaint(parse_size, value) == "'" + value + "' is not a size");
    }
}

TEST_CASE("quantity: a size is written in the shortest exact form") {
    CHECK(format_size(0) == "0");
    CHECK(format_size(1) == "1B");
    CHECK(format_size(1'023) == "1023B");
    CHECK(format_size(65'536) == "64KiB");
    CHECK(format_size(1'000) == "1KB");
    CHECK(format_size(3ULL << 30U) == "3GiB");
    // Divisible by 1024, too, but nobody writes 500000KiB.
    CHECK(format_size(512'000'000) == "512MB");
}

TEST_CASE("quantity: what is written is read back as the same") {
    for (const std::uint64_t value :
         {0ULL, 1ULL, 999ULL, 1'000ULL, 1'024ULL, 64'000'000ULL, 1ULL << 40U,
          1'234'567'890ULL}) {
        CHECK(parse_size(format_size(value)) == value);
        const Milliseconds time{static_cast<long long>(value)};
        CHECK(parse_duration(format_duration(time)) == time);
    }
}

TEST_CASE("quantity: a complaint does not repeat a whole novel") {
    CHECK(complaint(parse_size, std::string(5'000, 'x')).size() < 80);
}

}  // namespace lark_batch::text
