#include "lib/run/signals.hpp"

#include <csignal>
#include <initializer_list>

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

StopSignalsBlocked::StopSignalsBlocked() {
    sigset_t stops;
    sigemptyset(&stops);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&stops, number);
    }
    pthread_sigmask(SIG_BLOCK, &stops, &m_before);
}

StopSignalsBlocked::~StopSignalsBlocked() {
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

}  // namespace lark_batch::run
