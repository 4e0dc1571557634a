#include "tools/lark-run/attempt.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "lib/log/log.hpp"
#include "lib/process/family.hpp"

namespace lark_batch::lark_run {

namespace {

using clock::Deadline;
using clock::Duration;

// From SIGKILL to giving up: the kernel ends what it can at once.
constexpr Duration k_burial{2'000};
// Between looks at whether somebody is gone of whom no handle tells it.
constexpr Duration k_look{10};
// For a pipe that somebody whom we cannot end holds open.
constexpr Duration k_silence{200};
// More than the pipes can hold.
constexpr std::uint64_t k_most_left = 4u << 20;

Deadline in(Duration time) {
    return Deadline{clock::system_clock(), time};
}

}  // namespace

Ended Attempt::run(process::Order order) {
    auto [relays, writing_ends] = m_outputs->connect(order);
    m_relays = std::move(relays);
    try {
        process::Child child{order};
        writing_ends.clear();
        watch(child);
        if (m_ended.lives_on) {
            child.abandon();
        } else {
            m_ended.last = child.end(process::Child::Rest::lives);
        }
    } catch (const process::CannotStart& error) {
        m_ended.cannot_start = error.number();
        return m_ended;
    }
    end_the_rest();
    read_the_rest();
    return m_ended;
}

// Waits as long as `limit`, or until the handle becomes readable, and passes
// on what came. False if nothing happened.
bool Attempt::pump(int handle, Duration limit) {
    std::vector<pollfd> watched{{handle, POLLIN, 0}};
    for (const Relay& relay : m_relays) {
        watched.push_back(relay.wanted());
    }
    if (m_signals->poll(watched, limit) == 0) {
        return false;
    }
    for (std::size_t at = 0; at < m_relays.size(); ++at) {
        if (watched[at + 1].revents != 0) {
            m_relays[at].turn();
        }
    }
    return true;
}

void Attempt::watch(process::Child& child) {
    while (!child.ended()) {
        const Duration left = m_grace ? m_grace->remaining() : m_limits->left();
        pump(child.handle(),
             child.handle() < 0 ? std::min(left, k_look) : left);
        if (child.ended()) {
            return;
        }
        if (!m_grace && m_limits->must_end()) {
            m_ended.was_ended = true;
            end_now(child);
        } else if (m_grace && m_grace->passed()) {
            if (std::exchange(m_killed, true)) {
                m_ended.lives_on = true;
                return;
            }
            child.signal(SIGKILL);
            process::signal_family(SIGKILL);
            m_grace = in(k_burial);
        }
    }
}

// Each gets the signal once: some take a second one for impatience. One that
// is stopped gets to see it, too.
void Attempt::end_now(const process::Child& child) {
    if (!process::signal_family(SIGTERM)) {
        child.signal(SIGTERM);
    }
    process::signal_family(SIGCONT);
    m_grace = in(m_limits->kill_after);
}

// As systemd does with a service whose main process has ended.
void Attempt::end_the_rest() {
    if (m_ended.lives_on || process::is_alone()) {
        return;
    }
    m_ended.left_others = true;
    if (!m_grace) {
        process::signal_family(SIGTERM);
        process::signal_family(SIGCONT);
        m_grace = in(m_limits->kill_after);
    }
    while (!process::is_alone() && !m_grace->passed()) {
        pump(-1, m_grace->at_most(k_look));
    }
    if (!process::kill_family(k_burial)) {
        log::warning("somebody whom the command started lives on");
    }
}

bool Attempt::all_read() const {
    return std::ranges::all_of(m_relays,
                               [](const Relay& relay) { return relay.done(); });
}

// Nobody who writes is left, or nobody whom we can end: what comes is bounded.
// Our own readers may take their time, as long as the run has some.
void Attempt::read_the_rest() {
    const std::uint64_t most = m_outputs->tail().total() + k_most_left;
    bool stuck = false;
    while (!all_read() && !stuck && m_outputs->tail().total() < most) {
        const bool writing = std::ranges::any_of(m_relays, &Relay::has_rest);
        const bool hurries = m_ended.was_ended || m_limits->must_end();
        const bool waits = writing && !hurries;
        const Duration limit = waits ? m_limits->left() : k_silence;
        stuck = !pump(-1, limit) && !waits;
    }
    for (const Relay& relay : m_relays) {
        if (relay.fault() != 0 && relay.fault() != EPIPE) {
            log::warning("some of the output could not be passed on",
                         {{"reason", std::strerror(relay.fault())}});
        }
    }
}

}  // namespace lark_batch::lark_run
