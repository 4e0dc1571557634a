// Runs checks all at once: those that ask over HTTP on the calling thread,
// each other one on a thread of its own, so that the whole takes as long as
// the slowest. Every check has its time limit, whatever its probe does: a
// thread that does not come back is left behind.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/http/http.hpp"
#include "tools/lark-healthcheck/check.hpp"

namespace lark_batch::healthcheck {

// What became of one check.
struct Probed {
    const Check* check = nullptr;
    // False when the run ended before it: there is no finding then.
    bool finished = false;
    Finding finding;
    double seconds = 0;  // of the last attempt
    int attempts = 0;
};

struct Limits {
    std::size_t parallel = 256;  // probes at the same time
    clock::Deadline deadline;    // of all together
    // Asked often; true ends everything early. May be empty.
    std::function<bool()> stopped;
};

class Engine {
public:
    // `http` must outlive the engine; the checks and the settings must outlive
    // every probe, those left behind included.
    Engine(const Surroundings& around, http::Client& http);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // In the order of `checks`. A check that gets no answer in time has the
    // state that it says itself (timeout_state); one that the end of the
    // whole leaves undone is not finished. A check of which an attempt was
    // left behind is not tried again while that one hangs.
    std::vector<Probed> run(const std::vector<const Check*>& checks,
                            const Limits& limits);

    // How many threads were left behind and have not come back: while there
    // are any, the process must end without waiting for them, see
    // run::abandon_threads().
    std::size_t threads_left_behind() const;
    bool left_threads_behind() const { return threads_left_behind() > 0; }

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::healthcheck
