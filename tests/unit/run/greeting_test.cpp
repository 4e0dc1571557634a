#include "lib/run/greeting.hpp"

#include <doctest/doctest.h>

#include <atomic>

namespace lark_batch::run {

TEST_CASE("greeting: a run that is over at once is not announced") {
    std::atomic<int> told = 0;
    {
        Greeting greeting;
        greeting.begin([] {}, [&] { ++told; }, clock::Duration{60'000});
        greeting.end();
        greeting.end();
    }
    CHECK(told == 0);
}

TEST_CASE("greeting: one that goes on is announced, and its end waits for it") {
    std::atomic<bool> begun = false;
    std::atomic<bool> told = false;
    Greeting greeting;
    greeting.begin([] {},
                   [&] {
                       begun = true;
                       clock::system_clock().sleep(clock::Duration{20});
                       told = true;
                   },
                   clock::Duration{1});
    while (!begun) {
        clock::system_clock().sleep(clock::Duration{1});
    }
    greeting.end();
    CHECK(told);
}

}  // namespace lark_batch::run
