#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "tests/sandbox/control.hpp"
#include "tests/sandbox/gateway.hpp"
#include "tests/sandbox/options.hpp"
#include "tests/sandbox/server.hpp"

namespace lark_batch::sandbox {
namespace {

Reply answer(World& world, const Request& request) {
    if (request.path.starts_with("/_sandbox/")) {
        return answer_control(world, request);
    }
    Reply reply = answer_call(world, request);
    if (world.settings.record_requests) {
        world.journal.add(request, reply.status);
    }
    return reply;
}

// Blocked before any thread starts, so that only sigwait receives them.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

void run(const Options& options) {
    const pid_t parent = getppid();
    const sigset_t signals = block_stop_signals();
    if (options.die_with_parent) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) {
            return;
        }
    }
    World world(options.company, options.cache_bytes);
    world.settings = options.settings;
    for (const auto& [id, secret] : options.apps) {
        world.apps.add(id, secret);
    }
    const Server server(
        options.port,
        [&](const Request& request) { return answer(world, request); },
        [&] { ++world.connections; });
    std::printf("listening on http://127.0.0.1:%u\n", server.port());
    std::fflush(stdout);
    int received = 0;
    sigwait(&signals, &received);
}

}  // namespace
}  // namespace lark_batch::sandbox

int main(int argc, char** argv) {
    try {
        const auto options = lark_batch::sandbox::parse_options(argc, argv);
        if (options.help) {
            std::fputs(lark_batch::sandbox::usage(), stdout);
            return 0;
        }
        lark_batch::sandbox::run(options);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lark-sandbox: %s\n%s", error.what(),
                     lark_batch::sandbox::usage());
        return 64;
    }
}
