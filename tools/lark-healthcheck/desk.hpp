// Where probes leave what they found, from whatever thread they run on.
#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "lib/http/http.hpp"
#include "tools/lark-healthcheck/finding.hpp"

namespace lark_batch::healthcheck {

struct Check;

// Which attempt of which check of which round.
struct Ticket {
    long long round = 0;
    std::size_t task = 0;
    int attempt = 0;
    const Check* check = nullptr;
};

struct Slip {
    Ticket ticket;
    std::optional<Finding> finding;  // nothing: no answer came in time
    bool from_thread = false;
};

class Desk {
public:
    // `waiter` is woken by what is put here, until close().
    explicit Desk(http::Client& waiter) : m_waiter(&waiter) {}

    void put(Slip slip) {
        const std::lock_guard lock{m_mutex};
        if (m_waiter != nullptr) {
            m_slips.push_back(std::move(slip));
            m_waiter->wake();
        }
    }

    std::vector<Slip> take() {
        const std::lock_guard lock{m_mutex};
        return std::exchange(m_slips, {});
    }

    // Nobody comes for what is put here from now on.
    void close() {
        const std::lock_guard lock{m_mutex};
        m_waiter = nullptr;
    }

private:
    std::mutex m_mutex;
    http::Client* m_waiter;
    std::vector<Slip> m_slips;
};

}  // namespace lark_batch::healthcheck
