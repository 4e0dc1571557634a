#include "tools/lark-cleanup/pace.hpp"

#include <doctest/doctest.h>

using namespace lark_batch;
using cleanup::Pace;
using cleanup::PaceSettings;
using clock::Duration;

TEST_CASE("pace: batches follow the time they take, by at most a factor of 2") {
    Pace pace{PaceSettings{}};
    CHECK(pace.size() == 1'000);
    pace.took(0.001);
    CHECK(pace.size() == 2'000);
    pace.took(0.2);
    CHECK(pace.size() == 2'000);
    pace.took(0.25);
    CHECK(pace.size() == 1'600);
    pace.took(60);
    CHECK(pace.size() == 800);
}

TEST_CASE("pace: neither nothing nor more than the largest batch") {
    PaceSettings settings;
    settings.first_size = 3;
    settings.largest_size = 5;
    Pace pace{settings};
    pace.took(0);
    CHECK(pace.size() == 5);
    for (int i = 0; i < 9; ++i) {
        pace.took(100);
    }
    CHECK(pace.size() == 1);
}

TEST_CASE("pace: pauses grow while somebody waits, and shrink again") {
    PaceSettings settings;
    settings.max_pause = Duration{150};
    Pace pace{settings};
    CHECK(pace.pause({}) == Duration{5});
    CHECK(pace.pause({1, 0}) == Duration{50});
    CHECK(pace.pause({1, 0}) == Duration{100});
    CHECK(pace.pause({1, 0}) == Duration{150});
    CHECK(pace.pause({}) == Duration{75});
    for (int i = 0; i < 9; ++i) {
        pace.pause({});
    }
    CHECK(pace.pause({}) == Duration{5});
}

TEST_CASE("pace: a replica that lags behind is pressure, too") {
    Pace pace{PaceSettings{}};
    CHECK(pace.pause({0, 9.9}) == Duration{5});
    CHECK(pace.pause({0, 10.1}) == Duration{50});
}

TEST_CASE("pace: without pauses there are none, whatever the pressure") {
    PaceSettings settings;
    settings.pause = Duration{0};
    settings.max_pause = Duration{0};
    Pace pace{settings};
    CHECK(pace.pause({5, 100}) == Duration{0});
}
