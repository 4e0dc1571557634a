#include "tests/tokens/inbox.hpp"

namespace lark_batch::test {

using nlohmann::json;

Inbox::Inbox()
    : m_server([this](const HttpRequest& request) { return take(request); }) {}

void Inbox::answer(const Reply& reply) {
    const std::lock_guard lock{m_mutex};
    m_reply = reply;
}

Reply Inbox::take(const HttpRequest& request) {
    const std::lock_guard lock{m_mutex};
    if (m_reply.status / 100 == 2) {
        const std::string key = request.header("idempotency-key");
        const json message = json::parse(request.body);
        for (const json& entry : message.at("entries")) {
            m_told.push_back({key, entry.at("topic"), entry.at("kind"),
                              entry.at("severity"), entry.at("text")});
        }
    }
    return m_reply;
}

int Inbox::messages() const {
    return static_cast<int>(m_server.requests().size());
}

std::vector<Told> Inbox::told() const {
    const std::lock_guard lock{m_mutex};
    return m_told;
}

std::vector<Told> Inbox::news() {
    const std::lock_guard lock{m_mutex};
    std::vector<Told> fresh{
        m_told.begin() + static_cast<std::ptrdiff_t>(m_read), m_told.end()};
    m_read = m_told.size();
    return fresh;
}

}  // namespace lark_batch::test
