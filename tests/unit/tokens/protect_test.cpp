#include "lib/tokens/protect.hpp"

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <string>

namespace lark_batch::tokens {

namespace {

// Whether it holds after protect_memory() in a process of its own: what it
// does cannot be undone in this one.
bool holds_in_child(const std::function<bool()>& before,
                    const std::function<bool()>& after) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const bool ready = before();
        protect_memory();
        // A signal, because exit() would run the parent's handlers.
        ::kill(::getpid(), ready && after() ? SIGUSR1 : SIGUSR2);
        ::pause();
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    return WTERMSIG(status) == SIGUSR1;
}

bool nothing_before() {
    return true;
}

bool limit_locked_memory(rlim_t bytes) {
    const rlimit limit{bytes, bytes};
    return ::setrlimit(RLIMIT_MEMLOCK, &limit) == 0;
}

// What of this process cannot be swapped out, in kB.
long locked_memory() {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        if (word == "VmLck:") {
            long size = -1;
            status >> size;
            return size;
        }
    }
    return -1;
}

}  // namespace

TEST_CASE("protect: the process leaves no core and nobody may attach") {
    CHECK(holds_in_child(nothing_before, [] {
        return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
    }));
    CHECK(holds_in_child(nothing_before, [] {
        rlimit core{1, 1};
        return ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 &&
               core.rlim_max == 0;
    }));
}

TEST_CASE("protect: with a small limit of locked memory nothing is locked") {
    CHECK(holds_in_child([] { return limit_locked_memory(64 * 1024); },
                         [] { return locked_memory() == 0; }));
}

TEST_CASE("protect: all memory is locked just where nothing limits that") {
    CHECK(holds_in_child(
        [] {
            limit_locked_memory(RLIM_INFINITY);  // where we may
            return true;
        },
        [] {
            rlimit limit{};
            return ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
                   (locked_memory() > 0) == (limit.rlim_cur == RLIM_INFINITY);
        }));
}

}  // namespace lark_batch::tokens
