// SIGTERM and SIGINT raise a flag; the job looks at it between its batches.
#pragma once

#include <csignal>

namespace lark_batch::run {

// Once, before the work begins. A broken pipe becomes an ordinary write
// error.
void catch_stop_signals();

// The signal that asked us to stop, 0 if none did.
int stop_signal();

// Threads that are started meanwhile never get a stop signal: it must wake
// the one that works.
class StopSignalsBlocked {
public:
    StopSignalsBlocked();
    ~StopSignalsBlocked();
    StopSignalsBlocked(const StopSignalsBlocked&) = delete;
    StopSignalsBlocked& operator=(const StopSignalsBlocked&) = delete;

private:
    sigset_t m_before{};
};

}  // namespace lark_batch::run
