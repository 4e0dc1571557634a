// The signals that stop a run arrive only while we wait: none can come
// between a look at the flag that it raises and the wait that it should end.
#pragma once

#include <poll.h>

#include <csignal>
#include <span>

#include "lib/clock/clock.hpp"

namespace lark_batch::lark_run {

class HeldStopSignals {
public:
    // From now on the end of a terminal's session (SIGHUP) is a stop like
    // SIGTERM, unless whoever started us ignores it.
    HeldStopSignals();
    ~HeldStopSignals();
    HeldStopSignals(const HeldStopSignals&) = delete;
    HeldStopSignals& operator=(const HeldStopSignals&) = delete;

    // As poll(2), and ends early when a signal comes, as if time were over.
    int poll(std::span<pollfd> watched, clock::Duration limit) const;
    void wait(clock::Duration limit) const { poll({}, limit); }

private:
    sigset_t m_before{};
};

}  // namespace lark_batch::lark_run
