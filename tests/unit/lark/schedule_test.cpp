#include "lib/lark/schedule.hpp"

#include <doctest/doctest.h>

using lark_batch::clock::Duration;
using lark_batch::clock::Instant;
using lark_batch::lark::Schedule;
using lark_batch::lark::Task;
using lark_batch::lark::TaskPtr;

namespace {

constexpr Instant k_now{Duration{1'000}};

TaskPtr task(Schedule& schedule, const char* api, const char* url) {
    auto made = std::make_unique<Task>();
    made->lane = &schedule.lane(api);
    made->url = url;
    return made;
}

std::string taken(Schedule& schedule, Instant now = k_now) {
    const TaskPtr next = schedule.take(now);
    return next ? next->url : "none";
}

}  // namespace

TEST_CASE("schedule: calls of one API start in order, continuations first") {
    Schedule schedule{0, 0};
    schedule.add_last(task(schedule, "/a", "1"));
    schedule.add_last(task(schedule, "/a", "2"));
    schedule.add_first(task(schedule, "/a", "page 2 of 0"));
    CHECK(taken(schedule) == "page 2 of 0");
    CHECK(taken(schedule) == "1");
    CHECK(taken(schedule) == "2");
    CHECK(taken(schedule) == "none");
}

TEST_CASE("schedule: two APIs take turns") {
    Schedule schedule{0, 0};
    schedule.add_last(task(schedule, "/a", "a1"));
    schedule.add_last(task(schedule, "/a", "a2"));
    schedule.add_last(task(schedule, "/b", "b1"));
    const std::string first = taken(schedule);
    const std::string second = taken(schedule);
    CHECK(first[0] != second[0]);
}

TEST_CASE("schedule: a full window of one API does not hold another") {
    Schedule schedule{1, 0};
    schedule.add_last(task(schedule, "/a", "a1"));
    schedule.add_last(task(schedule, "/a", "a2"));
    CHECK(taken(schedule) == "a1");
    CHECK(taken(schedule) == "none");
    CHECK(schedule.next_start() == Instant::max());
    schedule.lane("/a").windows.ended(k_now);
    CHECK(schedule.next_start() > k_now);
    schedule.add_last(task(schedule, "/b", "b1"));
    CHECK(taken(schedule) == "b1");
    CHECK(taken(schedule, k_now + Duration{1'100}) == "a2");
}

TEST_CASE("schedule: a repeat waits for its time") {
    Schedule schedule{0, 0};
    schedule.add_at(k_now + Duration{500}, task(schedule, "/a", "later"));
    CHECK(taken(schedule) == "none");
    CHECK(schedule.next_start() == k_now + Duration{500});
    CHECK(taken(schedule, k_now + Duration{500}) == "later");
}

TEST_CASE("schedule: everything that waits can be taken at once") {
    Schedule schedule{0, 0};
    schedule.add_at(Instant::max(), task(schedule, "/a", "later"));
    schedule.add_last(task(schedule, "/b", "ready"));
    CHECK(schedule.take_all().size() == 2);
    CHECK(schedule.take_all().empty());
    CHECK(schedule.next_start() == Instant::max());
}
