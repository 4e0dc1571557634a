// A web service of a profile, played: healthy until the test says otherwise.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "tests/support/http_server.hpp"

namespace lark_batch::test {

class Played {
public:
    // What it answers by path; 404 to everything else.
    explicit Played(std::map<std::string, Reply> answers);

    std::string address() const;  // "127.0.0.1:port"
    std::string url() const { return m_server.url(); }

    void answer(const std::string& path, Reply reply);
    // Everything as it was at the beginning.
    void heal();

    std::vector<HttpRequest> requests() const { return m_server.requests(); }

private:
    Reply reply(const HttpRequest& request);

    std::map<std::string, Reply> m_healthy;
    std::mutex m_mutex;
    std::map<std::string, Reply> m_now;
    HttpServer m_server;
};

Reply json_reply(const std::string& body, int status = 200);
// Prometheus' text format.
Reply metrics_reply(const std::string& body);

}  // namespace lark_batch::test
