#include "tools/lark-run/stop_signals.hpp"

#include <algorithm>
#include <array>

namespace lark_batch::lark_run {

namespace {

constexpr std::array k_stops{SIGTERM, SIGINT, SIGHUP};
constexpr clock::Duration k_longest{60'000};

extern "C" void stop_as_terminated(int) {
    static_cast<void>(raise(SIGTERM));
}

void take_hang_up_for_stop() {
    struct sigaction action {};
    sigaction(SIGHUP, nullptr, &action);
    if (action.sa_handler != SIG_IGN) {
        action.sa_handler = stop_as_terminated;
        sigaction(SIGHUP, &action, nullptr);
    }
}

}  // namespace

HeldStopSignals::HeldStopSignals() {
    take_hang_up_for_stop();
    sigset_t stops;
    sigemptyset(&stops);
    for (const int number : k_stops) {
        sigaddset(&stops, number);
    }
    pthread_sigmask(SIG_BLOCK, &stops, &m_before);
}

HeldStopSignals::~HeldStopSignals() {
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

int HeldStopSignals::poll(std::span<pollfd> watched,
                          clock::Duration limit) const {
    const auto count = std::min(limit, k_longest).count();
    const timespec time{count / 1000, (count % 1000) * 1'000'000};
    const int ready = ppoll(watched.data(), watched.size(), &time, &m_before);
    if (ready < 0) {
        for (pollfd& one : watched) {
            one.revents = 0;
        }
    }
    return std::max(ready, 0);
}

}  // namespace lark_batch::lark_run
