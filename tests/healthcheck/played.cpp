#include "tests/healthcheck/played.hpp"

#include "tests/healthcheck/profile.hpp"

namespace lark_batch::test {

Played::Played(std::map<std::string, Reply> answers)
    : m_healthy(std::move(answers)),
      m_now(m_healthy),
      m_server([this](const HttpRequest& request) { return reply(request); }) {}

std::string Played::address() const {
    return loopback(m_server.port());
}

void Played::answer(const std::string& path, Reply reply) {
    const std::lock_guard lock{m_mutex};
    m_now[path] = std::move(reply);
}

void Played::heal() {
    const std::lock_guard lock{m_mutex};
    m_now = m_healthy;
}

Reply Played::reply(const HttpRequest& request) {
    const std::lock_guard lock{m_mutex};
    const auto found = m_now.find(request.target);
    return found == m_now.end() ? Reply{404, {}, "no such page"}
                                : found->second;
}

Reply json_reply(const std::string& body, int status) {
    return {status, {{"Content-Type", "application/json"}}, body};
}

Reply metrics_reply(const std::string& body) {
    return {200,
            {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
            body};
}

}  // namespace lark_batch::test
