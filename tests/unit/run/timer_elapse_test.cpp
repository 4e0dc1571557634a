#include "lib/run/timer_elapse.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace lark_batch::run {

namespace {

constexpr const char* k_timer = "lark-sync-users.timer";
constexpr const char* k_task = "sync_users";

// The folder is that of the stamps and the state directory at once.
struct Host {
    test::TempDir folder;
    std::filesystem::file_time_type now =
        std::filesystem::file_time_type::clock::now();

    void timer_elapses() {
        const auto stamp = folder.path() / (std::string{"stamp-"} + k_timer);
        std::ofstream{stamp, std::ios::app};
        now += std::chrono::microseconds{1};
        std::filesystem::last_write_time(stamp, now);
    }
    bool starts_by_timer(const std::string& task = k_task) const {
        return TimerElapse{k_timer, task, folder.path(), folder.path()}
            .started_this_run();
    }
};

}  // namespace

TEST_CASE("timer_elapse: each elapse of a timer starts one run") {
    Host host;
    host.timer_elapses();
    CHECK(host.starts_by_timer());
    CHECK_FALSE(host.starts_by_timer());  // by hand, the variable being stale
    CHECK_FALSE(host.starts_by_timer());
    CHECK(host.starts_by_timer("backup"));  // in the same unit
    host.timer_elapses();
    CHECK(host.starts_by_timer());
}

TEST_CASE("timer_elapse: what elapses during a run starts no other") {
    Host host;
    host.timer_elapses();
    {
        const TimerElapse run{k_timer, k_task, host.folder.path(),
                              host.folder.path()};
        host.timer_elapses();
    }
    CHECK_FALSE(host.starts_by_timer());
}

TEST_CASE("timer_elapse: a timer without a stamp is believed") {
    CHECK(Host{}.starts_by_timer());
}

TEST_CASE("timer_elapse: nothing is said and left without a timer") {
    const Host host;
    CHECK_FALSE(TimerElapse("", k_task, host.folder.path(), host.folder.path())
                    .started_this_run());
    CHECK(std::filesystem::is_empty(host.folder.path()));
}

TEST_CASE("timer_elapse: a state directory that is missing changes nothing") {
    Host host;
    host.timer_elapses();
    const TimerElapse run{k_timer, k_task, "/no/such/folder",
                          host.folder.path()};
    CHECK(run.started_this_run());
}

}  // namespace lark_batch::run
