#include "lib/run/signals.hpp"

#include <csignal>

namespace lark_batch::run {

namespace {

volatile std::sig_atomic_t g_stop_signal = 0;

extern "C" void remember_signal(int number) {
    g_stop_signal = number;
}

}  // namespace

void catch_stop_signals() {
    struct sigaction action {};
    action.sa_handler = remember_signal;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: a sleep or poll ends early and the flag is seen.
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
}

int stop_signal() {
    return g_stop_signal;
}

}  // namespace lark_batch::run
