// A webhook that notices go to: what it accepted, and how it answers.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/http_server.hpp"

namespace lark_batch::test {

// One line of an accepted digest.
struct Told {
    std::string key;  // the message's Idempotency-Key
    std::string topic;
    std::string kind;      // "new", "repeated", "escalated", "recovered"
    std::string severity;  // "reminder", "urgent", "critical"
    std::string text;
};

class Inbox {
public:
    Inbox();

    std::string url() const { return m_server.url() + "/hook"; }
    // From now on; only what gets a 2xx counts as accepted.
    void answer(const Reply& reply);

    int messages() const;  // accepted or not
    std::vector<Told> told() const;
    // Those since the last call of it.
    std::vector<Told> news();

private:
    Reply take(const HttpRequest& request);

    mutable std::mutex m_mutex;
    Reply m_reply;
    std::vector<Told> m_told;
    std::size_t m_read = 0;
    HttpServer m_server;
};

}  // namespace lark_batch::test
