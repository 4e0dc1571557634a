#include "lib/process/family.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>

#include "lib/process/child.hpp"

using namespace lark_batch::process;
using lark_batch::clock::Duration;

namespace {

// Starts a script that ends, and leaves behind somebody in another session,
// whose number it tells.
pid_t left_behind(const std::string& who) {
    Pipe pipe = make_pipe();
    Order order{.argv = {"/bin/sh", "-c",
                         "setsid sh -c '" + who + "' >/dev/null & echo $!"},
                .environment = {"PATH=/bin:/usr/bin"}};
    order.out = pipe.write.get();
    Child child{order};
    pollfd watched{child.handle(), POLLIN, 0};
    CHECK(poll(&watched, 1, 10'000) == 1);
    child.end(Child::Rest::lives);
    std::array<char, 32> text{};
    CHECK(read(pipe.read.get(), text.data(), text.size() - 1) > 0);
    return std::stoi(text.data());
}

bool lives(pid_t pid) {
    return kill(pid, 0) == 0;
}

}  // namespace

TEST_CASE("family: who is left behind is met, and ends") {
    const pid_t pid = left_behind("exec sleep 60");
    CHECK_FALSE(is_alone());
    CHECK(lives(pid));
    CHECK(signal_family(SIGTERM));
    CHECK(kill_family(Duration{5'000}));
    CHECK(is_alone());
    CHECK_FALSE(lives(pid));
    CHECK_FALSE(signal_family(SIGTERM));
}

TEST_CASE("family: whoever ignores SIGTERM, and forks, is killed") {
    const pid_t pid =
        left_behind("trap : TERM; while :; do sleep 60 & wait; done");
    CHECK(kill_family(Duration{5'000}));
    CHECK_FALSE(lives(pid));
}
