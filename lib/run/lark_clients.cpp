#include "lib/run/lark_clients.hpp"

#include "lib/run/wiring.hpp"

namespace lark_batch::run {

LarkClients::LarkClients(Context& context)
    : LarkClients(context, context.deadline()) {}

LarkClients::LarkClients(Context& context, const clock::Deadline& deadline)
    : m_context(&context), m_deadline(&deadline), m_counter(context.deltas()) {}

lark::Client& LarkClients::get(const std::string& app) {
    std::unique_ptr<lark::Client>& client = m_clients[app];
    if (!client) {
        const config::AppSettings* found = m_context->settings().apps.find(app);
        if (found == nullptr) {
            throw errors::Error{errors::Kind::config,
                                "no app is named '" + app + "'",
                                "add an [[app]] section with this name"};
        }
        client = std::make_unique<lark::Client>(
            lark_app(*found), m_context->http(), clock::system_clock(),
            *m_deadline, m_counter);
    }
    return *client;
}

notify::Courier LarkClients::courier() {
    return {
        m_context->http(), clock::system_clock(), *m_deadline,
        [this](const std::string& app) -> lark::Client& { return get(app); },
        [this] { m_context->check_stop(); }};
}

}  // namespace lark_batch::run
