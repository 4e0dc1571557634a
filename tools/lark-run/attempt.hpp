// One run of the command, to its end and that of all it started.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/process/child.hpp"
#include "tools/lark-run/outputs.hpp"
#include "tools/lark-run/stop_signals.hpp"

namespace lark_batch::lark_run {

// How the run may go on waiting for the command.
struct Limits {
    // For this long, unless a signal comes.
    std::function<clock::Duration()> left;
    // Whether it is to end now, by the run's deadline or a stop signal.
    std::function<bool()> must_end;
    clock::Duration kill_after;  // from SIGTERM to SIGKILL
};

struct Ended {
    process::End last;
    int cannot_start = 0;      // errno, when it never began
    bool was_ended = false;    // by us: the limits said so
    bool lives_on = false;     // the kernel holds it: SIGKILL did not end it
    bool left_others = false;  // somebody whom we had to end, or could not
};

class Attempt {
public:
    Attempt(const HeldStopSignals& signals, const Limits& limits,
            Outputs& outputs)
        : m_signals(&signals), m_limits(&limits), m_outputs(&outputs) {}

    // Its descriptors 1 and 2 are ours to give.
    Ended run(process::Order order);

private:
    void watch(process::Child& child);
    void end_now(const process::Child& child);
    void end_the_rest();
    void read_the_rest();
    bool pump(int handle, clock::Duration limit);
    bool all_read() const;

    const HeldStopSignals* m_signals;
    const Limits* m_limits;
    Outputs* m_outputs;
    std::vector<Relay> m_relays;
    std::optional<clock::Deadline> m_grace;  // since SIGTERM
    bool m_killed = false;
    Ended m_ended;
};

}  // namespace lark_batch::lark_run
