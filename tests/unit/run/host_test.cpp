#include "lib/run/host.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "tests/support/process.hpp"

namespace lark_batch::run {

TEST_CASE("host: the name is the one that the system gives") {
    CHECK(host_name() + "\n" == test::run({"uname", "-n"}).out);
}

TEST_CASE("host: the trigger is always one of the four words") {
    constexpr std::array<std::string_view, 4> words{"timer", "cron",
                                                    "container", "manual"};
    const TimerElapse none{triggering_timer(), "x", "/no/such/folder"};
    CHECK(std::ranges::find(words, guess_trigger(none)) != words.end());
}

TEST_CASE("host: usage is of this process and only grows") {
    const Usage before = resource_usage();
    CHECK(before.max_rss_bytes > 1e6);
    CHECK(before.max_rss_bytes < 1e12);
    // Not a wait: processor time is what is measured.
    volatile unsigned sink = 0;
    while (resource_usage().cpu_seconds < before.cpu_seconds + 0.005) {
        sink = sink + 1;
    }
    CHECK(resource_usage().cpu_seconds > before.cpu_seconds);
}

}  // namespace lark_batch::run
